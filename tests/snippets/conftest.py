"""The snippets' tests compile fast and once: JAX compiles most of their time."""

from pathlib import Path

import jax
import pytest
from jax.experimental.compilation_cache import compilation_cache

FOLDER = Path(__file__).parent
OPTIONS = {
    "jax_compilation_cache_dir": str(FOLDER.parents[1] / ".cache/jax/snippets"),
    "jax_persistent_cache_min_compile_time_secs": 0.0,
    "jax_persistent_cache_min_entry_size_bytes": -1,
    "jax_disable_most_optimizations": True,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run them in one process: JAX does not write the files of its cache atomically."""
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.xdist_group("snippets"))


@pytest.fixture(autouse=True, scope="module")
def code_compiled_before(request):
    """JAX's compilation cache, but for tests of times."""
    if request.path.stem == "test_timing":
        yield
        return
    before = {name: jax.config.values[name] for name in OPTIONS}
    _configure(OPTIONS)
    yield
    _configure(before)


def _configure(options: dict[str, str | float | None]) -> None:
    for name, value in options.items():
        jax.config.update(name, value)
    compilation_cache.reset_cache()
