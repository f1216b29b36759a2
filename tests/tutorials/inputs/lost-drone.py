import itertools

import jax
import jax.numpy as jnp

ARGUMENTS = False  # the text asks nothing of them after the call


def cases(draw, page):
    for n, d in ((1, 1), (2, 1), (1, 3), (4, 2), (3, 5)):
        for whole, at_beacon in itertools.product((False, True), repeat=2):
            beacons = draw.integers(-4, 5, (n, d)) * 2  # may share coordinates with the position and each other
            offset = draw.integers(1, 4, d) if whole else draw.uniform(0.3, 0.7, d)
            position = beacons[draw.integers(n)] + offset * (not at_beacon)
            arguments = (
                jnp.array(position, int if whole else float),
                jnp.array(beacons, float),
                jnp.array(draw.uniform(0.5, 8, n), float),
                float(draw.choice([0.05, 0.3])),
            )
            yield "locate_step", arguments, {}
    for dtype in ("int8", "int16", "uint8"):
        yield "locate_step", (jnp.array([3, 100], dtype), jnp.array([[3.0, 4.0], [1.0, 120.0]]), jnp.ones(2), 0.1), {}
    for scale in (1e-2, 300.0):
        for called, rate in (("locate_step", 0.1), (compiled, 0.2)):
            position, beacons = jnp.array([1.0, 2.0]) * scale, jnp.array([[1.0, 2.0], [1.0, -3.0], [4.0, 6.0]]) * scale
            yield called, (position, beacons, jnp.array([1.0, 2.0, 3.0]) * scale, rate), {}


def compiled(page, *arguments):
    return jax.jit(page.locate_step)(*arguments)
