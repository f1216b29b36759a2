def gradient_of_quadratic(a, x):
    def q(x):
        return x @ a @ x
    return jax.grad(q)(x)
a = jnp.eye(2)
x = jnp.ones(2)
w = "mine"
print(gradient_of_quadratic(a, x))
