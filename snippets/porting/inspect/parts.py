"""What the arrays of a file look like: parameters, state, an optimiser's, a step."""

import functools
import re
from collections.abc import Iterable

PARAMETERS, COPY = "parameters", "copy of parameters"
STATE, OPTIMISER, STEP, KEY = "state", "optimiser", "step", "random key"
_OPTIMISERS = {"opt", "optim", "optimizer", "optimiser", "optimizers", "optimisers"}
_OF_OPTIMISERS = {"mu", "nu", "exp_avg", "exp_avg_sq", "momentum_buffer", "acc_grads"}
_STATES = {"state", "states", "stats", "running_mean", "running_var", "moving_mean"}
_STATES |= {"num_batches_tracked", "moving_variance"}
_NAMED = {*_STATES, "params", "param", "parameters"}  # the innermost of which counts
_COPIES = {"target", "ema", "polyak", "avg", "average", "averaged", "best", "old"}
_PARAMETERS = {"params", "param", "parameters", "weights", "net", "network", "model"}
_STEPS = {"step", "steps", "count", "counter", "iteration", "iterations", "epoch", "t"}
_KEYS = {"rng", "prng", "rngs", "prngkey", "key", "seed"}
_OF_EMA = {"average", "hidden", "counter"}  # as hk.ExponentialMovingAverage names them
_CLASSES = ("optax.", "jax.experimental.optimizers", "jax.example_libraries.optimizers")
LIBRARIES = (  # how names look, for the one that most of them fit
    (
        "Haiku",
        re.compile(r".*(/~/|//(w|b|scale|offset|embeddings)$|:(w|b|scale|offset)$)"),
    ),
    ("Flax", re.compile(r"(.*/)?(kernel|embedding)$|.*(Dense|Conv|\wNorm|Block)_\d+/")),
    ("PyTorch", re.compile(r"(.*[./])?(weight|bias|running_mean|running_var)$")),
    ("Keras", re.compile(r".*(kernel|bias|gamma|beta|moving_mean|vars/\d+)(:\d+)?$")),
)


def is_step(keys: tuple[str, ...]) -> bool:
    """Whether the number of that path looks like a count of steps."""
    return bool(keys) and _words(keys[-1])[-1] in _STEPS


def part_of(keys: tuple[str, ...], classes: Iterable[str], otherwise: str) -> str:
    """What an array looks like, by its path and the classes around it.

    `otherwise` is what it looks like by its shape and dtype.
    """
    words = [_words(key) for key in keys]
    last = keys[-1].lower() if keys else ""
    if words and _KEYS & set(words[-1]) and len(keys) < 3:
        return KEY
    if any(_OPTIMISERS & set(each) for each in words):
        return OPTIMISER
    if any(key.lower() in _OF_OPTIMISERS for key in keys):
        return OPTIMISER
    if any(name.startswith(_CLASSES) for name in classes):
        return OPTIMISER
    if any(_COPIES & set(each) and _PARAMETERS & set(each) for each in words):
        return COPY
    of_ema = last in _OF_EMA and any("ema" in each for each in words[:-1])
    inner = next((each[-1] for each in reversed(words) if each[-1] in _NAMED), "")
    if of_ema or inner in _STATES or last in _STATES:
        return STATE
    return COPY if ["ema"] in words else otherwise


def library_of(paths: list[str]) -> str:
    """The library whose names most of the paths have; empty if there is none."""
    counts = {
        name: sum(bool(form.match(path[-300:])) for path in paths)
        for name, form in LIBRARIES
    }
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] * 2 > len(paths) else ""


@functools.lru_cache(maxsize=4096)
def _words(key: str) -> list[str]:
    """The words of a key, in small letters."""
    return re.findall(r"[a-z0-9]+", key.lower()) or [""]
