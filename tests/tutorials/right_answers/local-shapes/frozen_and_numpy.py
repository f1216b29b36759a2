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
