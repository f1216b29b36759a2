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
# ### Exercise: `moving_average`
#
# Write `moving_average(series, width)`: for each window of `width` values that lies within the
# series, its mean. A series of 200 values has 176 windows of 25.


# %% exercise="moving-average" kind="build" minutes="5"
def moving_average(series, width):
    ### BEGIN SOLUTION
    return np.convolve(series, np.full(width, 1 / width), mode="valid")
    ### END SOLUTION


# %% check="moving-average"
_given = np.array([1.0, 2.0, 6.0, 3.0])
_answer = moving_average(_given, 2)
assert _answer is not None, "moving_average returns None; did you forget `return`?"
assert np.shape(_answer) == (3,), (
    "Four values have three windows of two; what shape has your answer?"
)
assert np.allclose(_answer, [1.5, 4.0, 4.5]), (
    "The windows of 1, 2, 6, 3 have the means 1.5, 4 and 4.5, yours others."
)
print("`moving_average` gives the mean of each window.")

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
