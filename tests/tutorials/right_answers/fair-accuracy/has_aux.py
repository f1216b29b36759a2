def class_step(params, batch):
    x, classes = batch
    def f(p):
        logits = three_classes.apply(p, x)
        return softmax_cross_entropy(logits, classes), logits
    (loss, logits), grads = jax.value_and_grad(f, has_aux=True)(params)
    new = jax.tree.map(lambda p, g: p - 0.3 * g, params, grads)
    return new, {"loss": loss, "accuracy": (logits.argmax(-1) == classes).mean()}
