import functools

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.porting.masks import same_masks

X = jnp.ones((4, 5, 6))  # rows, tokens, units


def drop(h):
    return hk.dropout(hk.next_rng_key(), 0.5, h)


def rows(split, inner=drop):
    return lambda h: hk.vmap(inner, split_rng=split)(h)


def steps(scan):
    return lambda h: scan(lambda h, _: (drop(h), None), h, None, length=3)[0]


def with_position(h):
    return hk.vmap(drop, in_axes=1, out_axes=1, split_rng=False)(h + jnp.arange(5.0)[:, None])


def in_branches(h):
    key = hk.next_rng_key()
    return jax.lax.cond(
        h.sum() > 0,
        lambda h: hk.dropout(key, 0.5, h),
        lambda h: 2 * hk.dropout(key, 0.5, h),
        h,
    )


def carried(split):
    def f(h):
        def step(carry, _):
            h, key = carry
            key, own = jax.random.split(key) if split else (key, key)
            return (hk.dropout(own, 0.5, h), key), None

        return jax.lax.scan(step, (h, hk.next_rng_key()), None, length=3)[0][0]

    return f


def carried_by_while(h):
    def step(carry):
        return hk.dropout(carry[1], 0.5, carry[0]), carry[1]

    start = h, hk.next_rng_key()
    return jax.lax.while_loop(lambda carry: carry[0].sum() < 9, step, start)[0]


def keys_by_step(h):
    keys = jax.random.split(hk.next_rng_key(), 3)
    return jax.lax.scan(lambda h, key: (hk.dropout(key, 0.5, h), None), h, keys)[0]


def drawn_outside(h):
    keep = jax.random.bernoulli(hk.next_rng_key(), 0.5, h.shape)
    return jax.lax.scan(lambda h, _: (h * keep + 1, None), h, None, length=3)[0]


def outer(h):  # one draw for each unit, in another form
    noise = jax.random.normal(hk.next_rng_key(), (30,)).reshape(5, 6).T
    return h.transpose(2, 0, 1) + noise[:, None, :]


def in_products(h):
    return h @ jax.random.normal(hk.next_rng_key(), (6, 6))


NETS = {
    "whole": (drop, []),
    "hk.vmap, split": (rows(True), []),
    "hk.vmap": (rows(False), ["axis 0 of (4, 5, 6)"]),
    "jax.vmap": (lambda h: jax.vmap(drop)(h), ["axis 0 of (4, 5, 6)"]),
    "inner": (rows(True, rows(False)), ["axis 1 of (4, 5, 6)"]),
    "outer": (rows(False, rows(True)), ["axis 0 of (4, 5, 6)"]),
    "both": (rows(False, rows(False)), ["axes 0, 1 of (4, 5, 6)"]),
    "tokens that differ": (with_position, ["axis 0 of (5, 4, 6)"]),
    "jax.lax.scan": (steps(jax.lax.scan), ["the 3 steps of a loop"]),
    "hk.scan": (steps(hk.scan), []),
    "fori": (
        lambda h: jax.lax.fori_loop(0, 3, lambda _, h: drop(h), h),
        ["the 3 steps of a loop"],
    ),
    "while": (
        lambda h: jax.lax.while_loop(lambda h: h.sum() < 9, drop, h),
        ["the steps of a loop"],
    ),
    "hk.fori_loop": (lambda h: hk.fori_loop(0, 3, lambda _, h: drop(h), h), []),
    "carried": (carried(False), ["the 3 steps of a loop"]),
    "carried by while": (carried_by_while, ["the steps of a loop"]),
    "carried, split": (carried(True), []),
    "keys by step": (keys_by_step, []),
    "one mask for all steps": (drawn_outside, ["the 3 steps of a loop"]),
    "branches": (in_branches, []),
    "remat": (lambda h: hk.remat(drop)(h), []),
    "layers": (lambda h: hk.experimental.layer_stack(3)(drop)(h), []),
    "reshaped": (outer, ["axis 1 of (6, 4, 5)"]),
    "products": (in_products, []),
}


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("make_key", [jax.random.key, jax.random.PRNGKey])
def test_the_axes_and_loops_that_share_a_mask(name, make_key):
    f, over = NETS[name]
    apply = functools.partial(hk.transform(f).apply, {})
    for run in (apply, jax.jit(apply)):
        assert [draw.over for draw in same_masks(run, make_key(0), X)] == over


@pytest.mark.parametrize("name", ["whole", "hk.vmap", "jax.vmap", "inner", "outer", "both"])
def test_what_it_says_of_axes_is_so_in_the_numbers(name):
    f, over = NETS[name]
    mask = np.asarray(hk.transform(f).apply({}, jax.random.key(1), X)) != 0
    shared = [axis for axis in (0, 1) if (mask == mask.take([0], axis)).all()]
    words = f"ax{'es' if len(shared) > 1 else 'is'} {', '.join(map(str, shared))} of (4, 5, 6)"
    assert over == ([words] if shared else [])


def test_a_key_that_draws_twice_is_named_with_the_other_place():
    def twice(key, x):
        first = x + jax.random.normal(key, x.shape)
        return first * jax.random.uniform(key, x.shape)

    (draw,) = same_masks(twice, jax.random.key(0), X)
    line = twice.__code__.co_firstlineno
    assert str(draw) == (
        f"{twice.__qualname__.replace('<locals>.', '')}, line {line + 2}: equal over this draw "
        f"and that of {twice.__qualname__.replace('<locals>.', '')}, line {line + 1}"
    )
    assert draw.file == __file__


def test_the_place_is_the_line_of_the_network_and_not_of_a_library():
    (draw,) = same_masks(
        functools.partial(hk.transform(rows(False)).apply, {}), jax.random.key(0), X
    )
    assert (draw.function, draw.line) == ("drop", drop.__code__.co_firstlineno + 1)


def test_it_traces_and_runs_nothing():
    huge = jax.ShapeDtypeStruct((10**6, 10**6), "float32")
    apply = functools.partial(hk.transform(rows(False)).apply, {})
    assert len(same_masks(apply, jax.random.key(0), huge)) == 1


def test_a_whole_layer_with_parameters_and_state():
    def f(x):
        h = hk.nets.MLP([8, 8])(x, dropout_rate=0.5, rng=hk.next_rng_key())
        h = hk.BatchNorm(True, True, 0.9)(h, is_training=True)
        return drop(hk.MultiHeadAttention(2, 4, w_init=jnp.zeros)(h, h, h))

    net = hk.transform_with_state(f)
    trees = net.init(jax.random.key(0), X)
    assert same_masks(functools.partial(net.apply, *trees), jax.random.key(0), X) == []
