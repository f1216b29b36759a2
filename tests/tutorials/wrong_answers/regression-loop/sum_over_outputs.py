my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

@jax.jit
def step(params):
    loss, gradient = jax.value_and_grad(lambda p: ((my_haiku_net.apply(p, inputs) - outputs) ** 2).sum(axis=1).mean())(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)
