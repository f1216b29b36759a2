"""What JAX needs of a kernel and of a machine; no other module of this package knows it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

from nbformat import NotebookNode

# The platforms that a record may be of, for each choice of device, the first first.
PLATFORMS = {"auto": ("gpu", "cuda", "rocm", "tpu", "cpu"), "gpu": ("gpu", "cuda", "rocm"), "cpu": ("cpu",)}

# The body of a function that runs in a kernel, beside `import sys`.
DEVICE = """
    devices = sys.modules["jax"].devices() if "jax" in sys.modules else []
    if devices:
        return {"platform": devices[0].platform, "kind": devices[0].device_kind}
    return {"platform": "cpu", "kind": "cpu"}
"""
# What a shell tells JAX would be true of the page and not of the download: 64 bits, or code that another run compiled.
_OF_DEVICES = ("JAX_PLATFORMS", "JAX_PLATFORM_NAME", "JAX_CUDA_VISIBLE_DEVICES", "JAX_ROCM_VISIBLE_DEVICES")
_FIND_GPU = "import jax; jax.devices('gpu')"


class MachineError(Exception):
    """Machines that cannot do what they are asked to: one sentence, with the way out."""


def environment(inherited: Mapping[str, str], device: str, *, shared: bool) -> dict[str, str]:
    """The environment of a kernel.

    Args:
      inherited: the environment of this process.
      device: what to compute on: auto, cpu or gpu.
      shared: whether other kernels run beside it.
    """
    kept = {name: value for name, value in inherited.items() if not name.startswith("JAX_") or name in _OF_DEVICES}
    if device != "auto":
        kept["JAX_PLATFORMS"] = {"cpu": "cpu", "gpu": "cuda"}[device]
    if device != "cpu" and shared:
        # A process takes most of a GPU when it starts, unless told to take what it uses.
        kept["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"
    return kept


def is_out_of_memory(error: NotebookNode) -> bool:
    """Whether an error output says that JAX ran out of its device's memory."""
    return error.ename in ("JaxRuntimeError", "XlaRuntimeError") and "RESOURCE_EXHAUSTED" in error.evalue


def out_of_memory(device: Mapping[str, str]) -> str:
    """The sentence for it."""
    if device["platform"] == "cpu":
        return "out of memory; run fewer kernels at once (`--workers 1`) or make the arrays smaller."
    return (
        f"out of GPU memory on {device['kind']}; run fewer kernels at once (`--workers 1`), let no other program use "
        "the GPU, or make the arrays smaller."
    )


def gpu_error() -> str | None:
    """Why JAX finds no GPU on this machine, or None; asked in a process of its own, which leaves the GPU's memory."""
    environment = {name: value for name, value in os.environ.items() if name != "JAX_PLATFORMS"}
    environment["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"
    asked = subprocess.run([sys.executable, "-c", _FIND_GPU], env=environment, capture_output=True, text=True)
    return (asked.stderr.strip().splitlines() or ["it says nothing"])[-1] if asked.returncode else None


def need_gpu() -> None:
    """See that JAX finds a GPU on this machine.

    Raises:
      MachineError: if it finds none.
    """
    if reason := gpu_error():
        raise MachineError(
            "JAX finds no GPU here, which device gpu needs; on a machine with an NVIDIA GPU, "
            f"`uv run --extra gpu tutorials run --device gpu` installs what is missing ({reason})."
        )
