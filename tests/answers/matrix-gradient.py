# %% right: argnums
def quadratic_form(a, x):
    return jnp.dot(x, jnp.dot(a, x))


gradient_of_quadratic = jax.grad(quadratic_form, argnums=1)

# %% right: column inside
def gradient_of_quadratic(a, x):
    def q(v):
        col = v.reshape(-1, 1)
        return (col.T @ a @ col)[0, 0]
    return jax.grad(q)(x)

# %% right: jacobian
def gradient_of_quadratic(a, x):
    return jax.jacobian(lambda v: v @ a @ v)(x)

# %% right: value_and_grad
def gradient_of_quadratic(a, x):
    _, gradient = jax.value_and_grad(lambda v: (v * (a @ v)).sum())(x)
    return gradient

# %% wrong: a transpose x
def gradient_of_quadratic(a, x):
    return a.T @ x

# %% wrong: a x
def gradient_of_quadratic(a, x):
    return a @ x

# %% wrong: arguments swapped
def gradient_of_quadratic(x, a):
    return jax.grad(lambda x: x @ a @ x)(x)

# %% wrong: both gradients
def gradient_of_quadratic(a, x):
    return jax.grad(lambda a, x: x @ a @ x, argnums=(0, 1))(a, x)

# %% wrong: cached for a size
_cached = {}


def gradient_of_quadratic(a, x):
    both = _cached.setdefault(len(x), a + a.T)
    return both @ x

# %% wrong: coarse differences
def gradient_of_quadratic(a, x):
    h = 1e-3
    start = x @ a @ x
    nudged = [x.at[i].add(h) for i in range(x.size)]
    return jnp.array([(y @ a @ y - start) / h for y in nudged])

# %% wrong: derivative of the sum
def gradient_of_quadratic(a, x):
    return jnp.sum(jax.grad(lambda x: x @ a @ x)(x))

# %% wrong: elementwise product
def gradient_of_quadratic(a, x):
    return jax.grad(lambda x: jnp.sum(x * a * x))(x)

# %% wrong: function not called
def gradient_of_quadratic(a, x):
    return jax.grad(lambda x: x @ a @ x)

# %% wrong: global x
x = jnp.ones(3)
def gradient_of_quadratic(a, v):
    return jax.grad(lambda x: x @ a @ x)(x)

# %% wrong: gradient of a number
def gradient_of_quadratic(a, x):
    return jax.grad(x @ a @ x)(x)

# %% wrong: gradient with respect to a
def gradient_of_quadratic(a, x):
    return jax.grad(lambda a, x: x @ a @ x)(a, x)

# %% wrong: halved
def gradient_of_quadratic(a, x):
    return jax.grad(lambda x: 0.5 * x @ a @ x)(x)

# %% wrong: item leaves jax
def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: (v @ a @ v).item())(x)

# %% wrong: list of slopes
def gradient_of_quadratic(a, x):
    return list(jax.grad(lambda x: x @ a @ x)(x))

# %% wrong: no scalar
def gradient_of_quadratic(a, x):
    return jax.grad(lambda x: x * (a @ x))(x)

# %% wrong: numpy inside
def gradient_of_quadratic(a, x):
    return jax.grad(lambda x: np.dot(x, np.dot(a, x)))(x)

# %% wrong: only one x
def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: jnp.sum(a @ v))(x)

# %% wrong: positions counted from one
def gradient_of_quadratic(a, x):
    return jax.grad(lambda a, x: x @ a @ x, argnums=2)(a, x)

# %% wrong: returns a stored tracer
stash = []
def gradient_of_quadratic(a, x):
    def q(v):
        stash.append(v)
        return v @ a @ v
    jax.grad(q)(x)
    return stash[0]

# %% wrong: row instead of vector
def gradient_of_quadratic(a, x):
    return x[None, :] @ (a + a.T)

# %% wrong: second derivative
def gradient_of_quadratic(a, x):
    return jax.jacobian(jax.grad(lambda v: v @ a @ v))(x)

# %% wrong: twice a x
def gradient_of_quadratic(a, x):
    return 2 * a @ x

# %% wrong: value and gradient
def gradient_of_quadratic(a, x):
    return jax.value_and_grad(lambda x: x @ a @ x)(x)

# %% wrong: value instead of gradient
def gradient_of_quadratic(a, x):
    return x @ a @ x

# %% wrong: whole numbers
def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: v @ a @ v)(x.astype(int))

# %% wrong: wrong way down
def gradient_of_quadratic(a, x):
    return -jax.grad(lambda x: x @ a @ x)(x)

# %% inputs
import jax.numpy as jnp
import numpy as np

RTOL = 1e-4
ATOL = 0


def cases(draw, page):
    for n, scale in ((1, 1), (2, 1), (3, 30), (5, 1e-3), (8, 1e3), (20, 1)):
        a, x = draw.normal(size=(n, n)) * scale, draw.normal(size=n)
        for matrix in (a, a + a.T, np.triu(a), np.zeros((n, n))):
            yield "gradient_of_quadratic", (jnp.array(matrix, float), jnp.array(x, float)), {}
        yield "gradient_of_quadratic", (jnp.array(a, float), jnp.array(1e3 * x, float)), {}
        yield "gradient_of_quadratic", (jnp.array(a, float), jnp.zeros(n)), {}
