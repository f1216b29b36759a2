"""What the page of errors says of silent cases, which no message there would show."""

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

pytestmark = pytest.mark.slow
KEY = jax.random.key(0)


def test_embed_clamps_a_large_id_and_its_gradient_is_zero_in_every_row():
    net = hk.without_apply_rng(hk.transform(lambda ids: hk.Embed(5, 2)(ids)))
    params, ids = net.init(KEY, jnp.array([0])), jnp.array([9])
    last = params["embed"]["embeddings"][-1:]
    np.testing.assert_allclose(net.apply(params, ids), last)
    gradient = jax.grad(lambda params: net.apply(params, ids).sum())(params)
    assert not gradient["embed"]["embeddings"].any()


@pytest.mark.parametrize(
    ("wrap", "leaks"),
    [
        (jax.vmap, False),
        (lambda f: jax.grad(lambda rows: f(rows).sum()), False),
        (jax.jit, True),
        (jax.checkpoint, True),
        (lambda f: lambda rows: jax.lax.map(f, rows), True),
    ],
)
def test_jit_checkpoint_and_loops_leak_a_layer_that_is_made_inside_vmap_and_grad_do_not(
    wrap, leaks
):
    def in_jax(rows):
        layer = hk.Linear(2)
        return wrap(layer)(rows), layer(rows)

    init = hk.transform(in_jax).init
    if leaks:
        with pytest.raises(jax.errors.UnexpectedTracerError):
            init(KEY, jnp.ones((3, 4)))
    else:
        assert list(init(KEY, jnp.ones((3, 4)))) == ["linear"]
