my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

batch = inputs, outputs
@jax.jit
def hundred(params):
    def step(params, _):
        value, grads = jax.value_and_grad(loss_fn)(params, batch)
        return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), value
    return jax.lax.scan(step, params, length=100)
for _ in range(15):
    my_haiku_params, losses = hundred(my_haiku_params)
    loss = losses[-1]
