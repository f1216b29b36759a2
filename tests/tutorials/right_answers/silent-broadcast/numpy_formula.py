def train(x, y, learning_rate, steps):
    B, D = x.shape
    if y.shape[:1] != (B,) or len(y.shape) > 2:
        raise ValueError(f"expected {(B,)} or {(B, 'K')} with x {x.shape}, got {y.shape}")
    x, y = np.asarray(x), np.asarray(y).reshape(B, -1)
    w, b, losses = np.zeros((D, y.shape[1])), np.zeros(y.shape[1]), []
    for _ in range(steps):
        e = x @ w + b - y
        losses.append(np.square(e).mean())
        w, b = w - 2 * learning_rate * x.T @ e / e.size, b - 2 * learning_rate * e.sum(axis=0) / e.size
    return {"w": w, "b": b}, losses
