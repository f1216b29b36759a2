"""The options that choose tests; tiers.py says what they do."""

import io

import tiers
from absl import logging

# Haiku imports absl, whose log handler closes its stream, pytest's stderr, when nbconvert
# configures logging.
logging.get_absl_handler().python_handler.stream = io.StringIO()


def pytest_addoption(parser):
    tiers.add_options(parser)


def pytest_collection_modifyitems(config, items):
    tiers.select(config, items)
