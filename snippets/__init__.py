"""Reusable Haiku and JAX code: what the pages show, and what the tests import."""
