@jax.tree_util.register_dataclass
@dataclasses.dataclass
class RunningMean:
    total: jax.Array
    count: jax.Array = 0

    @jax.jit
    def update(self, batch):
        self.total += batch.sum(axis=0)
        self.count += len(batch)

    @property
    def mean(self):
        return self.total / jnp.maximum(self.count, 1)
