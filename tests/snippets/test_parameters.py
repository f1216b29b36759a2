import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.parameters import count_by_module, rename_modules


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


@pytest.fixture
def net():
    return hk.without_apply_rng(hk.transform(lambda x: hk.nets.MLP([4, 2])(x)))


@pytest.fixture
def params(net):
    return net.init(jax.random.key(0), jnp.ones((1, 3)))


def test_each_module_is_counted_and_together_they_are_the_whole_tree(params):
    counts = count_by_module(params)
    assert counts == {"mlp/~/linear_0": 3 * 4 + 4, "mlp/~/linear_1": 4 * 2 + 2}
    assert sum(counts.values()) == hk.data_structures.tree_size(params)


def test_a_module_without_parameters_counts_nothing():
    assert count_by_module({"empty": {}, "scalar": {"a": 1.0}}) == {"empty": 0, "scalar": 1}
    assert count_by_module({}) == {}


def test_renamed_modules_work_in_the_network_that_has_the_new_names(net, params):
    prefixed = hk.without_apply_rng(hk.transform(lambda x: hk.nets.MLP([4, 2], name="head")(x)))
    names = {module: module.replace("mlp", "head") for module in params}
    x = jax.random.normal(jax.random.key(1), (5, 3))
    np.testing.assert_array_equal(
        prefixed.apply(rename_modules(params, names), x), net.apply(params, x)
    )


def test_modules_may_exchange_their_names_and_the_others_keep_theirs():
    params = {"a": {"w": 1}, "b": {"w": 2}, "c": {"w": 3}}
    assert rename_modules(params, {"a": "b", "b": "a"}) == {
        "b": {"w": 1},
        "a": {"w": 2},
        "c": {"w": 3},
    }
    assert list(rename_modules(params, {"a": "z"})) == ["z", "b", "c"]


def test_the_tree_that_is_renamed_stays_as_it_was(params):
    before = {module: dict(its) for module, its in params.items()}
    rename_modules(params, {"mlp/~/linear_0": "first"})["first"]["w"] = None
    assert params == before


def test_a_module_that_is_not_there_cannot_be_renamed(params):
    with pytest.raises(
        ValueError, match=r"params has no module \['linear'\]; it has \['mlp/~/linear_0'"
    ):
        rename_modules(params, {"linear": "head"})


@pytest.mark.parametrize("names", [{"a": "b"}, {"a": "z", "b": "z"}])
def test_two_modules_cannot_get_one_name(names):
    with pytest.raises(ValueError, match="More than one module would be called"):
        rename_modules({"a": {}, "b": {}}, names)
