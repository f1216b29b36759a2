"""Haiku imports absl, whose log handler closes its stream, pytest's stderr, as soon as nbconvert configures logging."""

import io

from absl import logging

logging.get_absl_handler().python_handler.stream = io.StringIO()
