# %% right: by asking jax
local_shapes = {}
for letter, (shape, spec) in layouts.items():
    try:
        local_shapes[letter] = NamedSharding(four_by_two, spec).shard_shape(shape)
    except ValueError as problem:
        local_shapes[letter] = "fails"
    except Exception:
        local_shapes[letter] = "fails"

# %% right: frozen and numpy
from types import MappingProxyType

local_shapes = MappingProxyType(
    {
        "A": tuple(np.array([8, 6]) // np.array([4, 1])),
        "B": tuple(np.array([8, 6]) // np.array([1, 2])),
        "C": "fails",
        "D": (8 // (4 * 2), 6),
        "E": (12 // 2,),
        "F": (8, 6),
        "G": "fails",
        "H": (4, 8 // 4, 6),
    }
)

# %% right: lists and capitals
local_shapes = {
    "A": [2, 6],
    "B": (8, 3),
    "C": "Fails ",
    "D": (1, 6),
    "E": (6,),
    "F": (8, 6),
    "G": "fails",
    "H": [4, 2, 6],
}

# %% wrong: cut by the unnamed axis too
local_shapes = {
    "A": (2, 3),
    "B": (8, 3),
    "C": "fails",
    "D": (1, 6),
    "E": (6,),
    "F": (8, 6),
    "G": "fails",
    "H": (4, 2, 6),
}

# %% wrong: empty spec cuts everything
local_shapes = {
    "A": (2, 6),
    "B": (8, 3),
    "C": "fails",
    "D": (1, 6),
    "E": (6,),
    "F": (2, 3),
    "G": "fails",
    "H": (4, 2, 6),
}

# %% wrong: mesh axis by position
local_shapes = {
    "A": (2, 6),
    "B": (8, 3),
    "C": "fails",
    "D": (1, 6),
    "E": (3,),
    "F": (8, 6),
    "G": "fails",
    "H": (4, 2, 6),
}

# %% wrong: number for a shape
local_shapes = {
    "A": (2, 6),
    "B": (8, 3),
    "C": "fails",
    "D": (1, 6),
    "E": 6,
    "F": (8, 6),
    "G": "fails",
    "H": (4, 2, 6),
}

# %% wrong: one axis of the tuple
local_shapes = {
    "A": (2, 6),
    "B": (8, 3),
    "C": "fails",
    "D": (2, 6),
    "E": (6,),
    "F": (8, 6),
    "G": "fails",
    "H": (4, 2, 6),
}

# %% wrong: one name twice
local_shapes = {
    "A": (2, 6),
    "B": (8, 3),
    "C": "fails",
    "D": (1, 6),
    "E": (6,),
    "F": (8, 6),
    "G": (2, 2),
    "H": (4, 2, 6),
}

# %% wrong: shapes as text
local_shapes = {
    "A": "(2, 6)",
    "B": (8, 3),
    "C": "fails",
    "D": (1, 6),
    "E": (6,),
    "F": (8, 6),
    "G": "fails",
    "H": (4, 2, 6),
}

# %% wrong: short spec fails
local_shapes = {
    "A": (2, 6),
    "B": (8, 3),
    "C": "fails",
    "D": (1, 6),
    "E": (6,),
    "F": (8, 6),
    "G": "fails",
    "H": "fails",
}

# %% wrong: tuple cuts two array axes
local_shapes = {
    "A": (2, 6),
    "B": (8, 3),
    "C": "fails",
    "D": (2, 3),
    "E": (6,),
    "F": (8, 6),
    "G": "fails",
    "H": (4, 2, 6),
}

# %% wrong: uneven is rounded
local_shapes = {
    "A": (2, 6),
    "B": (8, 3),
    "C": (4, 2),
    "D": (1, 6),
    "E": (6,),
    "F": (8, 6),
    "G": "fails",
    "H": (4, 2, 6),
}
