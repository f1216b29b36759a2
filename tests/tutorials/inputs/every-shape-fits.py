import numpy as np


def cases(draw, page):
    for size in (1, 2, 3, 6, 9):
        saved = page.make_saved(size, int(draw.integers(1000)))
        yield "convert", (saved,), {}
        yield outputs, (saved, np.float32(draw.normal(size=(3, size)))), {}


def outputs(page, saved, x):
    return page.block_net.apply(page.convert(saved), x)
