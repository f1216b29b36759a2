import itertools

import jax.numpy as jnp

RTOL = 5e-4


def cases(draw, page):
    for (n, d), whole, at_beacon in itertools.product(
        ((1, 1), (2, 1), (1, 3), (4, 2), (3, 5)), (False, True), (False, True)
    ):
        beacons = (
            draw.integers(-4, 5, (n, d)) * 2
        )  # may share coordinates with the position and each other
        offset = draw.integers(1, 4, d) if whole else draw.uniform(0.3, 0.7, d)
        position = jnp.array(
            beacons[draw.integers(n)] + offset * (not at_beacon), int if whole else float
        )
        measured = jnp.array(draw.uniform(0.5, 8, n), float)
        yield (
            "locate_step",
            (position, jnp.array(beacons, float), measured, float(draw.choice([0.05, 0.3]))),
            {},
        )
    for dtype in ("int8", "int16", "int32", "uint8", "uint16", "uint32"):
        yield (
            "locate_step",
            (jnp.array([3, 100], dtype), jnp.array([[3.0, 4.0], [1.0, 120.0]]), jnp.ones(2), 0.1),
            {},
        )
    for scale in (0.01, 1000.0):
        position, beacons = (
            jnp.array([1.0, 2.0]) * scale,
            jnp.array([[1.0, 2.0], [1.0, -3.0], [4.0, 6.0]]) * scale,
        )
        yield "locate_step", (position, beacons, jnp.array([1.0, 2.0, 3.0]) * scale, 0.1), {}
        yield (
            "locate_step",
            (position + scale / 3, beacons, jnp.array([0.0, 2.0, 3.0]) * scale, 0.1),
            {},
        )
