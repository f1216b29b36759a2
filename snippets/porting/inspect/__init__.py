"""Say what is in a file of weights, and give its arrays by name."""

from .look import look

__all__ = ["look"]
