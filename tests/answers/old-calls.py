# %% right: by running them
fates = {}
for letter, call in old_calls.items():
    try:
        call()
        fates[letter] = "runs"
    except Exception:
        fates[letter] = "fails"

# %% right: pairs
fates = dict(zip("ABCDEFGH", ["runs", "fails", "runs", "fails", "fails", "fails", "runs", "fails"]))

# %% wrong: apply_rng=False still runs
fates = {"A": "runs", "B": "fails", "C": "runs", "D": "runs", "E": "fails", "F": "fails", "G": "runs", "H": "fails"}

# %% wrong: apply_rng=True was removed
fates = {"A": "runs", "B": "fails", "C": "fails", "D": "fails", "E": "fails", "F": "fails", "G": "runs", "H": "fails"}

# %% wrong: apply without a key
fates = {"A": "runs", "B": "fails", "C": "runs", "D": "fails", "E": "fails", "F": "runs", "G": "runs", "H": "fails"}

# %% wrong: clip keeps its names
fates = {"A": "runs", "B": "fails", "C": "runs", "D": "fails", "E": "fails", "F": "fails", "G": "runs", "H": "runs"}

# %% wrong: key arrays were removed
fates = {"A": "runs", "B": "fails", "C": "runs", "D": "fails", "E": "fails", "F": "fails", "G": "fails", "H": "fails"}

# %% wrong: lists are taken as numpy does
fates = {"A": "runs", "B": "runs", "C": "runs", "D": "fails", "E": "fails", "F": "fails", "G": "runs", "H": "fails"}

# %% wrong: numpy has at
fates = {"A": "runs", "B": "fails", "C": "runs", "D": "fails", "E": "runs", "F": "fails", "G": "runs", "H": "fails"}

# %% wrong: tree_util is gone
fates = {"A": "fails", "B": "fails", "C": "runs", "D": "fails", "E": "fails", "F": "fails", "G": "runs", "H": "fails"}
