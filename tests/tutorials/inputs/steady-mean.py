import jax
import jax.numpy as jnp


def cases(draw, page):
    for rows, columns, scale, number in ((3, 2, 1, 4), (1, 1, 100, 5), (8, 5, 1e-3, 3)):
        shape = number, rows, columns
        yield means, (jnp.asarray(scale * draw.normal(1, 1, shape), "float32"),), {}
        yield compiled, (jnp.asarray(scale * draw.normal(1, 1, shape), "float32"),), {}


def means(page, batches):
    state = page.RunningMean(jnp.zeros(batches.shape[2]))
    seen = [state.mean]
    for batch in batches:
        state = state.update(batch)
        seen.append(state.mean)
    return seen


def compiled(page, batches):
    step = jax.jit(lambda state, batch: (state.update(batch), state.mean))
    state, seen = page.RunningMean(jnp.zeros(batches.shape[2])), []
    for batch in batches:
        state, mean = step(state, batch)
        seen.append(mean)
    return seen, state.mean, step._cache_size() <= 2
