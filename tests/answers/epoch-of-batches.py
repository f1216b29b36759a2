# %% right: argsort of uniform
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jnp.argsort(jax.random.uniform(jax.random.fold_in(key, epoch), (x.shape[0],)))
    cut = lambda a: jnp.take(a, order, axis=0).reshape(len(a) // batch_size, batch_size, *a.shape[1:])
    return cut(x), cut(y)

# %% right: data shuffled as a tree
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
    rows = jnp.split(order, len(x) // batch_size)
    batches = [jax.tree.map(lambda data: data[chosen], (x, y)) for chosen in rows]
    return jax.tree.map(lambda *several: jnp.stack(several), *batches)

# %% right: swaps from the end
def epoch_of_batches(key, epoch, x, y, batch_size):
    n = len(x)
    draws = jax.random.uniform(jax.random.fold_in(key, epoch), (n,))

    def swap(step, order):  # Fisher and Yates
        i = n - 1 - step
        j = (draws[i] * (i + 1)).astype(int)
        return order.at[i].set(order[j]).at[j].set(order[i])

    order = jax.lax.fori_loop(0, n - 1, swap, jnp.arange(n)).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: one order -> does epoch count
fold_in(key, epoch)
# becomes
fold_in(key, 0)

# %% wrong: no order
jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
# becomes
jnp.arange(len(x))

# %% wrong: breaks: Define `epoch_of_batches(
def epoch_of_batches(key, epoch, x, y, batch_size):
# becomes
def epoch_of_batches(key, epoch, batch_size, x, y):

# %% wrong: two axes -> xs of shape (N // batch_size, batch_size, ...)
return x[order], y[order]
# becomes
return x[order].reshape(*order.shape, -1), y[order]

# %% wrong: 32 examples
len(x))
# becomes
min(len(x), 32))

# %% wrong: epochs of 16 bits
fold_in(key, epoch)
# becomes
fold_in(key, epoch % 2**16)

# %% wrong: `ys` first -> ys is before xs
return x[order], y[order]
# becomes
return y[order], x[order]

# %% wrong: batch by batch -> Return two arrays
return x[order], y[order]
# becomes
return [(x[batch], y[batch]) for batch in order]

# %% wrong: axes exchanged -> xs of shape (N // batch_size, batch_size, ...)
order.reshape(-1, batch_size)
# becomes
order.reshape(batch_size, -1)

# %% wrong: one axis -> xs of shape (N // batch_size, batch_size, ...)
order.reshape(-1, batch_size)
# becomes
order

# %% wrong: the other end -> x and y are of different examples
y[order]
# becomes
y[order[::-1]]

# %% wrong: or twice, or never -> examples are missing and others come twice
jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
# becomes
jax.random.randint(jax.random.fold_in(key, epoch), len(x), 0, len(x))

# %% wrong: `y` stays -> x and y are of different examples
return x[order], y[order]
# becomes
return x[order], y.reshape(*order.shape, *y.shape[1:])

# %% wrong: orders apart -> x and y are of different examples: is one order drawn?
return x[order], y[order]
# becomes
return x[order], jax.random.permutation(key, y)[order]

# %% wrong: a random start -> is a whole order drawn?
jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
# becomes
jax.random.randint(jax.random.fold_in(key, epoch), (), 0, len(x))
order = (jnp.arange(len(x)) + order) % len(x)

# %% wrong: sorted by 16 bits -> too many neighbours keep their order
jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
# becomes
jnp.argsort(jax.random.bits(jax.random.fold_in(key, epoch), (len(x),), jnp.uint16))

# %% wrong: one key for all -> give one order: do both count
fold_in(key, epoch)
# becomes
fold_in(jax.random.key(0), epoch)

# %% wrong: key and epoch added -> do both count, and apart?
jax.random.fold_in(key, epoch)
# becomes
jax.random.key(jax.random.key_data(key)[1] + epoch)

# %% wrong: breaks: The same arguments give the same batches -> What decides, if the arguments do not?
jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
# becomes
jnp.array(np.random.default_rng().permutation(len(x)))

# %% wrong: breaks: No key is used twice -> KeyReuseError: Previously-consumed key
order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
# becomes
key = jax.random.fold_in(key, epoch)
order = jax.random.permutation(key, jax.random.permutation(key, len(x)))

# %% wrong: breaks: `jax.vmap` can map it over `key` and `epoch` -> no int() and no NumPy
fold_in(key, epoch)
# becomes
fold_in(key, int(epoch))

# %% wrong: donates the data -> deletes or donates what its caller needs
from functools import partial


@partial(jax.jit, static_argnames="batch_size", donate_argnames=("x", "y"))
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x)).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: each swapped with any -> some examples prefer some places
def epoch_of_batches(key, epoch, x, y, batch_size):
    n = len(x)
    others = jax.random.randint(jax.random.fold_in(key, epoch), (n,), 0, n)

    def swap(i, order):
        j = others[i]
        return order.at[i].set(order[j]).at[j].set(order[i])

    order = jax.lax.fori_loop(0, n, swap, jnp.arange(n)).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: every second epoch backwards -> an epoch says something about the next
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch // 2), len(x))
    order = jnp.where(epoch % 2, order[::-1], order).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: labels become float -> in its own dtype?
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x)).reshape(-1, batch_size)
    return x[order], y[order].astype(float)

# %% wrong: only within batches -> some examples prefer some places
def epoch_of_batches(key, epoch, x, y, batch_size):
    batches = jnp.arange(len(x)).reshape(-1, batch_size)
    order = jax.random.permutation(jax.random.fold_in(key, epoch), batches, axis=1, independent=True)
    return x[order], y[order]
