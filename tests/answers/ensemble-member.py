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

# %% wrong: axis at the end
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            return jnp.stack([init(shape[:-1], dtype) for _ in range(count)], axis=-1)

        return next_creator((*shape, count), dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(value[..., index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% wrong: depth of the page
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        return stack_creator(next_creator, shape, dtype, init, context)

    def getter(next_getter, value, context):
        return next_getter(value[index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% wrong: first member
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            return jnp.stack([init(shape[1:], dtype) for _ in range(count)])

        return next_creator((count, *shape), dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(value[0])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% wrong: float32
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            return jnp.stack([init(shape[1:], dtype) for _ in range(count)])

        return next_creator((count, *shape), jnp.float32, init_all)

    def getter(next_getter, value, context):
        return next_getter(value[index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% wrong: init of the large shape
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        return next_creator((count, *shape), dtype, init)

    def getter(next_getter, value, context):
        return next_getter(value[index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% wrong: mean of members
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            return jnp.stack([init(shape[1:], dtype) for _ in range(count)])

        return next_creator((count, *shape), dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(value.mean(0))

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% wrong: no getter
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            return jnp.stack([init(shape[1:], dtype) for _ in range(count)])

        return next_creator((count, *shape), dtype, init_all)

    with hk.custom_creator(creator):
        yield

# %% wrong: no return of the getter
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            return jnp.stack([init(shape[1:], dtype) for _ in range(count)])

        return next_creator((count, *shape), dtype, init_all)

    def getter(next_getter, value, context):
        next_getter(value[index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% wrong: only matrices differ
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            if len(shape) < 3:
                return jnp.stack([init(shape[1:], dtype)] * count)
            return jnp.stack([init(shape[1:], dtype) for _ in range(count)])

        return next_creator((count, *shape), dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(value[index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% wrong: only three members
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            return jnp.stack([init(shape[1:], dtype) for _ in range(count)])

        return next_creator((count, *shape), dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(value[jnp.minimum(index, 2)])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% wrong: python integer
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            return jnp.stack([init(shape[1:], dtype) for _ in range(count)])

        return next_creator((count, *shape), dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(value[int(index)])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% wrong: return not yield
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            return jnp.stack([init(shape[1:], dtype) for _ in range(count)])

        return next_creator((count, *shape), dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(value[index])

    return hk.custom_creator(creator)

# %% wrong: same numbers
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        value = init(shape, dtype)
        return next_creator((count, *shape), dtype, lambda *_: jnp.stack([value] * count))

    def getter(next_getter, value, context):
        return next_getter(value[index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% wrong: same start with tiny noise
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            first = init(shape[1:], dtype)
            return jnp.stack([first * (1 + 0.01 * i) for i in range(count)]).astype(dtype)

        return next_creator((count, *shape), dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(value[index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield

# %% wrong: second half copied
@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            most = [init(shape[1:], dtype) for _ in range(min(count, 3))]
            return jnp.stack([most[i % 3] for i in range(count)])

        return next_creator((count, *shape), dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(value[index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield
