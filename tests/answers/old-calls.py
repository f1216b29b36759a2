# %% right: the state is read off and put together by tree functions
def transform(f, apply_rng=False):
    made = hk.transform(f)

    def apply(params, *inputs):
        return made.apply(params, *inputs) if apply_rng else made.apply(params, None, *inputs)

    return hk.Transformed(made.init, apply)


def adam(step_size):
    chain = optax.adam(learning_rate=step_size)

    def opt_update(i, grads, opt_state):
        counted = optax.tree.set(opt_state[1], count=jnp.int32(i))
        updates, counted = chain.update(grads, counted)
        return jax.tree.map(jnp.add, opt_state[0], updates), counted

    return lambda params: (params, chain.init(params)), opt_update, lambda pair: pair[0]

# %% right: a class, and the steps by hand
class Adam:
    def __init__(self, step_size):
        self.step_size, self.chain = step_size, optax.adam(step_size)

    def start(self, params):
        return params, self.chain.init(params)

    def step(self, i, grads, opt_state):
        params, (first, last) = opt_state
        mu = jax.tree.map(lambda m, g: m + 0.1 * (g - m), first.mu, grads)
        nu = jax.tree.map(lambda n, g: n + 0.001 * (g * g - n), first.nu, grads)
        i = jnp.asarray(i, jnp.int32) + 1

        def moved(p, m, n):
            return p - self.step_size * m / (1 - 0.9**i) / (jnp.sqrt(n / (1 - 0.999**i)) + 1e-8)

        return jax.tree.map(moved, params, mu, nu), (type(first)(i, mu, nu), last)


def adam(step_size):
    its = Adam(step_size)
    return its.start, its.step, lambda opt_state: opt_state[0]


def transform(f, apply_rng=False):
    if apply_rng:
        return hk.transform(f)
    return hk.without_apply_rng(hk.transform(f))

# %% wrong: a key always -> Does apply need a key if apply_rng is false?
return net if apply_rng else hk.without_apply_rng(net)
# becomes
return net

# %% wrong: never a key -> Does apply take a key if apply_rng is true?
return net if apply_rng else hk.without_apply_rng(net)
# becomes
return hk.without_apply_rng(net)

# %% wrong: the other way round -> Does apply need a key if apply_rng is false?
return net if apply_rng else hk.without_apply_rng(net)
# becomes
return hk.without_apply_rng(net) if apply_rng else net

# %% wrong: the key is not passed on -> Does f get this key?
return net if apply_rng else hk.without_apply_rng(net)
# becomes
if apply_rng:
    return hk.Transformed(net.init, lambda p, rng, *x: net.apply(p, jax.random.key(0), *x))
return hk.without_apply_rng(net)

# %% wrong: one input -> With two inputs, transform stops
return net if apply_rng else hk.without_apply_rng(net)
# becomes
return net if apply_rng else hk.Transformed(net.init, lambda p, x: net.apply(p, None, x))

# %% wrong: the rate of the page -> the step size is 0.1, whatever step_size is
inner = optax.adam(step_size)
# becomes
inner = optax.adam(0.1)

# %% wrong: two functions -> It returns three functions
return opt_init, opt_update, get_params
# becomes
return opt_init, opt_update

# %% wrong: another order -> In which order does adam return its functions?
return opt_init, opt_update, get_params
# becomes
return opt_init, get_params, opt_update

# %% wrong: AdamW
inner = optax.adam(step_size)
# becomes
inner = optax.adamw(step_size)

# %% wrong: another decay
inner = optax.adam(step_size)
# becomes
inner = optax.adam(step_size, b2=0.99)

# %% wrong: updates are subtracted -> updates of Optax are added, not subtracted
return optax.apply_updates(params, updates), state
# becomes
return jax.tree.map(jnp.subtract, params, updates), state

# %% wrong: the pair the other way round -> is the pair (params, state), in this order
return params, inner.init(params)
# becomes
return inner.init(params), params

# %% wrong: the state of the start -> does opt_update return Optax's new state?
return optax.apply_updates(params, updates), state
# becomes
return optax.apply_updates(params, updates), opt_state[1]

# %% wrong: the whole pair -> it is all of opt_state, and not the parameters
return opt_state[0]
# becomes
return opt_state

# %% wrong: Optax counts -> numbered by Optax, and not by i
moments = moments._replace(count=jnp.asarray(i, jnp.int32))
# becomes

# %% wrong: numbers from one -> the first step has the number 0, not 1
count=jnp.asarray(i, jnp.int32)
# becomes
count=jnp.asarray(i + 1, jnp.int32)

# %% wrong: a number of Python -> i may be traced: Python cannot look at it
count=jnp.asarray(i, jnp.int32)
# becomes
count=jnp.int32(int(i))

# %% wrong: small numbers -> out of bounds for uint8
count=jnp.asarray(i, jnp.int32)
# becomes
count=jnp.asarray(i, jnp.uint8).astype(jnp.int32)

# %% wrong: only ever forward -> i goes back and jumps
count=jnp.asarray(i, jnp.int32)
# becomes
count=jnp.maximum(moments.count, i).astype(jnp.int32)

# %% wrong: the module that is only kept -> is not the pair of the parameters and the state
def transform(f, apply_rng=False):
    net = hk.transform(f)
    return net if apply_rng else hk.without_apply_rng(net)


adam = optimizers.adam

# %% wrong: parameters are kept in the closure -> is not the pair of the parameters and the state
def transform(f, apply_rng=False):
    net = hk.transform(f)
    return net if apply_rng else hk.without_apply_rng(net)


def adam(step_size):
    kept, chain = {}, optax.adam(step_size)

    def opt_init(params):
        kept["params"] = params
        return chain.init(params)

    def opt_update(i, grads, opt_state):
        updates, opt_state = chain.update(grads, opt_state)
        kept["params"] = optax.apply_updates(kept["params"], updates)
        return opt_state

    return opt_init, opt_update, lambda opt_state: kept["params"]
