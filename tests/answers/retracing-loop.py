# %% right: class with a static self
class Quick:
    @functools.partial(jax.jit, static_argnums=0)
    def step(self, params, x, y, lr):
        return my_update(params, my_haiku_net, x, y, lr)
    def train(self, params, batches, rates):
        losses = np.zeros(len(batches))
        for i, ((x, y), rate) in enumerate(zip(batches, rates)):
            losses[i], params = self.step(params, x, y, rate)
        return params, losses
quick_training = Quick().train

# %% right: closure
@jax.jit
def quick(params, x, y, rate):
    return my_update(params, my_haiku_net, x, y, rate)
def quick_training(params, batches, rates):
    losses = []
    for i in range(len(batches)):
        x, y = batches[i]
        loss, params = quick(params, x, y, rates[i])
        losses.append(loss)
    return params, losses

# %% right: jit of one function in the loop
def quick_training(params, batches, rates):
    losses = []
    for (x, y), rate in zip(batches, rates):
        step = jax.jit(my_update, static_argnames="net")
        loss, params = step(params, my_haiku_net, x, y, rate)
        losses.append(float(loss))
    return params, losses

# %% right: partial
step = jax.jit(functools.partial(my_update, net=my_haiku_net))
def quick_training(params, batches, rates):
    losses = []
    for (x, y), rate in zip(batches, rates):
        loss, params = step(params, input=x, target=y, learning_rate=rate)
        losses.append(float(loss))
    return params, losses

# %% right: update of params and batch
@jax.jit
def step(params, batch, lr):
    loss, grads = jax.value_and_grad(loss_fn)(params, batch)
    return jax.tree.map(lambda p, g: p - lr * g, params, grads), loss
def quick_training(params, batches, rates):
    losses = []
    for batch, lr in zip(batches, rates):
        params, loss = step(params, batch, lr)
        losses.append(loss)
    return params, jnp.stack(losses)

# %% wrong: the first rate for all -> the last step does not have its own rate, but the first
x, y, rate)
# becomes
x, y, rates[0])

# %% wrong: parameters not handed on -> each loss is that of the first parameters
loss, params = quick_step(
# becomes
loss, new = quick_step(

# %% wrong: losses after the steps -> each is the loss after its step
losses.append(float(loss))
# becomes
losses.append(float(quick_step(params, my_haiku_net, x, y, 0.0)[0]))

# %% wrong: the last loss -> that is the last loss only
losses.append(float(loss))
# becomes
losses = loss

# %% wrong: the pair is swapped -> those are the parameters; the losses come after them
return params, losses
# becomes
return losses, params

# %% wrong: at most eight batches -> there is not one loss for each batch
zip(batches, rates, strict=True)
# becomes
zip(batches[:8], rates)

# %% wrong: at most 24 rows
x, y, rate)
# becomes
x[:24], y[:24], rate)

# %% wrong: not compiled -> the network runs in Python again and again
quick_step = jax.jit(my_update, static_argnames="net")
# becomes
quick_step = my_update

# %% wrong: a static rate -> What is new to jit at each round?
quick_step = jax.jit(my_update, static_argnames="net")
# becomes
quick_step = jax.jit(my_update, static_argnums=(1, 4))

# %% wrong: traced again in each call -> the network runs in Python again and again
losses = []
# becomes
losses, quick_step = [], jax.jit(lambda *args: my_update(*args), static_argnums=1)

# %% wrong: a network for each call -> the network runs in Python again and again
losses = []
# becomes
losses, my_haiku_net = [], hk.without_apply_rng(hk.transform(two_layer_net))

# %% wrong: in place -> changes what it is given
loss, params = quick_step(params, my_haiku_net, x, y, rate)
# becomes
loss, new = quick_step(params, my_haiku_net, x, y, rate)
params.update(new)

# %% wrong: the list is emptied -> changes what it is given
return params, losses
# becomes
batches.clear()
return params, losses

# %% wrong: donated -> deletes or donates what its caller needs
static_argnames="net")
# becomes
static_argnames="net", donate_argnums=0)

# %% wrong: jit of a lambda once per call -> the network runs in Python again and again
def quick_training(params, batches, rates):
    step = jax.jit(lambda p, x, y, lr: my_update(p, my_haiku_net, x, y, lr))
    losses = []
    for (x, y), rate in zip(batches, rates):
        loss, params = step(params, x, y, rate)
        losses.append(float(loss))
    return params, losses

# %% wrong: padded with copies
step = jax.jit(my_update, static_argnames="net")
def quick_training(params, batches, rates):
    losses, longest = [], max(len(x) for x, _ in batches)
    for (x, y), rate in zip(batches, rates):
        x, y = (jnp.resize(part, (longest, part.shape[1])) for part in (x, y))
        loss, params = step(params, my_haiku_net, x, y, rate)
        losses.append(float(loss))
    return params, losses

# %% wrong: keeps the programs of the last three shapes -> the network runs in Python again and again
@functools.lru_cache(maxsize=3)
def quick_step(shape):
    return jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))


def quick_training(params, batches, rates):
    losses = []
    for (x, y), rate in zip(batches, rates, strict=True):
        loss, params = quick_step(x.shape)(params, x, y, rate)
        losses.append(float(loss))
    return params, losses

# %% wrong: each batch is filled up to 64 rows -> quick_training stops with ValueError
@jax.jit
def quick_step(params, x, y, real, lr):
    def loss_fn(params):
        squares = (my_haiku_net.apply(params, x) - y) ** 2
        return jnp.where(real[:, None], squares, 0).sum() / (real.sum() * y.shape[1])

    loss, grads = jax.value_and_grad(loss_fn)(params)
    return loss, jax.tree.map(lambda p, g: p - lr * g, params, grads)


def quick_training(params, batches, rates):
    losses = []
    for (x, y), rate in zip(batches, rates, strict=True):
        more = ((0, 64 - len(x)), (0, 0))
        real = np.arange(64) < len(x)
        loss, params = quick_step(params, jnp.pad(x, more), jnp.pad(y, more), real, rate)
        losses.append(float(loss))
    return params, losses
