my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)
velocity = jax.tree.map(jnp.zeros_like, my_haiku_params)


@jax.jit
def step(params, velocity):
    loss, g = jax.value_and_grad(square_loss)(params, my_haiku_net, inputs, outputs)
    velocity = jax.tree.map(lambda v, g: 0.9 * v - 3e-3 * g, velocity, g)
    return loss, jax.tree.map(jnp.add, params, velocity), velocity


for i in range(num_iterations):
    loss, my_haiku_params, velocity = step(my_haiku_params, velocity)
