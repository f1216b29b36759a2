traces = {}
for scenario in (five_rates, two_epochs, falling_rate, tuples_and_lists, lambda_in_each_epoch, jit_in_each_epoch):
    f = count_traces(lambda params, batch, lr: lr * loss_fn(params, (batch[0], batch[1])))
    scenario(f)
    traces[scenario.__name__] = f.traces
