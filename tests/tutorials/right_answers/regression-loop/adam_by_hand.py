my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

m = v = jax.tree.map(jnp.zeros_like, my_haiku_params)
@jax.jit
def adam(params, m, v, i):
    loss, g = jax.value_and_grad(loss_fn)(params, (inputs, outputs))
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.99 * v + 0.01 * g**2, v, g)
    params = jax.tree.map(
        lambda p, m, v: p - 0.05 * (m / (1 - 0.9**i)) / (jnp.sqrt(v / (1 - 0.99**i)) + 1e-8), params, m, v)
    return loss, params, m, v
for i in range(1, num_iterations + 1):
    loss, my_haiku_params, m, v = adam(my_haiku_params, m, v, float(i))
