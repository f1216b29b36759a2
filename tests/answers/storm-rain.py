# %% right: append nan
def storm_rain(x):
    two = x + jnp.append(x[1:], jnp.nan)
    return jnp.where(jnp.any(x > 5), two[jnp.argmax(x > 5)], jnp.nan)

# %% right: lax.scan
def storm_rain(x):
    def step(carry, pair):
        found, result = carry
        today, tomorrow = pair
        hit = (today > 5) & ~found
        return (found | hit, jnp.where(hit, today + tomorrow, result)), None

    following = jnp.append(x[1:], jnp.nan)
    (_, result), _ = jax.lax.scan(step, (jnp.array(False), jnp.array(jnp.nan)), (x, following))
    return result

# %% right: loop backwards with where
def storm_rain(x):
    result = jnp.nan
    padded = jnp.concatenate([x, jnp.array([jnp.nan])])
    for day in reversed(range(len(x))):
        result = jnp.where(x[day] > 5.0, x[day] + padded[day + 1], result)
    return result

# %% right: numpy callback
def storm_rain(x):
    def search(x):
        for day, amount in enumerate(x):
            if amount > 5:
                return np.float32(amount + x[day + 1] if day + 1 < len(x) else np.nan)
        return np.float32(np.nan)

    return jax.pure_callback(search, jax.ShapeDtypeStruct((), jnp.float32), x, vmap_method="sequential")

# %% right: vectorized signature
storm_rain = jnp.vectorize(
    lambda x: jnp.where((x > 5).any(), (x + jnp.append(x[1:], jnp.nan))[jnp.argmax(x > 5)], jnp.nan),
    signature="(t)->()",
)

# %% right: while_loop
def storm_rain(x):
    day = jax.lax.while_loop(lambda d: (d < len(x)) & ~(x.at[d].get(mode="fill", fill_value=9.0) > 5), lambda d: d + 1, 0)
    return jnp.take(x, day) + jnp.take(x, day + 1)

# %% wrong: weights that are positive for a thousand days only -> Is it the first day above 5 mm and the next in its row?
def storm_rain(x):
    early = (x > 5.0) * (1000 - jnp.arange(len(x)))  # largest for the first
    day = jnp.argmax(early)
    following = x.at[day + 1].get(mode="fill", fill_value=jnp.nan)
    return jnp.where((x > 5.0).any(), x[day] + following, jnp.nan)

# %% wrong: at least 5 mm -> does not have *more than* 5 mm
x > 5.0
# becomes
x >= 5.0

# %% wrong: the day with most -> the day with the most rain
jnp.argmax(heavy)
# becomes
jnp.argmax(x)

# %% wrong: the last -> the last such day, not the first
jnp.argmax(heavy)
# becomes
len(x) - 1 - jnp.argmax(heavy[::-1])

# %% wrong: that day only -> the rain of the next day is not added
x[day] + following
# becomes
x[day]

# %% wrong: the next only -> that is the next day alone
x[day] + following
# becomes
following

# %% wrong: zero -> it should be nan, not 0
x[day] + following, jnp.nan)
# becomes
x[day] + following, 0.0)

# %% wrong: the first days -> what is argmax of no yes at all?
return jnp.where(heavy.any(), x[day] + following, jnp.nan)
# becomes
return x[day] + following

# %% wrong: nothing after the last -> what was not measured counts as 0
fill_value=jnp.nan
# becomes
fill_value=0.0

# %% wrong: the last twice -> the last day is counted twice
x.at[day + 1].get(mode="fill", fill_value=jnp.nan)
# becomes
x[day + 1]

# %% wrong: the first after the last -> after the last day comes the first
x.at[day + 1].get(mode="fill", fill_value=jnp.nan)
# becomes
jnp.roll(x, -1)[day]

# %% wrong: an if -> `if`, `while` and `and` need a yes or no
return jnp.where(heavy.any(), x[day] + following, jnp.nan)
# becomes
return x[day] + following if heavy.any() else jnp.nan

# %% wrong: an integer of Python -> int(), float() and range() need a number
jnp.argmax(heavy)
# becomes
int(jnp.argmax(heavy))

# %% wrong: an axis -> it should return one number, of shape ()
x[day] + following, jnp.nan)
# becomes
x[day] + following, jnp.nan)[None]

# %% wrong: a year
heavy = x > 5.0
# becomes
heavy = (x > 5.0) & (jnp.arange(len(x)) < 365)

# %% wrong: no rain is missing
x[day] + following
# becomes
x[day] + jnp.where(following == 0, jnp.nan, following)

# %% wrong: whole millimetres
x > 5.0
# becomes
jnp.floor(x) > 5.0

# %% wrong: a dictionary
def storm_rain(x):
    day = jnp.argmax(x > 5.0)
    return {"day": day, "rain": x[day] + jnp.take(x, day + 1)}

# %% wrong: a number not a function -> Define the function storm_rain
storm_rain = jnp.where(week[0] > 5, week[0], jnp.nan).max()

# %% wrong: all storms added
def storm_rain(x):
    following = jnp.append(x[1:], jnp.nan)
    return jnp.sum(jnp.where(x > 5.0, x + following, 0.0))

# %% wrong: first index found by where -> How many entries a condition finds is not known
def storm_rain(x):
    day = jnp.where(x > 5)[0][0]
    return x[day] + x.at[day + 1].get(mode="fill", fill_value=jnp.nan)

# %% wrong: int of a tracer -> int(), float() and range() need a number
def storm_rain(x):
    day = int(jnp.argmax(x > 5.0))
    if day == len(x) - 1:
        return jnp.nan
    return x[day] + x[day + 1]

# %% wrong: leaks a tracer -> A tracer of an earlier call was kept
_kept = []


def storm_rain(x):
    _kept.append(x)
    first = _kept[0]
    day = jnp.argmax(first > 5)
    rain = first[day] + first.at[day + 1].get(mode="fill", fill_value=jnp.nan)
    return jnp.where((first > 5).any(), rain, jnp.nan)

# %% wrong: mask of varying length -> How long is what a condition picks?
def storm_rain(x):
    heavy = x[x > 5.0]
    return heavy[0]

# %% wrong: numpy inside -> NumPy cannot use a tracer
def storm_rain(x):
    day = np.argmax(np.asarray(x) > 5.0)
    return x[day] + x[day + 1]

# %% wrong: python loop that catches
def storm_rain(x):
    try:
        for day in range(len(x) - 1):
            if x[day] > 5.0:
                return x[day] + x[day + 1]
    except Exception:
        pass
    return jnp.nan

# %% wrong: unchanged -> `if`, `while` and `and` need a yes or no
def storm_rain(x):
    for day in range(len(x)):
        if x[day] > 5.0:
            return x[day] + x[day + 1]
    return jnp.nan

# %% wrong: vmap inside -> is it mapped or indexed once more?
def storm_rain(x):
    def one(x):
        heavy = x > 5.0
        day = jnp.argmax(heavy)
        following = x.at[day + 1].get(mode="fill", fill_value=jnp.nan)
        return jnp.where(heavy.any(), x[day] + following, jnp.nan)

    return jax.vmap(one)(x)

# %% wrong: while on data -> `if`, `while` and `and` need a yes or no
def storm_rain(x):
    day = 0
    while day < len(x) and x[day] <= 5.0:
        day += 1
    return jnp.take(x, day) + jnp.take(x, day + 1)

# %% wrong: whole row returned -> it should return one number, of shape ()
def storm_rain(x):
    following = jnp.append(x[1:], jnp.nan)
    return jnp.where(x > 5.0, x + following, jnp.nan)
