"""What the page on convolutions says, and no output or check of it shows."""

import haiku as hk
import jax
import jax.numpy as jnp
import pytest

pytestmark = pytest.mark.slow


def init(f, x):
    return jax.tree.map(jnp.shape, hk.transform(f).init(jax.random.key(0), x))


@pytest.mark.parametrize(
    ("x", "padding", "error", "message"),
    [
        (jnp.ones((28, 28)), "SAME", ValueError, r"needs to have rank in \[3, 4\]"),
        (jnp.ones((8, 8, 3)), 1, TypeError, "'int' object is not subscriptable"),
        (jnp.ones((8, 8, 3), "uint8"), "SAME", ValueError, "not compatible with finfo"),
    ],
)
def test_the_messages_under_what_can_go_wrong_are_those_of_haiku(x, padding, error, message):
    with pytest.raises(error, match=message):
        init(lambda x: hk.Conv2D(7, 3, padding=padding)(x), x)


def test_channels_first_changes_the_bias_and_not_the_kernel():
    its = init(lambda x: hk.Conv2D(7, (3, 5), data_format="NCHW")(x), jnp.ones((2, 4, 8, 9)))
    assert its == {"conv2_d": {"w": (3, 5, 4, 7), "b": (7, 1, 1)}}


def test_an_average_leaves_padded_zeros_out():
    means = hk.avg_pool(jnp.ones((1, 3, 3, 1)), (2, 2, 1), (2, 2, 1), "SAME")
    assert (means == 1).all()
