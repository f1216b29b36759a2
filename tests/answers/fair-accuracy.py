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

# %% wrong: does not train
def class_step(params, batch):
    x, classes = batch
    fair = jnp.mean(jnp.argmax(three_classes.apply(params, x), axis=1) == classes)
    return params, {"loss": class_loss(params, batch), "accuracy": fair}

# %% wrong: frozen parameters
def class_step(params, batch):
    x, classes = batch
    predicted = jnp.argmax(three_classes.apply(die_params, x), axis=1)
    params, loss = sgd_step(class_loss, params, batch, 0.3)
    return params, {"loss": loss, "accuracy": jnp.mean(predicted == classes)}

# %% wrong: loss after the step
def class_step(params, batch):
    x, classes = batch
    fair = jnp.mean(jnp.argmax(three_classes.apply(params, x), axis=1) == classes)
    params, _ = sgd_step(class_loss, params, batch, 0.3)
    return params, {"loss": class_loss(params, batch), "accuracy": fair}

# %% wrong: loss forgotten
def class_step(params, batch):
    x, classes = batch
    fair = jnp.mean(jnp.argmax(three_classes.apply(params, x), axis=1) == classes)
    params, _ = sgd_step(class_loss, params, batch, 0.3)
    return params, {"accuracy": fair}

# %% wrong: python float
def class_step(params, batch):
    x, classes = batch
    fair = float(jnp.mean(jnp.argmax(three_classes.apply(params, x), axis=1) == classes))
    params, loss = sgd_step(class_loss, params, batch, 0.3)
    return params, {"loss": loss, "accuracy": fair}

# %% wrong: still after the step
def class_step(params, batch):
    x, classes = batch
    params, loss = sgd_step(class_loss, params, batch, 0.3)
    predicted = jnp.argmax(three_classes.apply(params, x), axis=1)
    return params, {"loss": loss, "accuracy": jnp.mean(predicted == classes)}

# %% wrong: stop_gradient
def class_step(params, batch):
    x, classes = batch
    params, loss = sgd_step(class_loss, params, batch, 0.3)
    predicted = jnp.argmax(three_classes.apply(jax.lax.stop_gradient(params), x), axis=1)
    return params, {"loss": loss, "accuracy": jnp.mean(predicted == classes)}

# %% wrong: trains on half the batch
def class_step(params, batch):
    x, classes = batch
    new, loss = sgd_step(class_loss, params, (x[::2], classes[::2]), 0.3)
    fair = jnp.mean(jnp.argmax(three_classes.apply(new, x[1::2]), axis=1) == classes[1::2])
    return new, {"loss": loss, "accuracy": fair}

# %% wrong: tuple of metrics
def class_step(params, batch):
    x, classes = batch
    fair = jnp.mean(jnp.argmax(three_classes.apply(params, x), axis=1) == classes)
    params, loss = sgd_step(class_loss, params, batch, 0.3)
    return params, (loss, fair)

# %% inputs
import jax
import jax.numpy as jnp


def cases(draw, page):
    for rows, columns in ((1, 3), (8, 36), (33, 5)):
        yield compiled, some(draw, rows, columns), {}
    yield "class_step", some(draw, 8, 4), {}


def some(draw, rows, columns):
    params = {
        "linear": {
            "w": jnp.float32(draw.normal(size=(columns, 3))),
            "b": jnp.float32(draw.normal(size=3)),
        }
    }
    return params, (
        jnp.float32(draw.normal(size=(rows, columns))),
        jnp.array(draw.integers(0, 3, rows)),
    )


def compiled(page, *arguments):
    return jax.jit(page.class_step)(*arguments)
