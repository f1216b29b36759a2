class Guarded:
    lr = 0.03

    @functools.partial(jax.jit, static_argnums=0)
    def update(self, params, x, y):
        loss, new = my_update(params, my_haiku_net, x, y, self.lr)
        fine = jnp.stack([jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]).all()
        return loss, jax.tree.map(lambda n, p: jnp.where(fine, n, p), new, params)


trainer = Guarded()


def my_jitted_update(params, x, y, lr):
    trainer.lr = lr
    return trainer.update(params, x, y)
