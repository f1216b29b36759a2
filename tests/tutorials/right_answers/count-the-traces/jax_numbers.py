predicted_traces = dict(
    shapes=jnp.array(3),
    rates=jnp.int32(3),
    powers=3,
    trees=3,
    keywords=2,
    fresh_lambdas=4,
    same_function=True + 0,
    decaying_rate=2,
)
