# %% right: by running
predicted_failures = {name: set() for name in versions}
for name, version in versions.items():
    for what, assertion in assertions.items():

        def run(z, version=version, assertion=assertion):
            assertion(version(z), z)
            return z

        try:
            (jax.jit(run) if name == "traced" else run)(logits)
        except Exception:
            predicted_failures[name].add(what)

# %% right: dict call
predicted_failures = dict(
    naive=set("finite close".split()),
    flat={"shape", "close"},
    rounded={"type", "close"},
    half=(),
    traced={"close", "finite"},
)

# %% right: lists
predicted_failures = {
    "naive": ["close", "finite"],
    "flat": ["close", "shape"],
    "rounded": {"type", "close"},
    "half": [],
    "traced": {"finite", "close"},
}

# %% wrong: a row is close to a column
predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"shape"},
    "rounded": {"type", "close"},
    "half": set(),
    "traced": {"finite", "close"},
}

# %% wrong: a string for a set
predicted_failures = {
    "naive": {"finite", "close"},
    "flat": "shape",
    "rounded": {"type", "close"},
    "half": set(),
    "traced": {"finite", "close"},
}

# %% wrong: everything fails under jit
predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": set(),
    "traced": {"shape", "type", "finite", "close"},
}

# %% wrong: float16 is not float
predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": {"type", "close"},
    "traced": {"finite", "close"},
}

# %% wrong: half is too coarse
predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": {"close"},
    "traced": {"finite", "close"},
}

# %% wrong: integers are not finite
predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"shape", "close"},
    "rounded": {"type", "finite", "close"},
    "half": set(),
    "traced": {"finite", "close"},
}

# %% wrong: nan counts as close
predicted_failures = {
    "naive": {"finite"},
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": set(),
    "traced": {"finite", "close"},
}

# %% wrong: none for nothing
predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": None,
    "traced": {"finite", "close"},
}

# %% wrong: overflow overlooked
predicted_failures = {
    "naive": set(),
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": set(),
    "traced": {"finite", "close"},
}

# %% wrong: right function passes under jit
predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": set(),
    "traced": set(),
}
