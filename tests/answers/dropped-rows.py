# %% right: a list of layers
def dropped_fn(x, is_training):
    def one_row(row):
        for _ in range(2):
            row = jax.nn.relu(hk.Linear(32)(row))
            if is_training:
                row = hk.dropout(hk.next_rng_key(), 0.1, row)
        return hk.Linear(3, name="head")(row)

    if is_training:
        return hk.vmap(one_row, split_rng=not hk.running_init())(x)
    return hk.vmap(one_row, split_rng=False)(x)

# %% right: without vmap
def dropped_fn(x, is_training):
    rate = 0.1 if is_training else 0.0
    h = jax.nn.relu(hk.Linear(32)(x))
    h = hk.dropout(hk.next_rng_key(), rate, h) if is_training else h
    h = jax.nn.relu(hk.Linear(32)(h))
    if is_training:
        h = hk.dropout(hk.next_rng_key(), rate, h)
    return hk.Linear(3, name="head")(h)

# %% right: masks by hand
def dropped_fn(x, is_training):
    first, second, head = hk.Linear(32), hk.Linear(32), hk.Linear(3, name="head")

    def drop(h):
        if not is_training:
            return h
        keep = jax.random.uniform(hk.next_rng_key(), h.shape) < 0.9
        return jnp.where(keep, h / 0.9, 0)

    return head(drop(jax.nn.relu(second(drop(jax.nn.relu(first(x)))))))

# %% right: keys for each row
def dropped_fn(x, is_training):
    layers = hk.Linear(32), hk.Linear(32)
    for layer in layers:
        x = jax.nn.relu(layer(x))
        if is_training:
            keys = jax.random.split(hk.next_rng_key(), len(x))
            x = jax.vmap(lambda key, row: hk.dropout(key, 0.1, row))(keys, x)
    return hk.Linear(3, name="head")(x)

# %% wrong: rows share -> equal over axis 0
split_rng=split
# becomes
split_rng=False

# %% wrong: breaks: With `is_training=True`, each row and each of the two layers | layers share -> equal over this draw and that of
def drop(h):
    return hk.dropout(hk.next_rng_key(), 0.1, h) if is_training else h

def one_row(row):
# becomes
def one_row(row):
    key = hk.next_rng_key() if is_training else None

    def drop(h):
        return hk.dropout(key, 0.1, h) if is_training else h

# %% wrong: a tenth is kept -> at rate 0.1?
0.1, h
# becomes
0.9, h

# %% wrong: breaks: With `is_training=True`, each row and each of the two layers | not scaled -> times as large, and others 0
hk.dropout(hk.next_rng_key(), 0.1, h) if
# becomes
hk.dropout(hk.next_rng_key(), 0.1, h) * 0.9 if

# %% wrong: other numbers
, h) if is_training else h
# becomes
, h) if is_training else 0.9 * h

# %% wrong: it needs a key -> Is the key split, or drawn, where none is needed?
split = is_training and not hk.running_init()
# becomes
split = not hk.running_init()

# %% wrong: breaks: In both modes `init` makes the tree -> and that of author_fn head, linear, linear_1
name="head"
# becomes
name="top"

# %% wrong: init raises -> What must split_rng be while `init` makes
split = is_training and not hk.running_init()
# becomes
split = is_training

# %% wrong: rows share by jax -> equal over axis 0
def dropped_fn(x, is_training):
    def drop(h):
        return hk.dropout(hk.next_rng_key(), 0.1, h) if is_training else h

    def one_row(row):
        h = drop(jax.nn.relu(hk.Linear(32)(row)))
        h = drop(jax.nn.relu(hk.Linear(32)(h)))
        return hk.Linear(3, name="head")(h)

    return jax.vmap(one_row)(x)

# %% wrong: layers share -> equal over this draw and that of
def dropped_fn(x, is_training):
    def one_row(row):
        key = hk.next_rng_key() if is_training else None
        h = jax.nn.relu(hk.Linear(32)(row))
        h = hk.dropout(key, 0.1, h) if is_training else h
        h = jax.nn.relu(hk.Linear(32)(h))
        h = hk.dropout(key, 0.1, h) if is_training else h
        return hk.Linear(3, name="head")(h)

    return hk.vmap(one_row, split_rng=is_training and not hk.running_init())(x)

# %% wrong: in evaluation, too -> Is the key split, or drawn, where none is needed?
def dropped_fn(x, is_training):
    def drop(h):
        return hk.dropout(hk.next_rng_key(), 0.1, h)

    def one_row(row):
        h = drop(jax.nn.relu(hk.Linear(32)(row)))
        h = drop(jax.nn.relu(hk.Linear(32)(h)))
        return hk.Linear(3, name="head")(h)

    return hk.vmap(one_row, split_rng=not hk.running_init())(x)

# %% wrong: a key in evaluation -> Is the key split, or drawn, where none is needed?
def dropped_fn(x, is_training):
    def drop(h):
        return hk.dropout(hk.next_rng_key(), 0.1 if is_training else 0.0, h)

    def one_row(row):
        h = drop(jax.nn.relu(hk.Linear(32)(row)))
        h = drop(jax.nn.relu(hk.Linear(32)(h)))
        return hk.Linear(3, name="head")(h)

    return hk.vmap(one_row, split_rng=not hk.running_init())(x)

# %% wrong: split at init -> What must split_rng be while `init` makes
def dropped_fn(x, is_training):
    def drop(h):
        return hk.dropout(hk.next_rng_key(), 0.1, h) if is_training else h

    def one_row(row):
        h = drop(jax.nn.relu(hk.Linear(32)(row)))
        h = drop(jax.nn.relu(hk.Linear(32)(h)))
        return hk.Linear(3, name="head")(h)

    return hk.vmap(one_row, split_rng=is_training)(x)

# %% wrong: after the first layer only -> Of 6000 units 1.00 survive dropout after the second layer
def dropped_fn(x, is_training):
    h = jax.nn.relu(hk.Linear(32)(x))
    h = hk.dropout(hk.next_rng_key(), 0.1, h) if is_training else h
    h = jax.nn.relu(hk.Linear(32)(h))
    return hk.Linear(3, name="head")(h)

# %% wrong: after the second layer only -> survive dropout after both layers; 0.81 should
def dropped_fn(x, is_training):
    h = jax.nn.relu(hk.Linear(32)(x))
    h = jax.nn.relu(hk.Linear(32)(h))
    h = hk.dropout(hk.next_rng_key(), 0.1, h) if is_training else h
    return hk.Linear(3, name="head")(h)

# %% wrong: rate of the page -> at rate 0.1?
def dropped_fn(x, is_training):
    def drop(h):
        return hk.dropout(hk.next_rng_key(), 0.2, h) if is_training else h

    h = drop(jax.nn.relu(hk.Linear(32)(x)))
    h = drop(jax.nn.relu(hk.Linear(32)(h)))
    return hk.Linear(3, name="head")(h)

# %% wrong: not scaled -> times as large, and others 0
def dropped_fn(x, is_training):
    def drop(h):
        if not is_training:
            return h
        return h * jax.random.bernoulli(hk.next_rng_key(), 0.9, h.shape)

    h = drop(jax.nn.relu(hk.Linear(32)(x)))
    h = drop(jax.nn.relu(hk.Linear(32)(h)))
    return hk.Linear(3, name="head")(h)

# %% wrong: a fixed key -> Two keys give the same masks
def dropped_fn(x, is_training):
    def drop(seed, h):
        return hk.dropout(jax.random.key(seed), 0.1, h) if is_training else h

    h = drop(0, jax.nn.relu(hk.Linear(32)(x)))
    h = drop(1, jax.nn.relu(hk.Linear(32)(h)))
    return hk.Linear(3, name="head")(h)

# %% wrong: whole rows -> equal over axis 1
def dropped_fn(x, is_training):
    def drop(h):
        if not is_training:
            return h
        return hk.dropout(hk.next_rng_key(), 0.1, h, broadcast_dims=(1,))

    h = drop(jax.nn.relu(hk.Linear(32)(x)))
    h = drop(jax.nn.relu(hk.Linear(32)(h)))
    return hk.Linear(3, name="head")(h)

# %% wrong: layers of a module -> and that of author_fn head, linear, linear_1
class Dropped(hk.Module):
    def __call__(self, x, is_training):
        def drop(h):
            return hk.dropout(hk.next_rng_key(), 0.1, h) if is_training else h

        h = drop(jax.nn.relu(hk.Linear(32)(x)))
        h = drop(jax.nn.relu(hk.Linear(32)(h)))
        return hk.Linear(3, name="head")(h)


def dropped_fn(x, is_training):
    return Dropped()(x, is_training)

# %% wrong: no dropout -> Of 6000 units 1.00 survive dropout after the second layer
def dropped_fn(x, is_training):
    return author_fn(x)

# %% wrong: eight units -> survive dropout after the second layer
def dropped_fn(x, is_training):  # (B, 2)
    def one_row(row):
        h = jax.nn.relu(hk.Linear(32)(row))
        h = drop(h)
        h = jax.nn.relu(hk.Linear(32)(h))
        h = drop(h)
        return hk.Linear(3, name="head")(h)

    def drop(h):
        if not is_training:
            return h
        first, rest = h[:8], h[8:]
        return jnp.concatenate([hk.dropout(hk.next_rng_key(), 0.1, first), rest])

    split = is_training and not hk.running_init()
    return hk.vmap(one_row, split_rng=split)(x)

# %% wrong: 512 keys -> Rows 512 apart
def dropped_fn(x, is_training):  # (B, 2)
    if is_training:
        keys = jax.random.split(hk.next_rng_key(), 512)
        keys = keys[jnp.arange(len(x)) % 512]  # (B,)
    else:
        keys = jnp.arange(len(x))

    def drop(key, number, h):
        if not is_training:
            return h
        return hk.dropout(jax.random.fold_in(key, number), 0.1, h)

    def one_row(key, row):
        h = drop(key, 0, jax.nn.relu(hk.Linear(32)(row)))
        h = drop(key, 1, jax.nn.relu(hk.Linear(32)(h)))
        return hk.Linear(3, name="head")(h)

    return hk.vmap(one_row, split_rng=False)(keys, x)

# %% right: whole batches
def dropped_fn(x, is_training):  # (B, 2)
    """A layer of Haiku takes a batch, and so does dropout."""
    keys = hk.next_rng_keys(2) if is_training else (None, None)
    h = x
    for layer, key in zip((hk.Linear(32), hk.Linear(32)), keys, strict=True):
        h = jnp.maximum(layer(h), 0)
        if key is not None:
            keep = jax.random.bernoulli(key, 0.9, h.shape)
            h = h * keep / 0.9
    return hk.Linear(3, name="head")(h)
