def counted(f):
    return jax.jit(f)
