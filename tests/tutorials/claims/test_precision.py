"""What the page on precision says of Haiku's policies and does not show."""

import haiku as hk
import jax
import jax.numpy as jnp
import jmp
import pytest

pytestmark = pytest.mark.slow
HALF, X = jmp.get_policy("params=float32,compute=bfloat16,output=bfloat16"), jnp.ones((1, 3))


class Subclass(hk.Linear):
    pass


def test_a_policy_of_a_class_is_not_that_of_its_subclasses():
    with hk.mixed_precision.push_policy(hk.Linear, HALF):
        for module, dtype in ((hk.Linear, "bfloat16"), (Subclass, "float32")):
            net = hk.without_apply_rng(hk.transform(lambda x, module=module: module(2)(x)))
            assert net.apply(net.init(jax.random.key(0), X), X).dtype == dtype


def test_a_policy_may_not_be_pushed_inside_a_method_of_its_class():
    class Pushing(hk.Module):
        def __call__(self, x):
            with hk.mixed_precision.push_policy(Pushing, HALF):
                return x

    with pytest.raises(ValueError, match="inside a method on the same class"):
        hk.transform(lambda x: Pushing()(x)).init(None, X)
