# %% right: pairs
first_to_fail = dict(zip("ABCDE", ["outputs", "state", "step", "none", "outputs"]))

# %% right: one by one
first_to_fail = dict.fromkeys("AE", "outputs")
first_to_fail |= {"D": "none", "C": "step"}
first_to_fail["B"] = "state"

# %% wrong: a transposed matrix is seen in the step
first_to_fail = {"A": "step", "B": "state", "C": "step", "D": "none", "E": "outputs"}

# %% wrong: momentum changes outputs
first_to_fail = {"A": "outputs", "B": "outputs", "C": "step", "D": "none", "E": "outputs"}

# %% wrong: momentum is not tested
first_to_fail = {"A": "outputs", "B": "none", "C": "step", "D": "none", "E": "outputs"}

# %% wrong: a bias apart changes outputs
first_to_fail = {"A": "outputs", "B": "state", "C": "outputs", "D": "none", "E": "outputs"}

# %% wrong: a bias that is a Variable is state
first_to_fail = {"A": "outputs", "B": "state", "C": "state", "D": "none", "E": "outputs"}

# %% wrong: the order of making names layers
first_to_fail = {"A": "outputs", "B": "state", "C": "step", "D": "outputs", "E": "outputs"}

# %% wrong: epsilon is seen in the step
first_to_fail = {"A": "outputs", "B": "state", "C": "step", "D": "none", "E": "step"}
