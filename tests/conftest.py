"""Haiku imports absl, whose log handler closes its stream, pytest's stderr, as soon as nbconvert configures logging.

And the order of the tests: those of a page are one group, for one worker; the group that takes longest starts first.
"""

import io
import sys
from collections import Counter

import pytest
from absl import logging
from unchanged import FOLDER, ROOT, Reads, Unchanged, forget, is_whole
from verdicts import seconds

logging.get_absl_handler().python_handler.stream = io.StringIO()


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.seconds = seconds()  # read once: all workers must collect in one order
        config.whole = is_whole(config)
        forget(FOLDER)
    if config.workerinput["whole"] if hasattr(config, "workerinput") else config.whole:
        reads = Reads(ROOT)
        sys.addaudithook(reads.hear)
        config.pluginmanager.register(Unchanged(reads))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["seconds"], node.workerinput["whole"] = node.config.seconds, node.config.whole


def pytest_collection_modifyitems(config, items):
    known = config.workerinput["seconds"] if hasattr(config, "workerinput") else config.seconds
    items[:] = longest_first(items, known)


def longest_first(items, known):
    """The tests, groups that took longest first, of unknown ones those with most tests; the rest in their order."""
    groups = {
        item: next((mark.args[0] for mark in item.iter_markers("xdist_group")), "")
        for item in items
    }
    sizes = {**Counter(groups.values()), "": 0}
    return sorted(
        items,
        key=lambda item: (known.get(groups[item].replace("/", "-"), 0), sizes[groups[item]]),
        reverse=True,
    )
