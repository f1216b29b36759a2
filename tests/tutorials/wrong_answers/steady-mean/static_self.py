class RunningMean:
    def __init__(self, total, count=0):
        self.total, self.count = total, count

    @functools.partial(jax.jit, static_argnums=0)
    def update(self, batch):
        return RunningMean(self.total + batch.sum(0), self.count + len(batch))

    @property
    def mean(self):
        return self.total / max(self.count, 1)
