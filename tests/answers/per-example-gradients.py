# %% right: formula
def per_example_gradients(params, x, y):
    r = x @ params["w"] + params["b"] - y
    return {"w": 2 * r[:, None] * x, "b": 2 * r}


def clipped_mean_gradient(params, x, y, limit):
    def add(total, gradient):
        norm = jnp.sqrt(sum(jnp.vdot(leaf, leaf) for leaf in jax.tree.leaves(gradient)))
        shrink = jnp.minimum(1.0, limit / (norm + 1e-30))
        return jax.tree.map(lambda t, leaf: t + shrink * leaf / len(y), total, gradient), None

    g = jax.tree.map(jnp.asarray, dict(per_example_gradients(params, x, y)))
    return jax.lax.scan(add, jax.tree.map(lambda leaf: jnp.zeros_like(leaf[0]), g), g)[0]

# %% right: jacobian
def per_example_gradients(params, x, y):
    return jax.jacobian(lambda p: jax.vmap(example_loss, in_axes=(None, 0, 0))(p, x, y))(params)


def clipped_mean_gradient(params, x, y, limit):
    def add(total, gradient):
        norm = jnp.sqrt(sum(jnp.vdot(leaf, leaf) for leaf in jax.tree.leaves(gradient)))
        shrink = jnp.minimum(1.0, limit / (norm + 1e-30))
        return jax.tree.map(lambda t, leaf: t + shrink * leaf / len(y), total, gradient), None

    g = jax.tree.map(jnp.asarray, dict(per_example_gradients(params, x, y)))
    return jax.lax.scan(add, jax.tree.map(lambda leaf: jnp.zeros_like(leaf[0]), g), g)[0]

# %% right: python loop
def per_example_gradients(params, x, y):
    gradients = [jax.grad(example_loss)(params, xi, yi) for xi, yi in zip(x, y, strict=True)]
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *gradients)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% right: scan
def per_example_gradients(params, x, y):
    def step(carry, pair):
        return carry, jax.grad(example_loss)(params, *pair)

    return jax.lax.scan(step, None, (x, y))[1]


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    each = [{"w": w, "b": b} for w, b in zip(g["w"], g["b"])]
    for one in each:
        norm = float(np.sqrt(np.sum(np.square(one["w"])) + one["b"] ** 2))
        if norm > limit:
            one["w"], one["b"] = one["w"] * limit / norm, one["b"] * limit / norm
    return jax.tree.map(lambda *leaves: sum(leaves) / len(leaves), *each)

# %% right: specification called
def per_example_gradients(params, x, y):
    w, b, x, y = (np.asarray(a, np.float64) for a in (params["w"], params["b"], x, y))
    return nudge_every_parameter(w, b, x, y)


def clipped_mean_gradient(params, x, y, limit):
    return slow_clipped_mean(per_example_gradients(params, x, y), limit)

# %% wrong: all scaled to the limit
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = limit / jnp.where(norms > 0, norms, 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: batch axis last
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0), out_axes=-1)(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: bias forgotten
def per_example_gradients(params, x, y):
    gradients = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    return {"w": gradients["w"], "b": jnp.zeros(len(x))}


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: changed in place
def per_example_gradients(params, x, y):
    gradients = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    params["w"] = gradients["w"]
    params["b"] = gradients["b"]
    return params


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: clipped without the mean
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.minimum(1, limit / (norms + 1e-30))
    return {"w": shrink[:, None] * g["w"], "b": shrink * g["b"]}

# %% wrong: downhill
def per_example_gradients(params, x, y):
    gradients = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    return jax.tree.map(lambda g: -g, gradients)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: each leaf by its own norm
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    w = g["w"] * jnp.minimum(1, limit / (jnp.linalg.norm(g["w"], axis=1) + 1e-30))[:, None]
    return {"w": w.mean(axis=0), "b": jnp.clip(g["b"], -limit, limit).mean()}

# %% wrong: entries clipped
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    return jax.tree.map(lambda leaf: jnp.clip(leaf, -limit, limit).mean(axis=0), g)

# %% wrong: first example only
def per_example_gradients(params, x, y):
    return jax.grad(example_loss)(params, x[0], y[0])


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: float of a tracer
def per_example_gradients(params, x, y):
    def loss(params, x, y):
        return float(jnp.sum(x * params["w"]) + params["b"] - y) ** 2

    return jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: function not called
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: grad of vmap
def per_example_gradients(params, x, y):
    return jax.grad(jax.vmap(example_loss, in_axes=(None, 0, 0)))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: gradient in x
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss, argnums=1), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: half
def per_example_gradients(params, x, y):
    r = x @ params["w"] + params["b"] - y
    return {"w": r[:, None] * x, "b": r}


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: in_axes too short
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: large ones left out
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, 0.0, 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: list of gradients
def per_example_gradients(params, x, y):
    return [jax.grad(example_loss)(params, xi, yi) for xi, yi in zip(x, y)]


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: loss rewritten without a square
def example_loss(params, x, y):
    return jnp.abs(x @ params["w"] + params["b"] - y)


def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: losses clipped
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    return jax.grad(lambda p: jnp.mean(jnp.minimum(jax.vmap(example_loss, (None, 0, 0))(p, x, y), limit)))(params)

# %% wrong: mean clipped
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = jax.grad(mean_loss)(params, x, y)
    norm = jnp.sqrt(jnp.sum(g["w"] ** 2) + g["b"] ** 2)
    return jax.tree.map(lambda leaf: leaf * jnp.minimum(1, limit / norm), g)

# %% wrong: mean gradient
def per_example_gradients(params, x, y):
    return jax.grad(mean_loss)(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: mean gradient repeated
def per_example_gradients(params, x, y):
    gradient = jax.grad(mean_loss)(params, x, y)
    return jax.tree.map(lambda g: jnp.stack([g] * len(x)), gradient)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: no vmap
def per_example_gradients(params, x, y):
    return jax.grad(example_loss)(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: norm not rooted
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.minimum(1, limit / (norms**2 + 1e-30))
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: norm of the weights only
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.linalg.norm(g["w"], axis=1)
    shrink = jnp.minimum(1, limit / (norms + 1e-30))
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: norm of the whole batch
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norm = jnp.sqrt(jnp.sum(g["w"] ** 2) + jnp.sum(g["b"] ** 2))
    shrink = jnp.full(len(y), jnp.minimum(1, limit / (norm + 1e-30)))
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: norms instead of gradients
def per_example_gradients(params, x, y):
    gradients = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    return jax.tree.map(lambda g: jnp.linalg.norm(g.reshape(len(x), -1), axis=1), gradients)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: not a function
per_example_gradients = {"w": jnp.zeros((128, 3)), "b": jnp.zeros(128)}

# %% wrong: nothing clipped
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    return jax.grad(mean_loss)(params, x, y)

# %% wrong: numpy inside
def per_example_gradients(params, x, y):
    def loss(params, x, y):
        return np.square(np.dot(x, params["w"]) + params["b"] - y)

    return jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: off by one and clamped
def per_example_gradients(params, x, y):
    gradients = [jax.grad(example_loss)(params, x[i], y[i]) for i in range(1, len(x) + 1)]
    return jax.tree.map(lambda *g: jnp.stack(g), *gradients)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: parameters deleted
def per_example_gradients(params, x, y):
    gradient = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))
    slopes = jax.jit(gradient)(params, x, y)
    params["w"].delete()
    return slopes


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: parameters mapped too
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: sum of clipped
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.minimum(1, limit / (norms + 1e-30))
    return {"w": shrink @ g["w"], "b": jnp.sum(shrink * g["b"])}

# %% wrong: sum of losses
def per_example_gradients(params, x, y):
    def total(params):
        return jnp.sum(jax.vmap(example_loss, in_axes=(None, 0, 0))(params, x, y))

    return jax.grad(total)(params)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: swapped arguments
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, y, x)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: targets shared
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, None))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: tree_map instead of vmap
def per_example_gradients(params, x, y):
    return jax.tree.map(lambda p: jax.grad(example_loss)(p, x, y), params)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: value and gradient
def per_example_gradients(params, x, y):
    return jax.vmap(jax.value_and_grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: vmap of mean loss
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(mean_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: wrong axis
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 1, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: zero gradient becomes nan
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, 1.0, 1.0) * jnp.minimum(norms, limit) / norms
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% inputs
import jax.numpy as jnp
import numpy as np

ATOL = 1e-8


def cases(draw, page):
    for B, D, scale in (
        (1, 1, 1),
        (1, 3, 1),
        (4, 1, 10),
        (4, 3, 1),
        (3, 3, 1),
        (2, 5, 300),
        (5, 2, 0.01),
        (300, 2, 1),
    ):
        params, x, y = some(draw, B, D, scale)
        yield "per_example_gradients", (params, x, y), {}
        sizes = (
            2
            * np.abs(x @ params["w"] + params["b"] - y)
            * np.sqrt(1 + np.sum(np.square(x), axis=1))
        )
        for limit in (float(np.median(sizes)), 1e-3 * scale, 10.0 * scale**2):
            yield "clipped_mean_gradient", (params, x, y, limit), {}
    params, x, y = some(draw, 4, 2, 1)
    for fits in (
        jnp.array([True, False, False, True]),
        jnp.ones(4, bool),
    ):  # exactly: a gradient of zero
        exact = (params, jnp.where(fits[:, None], 0.0, x), jnp.where(fits, params["b"], y))
        yield "per_example_gradients", exact, {}
        yield "clipped_mean_gradient", (*exact, 0.5), {}


def some(draw, B, D, scale):
    w, b, x, y = (
        jnp.array(scale * draw.normal(size=shape), float) for shape in ((D,), (), (B, D), (B,))
    )
    return {"w": w, "b": b}, x, y
