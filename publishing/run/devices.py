"""What JAX needs of a kernel and of a machine; no other module of this package knows it."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

# The platforms that a record may be of, for each choice of device, the first first.
PLATFORMS = {
    "auto": ("gpu", "cuda", "rocm", "tpu", "cpu"),
    "gpu": ("gpu", "cuda", "rocm"),
    "cpu": ("cpu",),
}

PINNED = ("jax", "jaxlib")  # where the one is installed, a notebook leaves both as they are

# The body of a function that runs in a kernel, beside `import sys`.
DEVICE = """
    devices = sys.modules["jax"].devices() if "jax" in sys.modules else []
    if devices:
        return {"platform": devices[0].platform, "kind": devices[0].device_kind}
    return {"platform": "cpu", "kind": "cpu"}
"""
# What finds devices and divides their memory. What else a shell tells JAX and XLA would be true of
# the page and not of the download: 64 bits, eight devices in place of one, or code that another run
# compiled. A run that is asked for with such a setting is one "elsewhere", below.
_OF_DEVICES = re.compile(
    r"JAX_(PLATFORMS|PLATFORM_NAME|(CUDA|ROCM)_VISIBLE_DEVICES)"
    r"|XLA_PYTHON_CLIENT_(PREALLOCATE|MEM_FRACTION|ALLOCATOR)"
    r"|CUDA_\w+|NVIDIA_(VISIBLE_DEVICES|DRIVER_CAPABILITIES)"
    r"|(HIP|ROCR)_VISIBLE_DEVICES|ROCM_PATH|TPU_\w+"
)
# What changes numbers, of a run that is asked for "elsewhere": its records are kept apart.
_NUMBERS = (
    "XLA_FLAGS",
    "JAX_DEFAULT_MATMUL_PRECISION",
    "JAX_DEFAULT_PRNG_IMPL",
    "JAX_DISABLE_MOST_OPTIMIZATIONS",
    "JAX_ENABLE_X64",
    "JAX_NUM_CPU_DEVICES",
    "JAX_RANDOM_SEED_OFFSET",
    "JAX_THREEFRY_PARTITIONABLE",
)
# A process takes most of a GPU when it starts, unless told to take what it uses.
_SHARE_GPU = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"}


def compilation_cache(folder: Path) -> dict[str, str | float]:
    """The options of JAX for runs that are not published: they share compiled code.

    JAX does not write its files atomically, so each tutorial has a folder of its own.
    """
    return {
        "jax_compilation_cache_dir": str(folder),
        "jax_persistent_cache_min_compile_time_secs": 0.0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
        "jax_disable_most_optimizations": True,
    }


# The beginning of a function that runs in a kernel: sets these options, where there is JAX.
WITH_COMPILED = """
    import importlib.util

    if importlib.util.find_spec("jax"):
        import jax

        for name, value in {options!r}.items():
            jax.config.update(name, value)
"""


class MachineError(Exception):
    """Machines that cannot do what they are asked to: one sentence, with the way out."""


def elsewhere(inherited: Mapping[str, str]) -> dict[str, str]:
    """The variables that ask for a run elsewhere: with other numbers than a plain run gives."""
    return {name: inherited[name] for name in _NUMBERS if inherited.get(name)}


def environment(inherited: Mapping[str, str], device: str, *, shared: bool) -> dict[str, str]:
    """What a kernel's environment says of devices, which other kernels may share."""
    variables = {name: value for name, value in inherited.items() if _OF_DEVICES.fullmatch(name)}
    if device != "auto":
        variables["JAX_PLATFORMS"] = {"cpu": "cpu", "gpu": "cuda"}[device]
    return variables | _SHARE_GPU if shared and device != "cpu" else variables


def is_out_of_memory(output: NotebookNode) -> bool:
    """Whether an output is the error that JAX ran out of its device's memory."""
    if output.output_type != "error" or "RESOURCE_EXHAUSTED" not in output.evalue:
        return False
    return output.ename in ("JaxRuntimeError", "XlaRuntimeError")


def out_of_memory(device: Mapping[str, str]) -> str:
    """The sentence for it."""
    way = "run fewer kernels at once (`--workers 1`)"
    if device["platform"] == "cpu":
        return f"out of memory; {way} or make the arrays smaller."
    way += ", let no other program use the GPU, or make the arrays smaller."
    return f"out of GPU memory on {device['kind']}; {way}"


def need_gpu() -> None:
    """Raise a MachineError unless JAX finds a GPU; another process asks, and so takes no memory."""
    environment = {name: value for name, value in os.environ.items() if name != "JAX_PLATFORMS"}
    command = [sys.executable, "-c", "import jax; jax.devices('gpu')"]
    asked = subprocess.run(command, env=environment | _SHARE_GPU, capture_output=True, text=True)
    if asked.returncode:
        reason = (asked.stderr.strip().splitlines() or ["it says nothing"])[-1]
        command = "`uv run --extra gpu tutorials run --device gpu`"
        raise MachineError(
            f"this machine has no GPU that JAX finds ({reason}), and device gpu needs one; "
            f"on a machine with an NVIDIA GPU, {command} installs what is missing."
        )
