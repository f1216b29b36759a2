@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class RunningMean:
    mean: jax.Array

    def update(self, batch):
        return RunningMean(batch.mean(axis=0))
