# %% right: copies as in pmap
def sharded_step(mesh):
    """As in pmap: each device gets a copy of its own."""
    count = mesh.shape["data"]

    def one(copies, batch):
        own = jax.tree.map(lambda p: p[0], copies)
        loss, grads = jax.value_and_grad(loss_fn)(own, batch)
        return jax.lax.pmean((grads, loss), "data")

    mapped = jax.shard_map(one, mesh=mesh, in_specs=P("data"), out_specs=P())

    @jax.jit
    def go(params, batch):
        copies = jax.tree.map(lambda p: jnp.broadcast_to(p, (count, *jnp.shape(p))), params)
        grads, loss = mapped(copies, batch)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    return go

# %% right: not compiled and placed
def sharded_step(mesh):
    def local(params, rows, targets):
        def mean_loss(params):
            errors = (network.apply(params, rows) - targets) ** 2
            return jax.lax.psum(errors.sum(), "data") / jax.lax.psum(errors.size, "data")

        return jax.value_and_grad(mean_loss)(params)

    @jax.jit
    def step(params, batch):
        batch = jax.device_put(batch, NamedSharding(mesh, P("data")))
        specs = (P(), P("data"), P("data"))
        loss, grads = jax.shard_map(local, mesh=mesh, in_specs=specs, out_specs=(P(), P()))(params, *batch)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    return lambda params, batch: step(params, batch)

# %% right: without the accounting
def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        grads = jax.lax.pmean(grads, "data")
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), jax.lax.pmean(loss, "data")

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P(), check_vma=False))

# %% wrong: another mesh -> Use the mesh that the function gets, and no other.
mesh=mesh, **specs
# becomes
mesh=auto_mesh((n,), ("data",)), **specs

# %% wrong: all rows on each device -> each device works on all rows. Do in_specs cut them
(P(), P("data"))
# becomes
(P(), P())

# %% wrong: outside of the map -> the network is not applied inside jax.shard_map.
jax.jit(jax.shard_map(update, mesh=mesh, **specs))
# becomes
step

# %% wrong: the loss first -> should return (new params, loss), in this order.
return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss
# becomes
return loss, jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)

# %% wrong: uphill -> the step leads uphill.
p - 0.1 * g
# becomes
p + 0.1 * g

# %% wrong: the loss of its own rows -> Which result is said to be the same on all devices, and is not?
return jax.lax.pmean(loss_fn(params, batch), "data")
# becomes
return loss_fn(params, batch) / jax.lax.axis_size("data")

# %% wrong: the sum of the losses -> as many times too big as there are devices
jax.lax.pmean
# becomes
jax.lax.psum

# %% wrong: n of the page -> is it divided by n of the page?
return jax.lax.pmean(loss_fn(params, batch), "data")
# becomes
return jax.lax.psum(loss_fn(params, batch), "data") / n

# %% wrong: two devices
return jax.lax.pmean(loss_fn(params, batch), "data")
# becomes
return jax.lax.psum(loss_fn(params, batch), "data") / 2

# %% wrong: its devices by their number -> Use the mesh that the function gets, and no other.
mesh=mesh, **specs
# becomes
mesh=auto_mesh((mesh.size,), ("data",), devices[: mesh.size]), **specs

# %% wrong: all rows gathered -> are they gathered again?
def sharded_step(mesh):
    def update(params, batch):
        whole = jax.tree.map(lambda a: jax.lax.all_gather(a, "data", tiled=True), batch)
        loss, grads = jax.value_and_grad(loss_fn)(params, whole)
        grads = jax.tree.map(lambda g: g / mesh.devices.size, grads)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), jax.lax.pmean(loss, "data")

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()))

# %% wrong: as it was -> as many times too big as there are devices
def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        grads = jax.lax.pmean(grads, "data")
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), jax.lax.pmean(loss, "data")

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()))

# %% wrong: pmean outside -> Where does the name of a mesh axis have a meaning?
def sharded_step(mesh):
    gradient = jax.shard_map(
        jax.value_and_grad(loss_fn), mesh=mesh, in_specs=(P(), P("data")), out_specs=P(), check_vma=False
    )

    @jax.jit
    def step(params, batch):
        loss, grads = gradient(params, batch)
        grads = jax.lax.pmean(grads, "data")
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    return step

# %% wrong: partners at 1, 2, 4 -> the gradient that the step follows
def sharded_step(mesh):
    count = mesh.shape["data"]

    def total(tree):
        distance = 1
        while distance < count:
            pairs = [(i, (i + distance) % count) for i in range(count)]
            other = jax.lax.ppermute(tree, "data", pairs)
            tree = jax.tree.map(jnp.add, tree, other)
            distance *= 2
        return jax.tree.map(lambda leaf: leaf / count, tree)

    def update(params, batch):
        loss, grads = total(jax.value_and_grad(loss_fn)(params, batch))
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    specs = {"in_specs": (P(), P("data")), "out_specs": P(), "check_vma": False}
    return jax.jit(jax.shard_map(update, mesh=mesh, **specs))

# %% wrong: all rows in parts -> are they gathered again?
def sharded_step(mesh):
    def update(params, batch):
        parts = jax.lax.all_gather(batch, "data")  # (devices, rows, ...)

        def add(carry, part):
            found = jax.value_and_grad(loss_fn)(params, part)
            return jax.tree.map(jnp.add, carry, found), None

        zeros = jnp.zeros(()), jax.tree.map(jnp.zeros_like, params)
        (loss, grads), _ = jax.lax.scan(add, zeros, parts)
        count = mesh.shape["data"]
        new = jax.tree.map(lambda p, g: p - 0.1 * g / count, params, grads)
        return new, loss / count

    specs = {"in_specs": (P(), P("data")), "out_specs": P(), "check_vma": False}
    return jax.jit(jax.shard_map(update, mesh=mesh, **specs))

# %% wrong: parts of eight -> the gradient that the step follows
def sharded_step(mesh):
    def update(params, batch):
        size = min(8, len(batch[0]))
        full = len(batch[0]) // size * size
        parts = [a[:full].reshape(-1, size, a.shape[1]) for a in batch]

        def whole(params):
            losses = jax.lax.map(lambda part: loss_fn(params, part), tuple(parts))
            return jax.lax.pmean(losses.mean(), "data")

        loss, grads = jax.value_and_grad(whole)(params)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    specs = {"in_specs": (P(), P("data")), "out_specs": P()}
    return jax.jit(jax.shard_map(update, mesh=mesh, **specs))
