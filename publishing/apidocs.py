"""Where the documentation of a library's name stands: only for names that exist here and are known to have a place."""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import json
from collections.abc import Callable
from inspect import isfunction
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

_JAX = "https://docs.jax.dev/en/latest/_autosummary/{}.html"
_JAX_ERRORS = "https://docs.jax.dev/en/latest/errors.html#{}"
_HAIKU = "https://dm-haiku.readthedocs.io/en/latest/api.html#{}"
_CHEX = "https://chex.readthedocs.io/en/latest/api.html#{}"
_NUMPY = "https://numpy.org/doc/stable/reference/generated/{}.html"
_NUMPY_RANDOM = "https://numpy.org/doc/stable/reference/random/generator.html#{}"
_PYPLOT = "https://matplotlib.org/stable/api/_as_gen/{}.html"


class Place(NamedTuple):
    """How the names of a module are documented.

    Attributes:
      distribution: the package that brings the module.
      url: the address, with a gap for the full name.
      names: the names that have a place, or a test of a name and its object.
    """

    distribution: str
    url: str
    names: frozenset[str] | Callable[[str, Any], bool]


def _function(name: str, thing: Any) -> bool:
    """For modules whose documentation lists every function."""
    return callable(thing) and not isinstance(thing, type)


def _defined(name: str, thing: Any) -> bool:
    """For modules whose documentation lists the functions, but their aliases of types without an anchor."""
    return isfunction(thing)


def _function_except(*undocumented: str) -> Callable[[str, Any], bool]:
    return lambda name, thing: _function(name, thing) and name not in undocumented


def _of_numpy_too(name: str, thing: Any) -> bool:
    """JAX documents those functions and types of `jax.numpy` that NumPy has too, `bool` under the name `bool_`."""
    return callable(thing) and name != "bool" and hasattr(importlib.import_module("numpy"), name)


def _anything(name: str, thing: Any) -> bool:
    """For modules whose documentation lists every public name."""
    return not isinstance(thing, ModuleType)


def _pyplot(name: str, thing: Any) -> bool:
    """The summary of pyplot leaves out the functions that choose a colour map."""
    return _function_except("get_plot_commands")(name, thing) and (
        thing.__module__ == "matplotlib.pyplot" and name not in importlib.import_module("matplotlib").colormaps
    )


# What stands beside transformations in `jax` is documented in part, so is what stands beside control flow in `jax.lax`.
_TRANSFORMATIONS = """
    Array ShapeDtypeStruct block_until_ready check_tracer_leaks checkpoint clear_caches closure_convert custom_gradient
    custom_jvp custom_vjp debug_infs debug_nans default_backend default_device default_matmul_precision device_count
    device_get device_put devices disable_jit enable_x64 ensure_compile_time_eval eval_shape grad hessian jacfwd
    jacobian jacrev jit jvp linear_transpose linearize live_arrays local_devices log_compiles make_jaxpr named_call
    named_scope no_tracing numpy_rank_promotion pmap pure_callback shard_map transfer_guard typeof value_and_grad vjp
    vmap
"""
_CONTROL_FLOW = "associative_scan cond fori_loop map scan select stop_gradient switch while_loop"
_ERRORS = """
    ConcretizationTypeError JaxRuntimeError KeyReuseError NonConcreteBooleanIndexError TracerArrayConversionError
    TracerBoolConversionError TracerIntegerConversionError UnexpectedTracerError
"""

PLACES = {
    "jax": Place("jax", _JAX, frozenset(_TRANSFORMATIONS.split())),
    "jax.errors": Place("jax", _JAX_ERRORS, frozenset(_ERRORS.split())),
    "jax.flatten_util": Place("jax", _JAX, _function),
    "jax.lax": Place("jax", _JAX, frozenset(_CONTROL_FLOW.split())),
    "jax.nn": Place("jax", _JAX, _function),
    "jax.nn.initializers": Place("jax", _JAX, _function),
    "jax.numpy": Place("jax", _JAX, _of_numpy_too),
    "jax.numpy.fft": Place("jax", _JAX, _function),
    "jax.numpy.linalg": Place("jax", _JAX, _function),
    "jax.random": Place("jax", _JAX, _function_except("Key", "key_impl")),
    "jax.tree": Place("jax", _JAX, _function),
    "haiku": Place("dm-haiku", _HAIKU, _anything),
    "haiku.data_structures": Place("dm-haiku", _HAIKU, _anything),
    "haiku.initializers": Place("dm-haiku", _HAIKU, _anything),
    "haiku.nets": Place("dm-haiku", _HAIKU, _anything),
    "chex": Place("chex", _CHEX, _defined),
    "numpy": Place("numpy", _NUMPY, _function_except("c_", "matrix_transpose", "test")),
    "numpy.linalg": Place("numpy", _NUMPY, _function_except("test")),
    "numpy.random": Place("numpy", _NUMPY_RANDOM, frozenset(["default_rng"])),
    "numpy.testing": Place("numpy", _NUMPY, frozenset(["assert_allclose", "assert_array_equal", "assert_equal"])),
    "matplotlib.pyplot": Place("matplotlib", _PYPLOT, _pyplot),
}


def address(name: str) -> str | None:
    """The address of the documentation of a full name, as in `jax.random.split`; nothing if there is none.

    The module is imported to see that the name exists; nothing is computed with it.
    """
    module, _, last = name.rpartition(".")
    place = PLACES.get(module)
    if place is None or last.startswith("_"):
        return None
    try:
        thing = getattr(importlib.import_module(module), last)
    except (ImportError, AttributeError):
        return None
    known = place.names(last, thing) if callable(place.names) else last in place.names
    # NumPy documents a universal function under the name that it gives itself: `np.abs` is `numpy.absolute`.
    return place.url.format(f"{module}.{thing.__name__ if module == 'numpy' else last}") if known else None


class Addresses:
    """Addresses of names, kept in a file, so that a build which meets no new name imports nothing.

    Args:
      path: the file; verdicts of other versions of the libraries, or of other rules, are forgotten.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        distributions = sorted({place.distribution for place in PLACES.values()})
        rules = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
        self._basis = {"rules": rules} | {name: _version(name) for name in distributions}
        self._known = _read(path, self._basis)
        self._kept = len(self._known)

    def __call__(self, name: str) -> str | None:
        """The address of a full name, or nothing."""
        if name.rpartition(".")[0] not in PLACES:
            return None
        if name not in self._known:
            self._known[name] = address(name)
        return self._known[name]

    def keep(self) -> None:
        """Write the file if a name was looked up that it lacks."""
        if len(self._known) > self._kept:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            content = {"basis": self._basis, "known": dict(sorted(self._known.items()))}
            self._path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _read(path: Path, basis: dict[str, str]) -> dict[str, str | None]:
    """What a file says; nothing if it is missing, of another basis, or not one of ours."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return kept["known"] if kept["basis"] == basis else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""
