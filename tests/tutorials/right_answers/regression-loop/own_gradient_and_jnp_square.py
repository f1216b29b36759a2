my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)


def cost(p):
    return jnp.mean(jnp.square(outputs - my_haiku_net.apply(p, inputs)))


slope = jax.jit(jax.grad(cost))
for _ in range(num_iterations):
    g = slope(my_haiku_params)
    my_haiku_params = {
        layer: {name: my_haiku_params[layer][name] - learning_rate * g[layer][name] for name in g[layer]} for layer in g
    }
loss = float(cost(my_haiku_params))
