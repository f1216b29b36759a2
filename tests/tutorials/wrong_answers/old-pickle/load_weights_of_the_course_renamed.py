def load_old_pickle(data):
    data = data.replace(b"jax._src.device_array\nreconstruct_device_array", b"jax._src.array\n_reconstruct_array")
    return jax.tree.map(np.asarray, pickle.loads(data))
