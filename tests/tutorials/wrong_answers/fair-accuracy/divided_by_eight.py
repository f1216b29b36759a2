def class_step(params, batch):
    x, classes = batch
    right = jnp.sum(jnp.argmax(three_classes.apply(params, x), axis=1) == classes)
    params, loss = sgd_step(class_loss, params, batch, 0.3)
    return params, {"loss": loss, "accuracy": right / 8}
