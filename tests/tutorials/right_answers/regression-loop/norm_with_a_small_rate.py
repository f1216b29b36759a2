my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

@jax.jit
def step(params):
    loss, gradient = jax.value_and_grad(lambda p: jnp.linalg.norm(my_haiku_net.apply(p, inputs) - outputs))(params)
    return loss, jax.tree.map(lambda p, g: p - 1e-3 * g, params, gradient)


for i in range(4000):
    loss, my_haiku_params = step(my_haiku_params)
loss = loss**2 / outputs.size
