# %% [markdown]
# # Load weights that somebody else trained
#
# A file of weights may refuse to open, use other names than your network, or load and give wrong outputs.
# [`haiku-port weights`](../../reference/weights.md) says what is in it, and runs nothing of it:
#
# ```console
# $ haiku-port weights checkpoint.pkl
# ```
#
# Then ask the network which names it wants, and give it the arrays under those:

# %% tags=["short"]
import haiku as hk
import jax
import numpy as np

saved = {"mlp//w": np.ones((3, 2)), "mlp//b": np.zeros(2)}
net = hk.transform(lambda x: hk.Linear(2)(x))
x = np.ones((1, 3))
wanted = jax.eval_shape(net.init, jax.random.key(0), x)
print({m: list(its) for m, its in wanted.items()})
params = {"linear": {n: saved[f"mlp//{n}"] for n in "bw"}}
print(net.apply(params, None, x))

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - open a file of Haiku weights, old or new, without running code from it;
# - say what is missing, extra, renamed or of another shape before you run the network;
# - find out why the outputs differ although every shape fits.
#
# You need: the [names of parameters](../haiku/modules.py). If the network's code fails too, begin with
# [Run old code today](old_code.py).
#
# </div>
#
# ## Make a file as its author did
#
# This page takes the three failures in turn, and ends with a file that other people can open without having to trust
# you. To practise, you need a file. Let this be the author's network, and `published` the trained weights.

# %%
import io
import pickle
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np


# %%
def author_fn(x):  # (B, 4)
    h = hk.nets.MLP([8, 8], activate_final=True)(x)  # (B, 8)
    extra = hk.Linear(2, name="aux_head")(h)  # used in training only
    return hk.Linear(3, name="head")(h), extra


author_net = hk.without_apply_rng(hk.transform(author_fn))
x = jax.random.normal(jax.random.key(1), (5, 4))
published = author_net.init(jax.random.key(0), x)
expected, _ = author_net.apply(published, x)

# %% [markdown]
# Haiku once returned immutable mappings, which pickle under the name `FlatMapping`. The arrays of an older JAX pickle
# as calls of a function that JAX has since removed. Because `pickle` stores classes and functions by *name*, today's
# libraries can write the bytes of that time:


# %%
OLD_NAMES = {
    b"jax._src.array\n_reconstruct_array": b"jax._src.device_array\nreconstruct_device_array",
    b"numpy._core.": b"numpy.core.",
}


def with_old_names(data):  # of protocol 2 or 3
    for new, old in OLD_NAMES.items():
        data = data.replace(new, old)
    return data


def written(path, data):
    path.write_bytes(data)
    return path


frozen = hk.data_structures.to_immutable_dict(published)
folder = Path(tempfile.mkdtemp())
old_data = with_old_names(pickle.dumps(frozen, protocol=2))
old_file = written(folder / "old.pkl", old_data)
print(f"{old_file.name}: {len(old_data)} bytes")

# %% [markdown]
# ## Look before you open: `haiku-port weights`
#
# [The command](../../reference/porting.md#the-package) needs Python alone. Here a function of this course runs it, where
# it is installed:

# %% tags=["recap"]
from snippets.terminal import haiku_port

# %%
print(haiku_port("weights old.pkl", {"old.pkl": old_data}))

# %% tags=["hidden"]
from haiku_porting.inspect.look import look

told = look("old.pkl", old_data)
assert len(told["arrays"]) == 8
assert not told["warnings"]
digests = {each["path"]: each["digest"] for each in told["arrays"]}
assert digests["mlp/~/linear_0//b"] == digests["mlp/~/linear_1//b"]

# %% [markdown]
# How to read it:
#
# - Here, before `//` is the name of a module, after it that of a parameter. Compare these names and the shapes with
#   what `jax.eval_shape` prints for your network.
# - A digest is one of an array's bytes, without its shape and dtype. The two biases of eight zeros have the same, so
#   that an equal digest need not mean a shared layer.
# - `looks like` is a guess, such as parameters, state, an optimiser's or a step. A checkpoint of a run often has
#   several.
#
# Names and shapes do not say whether a square matrix was stored as `(out, in)`, whether two arrays of one shape have
# each other's place, and with which settings the network was trained. These need a test of the outputs, with which this
# page ends.
#
# ## A pickle is a program
#
# The report is complete, and yet Python does not open the file:

# %% raises="ModuleNotFoundError" match="No module named 'jax._src.device_array'"
pickle.loads(old_file.read_bytes())

# %% [markdown]
# Why does a file of numbers need a module? A pickle is a list of instructions for a small machine: push this text, make
# a dictionary, *import this name and call it with those arguments*. `reconstruct_device_array` is the function of JAX
# that was removed. All the numbers are there, and only one name is missing from today's libraries.
#
# The same mechanism makes `pickle.load` dangerous, because a file may call whatever can be imported. Here is a
# dictionary of weights from a stranger:


# %%
class Surprise:
    def __reduce__(self):
        return print, ("Your files could be gone by now.",)


stranger = pickle.dumps({"linear": {"w": [1.0, 2.0], "b": Surprise()}})

# %% [markdown]
# What will the next line print, before it shows the dictionary?
#
# - [{{ b"Surprise" in stranger }}] Nothing: no line calls the `Surprise`.
# - [{{ b"warn" in stranger }}] A warning that the file names `print`.
# - [{{ pickle.REDUCE in stranger }}] The sentence: reading the file calls `print`.

# %% tags=["predict"]
pickle.loads(stranger)

# %% tags=["plot"] alt="The instructions of the file: the texts builtins and print make the function, and REDUCE calls it with a text."
# Caption: A pickle is a program: to read the file is to run the call that it contains.
import pickletools

from snippets.drawing import DATA, PARAMETERS, RUNS, arrow, box, canvas, note

runs = {"STACK_GLOBAL": "print", "REDUCE": "print(...)"}
axes, y, stack = canvas(18.6), 1, []
for place, text in (0.5, "byte"), (3.6, "instruction"), (14.2, "text"), (28.4, "made"):
    note(axes, place, y, text, "left")
for opcode, value, byte in pickletools.genops(stranger):
    if isinstance(value, str | float) or opcode.name in runs:
        y += 1.6
        color = RUNS if opcode.name in runs else DATA
        note(axes, 2.6, y, f"{byte}", "right", family="monospace")
        note(axes, 3.6, y, opcode.name, "left", family="monospace", color=color)
        text = "" if opcode.name in runs else repr(value)[:18]
        note(axes, 14.2, y, text, "left", family="monospace", color=color)
        made = (14.4 + 0.62 * len(text), y)
        if opcode.name in runs:  # from the two on top of the stack
            made = box(axes, 32, y, runs[opcode.name])
            for source in stack[-2:]:
                arrow(axes, source, made, color=color)
        stack.append(made)
plt.show()

# %% [markdown]
# It called `print`, and could as well have called `os.system`. Since the call happens while the file is read, it is too
# late to look at the result afterwards. `np.load(..., allow_pickle=True)`, `joblib.load` and `dill.load` follow such
# instructions, too. The command follows none of them, and says what they ask for:

# %%
print(haiku_port("weights stranger.pkl", {"stranger.pkl": stranger}))

# %% tags=["hidden"]
(told,) = look("stranger.pkl", stranger)["warnings"]
assert "builtins.print" in told
_again = pickle.loads(pickle.dumps(hk.data_structures.to_immutable_dict(published)))
assert type(_again) is dict
assert type(_again["head"]) is dict

# %% [markdown]
# `pickle.load would import` lists classes, of the author's own code or of a library; `pickle.load would call` is a
# warning. Don't open such a file with `pickle.load`. The command's list of dangerous functions is not complete, so that
# a file without a warning is not proved to be harmless.
#
# ## One function for all formats: `load_weights`
#
# An unpickler looks up the names in a file through its method `find_class`, so that [a subclass which overrides
# it](../look_up/errors.py#no-module-named-jax_srcdevice_array) decides what a name means. `load_weights`, a function of
# this course, reads the names as text, calls none of them, and builds the arrays itself. Import it, with the other
# functions that this page uses, and open the old file:

# %% tags=["recap"]
from snippets.parameters import rename_modules
from snippets.porting.formats import save_npz, save_safetensors
from snippets.porting.weights import compare, load_weights

# %%
loaded = load_weights(old_file)
again, _ = author_net.apply(loaded, x)
print(jax.tree.map(np.shape, loaded))
print("same outputs:", jnp.array_equal(again, expected))

# %% tags=["hidden"]
assert np.array_equal(again, expected)

# %% [markdown]
# It tells the format from the first bytes, not from the ending of the name. AlphaFold's npz files have the names
# `module//name`, GraphCast's `params:module:name` beside the settings of the model; much research code writes pickles,
# and some dill, joblib or `np.save`. For [more kinds](../../reference/weights.md#which-files), such as those of PyTorch
# or Flax, the package of the command has a function `load`.

# %%
save_npz(folder / "alphafold.npz", published)
np.save(folder / "object.npy", published)
save_safetensors(folder / "new.safetensors", published)
files = ["alphafold.npz", "new.safetensors", "object.npy", "old.pkl"]
print(
    *(f"{name:16} {list(load_weights(folder / name))[:2]}" for name in files), sep="\n"
)

# %% [markdown]
# In a file of GraphCast's, the parameters are under `["params"]`. The arrays that `load_weights` returns are NumPy's.
#
# ### Name the classes that you know: `allow`
#
# A checkpoint of a training run often holds an object of one of the author's classes:


# %%
class TrainingState(NamedTuple):
    params: Any
    step: int


state_file = folder / "state.pkl"
size = state_file.write_bytes(pickle.dumps(TrainingState(published, 100)))

# %% raises="ValueError" match="state.pkl wants __main__.TrainingState, which is neither an array nor a container"
load_weights(state_file)

# %% [markdown]
# With `allow` you say what to make of such an object: name a function that gets what it holds, such as a class of your
# own or a lambda. Because the function is yours, the file decides only what it is given:

# %%
state = load_weights(state_file, allow={"__main__.TrainingState": TrainingState})
print(type(state).__name__, state.step, list(state.params))

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# A README tells you to open `weights.npz` with `np.load(file, allow_pickle=True)`. It is an npz file, not a pickle. Is that
# safe?
#
# - [{{ b"print" in in_npy(Surprise()) }}] No: a pickle in it can call any function.
# - [{{ b"print" not in in_npy(Surprise()) }}] Yes: npz files hold nothing but numbers.
# - [{{ type(np.load(io.BytesIO(in_npy(published)), allow_pickle=True)[()]) is np.ndarray }}] Yes: NumPy makes only arrays.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# It is not safe: npz stores an array of Python objects as a pickle, and NumPy then follows its instructions. The need
# for the argument tells you that the file has such an array, most likely a whole tree from `np.savez(file,
# params=params)`, where flat names would have given plain arrays. `load_weights` reads it with its own unpickler.
#
# </details>
#
# ## Exercise: what will you do with each file?
#
# Here are six files, named by letters, and what the command says of each. With `--depth 1` it sums up what is below the
# first names:


# %%
def in_npy(tree):
    file = io.BytesIO()
    np.save(file, tree)
    return file.getvalue()


six = {
    "A": with_old_names(pickle.dumps({"ema": frozen}, protocol=3)),
    "B": pickle.dumps({"run": TrainingState(published, 7)}),
    "C": pickle.dumps(published)[:-90],
    "D": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1822\n",
    "E": pickle.dumps({"params": published, "epilogue": Surprise()}),
    "F": in_npy(published),
}
print(haiku_port(f"weights --depth 1 {' '.join(six)}", six))

# %% [markdown]
# Define `decisions`, a dictionary from the letters to what you will do: `"load"`, if `load_weights` opens the file as it
# is; `"allow"`, if it does once you name a class; `"fetch"`, if you need the file once more; `"leave"`, if it should be
# left alone.

# %% exercise="six-files" kind="predict" minutes="6"
# Each is "load", "allow", "fetch" or "leave":
# decisions = {
#     "A": ...,
#     "B": ...,
#     "C": ...,
#     "D": ...,
#     "E": ...,
#     "F": ...,
# }
### BEGIN SOLUTION
decisions = {
    "A": "load",
    "B": "allow",
    "C": "fetch",
    "D": "fetch",
    "E": "leave",
    "F": "load",
}
### END SOLUTION

# %% check="six-files"
from publishing.teaching.checking import predicted


def _decision(data):
    try:
        load_weights(io.BytesIO(data))
    except ValueError as problem:
        told = str(problem)
    else:
        return "load"
    if "ends too early" in told or "Git LFS" in told:
        return "fetch"
    return "allow" if "TrainingState" in told else "leave"


predicted(
    globals(),
    "decisions",
    {letter: _decision(data) for letter, data in six.items()},
    {
        "A": "Which names does the file have, and did load_weights read them above?",
        "B": "What would pickle.load import, and who wrote that class?",
        "C": "What does the last line of its report say?",
        "D": "How long is the file, and what is it instead of weights?",
        "E": "Would pickle.load only import something, or call it?",
        "F": "np.load needs allow_pickle for it. Does load_weights?",
    },
)
print("All six agree with what load_weights says of the files.")

# %% [markdown]
# ## Compare the file with the network before you run it
#
# Your network differs from the author's: the layers are in a class, the head has five classes, and there is a
# `LayerNorm`:


# %%
class Backbone(hk.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.mlp = hk.nets.MLP([8, 8], activate_final=True)

    def __call__(self, x):
        return self.mlp(x)


def your_fn(x, classes=5, norm=True):
    h = Backbone()(x)
    if norm:
        h = hk.LayerNorm(-1, create_scale=True, create_offset=True, name="norm")(h)
    return hk.Linear(classes, name="head")(h)


your_net = hk.without_apply_rng(hk.transform(your_fn))

# %% [markdown]
# `jax.eval_shape` gives the tree that the network asks for, as shapes and dtypes, and `compare` puts the two side by
# side:

# %%
wanted = jax.eval_shape(your_net.init, jax.random.key(0), x)
comparison = compare(published, wanted)
print(comparison)

# %% tags=["hidden"]
assert comparison.fits == []
assert comparison.shapes == {"head/w": ((8, 3), (8, 5)), "head/b": ((3,), (5,))}
assert set(comparison.renames) == {"mlp/~/linear_0", "mlp/~/linear_1"}

# %% tags=["plot", "cover"] alt="Two modules of the file are renamed, head has another shape; aux_head and norm have no partner."
# Caption: Most of the file fits under other names; only the head and the new module
# have to be trained.
changed = {path.split("/")[0] for path in comparison.shapes}
partners = comparison.renames | {module: module for module in changed}
sides = (
    ("the file", 5.8, published, list(partners), "left over"),
    ("the network", 27, wanted, list(partners.values()), "missing"),
)
axes, boxes = canvas(27.5), {}
for title, place, tree, joined, told in sides:
    note(axes, place, 1, title, weight="bold")
    rest = [module for module in tree if module not in joined]
    for row, module in enumerate(joined + rest):
        shapes = "  ".join(
            f"{name} {tree[module][name].shape}"
            for name in sorted(tree[module], reverse=True)
        )
        color = "#6b7280" if module in rest else PARAMETERS
        text = f"{module}\n{shapes}"
        boxes[title, module] = box(axes, place, 4.5 + 6 * row, text, color)
    note(axes, place, 26, told, color="#6b7280")
for old, new in partners.items():
    way, color = ("renamed", PARAMETERS) if old != new else ("other shape", "#6b7280")
    arrow(axes, boxes["the file", old], boxes["the network", new], way, color=color)
plt.show()

# %% [markdown]
# The names of the MLP gained a prefix, and `compare` suggests the pairs: modules with the same names and shapes inside,
# matched by the ends of their paths. It renames nothing, and may suggest several for one. The rest is up to you: make
# new parameters for `norm` and the head, and leave `aux_head` out. What would `apply` have said without the comparison?

# %%
renamed_params = rename_modules(published, comparison.renames)
from_file = {m: its for m, its in renamed_params.items() if m.startswith("backbone")}
fresh = your_net.init(jax.random.key(0), x)
start = hk.data_structures.merge(fresh, from_file)  # where both have one, the file's
print(compare(start, wanted))

# %% raises="ValueError" match="Unable to retrieve parameter 'scale' for module 'norm'"
your_net.apply(renamed_params, x)

# %% [markdown]
# `apply` stops at a parameter that is missing or, unless a getter mends it, has another shape, so that you learn of
# these one at a time. But it does not compare dtypes: a convolution may then refuse to run, while most layers compute.
# And it usually ignores *extra* arrays, even a whole prefix of them. (Those in an `hk.layer_stack` need the right first
# axis.) State is treated less strictly than parameters. In training, missing averages of a `BatchNorm` begin again
# without a message, although in evaluation it stops. Nor does `apply` compare the shapes of averages that are there. So
# compare the state in the same way.

# %% [markdown]
# ## Exercise: what will the comparison say?
#
# Here is another file, and the tree that a network needs. Don't call `compare` yet.

# %%
in_file = {
    "net/linear": {"w": np.zeros((4, 8)), "b": np.zeros(8, np.float32)},
    "net/linear_1": {"w": np.zeros((8, 2), np.float32)},
    "net/scale": {"w": np.zeros(8, np.float32)},
    "ema/linear": {"w": np.zeros((4, 8), np.float32)},
}
in_network = {
    "net/linear": {"w": np.zeros((4, 8), np.float32), "b": np.zeros(8, np.float32)},
    "net/linear_1": {"w": np.zeros((2, 8), np.float32), "b": np.zeros(2, np.float32)},
    "net/norm": {"scale": np.zeros(8, np.float32)},
    "net/gate": {"w": np.zeros(8, np.float32)},
}

# %% [markdown]
# Define `predicted_comparison` with the set of paths in each part, and two more entries: the name that `compare`
# suggests for the module `net/scale`, or `None`, and whether `apply` would stop because of `ema/linear`.

# %% exercise="predict-comparison" kind="predict" minutes="8"
# Sets of paths, a name or None, and True or False:
# predicted_comparison = {
#     "fits": {...},
#     "missing": {...},
#     "extra": {...},
#     "other shape": {...},
#     "other dtype": {...},
#     "new name of net/scale": ...,
#     "ema/linear stops apply": ...,
# }
### BEGIN SOLUTION
predicted_comparison = {
    "fits": {"net/linear/b"},
    "missing": {"net/linear_1/b", "net/norm/scale", "net/gate/w"},
    "extra": {"net/scale/w", "ema/linear/w"},
    "other shape": {"net/linear_1/w"},
    "other dtype": {"net/linear/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}
### END SOLUTION

# %% check="predict-comparison"
from publishing.teaching.checking import predicted


def _told():
    told = compare(in_file, in_network)
    return {
        "fits": set(told.fits),
        "missing": set(told.missing),
        "extra": set(told.extra),
        "other shape": set(told.shapes),
        "other dtype": set(told.dtypes),
        "new name of net/scale": told.renames.get("net/scale"),
        "ema/linear stops apply": False,
    }


_reasons = {
    "fits": "An entry fits if its path, its shape and its dtype are those of the network. What dtype has np.zeros?",
    "missing": "Which paths does the network have that the file lacks, also inside a module that both have?",
    "extra": "Which paths does the file have that the network lacks, whatever they may be called there?",
    "other shape": "Of the paths that both have, which have another shape?",
    "other dtype": "What dtype does np.zeros make if you name none?",
    "new name of net/scale": "Which missing module has the same names and shapes inside?",
    "ema/linear stops apply": "Does `apply` look at an entry that no module asks for?",
}
predicted(globals(), "predicted_comparison", _told(), _reasons)
print("All parts are as `compare` tells them.")

# %% tags=["hidden"]
_extra = {**published, "ema/linear": {"w": np.zeros((4, 8))}}
assert np.array_equal(author_net.apply(_extra, x)[0], expected)

# %% [markdown]
# ## When every shape fits, compare outputs
#
# So far you have not compared a single *number*. A square matrix that should be transposed fits, and so do two layers
# of one shape that have been exchanged. Before you build on a loaded model, therefore, run it on an input for which you
# know the author's output: from the paper's notebook, from a test in the repository, or from the author's program if it
# still runs.
#
# If the outputs differ, find the *first* value inside the network that differs. `hk.intercept_methods`, from [Look
# inside](../networks/look_inside.py#intermediate-values-hkintercept_methods), sees what the modules return:


# %%
def outputs_by_module(net, params, x):
    outputs = {}

    def record(call, args, kwargs, context):
        out = call(*args, **kwargs)
        if context.method_name == "__call__":
            outputs[context.module.module_name] = out
        return out

    with hk.intercept_methods(record):
        net.apply(params, x)
    return outputs


three_net = hk.without_apply_rng(hk.transform(lambda x: your_fn(x, 3, norm=False)))
turned = jax.tree.map(jnp.array, renamed_params)
turned["backbone/~/mlp/~/linear_1"]["w"] = published["mlp/~/linear_1"]["w"].T  # a slip
theirs = outputs_by_module(author_net, published, x)
mine = outputs_by_module(three_net, turned, x)
for name in ("mlp/~/linear_0", "mlp/~/linear_1", "head"):
    other = comparison.renames.get(name, name)
    print(f"{name:16} {np.abs(theirs[name] - mine[other]).max():.1e}")

# %% tags=["hidden"]
assert np.allclose(theirs["mlp/~/linear_0"], mine["backbone/~/mlp/~/linear_0"])
assert not np.allclose(theirs["mlp/~/linear_1"], mine["backbone/~/mlp/~/linear_1"])
assert (
    compare(turned, jax.eval_shape(three_net.init, jax.random.key(0), x)).missing == {}
)

# %% [markdown]
# The first layer agrees and the second does not, so look for the error in the second layer itself. These are the usual
# causes:
#
# - a matrix stored as `(out, in)`, as PyTorch does it, and square;
# - two entries of one shape exchanged: `scale` and `offset`, query and key, two layers matched by sorting;
# - several matrices in one array, in another order, or interleaved column by column;
# - the parameters are right, but a setting is not: `eps` of a normalisation, the other variant of `gelu`, an attention
#   scale, `is_training`.
#
# Differences of about $10^{-6}$ of the values are usually rounding or another `eps`. If they are
# $10^{-3}$ to $10^{-2}$, first ask whether one side computes in bfloat16 or on a GPU with fast matrix products.
#
# ## Exercise: find why the outputs differ
#
# This time somebody has matched the layers of a deep network by sorting their names:


# %%
def deep_fn(x, blocks=3):  # (B, D)
    for _ in range(blocks):
        h = hk.LayerNorm(-1, create_scale=True, create_offset=True)(x)
        h = hk.Linear(x.shape[-1])(jax.nn.gelu(hk.Linear(x.shape[-1])(h)))
        x = x + h
    return hk.Linear(3, name="head")(x)


def random_like(shapes, seed):
    draw = np.random.default_rng(seed)
    return jax.tree.map(lambda s: np.float32(draw.normal(size=s.shape)), shapes)


def exchange(params, one, other):
    (module, name), (module_2, name_2) = one, other
    params = jax.tree.map(np.asarray, params)
    mine, theirs = params[module][name], params[module_2][name_2]
    params[module][name], params[module_2][name_2] = theirs, mine
    return params


deep_net = hk.without_apply_rng(hk.transform(deep_fn))
x = np.random.default_rng(1).normal(size=(4, 6)).astype(np.float32)
deep = random_like(jax.eval_shape(deep_net.init, jax.random.key(0), x), seed=0)
theirs = outputs_by_module(deep_net, deep, x)
exchanged = exchange(deep, ("linear_2", "w"), ("linear_5", "w"))
print(compare(exchanged, deep))
print(
    "largest difference:", np.abs(deep_net.apply(exchanged, x) - theirs["head"]).max()
)

# %% tags=["hidden"]
assert not any(compare(exchanged, deep)[1:])
assert np.abs(deep_net.apply(exchanged, x) - theirs["head"]).max() > 0.1

# %% [markdown]
# Here it was two matrices; it may be any two arrays of one shape. Define `put_back(net, params, x, theirs)`, which finds
# them:
#
# - It returns the parameters with both arrays in their places, as a tree of the same form, and leaves `params` as it is.
# - `theirs` has the output of each module under its name, in the order in which the modules returned. The author's
#   program rounds differently: values are up to a ten-thousandth of the largest of their array apart.
# - It works for every network of Haiku's layers in which each module runs once, and calls `net.apply` at most twice as
#   often as there are arrays: trying all pairs takes too many.
#
# <details>
# <summary>Hint</summary>
#
# `outputs_by_module` calls `net.apply` once. In which module do the outputs begin to differ, and what does that say of
# one of the two arrays?
#
# </details>


# %% exercise="every-shape-fits" kind="build" minutes="12"
def put_back(net, params, x, theirs):
    """The parameters with two arrays in their places that were exchanged."""
    ### BEGIN SOLUTION

    def differing_modules(tried):
        mine = outputs_by_module(net, tried, x)
        limits = {module: 1e-3 * np.abs(out).max() for module, out in theirs.items()}
        return [m for m in theirs if np.abs(mine[m] - theirs[m]).max() > limits[m]]

    first = differing_modules(params)[0]
    for name, array in params[first].items():
        for module, its in params.items():
            for other, candidate in its.items():
                if candidate.shape != array.shape or candidate is array:
                    continue
                tried = exchange(params, (first, name), (module, other))
                if not differing_modules(tried):
                    return tried
    ### END SOLUTION


# %% check="every-shape-fits"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "put_back",
    "When every shape fits, compare outputs",
    {
        "does not match shape": "Can two arrays of different shapes have been exchanged?",
        "KeyError": "Which modules and names does this network have?",
        "IndexError": "How far apart are outputs that only round differently?",
        "": "Does it use its arguments alone, for any network?",
    },
)


def _mlp_fn(x):
    h = Backbone(name="z")(hk.Linear(8, name="stem")(x))
    h = hk.RMSNorm(-1, name="norm")(jax.nn.gelu(hk.Linear(8, name="a")(h)))
    return hk.Linear(2, name="b")(h)


def _wide_fn(x):
    return deep_fn(x, blocks=6)


def _exchanges(net_fn, width, scale, *pairs):
    net, seed = hk.without_apply_rng(hk.transform(net_fn)), 5 * width + len(pairs)
    x = np.float32(np.random.default_rng(seed).normal(size=(5, width)))
    right = random_like(jax.eval_shape(net.init, jax.random.key(0), x), seed)
    right = jax.tree.map(lambda array: scale * array, right)
    outputs = outputs_by_module(net, right, x)
    draw = np.random.default_rng(seed)
    for out, name in zip(outputs.values(), outputs, strict=True):
        noise = 1e-4 * np.abs(out).max() * draw.uniform(-1, 1, out.shape)
        outputs[name] = np.float32(out + noise)
    for one, other in pairs:
        yield net, exchange(right, one, other), x, outputs, right


for _net, _params, _x, _theirs, _right in (
    *_exchanges(deep_fn, 6, 30.0, (("linear_2", "w"), ("linear_5", "w"))),
    *_exchanges(_mlp_fn, 3, 0.01, (("z/~/mlp/~/linear_1", "b"), ("norm", "scale"))),
    *_exchanges(
        _wide_fn,
        4,
        1.0,
        (("layer_norm_4", "scale"), ("layer_norm_4", "offset")),
        (("linear_10", "w"), ("linear_9", "w")),
        (("linear_5", "b"), ("layer_norm_5", "offset")),
    ),
):
    _runs, _arrays = [], len(jax.tree.leaves(_right))

    def _apply(params, x, net=_net, runs=_runs):
        runs.append(0)
        return net.apply(params, x)

    _moved = [
        f"{module}//{name}"
        for module, its in _right.items()
        for name, array in its.items()
        if not np.array_equal(array, _params[module][name])
    ]
    _most = f"outputs up to {max(np.abs(out).max() for out in _theirs.values()):.2g}"
    _when = f"With {' and '.join(_moved)} exchanged among {_arrays} arrays, {_most}, "
    _counted = hk.Transformed(_net.init, _apply)
    _given = _check.call(_counted, _params, _x, _theirs, when=_when)
    _modules, _ends = zip(*(path.split("//") for path in _moved), strict=True)
    _told = "in which module do outputs begin to differ by more than rounding?"
    if _modules[0] == _modules[1] or _ends[0] != _ends[1]:
        _kind = "of one module" if _modules[0] == _modules[1] else "of two names"
        _told = f"does it look at vectors {_kind}, too?"
    _check.require(_given is not None, f"{_when}it returns None: {_told}")
    _told = "It should return a tree like params: module -> name -> array."
    _alike = jax.tree.structure(_given) == jax.tree.structure(_params)
    _check.require(_alike, _told)
    _hints = {
        "nothing was put back.": _params,
        "": "Have both arrays their places, and all others, too?",
    }
    _check.agrees(_given, _right, _hints, _when, rtol=0)
    _told = f"net.apply is called {len(_runs)} times, more than {2 * _arrays}."
    _check.require(len(_runs) <= 2 * _arrays, _when + _told)
print("Both arrays are found in each network, without a search through all pairs.")

# %% [markdown]
# ## Save a file that needs no trust
#
# Once the outputs agree, save the weights in a format that holds no instructions. `save_npz`, from
# [Modules](../haiku/modules.py#load-parameters-saved-under-other-names), writes AlphaFold's names, and NumPy alone can
# read the file. `save_safetensors` also holds bfloat16, of which npz keeps only the bytes:

# %%
half = jax.tree.map(lambda a: a.astype(jnp.bfloat16), published)
save_npz(folder / "full.npz", published)
save_safetensors(folder / "full.safetensors", published)
save_safetensors(folder / "half.safetensors", half)
for file in (old_file.name, "full.npz", "full.safetensors", "half.safetensors"):
    leaves = jax.tree.leaves(load_weights(folder / file))
    print(f"{file:18} {(folder / file).stat().st_size:5} bytes, {leaves[0].dtype}")

# %% raises="ValueError" match="convert it to float32 first"
save_npz(folder / "half.npz", half)

# %% [markdown]
# Keep one input and its output beside the file, so that the next person can repeat the test that you made.
#
# ## What can go wrong
#
# - `ModuleNotFoundError: No module named 'jax._src.device_array'` from `pickle.load`: the file is older than your JAX.
#   Read it with `load_weights`, as above.
# - `ValueError: ... wants __main__.TrainingState, which is neither an array nor a container` Name it in `allow`, if you
#   know from the author's code that it only holds data.
# - `ValueError: given is not module -> name -> array` You gave `compare` another tree, perhaps the whole checkpoint, or
#   one with plain numbers. Pass only the part with the parameters.
# - `ValueError: Unable to retrieve parameter 'scale' for module 'norm'` The tree lacks it, or names it differently.
#   Compare and rename.
# - Often no message: extra entries, a state missing in training, and well-shaped arrays in the wrong place.
#   Compare trees, then outputs.
#
# More messages: [Error messages of JAX and Haiku, explained](../look_up/errors.py).
#
# ## What you learned
#
# - Look first: `haiku-port weights` shows names, shapes and digests, and what a pickle would import or call. It runs
#   nothing.
# - A pickle is a program that imports and calls what it names. `load_weights` reads it without running it; `allow` says
#   what to make of a class.
# - `jax.eval_shape(net.init, ...)` says what the network needs. Compare first: `apply` usually ignores extra arrays. It
#   stops at the first parameter that is missing, and in training may silently make a missing state.
# - If the shapes fit, the arrays may still be in the wrong places. Compare outputs, and go back to the first module
#   that differs.
# - Save as npz or safetensors, with an input and its output.
#
# Next: [Change one layer and go on training](change.py).
