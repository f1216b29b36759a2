my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

first = {"w": jnp.eye(3, 5), "b": jnp.array([50.0, 50.0, 50.0, 0.0, 0.0])}
weights = jnp.zeros((5, 6)).at[:3].set(fitted["w"])
second = {"w": weights, "b": fitted["b"] - 50 * fitted["w"].sum(axis=0)}
my_haiku_params = {"linear": first, "linear_1": second}
loss = square_loss(my_haiku_params, my_haiku_net, inputs, outputs)
