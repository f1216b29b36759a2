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

# %% breaks: $$q(x) = x^\top A \, x | squares only
return x @ a @ x
# becomes
return x**2 @ jnp.diag(a)

# %% breaks: $$q(x) = x^\top A \, x | no sum
return x @ a @ x
# becomes
return x * (a @ x)

# %% breaks: Define `gradient_of_quadratic(a, x)` | in A
argnums=1
# becomes
argnums=0

# %% breaks: Define `gradient_of_quadratic(a, x)` | positions counted from one
argnums=1
# becomes
argnums=2

# %% breaks: Define `gradient_of_quadratic(a, x)` | in both
argnums=1
# becomes
argnums=(0, 1)

# %% breaks: Define `gradient_of_quadratic(a, x)` | with the value
jax.grad(
# becomes
jax.value_and_grad(

# %% breaks: Define `gradient_of_quadratic(a, x)` | the value
return jax.grad(quadratic, argnums=1)(a, x)
# becomes
return quadratic(a, x)

# %% breaks: Define `gradient_of_quadratic(a, x)` | not called
return jax.grad(quadratic, argnums=1)(a, x)
# becomes
return jax.grad(quadratic, argnums=1)

# %% breaks: Define `gradient_of_quadratic(a, x)` | downhill
return jax.grad(
# becomes
return -jax.grad(

# %% breaks: Define `gradient_of_quadratic(a, x)` | halved
return x @ a @ x
# becomes
return x @ a @ x / 2

# %% breaks: Here `a` is any square matrix of floats | symmetric only
return jax.grad(quadratic, argnums=1)(a, x)
# becomes
return 2 * a @ x

# %% breaks: Here `a` is any square matrix of floats | A x
return jax.grad(quadratic, argnums=1)(a, x)
# becomes
return a @ x

# %% breaks: Here `a` is any square matrix of floats | A transposed x
return jax.grad(quadratic, argnums=1)(a, x)
# becomes
return x @ a

# %% breaks: Here `a` is any square matrix of floats | at most 16 rows
return x @ a @ x
# becomes
return x[:16] @ a[:16, :16] @ x[:16]

# %% breaks: Here `a` is any square matrix of floats | two rows or more
return jax.grad(quadratic, argnums=1)(a, x)
# becomes
return jax.grad(quadratic, argnums=1)(a, x).squeeze()

# %% breaks: `x` has shape `(n,)`, and so has the result | a row
return jax.grad(quadratic, argnums=1)(a, x)
# becomes
return jax.grad(quadratic, argnums=1)(a, x)[None]

# %% breaks: `x` has shape `(n,)`, and so has the result | a list
return jax.grad(quadratic, argnums=1)(a, x)
# becomes
return list(jax.grad(quadratic, argnums=1)(a, x))

# %% breaks: `x` has shape `(n,)`, and so has the result | the sum
return jax.grad(quadratic, argnums=1)(a, x)
# becomes
return jax.grad(quadratic, argnums=1)(a, x).sum()

# %% breaks: Note which argument comes first
def gradient_of_quadratic(a, x):
# becomes
def gradient_of_quadratic(x, a):

# %% asks nothing
# Close to a minimum
# Here is a specification in plain loops
# With $e_i$ for the vector
# The example is a matrix that is not symmetric
# Write it with `jax.grad`, in two or three lines

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

# %% wrong: global x
x = jnp.ones(3)
def gradient_of_quadratic(a, v):
    return jax.grad(lambda x: x @ a @ x)(x)

# %% wrong: gradient of a number
def gradient_of_quadratic(a, x):
    return jax.grad(x @ a @ x)(x)

# %% wrong: item leaves jax
def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: (v @ a @ v).item())(x)

# %% wrong: numpy inside
def gradient_of_quadratic(a, x):
    return jax.grad(lambda x: np.dot(x, np.dot(a, x)))(x)

# %% wrong: only one x
def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: jnp.sum(a @ v))(x)

# %% wrong: returns a stored tracer
stash = []
def gradient_of_quadratic(a, x):
    def q(v):
        stash.append(v)
        return v @ a @ v
    jax.grad(q)(x)
    return stash[0]

# %% wrong: second derivative
def gradient_of_quadratic(a, x):
    return jax.jacobian(jax.grad(lambda v: v @ a @ v))(x)

# %% wrong: whole numbers
def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: v @ a @ v)(x.astype(int))
