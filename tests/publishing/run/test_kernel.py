from dataclasses import replace

import pytest

from publishing.kernel import Kernel, kernel_folder
from publishing.settings import Settings


def environment(**options) -> dict[str, str]:
    """The environment that a kernel is started with."""
    with kernel_folder() as folder:
        return Kernel(folder).launch(replace(Settings(), **options))["env"]


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """No variables that a person at a GPU may have set."""
    for name in ("XLA_PYTHON_CLIENT_PREALLOCATE", "JAX_PLATFORMS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"device": "gpu", "workers": 2}, "false"),
        ({"device": "auto", "workers": 2}, "false"),
        ({"device": "gpu", "workers": 1}, None),
        ({"device": "cpu", "workers": 2}, None),
    ],
)
def test_several_kernels_take_of_a_gpu_only_the_memory_they_use(options, expected):
    assert environment(**options).get("XLA_PYTHON_CLIENT_PREALLOCATE") == expected


def test_what_a_person_has_set_for_one_kernel_does_not_let_several_eat_the_memory(monkeypatch):
    monkeypatch.setenv("XLA_PYTHON_CLIENT_PREALLOCATE", "true")
    assert environment(device="gpu", workers=2)["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"
    assert environment(device="gpu", workers=1)["XLA_PYTHON_CLIENT_PREALLOCATE"] == "true"


@pytest.mark.parametrize(("device", "expected"), [("cpu", "cpu"), ("gpu", "cuda"), ("auto", None)])
def test_jax_computes_on_the_device_that_was_asked_for(device, expected):
    assert environment(device=device).get("JAX_PLATFORMS") == expected


def test_what_a_shell_tells_jax_does_not_reach_a_page_but_for_its_devices(monkeypatch):
    given = {"JAX_ENABLE_X64": "1", "JAX_COMPILATION_CACHE_DIR": "/tmp", "JAX_DISABLE_JIT": "1"}
    kept = {"JAX_PLATFORMS": "cpu", "JAX_CUDA_VISIBLE_DEVICES": "0"}
    for name, value in (given | kept).items():
        monkeypatch.setenv(name, value)
    assert {name: value for name, value in environment().items() if name.startswith("JAX_")} == kept
