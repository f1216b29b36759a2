# %% right: mean kept
from typing import NamedTuple


class RunningMean(NamedTuple):
    mean: jax.Array
    count: jax.Array | float = 0.0

    def update(self, batch):
        count = self.count + len(batch)
        return RunningMean(self.mean + (batch - self.mean).sum(0) / count, count)

# %% right: replace
import functools


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

# %% wrong: counts batches -> rows are not counted, only batches.
self.count + len(batch)
# becomes
self.count + 1

# %% wrong: the mean of means -> mean of the means of the batches
self.total + batch.sum(axis=0), jnp.float32(self.count + len(batch))
# becomes
self.total + batch.mean(axis=0), jnp.float32(self.count + 1)

# %% wrong: a count of eight bits -> How many rows can the dtype of the count hold?
jnp.float32(self.count + len(batch))
# becomes
jnp.uint8(self.count) + jnp.uint8(len(batch))

# %% wrong: a count of 16 bits -> a count of 16 bits overflows
jnp.float32(self.count + len(batch))
# becomes
jnp.int16(self.count) + jnp.int16(len(batch))

# %% wrong: a count in bfloat16 -> a bfloat16 count stops at 256.
jnp.float32(self.count
# becomes
jnp.bfloat16(self.count

# %% wrong: the last batch alone -> that is the mean of the last batch.
self.total + batch.sum(axis=0), jnp.float32(self.count + len(batch))
# becomes
batch.sum(axis=0), jnp.float32(len(batch))

# %% wrong: a static count -> A static field cannot hold a tracer
count: jax.Array | float = 0.0
# becomes
count: float = dataclasses.field(default=0.0, metadata={"static": True})

# %% wrong: Python's max -> max is Python's.
jnp.maximum(self.count, 1)
# becomes
max(self.count, 1)

# %% wrong: nan -> before the first batch it is 0 / 0.
jnp.maximum(self.count, 1)
# becomes
self.count

# %% wrong: as it was -> is the count static?
RunningMean = SlowMean

# %% wrong: changes itself -> update returns None, not a new object.
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

# %% wrong: mean of the means of the batches -> mean of the means of the batches
@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class RunningMean:
    total: jax.Array
    count: jax.Array | float = 0.0

    @jax.jit
    def update(self, batch):
        return RunningMean(self.total + batch.mean(axis=0), jnp.float32(self.count + 1))

    @property
    def mean(self):
        return self.total / jnp.maximum(self.count, 1)

# %% wrong: a new jit at each update -> is jax.jit new in each
@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class RunningMean:
    total: jax.Array
    count: jax.Array | float = 0.0

    def update(self, batch):
        add = jax.jit(lambda total, count, batch: (total + batch.sum(axis=0), count + len(batch)))
        return RunningMean(*add(self.total, jnp.float32(self.count), batch))

    @property
    def mean(self):
        return self.total / jnp.maximum(self.count, 1)

# %% wrong: a static count in a compiled function -> or an argument static?
def _added(count, total, batch):
    return total + batch.sum(axis=0) + 0 * count


added = jax.jit(_added, static_argnums=0)


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class RunningMean:
    total: jax.Array
    count: jax.Array | int = 0

    def update(self, batch):
        count = self.count if isinstance(self.count, jax.core.Tracer) else int(self.count)
        traced = isinstance(count, jax.core.Tracer)
        total = (_added if traced else added)(count, self.total, batch)
        return RunningMean(total, count + len(batch))

    @property
    def mean(self):
        return self.total / jnp.maximum(self.count, 1)

# %% wrong: static self -> The class is not registered
import functools


class RunningMean:
    def __init__(self, total, count=0):
        self.total, self.count = total, count

    @functools.partial(jax.jit, static_argnums=0)
    def update(self, batch):
        return RunningMean(self.total + batch.sum(0), self.count + len(batch))

    @property
    def mean(self):
        return self.total / max(self.count, 1)

# %% wrong: the last batch -> that is the mean of the last batch.
@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class RunningMean:
    mean: jax.Array

    def update(self, batch):
        return RunningMean(batch.mean(axis=0))
