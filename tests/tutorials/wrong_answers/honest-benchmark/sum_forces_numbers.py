import time


def benchmark(f, *args, repeats=10):
    float(f(*args).sum())
    start = time.perf_counter()
    for _ in range(repeats):
        float(f(*args).sum())
    return (time.perf_counter() - start) / repeats
