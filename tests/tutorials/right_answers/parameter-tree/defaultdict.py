from collections import defaultdict

predicted_tree = defaultdict(dict)
wide = 3
for name, out in (("linear", 16), ("linear_1", 8)):
    predicted_tree[name]["w"] = (wide, out)
    predicted_tree[name]["b"] = (out,)
    wide = out
predicted_tree["gate"]["w"] = (8, 8)
predicted_tree["linear_2"] = {"w": (16, 1), "b": (1,)}
