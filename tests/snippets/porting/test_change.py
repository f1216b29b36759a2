import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from snippets.porting.change import graft


def tree(**modules):
    """Parameters of square layers, each with a number of its own."""
    return {m.replace("__", "/"): {"w": np.full((2, 2), float(n))} for m, n in modules.items()}


def numbers(grafted):
    return {module: float(its["w"][0, 0]) for module, its in grafted.items()}


OLD = tree(linear=1, linear_1=2, head=3)
NEW = tree(linear=0, linear_1=0, linear_2=0, head=0)


def test_an_inserted_layer_is_in_doubt_and_the_tree_is_not_handed_out():
    report = graft(NEW, OLD)
    assert list(report.taken) == ["head/w", "linear/w", "linear_1/w"]
    assert report.fresh == {"linear_2/w": "which old lacks"}
    assert report.doubts == {
        "linear": "old has 2 linear, new has 3: linear, linear_1 may be other layers"
    }
    with pytest.raises(ValueError, match="linear, linear_1 may be other layers\nSay in names"):
        report.tree  # noqa: B018


def test_a_removed_layer_is_in_doubt_too_and_an_equal_count_is_not():
    assert "old has 3 linear, new has 2" in str(graft(OLD, NEW))
    assert graft(NEW, NEW).doubts == {}
    alone = graft(tree(linear=0, norm=0), tree(linear=1, norm=2))
    assert numbers(alone.tree) == {"linear": 1, "norm": 2}


def test_a_doubt_is_of_the_scope_whose_numbers_moved():
    old = tree(net__block=1, net__block_1=2, net__linear=3)
    new = tree(net__block=0, net__block_1=0, net__block_2=0, net__linear=0)
    inside = {f"{m}/~/linear": its for m, its in new.items()}
    report = graft(inside, {f"{m}/~/linear": its for m, its in old.items()})
    assert list(report.doubts) == ["net/block"]


def test_a_layer_of_other_shapes_is_fresh_with_the_reason_and_in_no_doubt():
    old = tree(linear=1) | {"linear_1": {"w": np.zeros((2, 3))}}
    report = graft(tree(linear=0, linear_1=0), old)
    assert report.fresh == {"linear_1/w": "float64[2, 2], and old has float64[2, 3]"}
    assert report.left == {"linear_1/w": "float64[2, 3]"}
    other = graft({"linear": {"w": np.zeros((2, 2), np.float32)}}, tree(linear=1))
    assert other.fresh == {"linear/w": "float32[2, 2], and old has float64[2, 2]"}


def test_names_move_modules_scopes_and_what_is_in_them():
    moved = graft(NEW, OLD, {"linear_1": "linear_2"})
    assert numbers(moved.tree) == {"linear": 1, "linear_1": 0, "linear_2": 2, "head": 3}
    assert str(moved) == (
        "3 of 4 leaves are taken.\nlinear_2 is linear_1\nfresh: linear_1, which old lacks"
    )
    scoped = graft(
        tree(trunk__linear=0, block_1=0), tree(net__linear=4, block_1=5), {"net": "trunk"}
    )
    assert numbers(scoped.tree) == {"trunk/linear": 4, "block_1": 5}
    same = graft(NEW, OLD, {"linear": "linear"})
    assert numbers(same.tree) == {"linear": 1, "linear_1": 2, "linear_2": 0, "head": 3}


def test_none_leaves_an_old_module_out():
    report = graft(OLD, OLD, {"head": None})
    assert report.fresh == {"head/w": "which old lacks"}
    assert report.left == {"head/w": "float64[2, 2]"}


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"linear_1": "linear"}, r"\['linear', 'linear_1'\] of old would all be \['linear'\]"),
        ({"line": "linear"}, r"old has no module \['line'\]; it has"),
        ({"linear_1": "linear_7"}, r"new has no module \['linear_7'\]; it has"),
    ],
)
def test_names_that_cannot_be_meant_are_errors(names, told):
    with pytest.raises(ValueError, match=told):
        graft(NEW, OLD, names)


ADAM = optax.adam(1e-3)
NAMES = {"linear_1": "linear_2"}


def trained(optimizer, params):
    """The optimiser's state after two steps with gradients that differ."""
    state = optimizer.init(params)
    for size in (1.0, 2.0):
        grads = jax.tree.map(lambda leaf, size=size: size * leaf, params)
        _, state = optimizer.update(grads, state, params)
    return state


def jnp_tree(params):
    return jax.tree.map(jnp.asarray, params)


@pytest.fixture
def old():
    params = jnp_tree(OLD)
    return params, trained(ADAM, params)


@pytest.fixture
def new():
    return jnp_tree(NEW)


def test_moments_go_with_the_layers_and_the_count_is_kept(old, new):
    params, state = graft((new, ADAM.init(new)), old, NAMES).tree
    for moments in ("mu", "nu"):
        before, after = (getattr(each[0], moments) for each in (old[1], state))
        np.testing.assert_array_equal(after["linear_2"]["w"], before["linear_1"]["w"])
        assert not after["linear_1"]["w"].any()
    assert state[0].count == 2
    assert numbers(params)["linear_2"] == 2


def test_an_optimiser_of_another_form_gets_the_moments_by_the_ends_of_paths(old, new):
    chain = optax.chain(optax.clip_by_global_norm(1.0), ADAM)
    report = graft(chain.init(new), old[1], NAMES)
    assert report.tree[1][0].count == 2
    assert list(report.left) == []
    np.testing.assert_array_equal(report.tree[1][0].mu["head"]["w"], old[1][0].mu["head"]["w"])


def groups(params):
    return {m: "new" if m == "linear_1" else "old" for m in params}


def test_a_group_of_new_layers_keeps_its_own_counts(old, new):
    schedule = optax.linear_schedule(0.0, 1.0, 10)
    parts = optax.partition({"old": ADAM, "new": optax.adam(schedule)}, groups)
    report = graft(parts.init(new), old[1], NAMES)
    inner = report.tree.inner_states
    assert inner["old"].inner_state[0].count == 2
    assert inner["new"].inner_state[0].count == 0
    assert inner["new"].inner_state[1].count == 0
    np.testing.assert_array_equal(
        inner["old"].inner_state[0].nu["linear_2"]["w"], old[1][0].nu["linear_1"]["w"]
    )


def test_a_count_is_only_taken_from_a_node_of_the_same_fields(old, new):
    schedule = optax.adam(optax.linear_schedule(0.0, 1.0, 10))
    report = graft(schedule.init(new), old[1], NAMES)
    assert [int(report.tree[0].count), int(report.tree[1].count)] == [2, 0]
    assert report.fresh["[1].count"] == "which old lacks"


def test_of_several_old_places_the_one_that_ends_most_alike_counts():
    old = {"x": {"a": {"mu": tree(linear=1)}}, "y": {"b": {"mu": tree(linear=2)}}}
    (taken,) = graft({"z": {"b": {"mu": tree(linear=0)}}}, old).taken.values()
    assert taken == "['y']['b']['mu']/linear/w"


def test_two_old_leaves_that_are_equally_alike_are_not_chosen_between():
    old = {"a": {"mu": tree(linear=1)}, "b": {"mu": tree(linear=2)}}
    report = graft({"c": {"mu": tree(linear=0)}}, old)
    (why,) = report.fresh.values()
    assert why == "which may be ['a']['mu']/linear/w or ['b']['mu']/linear/w"


def test_the_state_of_batch_norm_follows_the_scope():
    def net(count):
        def f(x):
            for _ in range(count):
                x = hk.BatchNorm(True, True, 0.9)(x, is_training=True)
            return x

        return hk.transform_with_state(f)

    x = jnp.arange(6.0).reshape(3, 2)
    trees = [net(count).init(jax.random.key(0), x) for count in (1, 2)]
    _, state = net(1).apply(*trees[0], None, x)
    report = graft(trees[1], (trees[0][0], state), {"batch_norm": "batch_norm_1"})
    _, after = report.tree
    assert after["batch_norm_1/~/mean_ema"]["counter"] == 1
    assert after["batch_norm/~/mean_ema"]["counter"] == 0
    assert list(graft(trees[1], (trees[0][0], state)).doubts) == ["batch_norm"]


def test_neither_tree_is_changed():
    before = [jax.tree.map(np.array, each) for each in (NEW, OLD)]
    graft(NEW, OLD, NAMES).tree["linear"]["w"] = None
    assert jax.tree.all(jax.tree.map(np.array_equal, [NEW, OLD], before))
