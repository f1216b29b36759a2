"""The messages that the page on recurrent networks quotes and does not show."""

import haiku as hk
import jax
import jax.numpy as jnp
import pytest

pytestmark = pytest.mark.slow
XS = jnp.ones((6, 2, 3))


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (lambda: hk.LSTM(4)(XS[0], (XS[0], XS[0])), "'tuple' object has no attribute 'hidden'"),
        (lambda: hk.LSTM(4)(XS, hk.LSTM(4).initial_state(2)), "must be rank-1 or rank-2"),
        (
            lambda: hk.ResetCore(hk.GRU(4))((XS[0], jnp.zeros((2, 1), bool)), jnp.zeros((2, 4))),
            r"should_reset signal shape \(2, 1\) is not compatible with state shape \(2, 4\)",
        ),
    ],
)
def test_a_core_says_what_is_wrong(network, message):
    with pytest.raises((AttributeError, ValueError), match=message):
        hk.transform(network).init(jax.random.key(0))
