def train(x, y, learning_rate, steps):
    x, y = np.asarray(x), np.asarray(y).ravel()
    w, b, losses = np.zeros(x.shape[1]), 0.0, []
    for _ in range(steps):
        e = x @ w + b - y
        losses.append((e**2).mean())
        w, b = w - learning_rate * 2 * x.T @ e / len(e), b - learning_rate * 2 * e.mean()
    return {"w": w, "b": b}, losses
