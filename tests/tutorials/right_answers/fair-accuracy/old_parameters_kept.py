def class_step(params, batch):
    x, classes = batch
    old = params
    params, loss = sgd_step(class_loss, params, batch, 0.3)
    predicted = jnp.argmax(three_classes.apply(old, x), axis=1)
    return params, {"loss": loss, "accuracy": jnp.mean(predicted == classes)}
