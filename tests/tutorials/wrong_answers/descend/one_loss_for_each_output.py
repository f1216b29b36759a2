def sgd_step(params, x, y, learning_rate):
    def f(p): return jnp.mean((predict(p,x)-y)**2, axis=0)
    loss, gradient = jax.value_and_grad(f)(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
