"""What the page on modules says of names, and no output or check of it shows."""

import haiku as hk
import jax
import jax.numpy as jnp
import pytest

pytestmark = pytest.mark.slow
x = jnp.ones((3, 12))


class Net(hk.Module):
    def outer(self):
        return self.inner()

    def inner(self):
        hk.get_parameter("scale", (), init=jnp.ones)
        return hk.Linear(3)(x)


def names(f):
    params = hk.transform(f).init(jax.random.key(0))
    return {module: sorted(its) for module, its in params.items()}


def test_the_innermost_method_names_a_layer_and_a_parameter_is_filed_under_its_module():
    assert names(lambda: Net().outer()) == {"net": ["scale"], "net/~inner/linear": ["b", "w"]}


def test_instances_of_a_forced_name_share_and_a_second_name_scope_is_numbered():
    def net():
        for name in (hk.force_name("mix"), hk.force_name("mix")):
            with hk.name_scope("block"):
                hk.Linear(4)(hk.Linear(12, name=name)(x))

    assert set(names(net)) == {"mix", "block/linear", "block_1/linear"}


def test_apply_compares_shapes_and_not_dtypes():
    net = hk.transform(lambda x: hk.Linear(3)(x))
    half = jax.tree.map(lambda p: p.astype("float16"), net.init(jax.random.key(0), x))
    assert net.apply(half, None, x).shape == (3, 3)
