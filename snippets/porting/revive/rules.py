"""The rules by their codes: what `--select` takes, and what a report links to."""

from .table import NOT_INSTALLED, Known

PACKAGES = {"jax": "JAX", "haiku": "HK", "optax": "OPT", "chex": "CHEX", "numpy": "NP"}
# What the number of a code says, whatever the package.
KINDS = {
    101: "a name that was removed, without a successor",
    102: "a name that was renamed or moved: `--fix` writes the new one",
    103: "a name whose successor is used in another way",
    104: "an argument that is not taken any more",
    105: "a method or attribute that arrays have no longer",
    106: "a module that cannot be imported, although its name still means something",
    107: "a name that works and has a newer form",
    108: "a name or argument that the installed package lacks (`--installed`)",
}
HINTS = {
    "JAX201": "the second argument of `jax.jit` by position",
    "JAX202": "`.at`, or a function of `jax.ops`, on an array that NumPy made",
    "JAX203": "a list or tuple where `jax.numpy` takes an array",
    "HK201": "`apply` of a plain `hk.transform` without a key",
    "HK202": "`hk.vmap` that is not told whether to split the key",
    "HK203": "the argument `apply_rng` of `hk.transform`",
    "NP201": "`numpy.fromstring` of bytes",
}
RULES = HINTS | {
    f"{letters}{number}": about
    for letters in PACKAGES.values()
    for number, about in KINDS.items()
}


def code_of(name: str, known: Known, sign: str) -> str:
    """The code for an entry of the table: a name, `function(argument)` or `.method`."""
    if known.reason == NOT_INSTALLED:
        return f"{PACKAGES.get(name.partition('.')[0], 'JAX')}108"
    package = "jax" if name.startswith(".") else name.removeprefix("import.")
    letters = PACKAGES.get(package.partition(".")[0], PACKAGES["jax"])
    if sign == " ":
        number = 107
    elif name.startswith("."):
        number = 105
    elif "(" in name:
        number = 104
    elif name.startswith("import."):
        number = 106
    else:
        number = 102 if known.renamed else 103 if known.new else 101
    return f"{letters}{number}"
