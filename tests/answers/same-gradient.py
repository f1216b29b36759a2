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

# %% wrong: a mean of means -> it is the mean of the devices' own means.
total = jax.lax.psum(jnp.sum(weights * errors), "data")
return total / jax.lax.psum(jnp.sum(weights), "data")
# becomes
return jax.lax.pmean(jnp.sum(weights * errors) / jnp.sum(weights), "data")

# %% wrong: no weights -> the weights are left out.
total = jax.lax.psum(jnp.sum(weights * errors), "data")
return total / jax.lax.psum(jnp.sum(weights), "data")
# becomes
return jax.lax.pmean(jnp.mean(errors), "data")

# %% wrong: divided by the rows -> is the weighted sum divided by a number of rows?
jax.lax.psum(jnp.sum(weights), "data")
# becomes
jax.lax.psum(len(weights), "data")

# %% wrong: the value, too -> or the loss there, too?
jax.grad(loss)
# becomes
jax.value_and_grad(loss)

# %% wrong: all rows on each device -> each device works on all rows. Do in_specs cut them
(P(), P("data"), P("data"), P("data"))
# becomes
(P(), P(), P(), P())

# %% wrong: outside of the map -> the network is not applied inside jax.shard_map.
return gradient(params, *batch)
# becomes
return jax.grad(weighted_loss)(params, batch)

# %% wrong: a piece for each device -> it is a piece for each device. What do out_specs say?
out_specs=P())
# becomes
out_specs=P("data"))

# %% wrong: added up once more -> as many times too big as there are devices
jax.shard_map(jax.grad(loss),
# becomes
jax.shard_map(lambda *given: jax.lax.psum(jax.grad(loss)(*given), "data"),

# %% wrong: divided by the devices -> divided by the number of devices once too often.
total = jax.lax.psum(jnp.sum(weights * errors), "data")
# becomes
total = jax.lax.pmean(jnp.sum(weights * errors), "data")

# %% wrong: n of the page -> does it use n of the page?
total = jax.lax.psum(jnp.sum(weights * errors), "data")
# becomes
total = n * jax.lax.pmean(jnp.sum(weights * errors), "data")

# %% wrong: 0 / 0 on one of them -> divide by if all its rows have weight 0?
total = jax.lax.psum(jnp.sum(weights * errors), "data")
# becomes
own = jnp.sum(weights)
total = jax.lax.psum(own * (jnp.sum(weights * errors) / own), "data")

# %% wrong: the devices by their number -> Use the mesh that the function gets, and no other.
mesh=mesh
# becomes
mesh=auto_mesh((mesh.size,), ("data",), devices[: mesh.size])

# %% wrong: NumPy at the end -> is there NumPy, a boolean index or an if?
return gradient(params, *batch)
# becomes
return jax.tree.map(np.asarray, gradient(params, *batch))

# %% wrong: rows are looked up outside of the map -> a lookup outside of the map has to name its layout.
return gradient(params, *batch)
# becomes
return gradient(params, *(array[jnp.arange(len(array))] for array in batch))

# %% wrong: another mesh -> Use the mesh that the function gets, and no other.
all_devices = mesh


def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        total = jax.lax.psum(jnp.sum(weights * errors), "data")
        return total / jax.lax.psum(jnp.sum(weights), "data")

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.grad(loss), mesh=all_devices, in_specs=specs, out_specs=P())
    return gradient(params, *batch)

# %% wrong: first device only -> each device gives the gradient of its own rows.
def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        return jnp.sum(weights * errors) / jnp.sum(weights)

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.grad(loss), mesh=mesh, in_specs=specs, out_specs=P(), check_vma=False)
    return gradient(params, *batch)

# %% wrong: mean of means -> it is the mean of the devices' own means.
def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        return jax.lax.pmean(weighted_loss(params, (inputs, targets, weights)), "data")

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.grad(loss), mesh=mesh, in_specs=specs, out_specs=P())
    return gradient(params, *batch)

# %% wrong: a sum of at least 0.001 -> What divides the weighted sum?
def same_gradient(mesh, params, batch):
    def on_device(params, batch):
        inputs, targets, weights = batch
        total = jnp.maximum(jax.lax.psum(weights.sum(), "data"), 1e-3)  # never 0 / 0

        def share(params):
            errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
            return jnp.sum(weights * errors) / total

        return jax.grad(share)(params)  # which adds up the devices

    specs = {"in_specs": (P(), P("data")), "out_specs": P()}
    return jax.shard_map(on_device, mesh=mesh, **specs)(params, batch)

# %% wrong: all rows, one by one -> are they gathered again?
def same_gradient(mesh, params, batch):
    def on_device(params, batch):
        rows = jax.tree.map(
            lambda a: jax.lax.all_gather(a, "data", tiled=True)[:, None], batch
        )

        def add(total, row):
            inputs, targets, weights = row

            def weighted(params):
                return jnp.sum(weights * (network.apply(params, inputs) - targets) ** 2)

            return jax.tree.map(jnp.add, total, jax.grad(weighted)(params)), None

        zeros = jax.tree.map(jnp.zeros_like, params)
        total, _ = jax.lax.scan(add, zeros, rows)
        return jax.tree.map(lambda g: g / rows[2].sum(), total)

    specs = {"in_specs": (P(), P("data")), "out_specs": P(), "check_vma": False}
    return jax.shard_map(on_device, mesh=mesh, **specs)(params, batch)
