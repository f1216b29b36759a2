"""Arrays by path: patterns of what is unused, several entries joined, and a skeleton that runs."""

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.porting.sources import arrays_by_path, entries_by_path, skeleton

PARAMS = {"linear": {"w": jnp.ones((2, 3)), "b": jnp.zeros(3)}}
SHAPES = {"kernel": (2, 3), "bias": (3,)}
SOURCES = {"kernel": "linear/w", "bias": "linear/b"}


def test_several_entries_may_be_joined_and_the_order_is_that_of_the_module():
    rows = ("linear/b", "linear/w", lambda b, w: jnp.vstack([b, w]))
    arrays = arrays_by_path(
        {"bias": (3,), "all": (3, 3)}, {"all": rows, "bias": "linear/b"}, PARAMS
    )
    assert list(arrays) == ["bias", "all"]
    np.testing.assert_array_equal(arrays["all"], [[0, 0, 0], [1, 1, 1], [1, 1, 1]])


def test_an_entry_that_is_a_parameter_and_a_state_is_refused():
    with pytest.raises(ValueError, match=r"linear/[bw] is in params and in state"):
        arrays_by_path(SHAPES, SOURCES, PARAMS, PARAMS)


@pytest.fixture(params=[hk.nets.ResNet18, hk.nets.MobileNetV1], ids=["resnet", "mobilenet"])
def real_network(request):
    """The trees of a real network, with shapes only."""
    net = hk.transform_with_state(lambda x: request.param(num_classes=5)(x, is_training=True))
    shapes = jax.eval_shape(net.init, jax.random.key(0), jnp.ones((1, 64, 64, 3)))
    return jax.tree.map(lambda leaf: np.zeros(leaf.shape, leaf.dtype), shapes)


@pytest.mark.parametrize("unused", [["*_ema/counter", "*_ema/hidden"], ["*/hidden", "*/counter"]])
def test_patterns_name_what_is_unused_in_a_real_network(real_network, unused):
    entries = entries_by_path(*real_network)
    kept = {path: path for path in entries if not path.endswith(("_ema/counter", "_ema/hidden"))}
    shapes = {path: entries[path].shape for path in kept}
    assert list(arrays_by_path(shapes, kept, *real_network, unused=unused)) == list(kept)


def test_a_path_with_signs_of_patterns_in_it_means_itself():
    odd = {"m": {"w[0]": jnp.ones(2), "w0": jnp.zeros(3), "w*": jnp.ones(4), "wide": jnp.ones(5)}}
    shapes, taken = {"a": (3,), "b": (5,)}, {"a": "m/w0", "b": "m/wide"}
    assert set(arrays_by_path(shapes, taken, odd, unused=["m/w[0]", "m/w*"])) == {"a", "b"}


def test_a_skeleton_runs_says_what_is_missing_and_once_filled_in_it_fits(real_network):
    entries = entries_by_path(*real_network)
    shapes = {path.replace("/", "."): array.shape for path, array in entries.items()}
    text = skeleton(shapes, *real_network)
    for path, array in entries.items():
        assert f'"{path}"' in text
        assert f'"{path.replace("/", ".")}": ...,  # {array.shape}' in text
    variables = {}
    exec(text, variables)
    assert list(variables["sources"]) == list(shapes)
    assert variables["unused"] == []
    with pytest.raises(ValueError, match="is still to be filled in"):
        arrays_by_path(shapes, variables["sources"], *real_network)
    for path in entries:  # as a person would
        text = text.replace(
            f'"{path.replace("/", ".")}": ...', f'"{path.replace("/", ".")}": "{path}"'
        )
    exec(text, variables)
    arrays = arrays_by_path(shapes, variables["sources"], *real_network, unused=variables["unused"])
    assert {path: array.shape for path, array in arrays.items()} == shapes


def test_a_skeleton_of_nothing_and_of_odd_names_runs_too():
    for params in ({}, {"m": {'quo"te': jnp.ones(1), "back\\slash": jnp.ones(())}}):
        variables = {}
        exec(skeleton({p: (1,) for m in params.values() for p in m}, params), variables)
        assert list(variables["sources"]) == [p for m in params.values() for p in m]
