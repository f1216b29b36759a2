from typing import NamedTuple


class RunningMean(NamedTuple):
    mean: jax.Array
    count: jax.Array | float = 0.0

    def update(self, batch):
        count = self.count + len(batch)
        return RunningMean(self.mean + (batch - self.mean).sum(0) / count, count)
