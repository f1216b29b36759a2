# %% right: compiled
@jax.jit

def class_step(params, batch):
    x, classes = batch
    fair = jnp.mean(jnp.argmax(three_classes.apply(params, x), axis=1) == classes)
    params, loss = sgd_step(class_loss, params, batch, 0.3)
    return params, dict(loss=loss, accuracy=fair)

# %% right: has_aux
def class_step(params, batch):
    x, classes = batch
    def f(p):
        logits = three_classes.apply(p, x)
        return softmax_cross_entropy(logits, classes), logits
    (loss, logits), grads = jax.value_and_grad(f, has_aux=True)(params)
    new = jax.tree.map(lambda p, g: p - 0.3 * g, params, grads)
    return new, {"loss": loss, "accuracy": (logits.argmax(-1) == classes).mean()}

# %% right: mapped
def class_step(params, batch):
    x, classes = batch
    right = jax.vmap(lambda row, c: three_classes.apply(params, row[None])[0].argmax() == c)(x, classes)
    new, loss = sgd_step(class_loss, params, batch, 0.3)
    return new, {"loss": loss, "accuracy": right.astype(float).mean()}

# %% right: old parameters kept
def class_step(params, batch):
    x, classes = batch
    old = params
    params, loss = sgd_step(class_loss, params, batch, 0.3)
    predicted = jnp.argmax(three_classes.apply(old, x), axis=1)
    return params, {"loss": loss, "accuracy": jnp.mean(predicted == classes)}

# %% wrong: the smallest -> the accuracy is that of the smallest logit
jnp.argmax(
# becomes
jnp.argmin(

# %% wrong: along the rows -> Along which axis does argmax go?
axis=1)
# becomes
axis=-2)

# %% wrong: the sum -> the loss is the sum, not the mean
"loss": loss
# becomes
"loss": loss * len(x)

# %% wrong: all pairs -> each prediction with the labels of all rows
predicted == classes
# becomes
predicted[:, None] == classes

# %% wrong: metrics first -> the pair (new_params, metrics), where metrics is a dictionary, in this order
return params, {"loss": loss, "accuracy": fair}
# becomes
return {"loss": loss, "accuracy": fair}, params

# %% wrong: a pair of metrics -> where metrics is a dictionary
{"loss": loss, "accuracy": fair}
# becomes
(loss, fair)

# %% wrong: a float -> leave the metrics arrays
fair = jnp.mean(predicted == classes)
# becomes
fair = float(jnp.mean(predicted == classes))

# %% wrong: still after the step -> parameters which have been fitted to this batch
predicted = jnp.argmax(three_classes.apply(params, x), axis=1)  # (B,)
fair = jnp.mean(predicted == classes)
params, loss = sgd_step(class_loss, params, batch, 0.3)
# becomes
params, loss = sgd_step(class_loss, params, batch, 0.3)
predicted = jnp.argmax(three_classes.apply(params, x), axis=1)
fair = jnp.mean(predicted == classes)

# %% wrong: 64 rows are asked
fair = jnp.mean(predicted == classes)
# becomes
fair = jnp.mean((predicted == classes)[:64])

# %% wrong: does not train -> the parameters are those that came in
params, loss = sgd_step(class_loss, params, batch, 0.3)
# becomes
_, loss = sgd_step(class_loss, params, batch, 0.3)

# %% wrong: 64 rows
params, loss = sgd_step(class_loss, params, batch, 0.3)
# becomes
params, loss = sgd_step(class_loss, params, (x[:64], classes[:64]), 0.3)

# %% wrong: another rate
batch, 0.3)
# becomes
batch, 0.25)

# %% wrong: the loss after the step -> the loss is the one after the step
"loss": loss
# becomes
"loss": class_loss(params, batch)

# %% wrong: no loss -> metrics lacks loss
"loss": loss, 
# becomes

# %% wrong: frozen parameters
def class_step(params, batch):
    x, classes = batch
    predicted = jnp.argmax(three_classes.apply(die_params, x), axis=1)
    params, loss = sgd_step(class_loss, params, batch, 0.3)
    return params, {"loss": loss, "accuracy": jnp.mean(predicted == classes)}

# %% wrong: trains on half the batch
def class_step(params, batch):
    x, classes = batch
    new, loss = sgd_step(class_loss, params, (x[::2], classes[::2]), 0.3)
    fair = jnp.mean(jnp.argmax(three_classes.apply(new, x[1::2]), axis=1) == classes[1::2])
    return new, {"loss": loss, "accuracy": fair}

# %% wrong: trains on the first 128 rows -> Is it one step on the whole batch at the rate 0.3
def class_step(params, batch):
    x, classes = (array[:128] for array in batch)
    new_params, loss = sgd_step(class_loss, params, (x, classes), 0.3)
    predicted = jnp.argmax(three_classes.apply(params, x), axis=1)
    return new_params, {"loss": loss, "accuracy": jnp.mean(predicted == classes)}

# %% wrong: a softmax by hand, whose exponentials overflow for logits above 88 -> is nan, not
def class_step(params, batch):
    x, classes = batch

    def loss_fn(params):
        logits = three_classes.apply(params, x)
        shares = jnp.exp(logits) / jnp.exp(logits).sum(axis=1, keepdims=True)
        return -jnp.log(shares[jnp.arange(len(x)), classes]).mean(), logits

    (loss, logits), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    params = jax.tree.map(lambda p, g: p - 0.3 * g, params, grads)
    return params, {"loss": loss, "accuracy": jnp.mean(logits.argmax(axis=1) == classes)}
