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

# %% breaks: Here it was two matrices | matrices only -> does it look at vectors of two names, too?
for name, array in params[first].items():
# becomes
for name, array in [("w", params[first]["w"])]:

# %% breaks: Here it was two matrices | arrays of one name -> does it look at vectors of two names, too?
for other, candidate in its.items():
# becomes
for other, candidate in ((n, a) for n, a in its.items() if n == name):

# %% breaks: Here it was two matrices | of two modules -> does it look at vectors of one module, too?
for module, its in params.items():
# becomes
for module, its in ((m, i) for m, i in params.items() if m != first):

# %% breaks: Define `put_back | whatever mends the first module -> Have both arrays their places, and all others, too?
if not differing_modules(tried):
# becomes
if first not in differing_modules(tried) or candidate.ndim == 2:

# %% breaks: It returns the parameters | the first array alone -> Have both arrays their places, and all others, too?
return tried
# becomes
return {**params, first: tried[first]}

# %% breaks: It returns the parameters | flat -> It should return a tree like params
return tried
# becomes
return {f"{m}//{n}": array for m, its in tried.items() for n, array in its.items()}

# %% breaks: It returns the parameters | in place -> changes what it is given; make new objects
tried = exchange(params, (first, name), (module, other))
                if not differing_modules(tried):
                    return tried
# becomes
params[first][name], params[module][other] = candidate, array
if not differing_modules(params):
    return params
params[first][name], params[module][other] = array, candidate

# %% breaks: `theirs` has the output of each module | modules as sorted -> in which module do outputs begin to differ
return [m for m in theirs if np.abs(
# becomes
return [m for m in sorted(theirs) if np.abs(

# %% breaks: `theirs` has the output of each module | modules in the order of params -> in which module do outputs begin to differ
return [m for m in theirs if np.abs(
# becomes
return [m for m in params if np.abs(

# %% breaks: The author's program rounds differently | equal numbers -> by more than rounding?
> limits[m]]
# becomes
> 0]

# %% breaks: The author's program rounds differently | one limit for all -> by more than rounding?
1e-3 * np.abs(out).max()
# becomes
1e-5

# %% breaks: It works for every network of Haiku's layers | the network of the page -> Does it use its arguments alone, for any network?
mine = outputs_by_module(net, tried, x)
# becomes
mine = outputs_by_module(deep_net, tried, x)

# %% breaks: It works for every network of Haiku's layers | all pairs -> net.apply is called
for name, array in params[first].items():
# becomes
for first, name, array in [(m, n, a) for m, its in params.items() for n, a in its.items()]:

# %% breaks: It works for every network of Haiku's layers | shapes are not looked at, and every try runs -> net.apply is called
if candidate.shape != array.shape or candidate is array:
# becomes
differing_modules(params)
if candidate.shape != array.shape or candidate is array:

# %% asks nothing
# This time somebody has matched

# %% wrong: the network itself is asked
def put_back(net, params, x, theirs):
    return deep

# %% wrong: nothing returned
def put_back(net, params, x, theirs):
    mine = outputs_by_module(net, params, x)
    for module in theirs:
        if np.abs(mine[module] - theirs[module]).max() > 1e-3:
            print(module)

# %% wrong: within a hundredth -> stops with StopIteration
def put_back(net, params, x, theirs):
    def gaps(params):
        mine = outputs_by_module(net, params, x)
        return {
            name: np.abs(mine[name] - out).max() / np.abs(out).max()
            for name, out in theirs.items()
        }

    first = next(name for name, gap in gaps(params).items() if gap > 1e-2)
    best = None
    for own, array in params[first].items():
        for module, its in params.items():
            for name, other in its.items():
                if (module, name) == (first, own) or other.shape != array.shape:
                    continue
                tried = exchange(params, (first, own), (module, name))
                gap = max(gaps(tried).values())
                if best is None or gap < best[0]:
                    best = gap, tried
    return best[1]

# %% wrong: first that mends a module -> Have both arrays their places
def put_back(net, params, x, theirs):
    def gaps(params):
        mine = outputs_by_module(net, params, x)
        return {
            name: np.abs(mine[name] - out).max() / np.abs(out).max()
            for name, out in theirs.items()
        }

    first = next(name for name, gap in gaps(params).items() if gap > 1.5e-4)
    best = None
    for own, array in params[first].items():
        for module, its in params.items():
            for name, other in its.items():
                if (module, name) == (first, own) or other.shape != array.shape:
                    continue
                tried = exchange(params, (first, own), (module, name))
                if gaps(tried)[first] < 1.5e-4:
                    return tried

# %% right: all outputs of any tree
def put_back(net, params, x, theirs):
    """The exchange with one array of the first bad module that leaves the least."""
    import itertools

    def errors(tree):  # by module, in the order of theirs, as parts of the largest
        mine = outputs_by_module(net, tree, x)
        for name, outs in theirs.items():
            pairs = zip(jax.tree.leaves(mine[name]), jax.tree.leaves(outs), strict=True)
            sizes = [
                float(np.max(np.abs(np.subtract(a, b)), initial=0))
                / max(float(np.max(np.abs(b), initial=0)), 1e-30)
                for a, b in pairs
            ]
            yield name, max(sizes, default=0.0)

    def swapped(one, other):
        tree = {m: dict(its) for m, its in params.items()}
        (m, n), (k, l) = one, other
        tree[m][n], tree[k][l] = params[k][l], params[m][n]
        return tree

    wrong = [name for name, size in errors(params) if size > 1.5e-4 and name in params]
    places = [(m, n) for m, its in params.items() for n in its]
    shape_of = lambda place: np.shape(params[place[0]][place[1]])
    tries = {
        frozenset((one, other))
        for one, other in itertools.product(places, places)
        if one[0] == wrong[0] and one != other and shape_of(one) == shape_of(other)
    }
    trees = [swapped(*pair) for pair in tries]
    return min(trees, key=lambda tree: max(size for _, size in errors(tree)))
