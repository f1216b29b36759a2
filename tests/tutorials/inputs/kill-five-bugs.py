import jax
import jax.numpy as jnp


def cases(draw, page):
    for rate, noise in ((0.15, 0.01), (0.06, 0.03)):
        yield refuses, (step(page, rate, noise),), {}
    for change in CHANGES:
        yield refuses, (step(page, 0.12, 0.02, change),), {}


def refuses(page, train_step):
    """Whether find_bugs raises an error on a step, of whatever type."""
    page.chex.clear_trace_counter()
    try:
        page.find_bugs(train_step)
    except Exception:
        return True
    return False


def step(page, rate, noise, change=lambda page, old, new, loss, batch: (new, loss)):
    def train_step(state, batch):
        key, noise_key = jax.random.split(state.key)
        noisy = {**batch, "x": batch["x"] + noise * jax.random.normal(noise_key, batch["x"].shape)}
        loss, grads = jax.value_and_grad(page.real_loss)(state.params, noisy)
        params = jax.tree.map(lambda p, g: p - rate * g, state.params, grads)
        new, loss = change(page, state, page.State(params, key), loss, batch)
        return new, {"loss": loss}

    return train_step


def twice_the_loss(page, old, new, loss, batch):
    return new, 2 * loss


def a_loss_of_another_shape(page, old, new, loss, batch):
    return new, loss[None]


def padded_inputs_in_the_loss(page, old, new, loss, batch):
    return new, loss + jnp.sum((1 - batch["mask"])[:, None] * batch["x"])


def padded_targets_in_the_state(page, old, new, loss, batch):
    leak = 1e-3 * jnp.sum((1 - batch["mask"]) * batch["y"])
    return new._replace(params=jax.tree.map(lambda p: p + leak, new.params)), loss


def second_layer_frozen(page, old, new, loss, batch):
    return new._replace(params={**new.params, "linear_1": old.params["linear_1"]}), loss


def the_old_key(page, old, new, loss, batch):
    return new._replace(key=old.key), loss


def one_key_for_all_later_steps(page, old, new, loss, batch):
    return new._replace(key=jax.random.key(3)), loss


def half_precision(page, old, new, loss, batch):
    return new._replace(params=jax.tree.map(jnp.float16, new.params)), loss


def no_step_at_all(page, old, new, loss, batch):
    moved = jax.tree.map(lambda p, q: p + 1e-4 * (q - p), old.params, new.params)
    return new._replace(params=moved), loss


CHANGES = (
    twice_the_loss,
    a_loss_of_another_shape,
    padded_inputs_in_the_loss,
    padded_targets_in_the_state,
    second_layer_frozen,
    the_old_key,
    one_key_for_all_later_steps,
    half_precision,
    no_step_at_all,
)
