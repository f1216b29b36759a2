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
