predicted = {}
for name in "ABCEGH":
    predicted[name] = jax.eval_shape(calls[name])
predicted["D"] = predicted["F"] = "fails"
