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

# %% wrong: accounting off and no mean
def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P(), check_vma=False))

# %% wrong: all rows gathered
def sharded_step(mesh):
    def update(params, batch):
        whole = jax.tree.map(lambda a: jax.lax.all_gather(a, "data", tiled=True), batch)
        loss, grads = jax.value_and_grad(loss_fn)(params, whole)
        grads = jax.tree.map(lambda g: g / mesh.devices.size, grads)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), jax.lax.pmean(loss, "data")

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()))

# %% wrong: another mesh
all_devices = mesh


def sharded_step(mesh):
    def update(params, batch):
        def mean_loss(params):
            return jax.lax.pmean(loss_fn(params, batch), "data")

        loss, grads = jax.value_and_grad(mean_loss)(params)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    return jax.jit(jax.shard_map(update, mesh=all_devices, in_specs=(P(), P("data")), out_specs=P()))

# %% wrong: as it was
def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        grads = jax.lax.pmean(grads, "data")
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), jax.lax.pmean(loss, "data")

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()))

# %% wrong: computed outside
def sharded_step(mesh):
    rows = jax.shard_map(lambda batch: batch, mesh=mesh, in_specs=P("data"), out_specs=P("data"))
    return jax.jit(lambda params, batch: step(params, rows(batch)))

# %% wrong: devices by their number
def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(lambda params: jax.lax.pmean(loss_fn(params, batch), "data"))(params)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    first = auto_mesh((mesh.size,), ("data",), jax.devices()[: mesh.size])
    return jax.jit(jax.shard_map(update, mesh=first, in_specs=(P(), P("data")), out_specs=P()))

# %% wrong: divided by eight
def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        grads = jax.tree.map(lambda g: g / 8, grads)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), jax.lax.pmean(loss, "data")

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()))

# %% wrong: divided twice
def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(lambda params: jax.lax.pmean(loss_fn(params, batch), "data"))(params)
        grads = jax.tree.map(lambda g: g / jax.lax.axis_size("data"), grads)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()))

# %% wrong: every device all rows
def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P()), out_specs=P()))

# %% wrong: local loss
def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        grads = jax.tree.map(lambda g: g / jax.lax.axis_size("data"), grads)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()))

# %% wrong: no collective for the gradient
def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), jax.lax.pmean(loss, "data")

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()))

# %% wrong: pmean outside
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

# %% wrong: psum of the gradient
def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        grads = jax.lax.psum(grads, "data")
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), jax.lax.pmean(loss, "data")

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()))
