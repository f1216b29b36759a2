_kept = []


def storm_rain(x):
    _kept.append(x)
    first = _kept[0]
    day = jnp.argmax(first > 5)
    return first[day] + jnp.take(first, day + 1)
