def class_step(params, batch):
    x, classes = batch
    predicted = jnp.argmax(three_classes.apply(die_params, x), axis=1)
    params, loss = sgd_step(class_loss, params, batch, 0.3)
    return params, {"loss": loss, "accuracy": jnp.mean(predicted == classes)}
