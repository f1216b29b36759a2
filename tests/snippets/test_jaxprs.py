"""Equations of jaxprs within jaxprs, the products among them, and what devices exchange."""

import jax
import jax.numpy as jnp
import pytest

from snippets.jaxprs import communications, equations, product_shapes


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


def test_what_devices_exchange_is_counted_by_kind_with_its_bytes():
    class Program:  # as this process has one device
        def as_text(self):
            return """
  %all-reduce.2 = (f32[8,3]{1,0}, bf16[4]{0}) all-reduce(%a, %b), channel_id=1
  %b = f32[8]{0} add(%all-reduce.2, %all-gather.1)
  %all-gather.1 = pred[10]{0} all-gather(%c), dimensions={0}
  ROOT %all-reduce.3 = s32[] all-reduce(%d), to_apply=%add
"""

    assert communications(Program()) == {"all-reduce": (2, 96 + 8 + 4), "all-gather": (1, 10)}
