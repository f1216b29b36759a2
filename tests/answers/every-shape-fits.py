# %% right: on flat paths, from the last module that is right
import itertools


def put_back(net, params, x, theirs):
    def near(a, b):
        return np.allclose(a, b, rtol=0, atol=5e-4 * float(jnp.max(jnp.abs(b))))

    mine = outputs_by_module(net, params, x)
    suspect = next(itertools.dropwhile(lambda m: near(mine[m], theirs[m]), theirs))
    leaves = {(m, n): a for m, its in params.items() for n, a in its.items()}
    pairs = itertools.product([p for p in leaves if p[0] == suspect], leaves)
    for one, other in pairs:
        if one != other and leaves[one].shape == leaves[other].shape:
            turned = leaves | {one: leaves[other], other: leaves[one]}
            tree = {m: {n: turned[m, n] for n in its} for m, its in params.items()}
            out = outputs_by_module(net, tree, x)
            if all(near(out[m], theirs[m]) for m in theirs):
                return tree

# %% right: by the output of the last module alone, compiled
def put_back(net, params, x, theirs):
    def far(mine, module):
        return np.abs(mine - theirs[module]).max() > 2e-4 * np.abs(theirs[module]).max()

    *_, last = theirs
    run = jax.jit(net.apply)
    mine = outputs_by_module(net, params, x)
    module = [name for name in theirs if far(mine[name], name)][0]
    for name in params[module]:
        for other in params:
            for its in params[other]:
                tree = {m: dict(entries) for m, entries in params.items()}
                tree[module][name], tree[other][its] = tree[other][its], tree[module][name]
                fits = compare(tree, params)
                if not fits.shapes and not far(run(tree, x), last):
                    return tree

# %% wrong: matrices only -> does it look at vectors of two names, too?
for name, array in params[first].items():
# becomes
for name, array in [("w", params[first]["w"])]:

# %% wrong: arrays of one name -> does it look at vectors of two names, too?
for other, candidate in its.items():
# becomes
for other, candidate in ((n, a) for n, a in its.items() if n == name):

# %% wrong: of two modules -> does it look at vectors of one module, too?
for module, its in params.items():
# becomes
for module, its in ((m, i) for m, i in params.items() if m != first):

# %% wrong: whatever mends the first module -> Have both arrays their places, and all others, too?
if not differing_modules(tried):
# becomes
if first not in differing_modules(tried) or candidate.ndim == 2:

# %% wrong: the first array alone -> Have both arrays their places, and all others, too?
return tried
# becomes
return {**params, first: tried[first]}

# %% wrong: flat -> It should return a tree like params
return tried
# becomes
return {f"{m}//{n}": array for m, its in tried.items() for n, array in its.items()}

# %% wrong: in place -> changes what it is given; make new objects
tried = exchange(params, (first, name), (module, other))
                if not differing_modules(tried):
                    return tried
# becomes
params[first][name], params[module][other] = candidate, array
if not differing_modules(params):
    return params
params[first][name], params[module][other] = array, candidate

# %% wrong: modules as sorted -> in which module do outputs begin to differ
return [m for m in theirs if np.abs(
# becomes
return [m for m in sorted(theirs) if np.abs(

# %% wrong: modules in the order of params -> in which module do outputs begin to differ
return [m for m in theirs if np.abs(
# becomes
return [m for m in params if np.abs(

# %% wrong: equal numbers -> by more than rounding?
> limits[m]]
# becomes
> 0]

# %% wrong: one limit for all -> by more than rounding?
1e-3 * np.abs(out).max()
# becomes
0.01

# %% wrong: the network of the page -> Does it use its arguments alone, for any network?
mine = outputs_by_module(net, tried, x)
# becomes
mine = outputs_by_module(deep_net, tried, x)

# %% wrong: all pairs -> net.apply is called
for name, array in params[first].items():
# becomes
for first, name, array in [(m, n, a) for m, its in params.items() for n, a in its.items()]:

# %% wrong: shapes are not looked at, and every try runs -> net.apply is called
if candidate.shape != array.shape or candidate is array:
# becomes
differing_modules(params)
if candidate.shape != array.shape or candidate is array:

# %% wrong: the network itself is asked
def put_back(net, params, x, theirs):
    return deep

# %% wrong: nothing returned
def put_back(net, params, x, theirs):
    mine = outputs_by_module(net, params, x)
    for module in theirs:
        if np.abs(mine[module] - theirs[module]).max() > 1e-3:
            print(module)
