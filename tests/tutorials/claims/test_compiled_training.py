"""What the page on compiled training says of static arguments and does not show."""

import jax
import numpy as np
import pytest

pytestmark = pytest.mark.slow


def test_static_arguments_are_compared_by_value_and_type():
    traced = []
    step = jax.jit(lambda value: traced.append(value) or 1, static_argnums=0)
    for value in (1, 1.0, True, np.float32(1), 1):
        step(value)
    assert len(traced) == 4


@pytest.mark.parametrize("value", [[1], {"a": 1}, np.ones(2)])
def test_a_static_argument_without_a_hash_is_refused(value):
    with pytest.raises(ValueError, match="Non-hashable static arguments"):
        jax.jit(lambda value: 1, static_argnums=0)(value)
