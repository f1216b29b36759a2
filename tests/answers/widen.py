# %% right: numpy
def widen(fresh, trained):
    def wider(new, old):
        wide, old = np.array(new), np.asarray(old)
        if wide.ndim != old.ndim or any(a < b for a, b in zip(wide.shape, old.shape)):
            raise ValueError((wide.shape, old.shape))
        wide[tuple(map(slice, old.shape))] = old
        return wide

    return jax.tree.map(wider, fresh, trained)

# %% right: padded and chosen
def widen(fresh, trained):
    wide = []
    leaves, form = jax.tree.flatten(fresh)
    for new, old in zip(leaves, jax.tree.leaves(trained), strict=True):
        if np.ndim(old) != np.ndim(new):
            raise ValueError(f"{np.ndim(old)} axes")
        missing = [(0, a - b) for a, b in zip(np.shape(new), np.shape(old))]
        if not missing:
            wide.append(jnp.asarray(old, new.dtype))
            continue
        if min(grows for _, grows in missing) < 0:
            raise ValueError(f"{np.shape(old)} is too large")
        there = jnp.pad(jnp.ones(np.shape(old), bool), missing)
        wide.append(jnp.where(there, jnp.pad(old, missing).astype(new.dtype), new))
    return jax.tree.unflatten(form, wide)

# %% right: dynamic update
def widen(fresh, trained):
    def wider(new, old):
        if new.ndim != old.ndim:
            raise ValueError(f"{old.ndim} axes, not {new.ndim}")
        if (np.array(old.shape) > np.array(new.shape)).any():
            raise ValueError(f"{old.shape} > {new.shape}")
        start = [0] * new.ndim
        return jax.lax.dynamic_update_slice(new, jnp.asarray(old, new.dtype), start)

    leaves, form = jax.tree.flatten(fresh)
    return form.unflatten(map(wider, leaves, jax.tree.leaves(trained)))

# %% wrong: breaks: The two trees have the same paths, whatever they are made of -> Trees may be of named tuples, too
return jax.tree.map(wider, fresh, trained)
# becomes
return {m: {n: wider(its[n], trained[m][n]) for n in its} for m, its in fresh.items()}

# %% wrong: the last entries -> the trained entries are the last and not the first
first = tuple(slice(size) for size in shapes[1])
# becomes
first = tuple(slice(new - old, None) for new, old in zip(*shapes))

# %% wrong: fresh entries are lost -> the other entries are 0 and not those of the fresh
new = jnp.asarray(new)
# becomes
new = jnp.zeros_like(new)

# %% wrong: added -> the trained entries are added to the fresh ones
new.at[first].set
# becomes
new.at[first].add

# %% wrong: not kept -> what `.at[...].set` returns is a new array
return new.at[first].set(jnp.asarray(old, new.dtype))
# becomes
new.at[first].set(jnp.asarray(old, new.dtype))
return new

# %% wrong: dtype -> Has what you set the dtype of the fresh leaf?
jnp.asarray(old, new.dtype)
# becomes
old

# %% wrong: the argument changes -> changes what it is given; make new objects
return jax.tree.map(wider, fresh, trained)
# becomes
for module, its in getattr(fresh, "params", fresh).items():
    for name in its:
        its[name] = wider(its[name], getattr(trained, "params", trained)[module][name])
return jax.tree.map(wider, fresh, trained)

# %% wrong: arrays of NumPy change -> changes what it is given; make new objects
new = jnp.asarray(new)
# becomes
if isinstance(new, np.ndarray):
    new[first] = old
new = jnp.asarray(new)

# %% wrong: axes -> gives no error
len(shapes[0]) != len(shapes[1]) or 
# becomes

# %% wrong: more entries are cut off -> gives no error
if len(shapes[0]) != len(shapes[1]) or any(map(int.__lt__, *shapes)):
# becomes
if len(shapes[0]) == len(shapes[1]):
    old = old[tuple(map(slice, shapes[0]))]
else:

# %% wrong: another error -> gives a TypeError
raise ValueError(f"{shapes[1]} does not go into {shapes[0]}.")
# becomes
raise TypeError(f"{shapes[1]} does not go into {shapes[0]}.")

# %% wrong: two axes only -> Does it work for each number of axes
def widen(fresh, trained):
    def wider(new, old):
        if new.ndim != old.ndim or new.shape < old.shape:
            raise ValueError("does not fit")
        rows, columns = old.shape
        return new.at[:rows, :columns].set(old)

    return jax.tree.map(wider, fresh, trained)

# %% wrong: last axis only -> Which slice of the fresh leaf has the shape
def widen(fresh, trained):
    def wider(new, old):
        if new.ndim != old.ndim or any(map(int.__lt__, new.shape, old.shape)):
            raise ValueError("does not fit")
        if not new.ndim:
            return old
        return new.at[..., : old.shape[-1]].set(old)

    return jax.tree.map(wider, fresh, trained)

# %% wrong: padded with zeros -> The other entries are the fresh ones, not zeros
def widen(fresh, trained):
    def wider(new, old):
        if new.ndim != old.ndim or any(map(int.__lt__, new.shape, old.shape)):
            raise ValueError("does not fit")
        return jnp.pad(old, [(0, a - b) for a, b in zip(new.shape, old.shape)]).astype(new.dtype)

    return jax.tree.map(wider, fresh, trained)

# %% wrong: dtype of the trained -> has the dtype float32, not bfloat16
def widen(fresh, trained):
    def wider(new, old):
        if new.ndim != old.ndim or any(map(int.__lt__, new.shape, old.shape)):
            raise ValueError("does not fit")
        wide = new.astype(old.dtype)
        return wide.at[tuple(slice(size) for size in old.shape)].set(old)

    return jax.tree.map(wider, fresh, trained)

# %% wrong: shapes compared as tuples -> gives no error
def widen(fresh, trained):
    def wider(new, old):
        if new.ndim != old.ndim or new.shape < old.shape:
            raise ValueError("does not fit")
        return new.at[tuple(slice(size) for size in old.shape)].set(old[tuple(map(slice, new.shape))].astype(new.dtype))

    return jax.tree.map(wider, fresh, trained)

# %% wrong: in place -> changes what it is given; make new objects
def widen(fresh, trained):
    for module, its in fresh.items():
        for name, new in its.items():
            old = trained[module][name]
            if new.ndim != old.ndim or any(map(int.__lt__, new.shape, old.shape)):
                raise ValueError("does not fit")
            its[name] = new.at[tuple(slice(size) for size in old.shape)].set(old)
    return fresh

# %% wrong: dictionaries and tuples only -> For a `Run`
def widen(fresh, trained):
    if isinstance(fresh, dict):
        return {name: widen(its, trained[name]) for name, its in fresh.items()}
    if isinstance(fresh, tuple):
        parts = [widen(*both) for both in zip(fresh, trained, strict=True)]
        return type(fresh)(*parts) if hasattr(fresh, "_fields") else tuple(parts)

    def one(new, old):
        fits = np.ndim(new) == np.ndim(old)
        fits = fits and all(n >= m for n, m in zip(np.shape(new), np.shape(old), strict=True))
        if not fits:
            raise ValueError(f"{np.shape(old)} does not fit into {np.shape(new)}.")
        place = tuple(slice(size) for size in np.shape(old))
        return jnp.asarray(new).at[place].set(jnp.asarray(old).astype(new.dtype))

    return one(fresh, trained)

# %% wrong: zipped dictionaries -> Does it go through a named tuple, too?
def widen(fresh, trained):
    def one(new, old):
        fits = np.ndim(new) == np.ndim(old)
        fits = fits and all(n >= m for n, m in zip(np.shape(new), np.shape(old), strict=True))
        if not fits:
            raise ValueError(f"{np.shape(old)} does not fit into {np.shape(new)}.")
        place = tuple(slice(size) for size in np.shape(old))
        return jnp.asarray(new).at[place].set(jnp.asarray(old).astype(new.dtype))

    def both(new, old):
        if isinstance(new, dict):
            pairs = zip(new, new.values(), old.values(), strict=True)
            return {name: both(*its) for name, *its in pairs}
        return jax.tree.map(one, new, old)

    def through(new, old):  # tuples around dictionaries
        is_dict = lambda part: isinstance(part, dict)
        return jax.tree.map(both, new, old, is_leaf=is_dict)

    return through(fresh, trained)

# %% right: dynamic_update_slice on flat leaves
def widen(fresh, trained):
    """Flatten both, write the smaller array at the origin of the larger one."""
    leaves, structure = jax.tree.flatten(fresh)
    wide = []
    for new, old in zip(leaves, structure.flatten_up_to(trained), strict=True):
        new, old = jnp.asarray(new), jnp.asarray(old)
        if len(new.shape) - len(old.shape) or any(np.subtract(new.shape, old.shape) < 0):
            raise ValueError("A trained leaf does not fit into the fresh one.")
        origin = [0] * new.ndim
        old = old.astype(new.dtype)
        wide.append(jax.lax.dynamic_update_slice(new, old, origin) if old.size else new)
    return jax.tree.unflatten(structure, wide)
