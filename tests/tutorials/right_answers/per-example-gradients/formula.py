def per_example_gradients(params, x, y):
    r = x @ params["w"] + params["b"] - y
    return {"w": 2 * r[:, None] * x, "b": 2 * r}
