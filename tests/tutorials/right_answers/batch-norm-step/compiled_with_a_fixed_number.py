def my_loss(params, state, batch):
    x, y = batch
    logits, state = network.apply(params, state, jax.random.key(0), x, True)
    signs = 2 * y - 1
    return -jnp.mean(jax.nn.log_sigmoid(signs * logits)), state


@jax.jit
def train_step(params, state, x, y):
    (value, state), slope = jax.value_and_grad(my_loss, has_aux=True)(params, state, (x, y))
    params = {m: {n: leaf - 0.3 * slope[m][n] for n, leaf in leaves.items()} for m, leaves in params.items()}
    return params, state, value
