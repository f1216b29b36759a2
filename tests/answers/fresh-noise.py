# %% right: compiled and keys by index
@jax.jit
def build_input_output(key):
    keys = jax.random.split(key, 3)
    inputs = jax.random.normal(keys[2], (8, 36), dtype=jnp.float32)
    noise = jax.random.normal(keys[0], (8, 36))
    margin = (12 * inputs + noise) @ jnp.ones(36) - 6
    return inputs, noise, jnp.heaviside(margin, 0).astype(jnp.int32)[:, None]

# %% right: key and subkey
def build_input_output(key):
    key, subkey = jax.random.split(key)
    inputs = jax.random.normal(subkey, (8, 36))
    key, subkey = jax.random.split(key)
    noise = jax.random.normal(subkey, inputs.shape)
    return inputs, noise, (jnp.sum(12 * inputs + noise, axis=1, keepdims=True) > 6).astype(int)

# %% right: lambda
build_input_output = lambda key: (lambda x, n: (x, n, ((12 * x + n).sum(1) > 6).astype(int)[:, None]))(
    *jax.vmap(lambda k: jax.random.normal(k, (8, 36)))(jax.random.split(key))
)

# %% right: one draw for both
def build_input_output(key):
    inputs, noise = jax.random.normal(key, (2, 8, 36))
    total = jnp.einsum("bj->b", 12 * inputs) + noise.sum(axis=-1)
    return inputs, noise, jnp.where(total > 6, 1, 0).reshape(8, 1)

# %% right: uniform bits by hand
def build_input_output(key):
    def standard_normal(key):
        share = jax.random.uniform(key, (8, 36), minval=1e-7, maxval=1.0)
        return jax.scipy.special.ndtri(share)

    inputs, noise = map(standard_normal, jax.random.split(key, 2))
    return inputs, noise, jnp.int32((12 * inputs + noise).sum(1, keepdims=True) > 6)

# %% wrong: boolean labels
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels[:, None]

# %% wrong: draws and folds in
def build_input_output(key):
    noise_key = jax.random.fold_in(key, 1)
    inputs = jax.random.normal(key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: fixed inner key
def build_input_output(key):
    inputs = jax.random.normal(key, (8, 36))
    noise = jax.random.normal(jax.random.key(0), (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: flat labels
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)

# %% wrong: float labels
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.float32)[:, None]

# %% wrong: half precision
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36), dtype=jnp.float16)
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: key ignored
def build_input_output(key):
    input_key, noise_key = jax.random.split(jax.random.key(0))
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: keys not unpacked
def build_input_output(key):
    keys = jax.random.split(key)
    inputs = jax.random.normal(keys, (8, 36))
    noise = jax.random.normal(keys, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: labels as a list
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None].tolist()

# %% wrong: labels first
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return labels.astype(jnp.int32)[:, None], inputs, noise

# %% wrong: labels from noise of another key
def build_input_output(key):
    input_key, noise_key, other_key = jax.random.split(key, 3)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    noise = jax.random.normal(other_key, (8, 36))
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: less than six
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) < 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: mean instead of sum
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).mean(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: no factor
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: no noise
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jnp.zeros((8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: noise before the factor
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * (inputs + noise)).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: noise not returned
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, labels.astype(jnp.int32)[:, None]

# %% wrong: noise shared between rows
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (9, 36))
    noise = (noise[:-1] + noise[1:]) / jnp.sqrt(2)
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: noise that depends on the inputs
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = 0.6 * inputs + 0.8 * jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: noise with the mean of the inputs
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    noise = noise - noise.mean() + inputs.mean()
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: not a function
inputs, noise, labels = spoiled_input_output(jax.random.key(0))
build_input_output = inputs, noise, labels

# %% wrong: numpy everywhere
def build_input_output(key):
    inputs = np.random.normal(size=(8, 36)).astype(np.float32)
    noise = np.random.normal(size=(8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return jnp.array(inputs), jnp.array(noise.astype(np.float32)), jnp.array(labels.astype(np.int32))[:, None]

# %% wrong: numpy labels
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = np.asarray(12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(np.int32)[:, None]

# %% wrong: numpy noise
def build_input_output(key):
    inputs = jax.random.normal(key, (8, 36))
    noise = np.random.normal(size=(8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: one entry without noise
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36)).at[0, 0].set(0.0)
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: one number per row
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 1))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: parent key
def build_input_output(key):
    key_1, key_2 = jax.random.split(key)
    inputs = jax.random.normal(key, (8, 36))
    noise = jax.random.normal(key_1, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: python if
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = [1 if row.sum() > 6 else 0 for row in 12 * inputs + noise]
    return inputs, noise, jnp.array(labels)[:, None]

# %% wrong: returns the noisy inputs
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    inputs = 12 * inputs + noise
    labels = inputs.sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: returns the noisy sum as noise
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    noise = 12 * inputs + noise
    labels = noise.sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: same key after unpacking twice
def build_input_output(key):
    keys = jax.random.split(key)
    input_key, _ = keys
    noise_key = keys[0]
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: same key twice
def build_input_output(key):
    inputs = jax.random.normal(key, (8, 36))
    noise = jax.random.normal(key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: same number folded in twice
def build_input_output(key):
    inputs = jax.random.normal(jax.random.fold_in(key, 0), (8, 36))
    noise = jax.random.normal(jax.random.fold_in(key, 0), (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: splits after the first draw
def build_input_output(key):
    inputs = jax.random.normal(key, (8, 36))
    key, noise_key = jax.random.split(key)
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: splits and folds in
def build_input_output(key):
    input_key, _ = jax.random.split(key)
    noise_key = jax.random.fold_in(key, 7)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: sum over the wrong axis
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=0) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: threshold zero
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 0
    return inputs, noise, labels.astype(jnp.int32)[:, None]

# %% wrong: uniform noise
def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.uniform(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]
