import jax
import jax.numpy as jnp

RTOL = 2e-3


def cases(draw, page):
    for dtype in ("bfloat16", "float16", "float32"):
        for shape, size in (
            ((1, 1, 1), 1),
            ((2, 3, 4), 3),
            ((4, 1, 3), 300),
            ((700, 1, 2), 1),
            ((1, 400, 2), 30),
        ):
            logits = jnp.asarray(size * draw.uniform(-1, 1, shape), dtype)
            labels = jnp.asarray(draw.integers(shape[2], size=shape[:2]))
            yield loss, (logits, labels), {}
        labels = jnp.zeros((1, 1), int)
        for wrong in (-8.0, 200.0):
            yield loss, (jnp.array([[[0.0, wrong]]], dtype), labels), {}
    yield compiled, (jnp.array([[[0.5, 2.0, -1.0]]], "bfloat16"), labels), {}


def loss(page, logits, labels):
    value = page.mean_loss(logits, labels)
    return value, value.dtype == "float32"


def compiled(page, logits, labels):
    value, slopes = jax.jit(jax.value_and_grad(page.mean_loss))(logits, labels)
    return value, slopes.astype("float32"), slopes.dtype == logits.dtype
