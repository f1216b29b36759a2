from collections import defaultdict

predicted_names = defaultdict(dict)
for module, inputs, outputs in (
    ("tower/~/embed", 6, 7),
    ("tower/linear", 7, 2),
    ("~score/linear", 4, 5),
    ("~score/linear_1", 5, 1),
):
    predicted_names[f"compare/{module}"]["w"] = (inputs, outputs)
    if outputs > 1:
        predicted_names[f"compare/{module}"]["b"] = (outputs,)
