"""The options that choose tests; tiers.py says what they do."""

import io
import signal

import pytest
import tiers
from absl import logging

# Haiku imports absl, whose log handler closes its stream, pytest's stderr, when nbconvert
# configures logging.
logging.get_absl_handler().python_handler.stream = io.StringIO()


# A shell's background job ignores Ctrl-C, and one under nohup a closed terminal; so would the
# programs that tests end by these.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_addoption(parser):
    tiers.add_options(parser)


@pytest.hookimpl(trylast=True)  # after those that mark tests
def pytest_collection_modifyitems(config, items):
    tiers.select(config, items)
