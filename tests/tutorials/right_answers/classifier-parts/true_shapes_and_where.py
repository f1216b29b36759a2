def logits_and_truth(params, net, x, labels):
    f = net.apply(params, x)
    if f.shape != labels.shape:
        raise TypeError(f"{f.shape} and {labels.shape}")
    return f, labels != 0


def my_loss(params, net, x, labels):
    f, is_one = logits_and_truth(params, net, x, labels)
    return jnp.where(is_one, 0.01 * f - 1, 0.01 * f + 1).ravel() @ f.ravel()


def my_accuracy(params, net, x, labels):
    f, is_one = logits_and_truth(params, net, x, labels)
    return 1 - jnp.mean(jnp.logical_xor(f >= 0, is_one))
