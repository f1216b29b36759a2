def sgd_step(params, x, y, learning_rate):
    e = np.asarray(x) @ np.asarray(params["w"]) + np.asarray(params["b"]) - np.asarray(y)
    w = params["w"] - learning_rate * 2 / e.size * np.asarray(x).T @ e
    b = params["b"] - learning_rate * 2 / e.size * e.sum(axis=0)
    return (e**2).mean(), {"w": w, "b": b}
