# %% right: counted by running
traces = {}
for scenario in (five_rates, two_epochs, falling_rate, tuples_and_lists, lambda_in_each_epoch, jit_in_each_epoch):
    f = count_traces(lambda params, batch, lr: lr * loss_fn(params, (batch[0], batch[1])))
    scenario(f)
    traces[scenario.__name__] = f.traces

# %% right: keywords
traces = dict(five_rates=1, two_epochs=2, falling_rate=2, tuples_and_lists=2, lambda_in_each_epoch=3, jit_in_each_epoch=1)

# %% right: numpy integers
traces = dict(zip(("five_rates", "two_epochs", "falling_rate", "tuples_and_lists", "lambda_in_each_epoch", "jit_in_each_epoch"), np.array([1, 2, 2, 2, 3, 1])))

# %% wrong: each jit compiles
traces = {"five_rates": 1, "two_epochs": 2, "falling_rate": 2, "tuples_and_lists": 2, "lambda_in_each_epoch": 3, "jit_in_each_epoch": 3}

# %% wrong: functions as keys
traces = {five_rates: 1, two_epochs: 2, falling_rate: 2, tuples_and_lists: 2, lambda_in_each_epoch: 3, jit_in_each_epoch: 1}

# %% wrong: once each
traces = {"five_rates": 1, "two_epochs": 1, "falling_rate": 1, "tuples_and_lists": 1, "lambda_in_each_epoch": 1, "jit_in_each_epoch": 1}

# %% wrong: one for each call
traces = {"five_rates": 5, "two_epochs": 6, "falling_rate": 4, "tuples_and_lists": 4, "lambda_in_each_epoch": 12, "jit_in_each_epoch": 12}

# %% wrong: one lambda text one function
traces = {"five_rates": 1, "two_epochs": 2, "falling_rate": 2, "tuples_and_lists": 2, "lambda_in_each_epoch": 1, "jit_in_each_epoch": 1}

# %% wrong: other data traces again
traces = {"five_rates": 1, "two_epochs": 2, "falling_rate": 2, "tuples_and_lists": 4, "lambda_in_each_epoch": 3, "jit_in_each_epoch": 1}

# %% wrong: the int is a number like others
traces = {"five_rates": 1, "two_epochs": 2, "falling_rate": 1, "tuples_and_lists": 2, "lambda_in_each_epoch": 3, "jit_in_each_epoch": 1}

# %% wrong: the second epoch traces again
traces = {"five_rates": 1, "two_epochs": 4, "falling_rate": 2, "tuples_and_lists": 2, "lambda_in_each_epoch": 3, "jit_in_each_epoch": 1}
