@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class RunningMean:
    total: jax.Array
    count: jax.Array = 0

    def update(self, batch):
        return RunningMean(self.total + batch.sum(axis=0), self.count + 1)

    @property
    def mean(self):
        return self.total / jnp.maximum(self.count, 1)
