import statistics
import time


def wait(tree):
    if hasattr(tree, "block_until_ready"):
        tree.block_until_ready()
    elif isinstance(tree, dict):
        for value in tree.values():
            wait(value)
    elif isinstance(tree, (list, tuple)):
        for value in tree:
            wait(value)


def benchmark(f, *args, repeats=10):
    def once():
        begin = time.perf_counter()
        wait(f(*args))
        return time.perf_counter() - begin

    return statistics.fmean([once() for _ in range(repeats + 1)][1:])
