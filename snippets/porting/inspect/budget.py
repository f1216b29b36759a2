"""How much work a file may make: a few bytes can ask for years of it."""

MOST_STEPS = 250_000  # instructions and entries; half a second of Python
MOST_DEPTH = 60  # of what is nested


class StoppedError(Exception):
    """Reading ended early; the message is the end of a sentence about the file."""

    partial = None  # what had been read


class Budget:
    """What is left of the steps and bytes that one file may take.

    The bytes follow the size of the file, so that large honest files are read whole.
    """

    def __init__(self, size: int):
        self.steps = MOST_STEPS
        self.bytes = 2**27 + 20 * size  # that may be unpacked or made of others
        self.hashed = 2**24 + 8 * size

    def step(self, count: int = 1) -> None:
        """Count instructions or entries; StoppedError if there are too many."""
        self.steps -= count
        if self.steps < 0:
            raise StoppedError(
                f"holds more than {MOST_STEPS} instructions and entries; only what"
                " comes before that was read."
            )

    def take(self, count: int) -> None:
        """Count bytes that are made; StoppedError if there are too many."""
        self.bytes -= count
        if self.bytes < 0:
            raise StoppedError("needs many times its own size to be read.")

    def hash(self, count: int) -> bool:
        """Count bytes to be hashed; False if there are too many."""
        self.hashed -= max(0, count)
        return self.hashed >= 0
