# %% right: gradient outside
def same_gradient(mesh, params, batch):
    def sums(params, batch):
        inputs, targets, weights = batch
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        return jax.lax.psum((weights @ errors, weights.sum()), "data")

    mapped = jax.shard_map(sums, mesh=mesh, in_specs=(P(), P("data")), out_specs=P())

    def loss(params):
        total, count = mapped(params, batch)
        return total / count

    return jax.grad(loss)(params)

# %% right: gradients gathered
def same_gradient(mesh, params, batch):
    def local(params, batch):
        inputs, targets, weights = batch
        own = jax.lax.pcast(params, "data", to="varying")

        def total(params):
            return weights @ jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)

        every = jax.lax.all_gather((jax.grad(total)(own), weights.sum()), "data")
        grads, count = jax.tree.map(lambda a: a.sum(axis=0), every)
        return jax.lax.pmean(jax.tree.map(lambda g: g / count, grads), "data")

    return jax.shard_map(local, mesh=mesh, in_specs=(P(), P("data")), out_specs=P())(params, batch)

# %% right: stacked and added outside
def same_gradient(mesh, params, batch):
    """Each device gives its own sums, stacked; they are added up outside."""

    def local(params, batch):
        x, t, w = batch
        own = jax.lax.pcast(params, "data", to="varying")
        errors, pull = jax.vjp(lambda p: jnp.mean(jnp.square(network.apply(p, x) - t), axis=1), own)
        (grads,) = pull(w)
        return jax.tree.map(lambda a: a[None], (grads, w.sum()))

    stacked, counts = jax.shard_map(local, mesh=mesh, in_specs=(P(), P("data")), out_specs=P("data"))(params, batch)
    whole = NamedSharding(mesh, P())
    mean = jax.tree.map(lambda g: g.sum(0) / counts.sum(), stacked)
    return jax.lax.with_sharding_constraint(mean, whole)

# %% right: without the accounting
def same_gradient(mesh, params, batch):
    def local(params, batch):
        share = batch[2].sum()
        everything = jax.lax.psum(share, "data")
        safe = (*batch[:2], jnp.where(share > 0, batch[2], 1.0))
        grads = jax.grad(weighted_loss)(params, safe)
        grads = jax.tree.map(lambda g: g * share / everything, grads)
        return jax.lax.psum(grads, "data")

    rows = NamedSharding(mesh, P("data"))
    return jax.shard_map(local, mesh=mesh, in_specs=(P(), P("data")), out_specs=P(), check_vma=False)(
        params, jax.device_put(batch, rows)
    )

# %% wrong: another mesh
all_devices = mesh


def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        total = jax.lax.psum(jnp.sum(weights * errors), "data")
        return total / jax.lax.psum(jnp.sum(weights), "data")

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.grad(loss), mesh=all_devices, in_specs=specs, out_specs=P())
    return gradient(params, *batch)

# %% wrong: devices by their number
def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        total = jax.lax.psum(jnp.sum(weights * errors), "data")
        return total / jax.lax.psum(jnp.sum(weights), "data")

    first = auto_mesh((mesh.size,), ("data",), jax.devices()[: mesh.size])
    specs = (P(), P("data"), P("data"), P("data"))
    return jax.shard_map(jax.grad(loss), mesh=first, in_specs=specs, out_specs=P())(params, *batch)

# %% wrong: divided by the devices too
def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        total = jax.lax.pmean(jnp.sum(weights * errors), "data")
        return total / jax.lax.psum(weights.sum(), "data")

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.grad(loss), mesh=mesh, in_specs=specs, out_specs=P())
    return gradient(params, *batch)

# %% wrong: divided by the rows
def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        return jax.lax.pmean(jnp.mean(weights * errors), "data")

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.grad(loss), mesh=mesh, in_specs=specs, out_specs=P())
    return gradient(params, *batch)

# %% wrong: every device all rows
def same_gradient(mesh, params, batch):
    return jax.shard_map(jax.grad(weighted_loss), mesh=mesh, in_specs=(P(), P()), out_specs=P())(params, batch)

# %% wrong: first device only
def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        return jnp.sum(weights * errors) / jnp.sum(weights)

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.grad(loss), mesh=mesh, in_specs=specs, out_specs=P(), check_vma=False)
    return gradient(params, *batch)

# %% wrong: loss and gradient
def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        total = jax.lax.psum(jnp.sum(weights * errors), "data")
        return total / jax.lax.psum(jnp.sum(weights), "data")

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.value_and_grad(loss), mesh=mesh, in_specs=specs, out_specs=P())
    return gradient(params, *batch)

# %% wrong: mean of means
def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        return jax.lax.pmean(weighted_loss(params, (inputs, targets, weights)), "data")

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.grad(loss), mesh=mesh, in_specs=specs, out_specs=P())
    return gradient(params, *batch)

# %% wrong: n of the page
def same_gradient(mesh, params, batch):
    def local(params, batch):
        x, t, w = batch
        e = jnp.mean((network.apply(params, x) - t) ** 2, axis=1)
        return (w * e).sum() / jax.lax.psum(w.sum(), "data")

    grads = jax.shard_map(jax.grad(local), mesh=mesh, in_specs=(P(), P("data")), out_specs=P())(params, batch)
    return jax.tree.map(lambda g: g / n, grads)

# %% wrong: nan from a device of padding
def same_gradient(mesh, params, batch):
    def local(params, batch):
        share = batch[2].sum()
        everything = jax.lax.psum(share, "data")
        grads = jax.grad(weighted_loss)(params, batch)  # 0/0 where share is 0
        grads = jax.tree.map(lambda g: g * share / everything, grads)
        return jax.lax.psum(grads, "data")

    return jax.shard_map(
        local, mesh=mesh, in_specs=(P(), P("data")), out_specs=P(), check_vma=False
    )(params, batch)

# %% wrong: on one device
def same_gradient(mesh, params, batch):
    return jax.grad(weighted_loss)(params, batch)

# %% wrong: planted n times
def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        count = jax.lax.psum(weights.sum(), "data")
        return jnp.sum(weights * errors) / count * jax.lax.axis_size("data")

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.grad(loss), mesh=mesh, in_specs=specs, out_specs=P())
    return gradient(params, *batch)

# %% wrong: psum of a gradient that is summed
def same_gradient(mesh, params, batch):
    def local(params, batch):
        inputs, targets, weights = batch
        count = jax.lax.psum(weights.sum(), "data")

        def total(params):
            errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
            return jnp.sum(weights * errors) / count

        return jax.lax.psum(jax.grad(total)(params), "data")

    return jax.shard_map(local, mesh=mesh, in_specs=(P(), P("data")), out_specs=P())(params, batch)

# %% wrong: reads the weights
def same_gradient(mesh, params, batch):
    x, t, w = batch
    keep = np.asarray(w) > 0
    x, t, w = x[keep], t[keep], w[keep]
    return jax.shard_map(
        lambda p, b: jax.grad(lambda p: jax.lax.pmean(weighted_loss(p, b), "data"))(p),
        mesh=mesh, in_specs=(P(), P("data")), out_specs=P(),
    )(params, (x, t, w))

# %% wrong: sum without a division
def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        return jax.lax.psum(jnp.sum(weights * errors), "data")

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.grad(loss), mesh=mesh, in_specs=specs, out_specs=P())
    return gradient(params, *batch)

# %% wrong: weights of one or nothing
def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        real = jnp.where(weights > 0, 1.0, 0.0)
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        return jax.lax.psum(jnp.sum(real * errors), "data") / jax.lax.psum(jnp.sum(real), "data")

    specs = (P(), P("data"), P("data"), P("data"))
    return jax.shard_map(jax.grad(loss), mesh=mesh, in_specs=specs, out_specs=P())(params, *batch)
