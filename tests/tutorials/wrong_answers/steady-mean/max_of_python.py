@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class RunningMean:
    total: jax.Array
    count: jax.Array = 0

    def update(self, batch):
        return RunningMean(self.total + batch.sum(axis=0), self.count + len(batch))

    @property
    def mean(self):
        return self.total / max(self.count, 1)
