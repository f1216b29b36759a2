# %% right: by running them
fates, held = {}, {}
exec(CALLS, held)
for letter, call in held["calls"].items():
    try:
        call()
        fates[letter] = "runs"
    except Exception:
        fates[letter] = "fails"

# %% right: pairs
fates = dict(zip("ABCDEFGH", ["runs", "runs", "fails", "fails", "fails", "runs", "fails", "runs"]))

# %% wrong: whatever has a mark fails
fates = {"A": "fails", "B": "fails", "C": "runs", "D": "runs", "E": "fails", "F": "runs", "G": "runs", "H": "runs"}

# %% wrong: a branch for other versions fails
fates = {"A": "fails", "B": "runs", "C": "fails", "D": "fails", "E": "fails", "F": "runs", "G": "fails", "H": "runs"}

# %% wrong: a method of the same name was removed too
fates = {"A": "runs", "B": "fails", "C": "fails", "D": "fails", "E": "fails", "F": "runs", "G": "fails", "H": "runs"}

# %% wrong: numpy has at
fates = {"A": "runs", "B": "runs", "C": "runs", "D": "fails", "E": "fails", "F": "runs", "G": "fails", "H": "runs"}

# %% wrong: apply without a key
fates = {"A": "runs", "B": "runs", "C": "fails", "D": "runs", "E": "fails", "F": "runs", "G": "fails", "H": "runs"}

# %% wrong: tuples are taken as numpy does
fates = {"A": "runs", "B": "runs", "C": "fails", "D": "fails", "E": "runs", "F": "runs", "G": "fails", "H": "runs"}

# %% wrong: key arrays were removed
fates = {"A": "runs", "B": "runs", "C": "fails", "D": "fails", "E": "fails", "F": "fails", "G": "fails", "H": "runs"}

# %% wrong: getattr finds what is not there
fates = {"A": "runs", "B": "runs", "C": "fails", "D": "fails", "E": "fails", "F": "runs", "G": "runs", "H": "runs"}

# %% wrong: apply_rng=True was removed
fates = {"A": "runs", "B": "runs", "C": "fails", "D": "fails", "E": "fails", "F": "runs", "G": "fails", "H": "fails"}
