import types

outcomes = types.MappingProxyType(
    {"A": "wrong", "B": "right", "C": "wrong", "D": "wrong", "E": "right", "F": "fails", "G": "fails", "H": "right"}
)
