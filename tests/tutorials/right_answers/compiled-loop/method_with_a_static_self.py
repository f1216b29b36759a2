class Step:
    @functools.partial(jax.jit, static_argnums=0)
    def __call__(self, params, x, y, lr):
        return my_update(params, my_haiku_net, x, y, lr)
my_jitted_update = Step()
