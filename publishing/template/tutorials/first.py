# %% [markdown]
# # Moving averages
#
# A moving average replaces each value of a series by the mean of the values around it. What is the
# same in neighbours stays, and what differs from one to the next, such as noise, mostly cancels.

# %% [markdown]
# ## A noisy series
#
# The function below comes from `snippets/`; this page and its notebook carry its source.

# %%
import numpy as np
from snippets.series import noisy_sine

series = noisy_sine(200)
print(series[:5].round(2))

# %% [markdown]
# A mean of $n$ values with independent noise of standard deviation $\sigma$ has noise of
# $\sigma / \sqrt{n}$: here {{ 0.3 / np.sqrt(25):.2f }} for 25 values, instead of 0.3.

# %% [markdown]
# ## The average of each window
#
# A window of four values that moves along a series of six has three places in it, and the average
# has three values.
#
# ### Exercise: `windows`
#
# Predict for a series of 200 values how many windows of 25 values lie within it, and how many of
# 200.

# %% exercise="windows" kind="predict" minutes="3"
# predicted_windows = {25: ..., 200: ...}
### BEGIN SOLUTION
predicted_windows = {25: 176, 200: 1}
### END SOLUTION

# %% check="windows"
from publishing.teaching.checking import predicted

predicted(
    globals(),
    "predicted_windows",
    {width: len(series) - width + 1 for width in (25, 200)},
    {
        25: "The first begins at value 0, the last at value 175, so that it ends with the series.",
        200: "A window as wide as the series has one place in it.",
    },
)
print("Right: a series of $n$ values has $n - w + 1$ windows of $w$.")

# %% [markdown]
# ### Exercise: `moving_average`
#
# Write `moving_average(series, width)`: for each window of `width` values that lies within the
# series, its mean.


# %% exercise="moving-average" kind="build" minutes="5"
def moving_average(series, width):
    ### BEGIN SOLUTION
    return np.convolve(series, np.full(width, 1 / width), mode="valid")
    ### END SOLUTION


# %% check="moving-average"
from publishing.teaching.checking import Check

_check = Check(globals(), "moving_average", "The average of each window", {"": ""})


def _case(size, width):
    _values = np.arange(size) ** 2.0
    _means = [_values[i : i + width].mean() for i in range(size - width + 1)]
    _check.agrees(
        _check.call(_values, width),
        np.array(_means),
        {"These are the sums of the windows.": np.array(_means) * width},
        f"Of {size} values and windows of {width}, ",
    )


_check.over(_case, (6, 2), (5, 1), (30, 7), (4, 4))
print("Right: `moving_average` gives the mean of each window.")

# %% [markdown]
# With it, the sine can be seen again.

# %% alt="A noisy sine, and through its middle the smooth line of its moving average." tags=["plot"]
import matplotlib.pyplot as plt

plt.plot(series, label="series")
plt.plot(np.arange(12, 188), moving_average(series, 25), label="moving average")
plt.legend()
plt.show()

# %% tags=["hidden"]
assert len(moving_average(series, 25)) == 176

# %% [markdown]
# ### Exercise: `centred`
#
# The mean of a window says something of its middle, but `late` puts each beside the last value of
# its window:


# %%
def late(series, width):
    return np.arange(width - 1, len(series)), moving_average(series, width)


print(late(np.array([1.0, 2.0, 6.0, 3.0, 4.0]), 3))

# %% [markdown]
# Write `centred(series, width)`, which gives the indices of the middle values, and the means.
# Widths are odd.


# %% exercise="centred" kind="repair" minutes="5"
def centred(series, width):
    ### BEGIN SOLUTION
    middle = width // 2
    return np.arange(middle, len(series) - middle), moving_average(series, width)
    ### END SOLUTION


# %% check="centred"
from publishing.teaching.checking import Check

_check = Check(globals(), "centred", "Exercise: `centred`", {"": ""})


def _case(size, width):
    _values = np.arange(size) ** 2.0
    _places = range(size - width + 1)
    _means = np.array([_values[i : i + width].mean() for i in _places])
    _right = np.array(_places) + width // 2
    _check.agrees(
        _check.call(_values, width),
        (_right, _means),
        {"These are the indices of the last values.": (_right + width // 2, _means)},
        f"Of {size} values and windows of {width}, ",
    )


_check.over(_case, (6, 3), (7, 1), (30, 7))
print("Right: means stand beside the middle of their windows.")
