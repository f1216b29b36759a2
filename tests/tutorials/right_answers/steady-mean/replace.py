@functools.partial(
    jax.tree_util.register_dataclass, data_fields=["total", "rows"], meta_fields=[]
)
@dataclasses.dataclass
class RunningMean:
    total: jax.Array
    rows: jax.Array = 0

    def update(self, batch):
        n, _ = batch.shape
        return dataclasses.replace(self, total=self.total + jnp.sum(batch, 0), rows=self.rows + n)

    @property
    def mean(self):
        return jnp.where(self.rows > 0, self.total / jnp.where(self.rows > 0, self.rows, 1), 0.0)
