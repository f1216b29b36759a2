P = 2 + 1
predicted_numbers = dict(
    sgd=0,
    momentum=P,
    adam=2 * P + 1,
)
predicted_numbers["clip, then momentum"] = 0 + P
predicted_numbers["sgd with a schedule"] = jnp.array(1)
predicted_numbers["adam with a schedule"] = np.int64(2 * P + 2)
predicted_numbers["adam on b only"] = 3.0
