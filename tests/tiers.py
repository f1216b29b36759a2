"""Two tiers of tests, and shards of each: the first runs by default, the rest is marked `slow`.

`pytest` runs the first tier, `pytest --rest` what it leaves, `pytest --all` both.
`--shard 2/3` runs the second of three parts of these.
"""

import argparse

import pytest


def add_options(parser: pytest.Parser) -> None:
    """The options that choose tests."""
    group = parser.getgroup("tiers")
    group.addoption("--all", action="store_true", help="run the tests that are marked slow, too")
    group.addoption("--rest", action="store_true", help="run only the tests that are marked slow")
    group.addoption("--shard", metavar="K/N", type=_shard, help="run the K-th of N parts, from 1")


def everything(config: pytest.Config) -> bool:
    """Whether tests that are marked slow may run, so that their cases must be collected.

    A test that is named by its id, with `::`, runs whatever its mark.
    """
    named = any("::" in argument for argument in config.args)
    return config.getoption("--all") or config.getoption("--rest") or named


def select(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is not of the tier or the shard."""
    kept = items
    if not everything(config):
        kept = [item for item in kept if not item.get_closest_marker("slow")]
    if config.getoption("--rest"):
        kept = [item for item in kept if item.get_closest_marker("slow")]
    if shard := config.getoption("--shard"):
        number, parts = shard
        units = sorted({_unit(item) for item in kept})
        chosen = set(units[number - 1 :: parts])
        kept = [item for item in kept if _unit(item) in chosen]
    if len(kept) < len(items):
        left = set(items) - set(kept)
        config.hook.pytest_deselected(items=[item for item in items if item in left])
        items[:] = kept


def _unit(item: pytest.Item) -> str:
    """What shards do not divide: a group of tests or, of tests without one, their file."""
    group = item.get_closest_marker("xdist_group")
    return group.args[0] if group else str(item.path)


def _shard(text: str) -> tuple[int, int]:
    number, _, parts = text.partition("/")
    if not (number.isdecimal() and parts.isdecimal() and 1 <= int(number) <= int(parts)):
        raise argparse.ArgumentTypeError(f"{text}: write K/N with 1 <= K <= N, as 2/3")
    return int(number), int(parts)
