def per_example_gradients(params, x, y):
    w, b, x, y = (np.asarray(a, np.float64) for a in (params["w"], params["b"], x, y))
    return nudge_every_parameter(w, b, x, y)


def clipped_mean_gradient(params, x, y, limit):
    return slow_clipped_mean(per_example_gradients(params, x, y), limit)
