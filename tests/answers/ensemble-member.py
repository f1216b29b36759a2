# %% right: class and take
class ensemble_member(contextlib.ExitStack):
    def __init__(self, count, index):
        super().__init__()
        self.count, self.index = count, index

    def __enter__(self):
        self.enter_context(hk.custom_creator(self.create))
        self.enter_context(hk.custom_getter(self.get))

    def create(self, next_creator, shape, dtype, init, context):
        members = [init(context.original_shape, dtype) for _ in range(self.count)]
        return next_creator((self.count, *shape), dtype, lambda *_: jnp.array(members))

    def get(self, next_getter, value, context):
        return next_getter(jnp.take(value, self.index, axis=0))

# %% right: init calls next_creator for each
@contextlib.contextmanager
def ensemble_member(count, index):

    def creator(next_creator, shape, dtype, init, context):
        def several(_, dtype):
            return jnp.stack([init(tuple(shape), dtype) for _ in range(count)])

        return next_creator((count,) + tuple(shape), dtype, several)

    def getter(next_getter, value, context):
        chosen = jax.nn.one_hot(index, count, dtype=value.dtype)
        mixed = jnp.tensordot(chosen, value, 1, precision="highest")
        return next_getter(mixed.astype(value.dtype))

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% right: vmap over keys
@contextlib.contextmanager
def ensemble_member(count, index):

    def creator(next_creator, shape, dtype, init, context):
        keys = hk.next_rng_keys(count)

        def init_all(shape, dtype):
            def one(key):
                with hk.with_rng(key):
                    return init(tuple(shape)[1:], dtype)

            return jax.vmap(one)(keys)

        return next_creator([count, *shape], dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(jax.lax.dynamic_index_in_dim(value, index, 0, keepdims=False))

    with hk.custom_creator(creator):
        with hk.custom_getter(getter):
            yield

# %% wrong: axis at the end -> Each parameter has a first axis of count members
def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            return jnp.stack([init(shape[1:], dtype) for _ in range(shape[0])])

        return next_creator((count, *shape), dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(value[index])
# becomes
def creator(next_creator, shape, dtype, init, context):
    def init_all(shape, dtype):
        return jnp.stack([init(shape[:-1], dtype) for _ in range(count)], axis=-1)

    return next_creator((*shape, count), dtype, init_all)

def getter(next_getter, value, context):
    return next_getter(value[..., index])

# %% wrong: depth of the page -> Each parameter has a first axis of count members
return next_creator((count, *shape), dtype, init_all)
# becomes
return stack_creator(next_creator, shape, dtype, init, context)

# %% wrong: first member -> every index gives the first member
return next_getter(value[index])
# becomes
return next_getter(value[0])

# %% wrong: mean of members -> every index gives the mean of the members
return next_getter(value[index])
# becomes
return next_getter(value.mean(0))

# %% wrong: no getter -> Which shape does the module expect from the getter?
with hk.custom_creator(creator), hk.custom_getter(getter):
# becomes
with hk.custom_creator(creator):

# %% wrong: no return of the getter -> Does the getter return what next_getter returns?
return next_getter(value[index])
# becomes
next_getter(value[index])

# %% wrong: return not yield -> Is it a generator with one yield
with hk.custom_creator(creator), hk.custom_getter(getter):
        yield
# becomes
return hk.custom_creator(creator)

# %% wrong: the bias of the first member
return next_getter(value[index])
# becomes
return next_getter(value[index] if value.ndim > 2 else value[0])

# %% wrong: init of the large shape -> which shape does its initialiser get?
return next_creator((count, *shape), dtype, init_all)
# becomes
return next_creator((count, *shape), dtype, init)

# %% wrong: only matrices differ -> do members start with the same scale?
return jnp.stack([init(shape[1:], dtype) for _ in range(shape[0])])
# becomes
if len(shape) < 3:
    return jnp.stack([init(shape[1:], dtype)] * count)
return jnp.stack([init(shape[1:], dtype) for _ in range(shape[0])])

# %% wrong: same numbers -> do members start with the same w?
return jnp.stack([init(shape[1:], dtype) for _ in range(shape[0])])
# becomes
return jnp.stack([init(shape[1:], dtype)] * count)

# %% wrong: same start with tiny noise -> of two members have a correlation of
return jnp.stack([init(shape[1:], dtype) for _ in range(shape[0])])
# becomes
first = init(shape[1:], dtype)
return jnp.stack([first * (1 + 0.01 * i) for i in range(count)]).astype(dtype)

# %% wrong: second half copied -> do members start with the same w?
return jnp.stack([init(shape[1:], dtype) for _ in range(shape[0])])
# becomes
most = [init(shape[1:], dtype) for _ in range(min(count, 3))]
return jnp.stack([most[i % 3] for i in range(count)])

# %% wrong: float32 -> has the dtype float32, not float16
return next_creator((count, *shape), dtype, init_all)
# becomes
return next_creator((count, *shape), jnp.float32, init_all)

# %% wrong: a scope -> and without the context linear
with hk.custom_creator(creator), hk.custom_getter(getter):
# becomes
with hk.name_scope("member"), hk.custom_creator(creator), hk.custom_getter(getter):

# %% wrong: python integer -> index may be traced: Python cannot look at it
return next_getter(value[index])
# becomes
return next_getter(value[int(index)])

# %% wrong: only three members
return next_getter(value[index])
# becomes
return next_getter(value[jnp.minimum(index, 2)])

# %% wrong: no number
return next_getter(value[index])
# becomes
return next_getter(value[index] if value.ndim > 1 else value.mean())

# %% wrong: at most three axes
return next_getter(value[index])
# becomes
return next_getter(value[index] if value.ndim < 5 else value[0])
