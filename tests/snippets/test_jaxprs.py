"""Equations of jaxprs within jaxprs, and the products among them."""

import jax
import jax.numpy as jnp
import pytest

from snippets.jaxprs import equations, product_shapes


def around_sine(f):
    found = equations(jax.make_jaxpr(f)(jnp.ones(3)))
    return [around for around, equation in found if equation.primitive.name == "sin"]


@pytest.mark.parametrize(
    ("f", "around"),
    [
        (jnp.sin, [()]),
        (lambda x: x + 1, []),
        (jax.jit(jnp.sin), [("jit",)]),
        (lambda x: jax.lax.map(jax.jit(jnp.sin), x), [("scan", "jit")]),
        (
            lambda x: jax.lax.cond(x[0] > 0, jnp.sin, lambda x: jnp.sin(x) * 2, x),
            [("cond",), ("cond",)],
        ),
        (lambda x: jax.lax.while_loop(lambda x: jnp.sin(x[0]) > 2, lambda x: x, x), [("while",)]),
        (lambda x: jnp.sin(jnp.sin(x)), [(), ()]),
    ],
)
def test_an_equation_is_found_wherever_it_is_with_what_is_around_it(f, around):
    assert around_sine(f) == around


def test_products_are_those_inside_the_primitive_however_deep():
    w, x = jnp.ones((3, 2)), jnp.ones((5, 4, 3))

    def f(w, x):
        return (
            jax.lax.map(jax.jit(lambda row: row @ w), x).sum()
            + (x.reshape(20, 3) @ w).sum()
            + x[0].sum()
        )

    assert product_shapes(jax.make_jaxpr(f)(w, x), "scan") == {(4, 3), (3, 2)}
    assert product_shapes(jax.make_jaxpr(f)(w, x), "while") == set()
    assert (20, 3) in product_shapes(jax.make_jaxpr(jax.jit(f))(w, x), "jit")
