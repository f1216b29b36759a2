# %% right: second derivatives
def lowest_point(loss, data, n):
    def quadratic(x):
        return loss(data, x)

    start = jnp.ones(n)
    curvature = jax.jacobian(jax.grad(quadratic))(start)
    return start - jnp.linalg.inv(curvature) @ jax.grad(quadratic)(start)

# %% right: one run for all unit vectors
def lowest_point(loss, data, n):
    points = jnp.concatenate([jnp.zeros((1, n)), jnp.eye(n)])
    gradients = jax.vmap(jax.grad(loss, 1), in_axes=(None, 0))(data, points)
    matrix, slope = gradients[1:] - gradients[0], gradients[0]
    return jnp.linalg.lstsq(matrix, -slope)[0]

# %% right: NumPy around the gradient
def lowest_point(loss, data, n):
    slopes = [jax.grad(lambda x: loss(data, x))(jnp.array(p)) for p in np.eye(n + 1, n, -1, "f4")]
    at_zero, *others = map(np.asarray, slopes)
    return np.linalg.solve(np.stack(others, axis=1) - at_zero[:, None], -at_zero)

# %% wrong: differences of values, which a large height drowns -> Is it exactly where the gradient is zero?
def lowest_point(loss, data, n):
    eye = jnp.eye(n)
    both = (eye[:, None] + eye[None]).reshape(-1, n)
    points = jnp.concatenate([jnp.zeros((1, n)), eye, -eye, both])
    values = jax.vmap(lambda x: loss(data, x))(points)
    c, up, down = values[0], values[1 : n + 1], values[n + 1 : 2 * n + 1]
    slope = (up - down) / 2
    pairs = values[2 * n + 1 :].reshape(n, n)
    return jnp.linalg.solve(pairs - up[:, None] - up[None] + c, -slope)

# %% right: Cholesky factors, as the form has a lowest point
def lowest_point(loss, data, n):
    slope = jax.grad(loss, argnums=1)
    start = slope(data, jnp.zeros(n))
    matrix = jnp.stack([slope(data, e) - start for e in jnp.eye(n)])
    return jax.scipy.linalg.solve((matrix + matrix.T) / 2, -start, assume_a="pos")

# %% wrong: no slope -> and not its change from that at zero
changes = [gradient(data, one) - at_zero for one in jnp.eye(n)]
# becomes
changes = [gradient(data, one) for one in jnp.eye(n)]

# %% wrong: uphill -> the sign is wrong
return jnp.linalg.solve(jnp.array(changes), -at_zero)
# becomes
return jnp.linalg.solve(jnp.array(changes), at_zero)

# %% wrong: half the way -> that is half of it
return jnp.linalg.solve(jnp.array(changes), -at_zero)
# becomes
return jnp.linalg.solve(jnp.array(changes), -at_zero) / 2

# %% wrong: the gradient there -> that is the gradient at zero
return jnp.linalg.solve(jnp.array(changes), -at_zero)
# becomes
return at_zero

# %% wrong: the lowest value
return jnp.linalg.solve(jnp.array(changes), -at_zero)
# becomes
return loss(data, jnp.linalg.solve(jnp.array(changes), -at_zero))

# %% wrong: by data -> Which argument is differentiated?
gradient = jax.grad(loss, argnums=1)
# becomes
gradient = jax.grad(loss)

# %% wrong: positions from one -> argnums counts from zero
gradient = jax.grad(loss, argnums=1)
# becomes
gradient = jax.grad(loss, argnums=2)

# %% wrong: of the page -> What opens data? Only loss knows its form
gradient = jax.grad(loss, argnums=1)
# becomes
gradient = jax.grad(bowl, argnums=1)

# %% wrong: read from data -> that is right only if A were symmetric
changes = [gradient(data, one) - at_zero for one in jnp.eye(n)]
# becomes
changes = 2 * jax.tree.leaves(data)[0]

# %% wrong: by both arguments -> Which argument is differentiated?
gradient = jax.grad(loss, argnums=1)
# becomes
def gradient(data, x):
    return jax.grad(loss, argnums=(0, 1))(data, x)[1]

# %% wrong: at most sixteen entries
at_zero = gradient(data, jnp.zeros(n))
# becomes
n = min(n, 16)
at_zero = gradient(data, jnp.zeros(n))

# %% wrong: eight rounds -> Is it exactly where the gradient is zero?
jnp.linalg.solve(jnp.array(changes), -at_zero)
# becomes
jax.scipy.sparse.linalg.cg(jnp.array(changes), -at_zero, maxiter=8)[0]

# %% wrong: one entry is a number -> x should have the shape (n,)
return jnp.linalg.solve(jnp.array(changes), -at_zero)
# becomes
return jnp.linalg.solve(jnp.array(changes), -at_zero).squeeze()

# %% wrong: a column -> x should have the shape (n,)
return jnp.linalg.solve(jnp.array(changes), -at_zero)
# becomes
return jnp.linalg.solve(jnp.array(changes), -at_zero[:, None])

# %% wrong: a few steps of descent
return jnp.linalg.solve(jnp.array(changes), -at_zero)
# becomes
x = jnp.zeros(n)
for _ in range(50):
    x -= (at_zero + jnp.array(changes) @ x) / jnp.trace(jnp.array(changes))
return x

# %% wrong: a small curvature is none
return jnp.linalg.solve(jnp.array(changes), -at_zero)
# becomes
return jnp.linalg.solve(jnp.array(changes) + 1e-2 * jnp.eye(n), -at_zero)

# %% wrong: zero twice -> once at zero and at each unit vector is enough
changes = [gradient(data, one) - at_zero for one in jnp.eye(n)]
# becomes
changes = [gradient(data, one) - gradient(data, 0 * one) for one in jnp.eye(n)]

# %% wrong: differences of the loss -> once at zero and at each unit vector is enough
changes = [gradient(data, one) - at_zero for one in jnp.eye(n)]
# becomes
def value(x):
    return loss(data, x)

changes = [[value(p + q) - value(p) - value(q) + value(0 * p) for q in jnp.eye(n)] for p in jnp.eye(n)]

# %% wrong: descent until nothing moves -> once at zero and at each unit vector is enough
def lowest_point(loss, data, n):
    x, step = jnp.zeros(n), jax.grad(loss, argnums=1)
    for _ in range(1000):
        x = x - 0.01 * step(data, x)
    return x

# %% wrong: gradient of a number -> What does `grad` take?
def lowest_point(loss, data, n):
    return jax.grad(loss(data, jnp.zeros(n)))(jnp.zeros(n))

# %% wrong: all derivatives are one number
def lowest_point(loss, data, n):
    slope = jax.grad(lambda t: loss(data, t * jnp.ones(n)))
    return -slope(0.0) / (slope(1.0) - slope(0.0)) * jnp.ones(n)
