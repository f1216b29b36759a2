"""JAX's loops, branches and transformations, with keys and state as in Haiku."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from .running import Keys, carried, carried_by_loop, carry_on, next_keys, pure


def scan(
    f: Callable,
    init: Any,
    xs: Any,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
) -> tuple[Any, Any]:
    """Loop as `hk.scan` does, with keys and state from step to step.

    Examples:
      >>> scan(lambda h, x: (h + x, h), 0, jnp.arange(4))[0]
      Array(6, dtype=int32)
    """

    def step(carry: tuple, x: Any) -> tuple:
        (carry, y), after = pure(f, carried_by_loop)(carry[1], carry[0], x)
        return (carry, after), y

    (carry, after), ys = jax.lax.scan(
        step, (init, carried_by_loop()), xs, length, reverse, unroll
    )
    carry_on(after)
    return carry, ys


def map_over(f: Callable, xs: Any) -> Any:
    """Map as `hk.map` does."""
    return scan(lambda _, x: ((), f(x)), (), xs)[1]


def fori_loop(lower: Any, upper: Any, body_fun: Callable, init_val: Any) -> Any:
    """Loop over integers as `hk.fori_loop` does."""

    def step(index: Any, value: tuple) -> tuple:
        return pure(body_fun, carried_by_loop)(value[1], index, value[0])

    out, after = jax.lax.fori_loop(lower, upper, step, (init_val, carried_by_loop()))
    carry_on(after)
    return out


def while_loop(cond_fun: Callable, body_fun: Callable, init_val: Any) -> Any:
    """Loop while a condition holds, which neither draws nor writes state."""
    out, after = jax.lax.while_loop(
        lambda value: pure(cond_fun)(value[1], value[0])[0],
        lambda value: pure(body_fun, carried_by_loop)(value[1], value[0]),
        (init_val, carried_by_loop()),
    )
    carry_on(after)
    return out


def cond(pred: Any, true_fun: Callable, false_fun: Callable, *operands: Any) -> Any:
    """Call one of two functions, as `hk.cond` does."""
    return switch(jnp.where(pred, 1, 0), [false_fun, true_fun], *operands)


def switch(index: Any, branches: Sequence[Callable], *operands: Any) -> Any:
    """Call one of some functions, as `hk.switch` does."""
    steps = [pure(branch, carried_by_loop) for branch in branches]
    out, after = jax.lax.switch(index, steps, carried_by_loop(), *operands)
    carry_on(after)
    return out


def remat(f: Callable, **options: Any) -> Callable:
    """Compute again in the backward pass, as `hk.remat` does."""

    def call(*args: Any, **kwargs: Any) -> Any:
        def inner(*args: Any, given: tuple) -> Any:
            return pure(f)(given, *args, **kwargs)

        out, after = jax.checkpoint(inner, **options)(*args, given=carried())
        carry_on(after)
        return out

    return call


def value_and_grad(
    fun: Callable, argnums: Any = 0, has_aux: bool = False, holomorphic: bool = False
) -> Callable:
    """Give a function's value and gradient, as `hk.value_and_grad` does."""

    def inner(*args: Any, given: tuple, **kwargs: Any) -> tuple:
        out, after = pure(fun)(given, *args, **kwargs)
        return (out[0], (out, after)) if has_aux else (out, (out, after))

    both = jax.value_and_grad(inner, argnums, has_aux=True, holomorphic=holomorphic)

    def call(*args: Any, **kwargs: Any) -> tuple:
        (_, (out, after)), grads = both(*args, given=carried(), **kwargs)
        carry_on(after)
        return out, grads

    return call


def grad(
    fun: Callable, argnums: Any = 0, has_aux: bool = False, holomorphic: bool = False
) -> Callable:
    """Give a function's gradient, as `hk.grad` does."""
    both = value_and_grad(fun, argnums, has_aux, holomorphic)

    def call(*args: Any, **kwargs: Any) -> Any:
        out, grads = both(*args, **kwargs)
        return (grads, out[1]) if has_aux else grads

    return call


def eval_shape(fun: Callable, *args: Any, **kwargs: Any) -> Any:
    """Give the shapes of what a function returns; what it draws or writes is lost."""
    return jax.eval_shape(pure(fun), carried(), *args, **kwargs)[0]


def vmap(
    f: Callable,
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_name: Any = None,
    axis_size: int | None = None,
    *,
    split_rng: bool,
    **options: Any,
) -> Callable:
    """Map as `hk.vmap` does: one state for all, and keys for each if `split_rng`."""
    options |= {"axis_name": axis_name, "axis_size": axis_size}

    def call(*args: Any) -> Any:
        axes = in_axes if isinstance(in_axes, int) else tuple(in_axes)
        splits = split_rng and carried()[0] is not None
        own = Keys(next_keys(axis_size or _size(args, axes))) if splits else None
        keys, state = carried()
        axis = 0 if splits else None
        mapped = jax.vmap(
            lambda given, args: pure(f)(given, *args),
            ((axis, None), axes),
            (out_axes, (axis, None)),
            **options,
        )
        out, (after, state) = mapped((own or keys, state), args)
        carry_on((keys if splits else after, state))
        return out

    return call


def _size(args: tuple, axes: Any) -> int:
    """The length of the first mapped axis."""
    sizes = jax.tree.map(
        lambda axis, arg: None if axis is None else jax.tree.leaves(arg)[0].shape[axis],
        axes if isinstance(axes, tuple) else (axes,) * len(args),
        args,
        is_leaf=lambda axis: axis is None,
    )
    return jax.tree.leaves(sizes)[0]


def dynamic_unroll(
    core: Callable,
    input_sequence: Any,
    initial_state: Any,
    time_major: bool = True,
    reverse: bool = False,
    return_all_states: bool = False,
    unroll: int = 1,
) -> tuple[Any, Any]:
    """Run a recurrent core over a sequence, as `hk.dynamic_unroll` does.

    Examples:
      >>> core = lambda x, h: (x + h, x + h)
      >>> dynamic_unroll(core, jnp.arange(4), 0)[0]
      Array([0, 1, 3, 6], dtype=int32)
    """

    def step(state: Any, inputs: Any) -> Any:
        out, state = core(inputs, state)
        return state, ((out, state) if return_all_states else out)

    def swapped(tree: Any) -> Any:
        return tree if time_major else jax.tree.map(lambda x: x.swapaxes(0, 1), tree)

    state, out = scan(
        step, initial_state, swapped(input_sequence), reverse=reverse, unroll=unroll
    )
    if return_all_states:
        return tuple(map(swapped, out))
    return swapped(out), state


def static_unroll(
    core: Callable, input_sequence: Any, initial_state: Any, time_major: bool = True
) -> tuple[Any, Any]:
    """Run a recurrent core over a sequence, as `hk.static_unroll` does."""
    length = jax.tree.leaves(input_sequence)[0].shape[0 if time_major else 1]
    return dynamic_unroll(
        core, input_sequence, initial_state, time_major, unroll=length
    )
