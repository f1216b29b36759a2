import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_output

from publishing.run import devices
from publishing.run.devices import (
    MachineError,
    environment,
    is_out_of_memory,
    need_gpu,
    out_of_memory,
)
from publishing.settings import DEVICES

SHARE = "XLA_PYTHON_CLIENT_PREALLOCATE"


@pytest.mark.parametrize(
    ("device", "shared", "expected"),
    [("gpu", True, "false"), ("auto", True, "false"), ("gpu", False, None), ("cpu", True, None)],
)
def test_several_kernels_take_of_a_gpu_only_the_memory_they_use(device, shared, expected):
    assert environment({}, device, shared=shared).get(SHARE) == expected


def test_what_a_person_has_set_for_one_kernel_does_not_let_several_eat_the_memory():
    assert environment({SHARE: "true"}, "gpu", shared=True)[SHARE] == "false"
    assert environment({SHARE: "true"}, "gpu", shared=False)[SHARE] == "true"


@pytest.mark.parametrize(("device", "expected"), [("cpu", "cpu"), ("gpu", "cuda"), ("auto", None)])
def test_jax_computes_on_the_device_that_was_asked_for(device, expected):
    assert environment({}, device, shared=False).get("JAX_PLATFORMS") == expected


def test_what_a_shell_tells_jax_and_xla_does_not_reach_a_page_but_for_its_devices():
    dropped = {
        "JAX_ENABLE_X64": "1",
        "JAX_COMPILATION_CACHE_DIR": "/tmp",
        "XLA_FLAGS": "--x",
        "NVIDIA_API_KEY": "s",
    }
    devices = {
        "JAX_PLATFORMS": "cpu",
        "JAX_CUDA_VISIBLE_DEVICES": "0",
        "CUDA_VISIBLE_DEVICES": "0",
        "CUDA_HOME": "/c",
    }
    assert environment(dropped | devices | {"HOME": "/"}, "auto", shared=False) == devices


def test_every_choice_of_device_has_its_platforms_and_a_gpu_comes_first():
    assert set(DEVICES) == set(devices.PLATFORMS)
    assert devices.PLATFORMS["auto"][0] == "gpu"
    assert "cpu" not in devices.PLATFORMS["gpu"]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (
            new_output(
                "error", ename="JaxRuntimeError", evalue="RESOURCE_EXHAUSTED: Out of memory"
            ),
            True,
        ),
        (
            new_output(
                "error", ename="XlaRuntimeError", evalue="RESOURCE_EXHAUSTED: Out of memory"
            ),
            True,
        ),
        (new_output("error", ename="JaxRuntimeError", evalue="INTERNAL"), False),
        (new_output("error", ename="ValueError", evalue="RESOURCE_EXHAUSTED"), False),
        (new_output("stream", text="RESOURCE_EXHAUSTED"), False),
    ],
)
def test_only_jax_own_error_means_that_the_memory_is_full(output, expected):
    assert is_out_of_memory(output) == expected


def test_full_memory_names_the_device_and_the_way_out_and_on_a_cpu_no_gpu():
    on_gpu = out_of_memory({"platform": "gpu", "kind": "FakeChip 9"})
    assert on_gpu.startswith(
        "out of GPU memory on FakeChip 9; run fewer kernels at once (`--workers 1`)"
    )
    assert "GPU" not in out_of_memory({"platform": "cpu", "kind": "cpu"})


@pytest.mark.parametrize(
    ("code", "stderr", "expected"),
    [
        (0, "a warning", ""),
        (1, "Traceback\nRuntimeError: Unknown backend", r"\(RuntimeError: Unknown backend\)"),
        (-9, "", r"\(it says nothing\)"),
    ],
)
def test_another_process_is_asked_for_a_gpu_and_the_way_to_have_one_is_named(
    monkeypatch, code, stderr, expected
):
    calls = []

    def fake(command, env, **_):
        calls.append((command[0], env.get("JAX_PLATFORMS"), env[SHARE]))
        return SimpleNamespace(returncode=code, stderr=stderr)

    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    monkeypatch.setattr(devices.subprocess, "run", fake)
    way = "`uv run --extra gpu tutorials run --device gpu`"
    message = rf"^this machine has no GPU that JAX finds {expected}, .*{way}"
    with pytest.raises(MachineError, match=message) if code else nullcontext():
        need_gpu()
    assert calls == [(sys.executable, None, "false")]
