# %% right: pairs
decisions = dict(zip("ABCDEF", ["load", "allow", "fetch", "fetch", "leave", "load"]))

# %% right: by trying them
decisions = {}
for letter, data in six.items():
    try:
        load_weights(io.BytesIO(data))
        decisions[letter] = "load"
    except ValueError as problem:
        words = str(problem)
        broken = "too early" in words or "pointer" in words
        decisions[letter] = "fetch" if broken else "allow" if "__main__" in words else "leave"

# %% wrong: old names need an old environment
decisions = {"A": "leave", "B": "allow", "C": "fetch", "D": "fetch", "E": "leave", "F": "load"}

# %% wrong: a class is read without being named
decisions = {"A": "load", "B": "load", "C": "fetch", "D": "fetch", "E": "leave", "F": "load"}

# %% wrong: each class is a danger
decisions = {"A": "load", "B": "leave", "C": "fetch", "D": "fetch", "E": "leave", "F": "load"}

# %% wrong: a file that is cut loads as far as it goes
decisions = {"A": "load", "B": "allow", "C": "load", "D": "fetch", "E": "leave", "F": "load"}

# %% wrong: a pointer is a stranger
decisions = {"A": "load", "B": "allow", "C": "fetch", "D": "leave", "E": "leave", "F": "load"}

# %% wrong: a function may be allowed as well
decisions = {"A": "load", "B": "allow", "C": "fetch", "D": "fetch", "E": "allow", "F": "load"}

# %% wrong: a pickle in npy is left alone
decisions = {"A": "load", "B": "allow", "C": "fetch", "D": "fetch", "E": "leave", "F": "leave"}
