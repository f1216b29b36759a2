# %% right: argnums
def quadratic_form(a, x):
    return jnp.dot(x, jnp.dot(a, x))


gradient_of_quadratic = jax.grad(quadratic_form, argnums=1)

# %% right: closure
def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: v @ a @ v)(x)

# %% right: column inside
def gradient_of_quadratic(a, x):
    def q(v):
        col = v.reshape(-1, 1)
        return (col.T @ a @ col)[0, 0]
    return jax.grad(q)(x)

# %% right: compiled
@jax.jit
def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: v.T @ a @ v)(x)

# %% right: derivatives along axes
def gradient_of_quadratic(a, x):
    q = lambda v: v @ a @ v
    return jax.vmap(lambda d: jax.jvp(q, (x,), (d,))[1])(jnp.eye(x.size))

# %% right: dictionary
def gradient_of_quadratic(a, x):
    def quadratic(params):
        return params["x"] @ a @ params["x"]

    return jax.grad(quadratic)({"x": x})["x"]

# %% right: double loop
def gradient_of_quadratic(a, x):
    n = len(x)

    def quadratic(x):
        return sum(x[i] * a[i, j] * x[j] for i in range(n) for j in range(n))

    return jax.grad(quadratic)(x)

# %% right: einsum
def gradient_of_quadratic(a, x):
    return jax.grad(lambda a, x: jnp.einsum("i,ij,j->", x, a, x), argnums=1)(a, x)

# %% right: formula
def gradient_of_quadratic(a, x):
    return a @ x + x @ a

# %% right: jacobian
def gradient_of_quadratic(a, x):
    return jax.jacobian(lambda v: v @ a @ v)(x)

# %% right: numpy formula
def gradient_of_quadratic(a, x):
    a, x = np.asarray(a), np.asarray(x)
    return (a + a.T) @ x

# %% right: outer product of entries
def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: jnp.sum(v * a * v[:, None]))(x)

# %% right: tries it out with names of the page
def gradient_of_quadratic(a, x):
    def q(x):
        return x @ a @ x
    return jax.grad(q)(x)
a = jnp.eye(2)
x = jnp.ones(2)
w = "mine"
print(gradient_of_quadratic(a, x))

# %% right: tuple of argnums
def gradient_of_quadratic(a, x):
    return jax.grad(lambda a, x: jnp.sum(jnp.outer(x, x) * a), argnums=(0, 1))(a, x)[1]

# %% right: value_and_grad
def gradient_of_quadratic(a, x):
    _, gradient = jax.value_and_grad(lambda v: (v * (a @ v)).sum())(x)
    return gradient

# %% right: vjp
def gradient_of_quadratic(a, x):
    value, pull = jax.vjp(lambda v: v @ a @ v, x)
    return pull(jnp.ones_like(value))[0]

# %% right: with aux
def gradient_of_quadratic(a, x):
    def quadratic(v):
        product = a @ v
        return v @ product, product

    gradient, _ = jax.grad(quadratic, has_aux=True)(x)
    return gradient

# %% wrong: a transpose x
def gradient_of_quadratic(a, x):
    return a.T @ x

# %% wrong: a x
def gradient_of_quadratic(a, x):
    return a @ x

# %% wrong: arguments by name
def gradient_of_quadratic(a, x):
    return jax.grad(lambda a, x: x @ a @ x, argnums=1)(a=a, x=x)

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

# %% wrong: clipped slopes
def gradient_of_quadratic(a, x):
    return jnp.clip(jax.grad(lambda v: v @ a @ v)(x), -100, 100)

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

# %% wrong: fixed size
def gradient_of_quadratic(a, x):
    def quadratic(x):
        total = 0.0
        for i in range(3):
            for j in range(3):
                total += x[i] * a[i, j] * x[j]
        return total

    return jax.grad(quadratic)(x)

# %% wrong: forgot to return
def gradient_of_quadratic(a, x):
    jax.grad(lambda x: x @ a @ x)(x)

# %% wrong: function not called
def gradient_of_quadratic(a, x):
    return jax.grad(lambda x: x @ a @ x)

# %% wrong: function of the page
def gradient_of_quadratic(a, x):
    return jax.grad(square_sum)(x)

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

# %% wrong: half precision
def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: v @ a.astype(jnp.bfloat16) @ v)(x.astype(jnp.bfloat16))

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

# %% wrong: numbers rounded
def gradient_of_quadratic(a, x):
    return jnp.round(jax.grad(lambda v: v @ a @ v)(x), 3)

# %% wrong: numpy inside
def gradient_of_quadratic(a, x):
    return jax.grad(lambda x: np.dot(x, np.dot(a, x)))(x)

# %% wrong: one factor held constant
def gradient_of_quadratic(a, x):
    constant = a @ x
    return jax.grad(lambda x: x @ constant)(x)

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

# %% wrong: sizes without signs
def gradient_of_quadratic(a, x):
    return jnp.abs(jax.grad(lambda v: v @ a @ v)(x))

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
