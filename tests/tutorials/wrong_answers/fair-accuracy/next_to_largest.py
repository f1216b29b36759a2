def class_step(params, batch):
    x, classes = batch
    order = jnp.argsort(three_classes.apply(params, x), axis=1)
    new, loss = sgd_step(class_loss, params, batch, 0.3)
    return new, {"loss": loss, "accuracy": jnp.mean(order[:, 1] == classes)}
