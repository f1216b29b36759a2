# %% right: by timeit
import timeit


def benchmark(f, *args, clock=time.perf_counter, least=0.01):
    timer = timeit.Timer(lambda: jax.block_until_ready(f(*args)), timer=clock)
    jax.block_until_ready(f(*args))
    number = 1
    while (first := timer.timeit(number)) < least:
        number *= 2
    return min(first, *timer.repeat(4, number)) / number

# %% right: a list of rounds
import itertools


def benchmark(f, *args, clock=time.perf_counter, least=0.01):
    jax.tree.map(jax.block_until_ready, f(*args))
    rounds = []
    for power in itertools.count():
        begin = clock()
        for _ in range(2**power):
            jax.tree.map(jax.block_until_ready, f(*args))
        rounds.append(clock() - begin)
        if rounds[-1] >= least:
            break
    for _ in range(4):
        begin = clock()
        for _ in range(2**power):
            jax.tree.map(jax.block_until_ready, f(*args))
        rounds.append(clock() - begin)
    return min(rounds[-5:]) / 2**power

# %% right: recursion
def benchmark(f, *args, clock=time.perf_counter, least=0.01, calls=0, left=5):
    if not calls:
        jax.block_until_ready(f(*args))
        return benchmark(f, *args, clock=clock, least=least, calls=1)
    start = clock()
    for _ in range(calls):
        jax.block_until_ready(f(*args))
    took, named = clock() - start, {"clock": clock, "least": least}
    if left == 5 and took < least:
        return benchmark(f, *args, **named, calls=2 * calls)
    rest = [benchmark(f, *args, **named, calls=calls, left=left - 1)] if left > 1 else []
    return min([took / calls, *rest])

# %% breaks: Define `benchmark(f, *args | the time of a round
return shortest / calls
# becomes
return shortest

# %% breaks: Define `benchmark(f, *args | milliseconds
return shortest / calls
# becomes
return 1e3 * shortest / calls

# %% breaks: Define `benchmark(f, *args | without the arguments
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)
# becomes
jax.block_until_ready(f())
calls, shortest = 1, seconds_of(1)

# %% breaks: Define `benchmark(f, *args | another clock
start = clock()
# becomes
clock = time.perf_counter
start = clock()

# %% breaks: Define `benchmark(f, *args | a hundredth of a second
while shortest < least:
# becomes
while shortest < 0.01:

# %% breaks: Define `benchmark(f, *args | a clock must be given
def seconds_of(calls):
# becomes
clock = None if clock is time.perf_counter else clock

def seconds_of(calls):

# %% breaks: `f` is called once, and its result waited for | not called
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)
# becomes
calls, shortest = 1, seconds_of(1)

# %% breaks: `f` is called once, and its result waited for | not waited for
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)
# becomes
f(*args)
calls, shortest = 1, seconds_of(1)

# %% breaks: `f` is called once, and its result waited for | a clock is read before
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)
# becomes
clock()
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)

# %% breaks: `f` is called once, and its result waited for | called twice
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)
# becomes
jax.block_until_ready(f(*args))
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)

# %% breaks: A *round* is a number of calls | each call timed
start = clock()
for _ in range(calls):
    jax.block_until_ready(f(*args))
return clock() - start
# becomes
seconds = 0.0
for _ in range(calls):
    start = clock()
    jax.block_until_ready(f(*args))
    seconds += clock() - start
return seconds

# %% breaks: Each result is waited for before the next | the last only
for _ in range(calls):
    jax.block_until_ready(f(*args))
return clock() - start
# becomes
for _ in range(calls):
    result = f(*args)
jax.block_until_ready(result)
return clock() - start

# %% breaks: Each result is waited for before the next | after the clock
for _ in range(calls):
    jax.block_until_ready(f(*args))
return clock() - start
# becomes
for _ in range(calls):
    result = f(*args)
seconds = clock() - start
jax.block_until_ready(result)
return seconds

# %% breaks: Each result is waited for before the next | for the function
for _ in range(calls):
    jax.block_until_ready(f(*args))
return clock() - start
# becomes
for _ in range(calls):
    jax.block_until_ready(f)(*args)
return clock() - start

# %% breaks: The first round has one call | two calls
calls, shortest = 1, seconds_of(1)
# becomes
calls, shortest = 2, seconds_of(2)

# %% breaks: While a round takes less than `least` seconds | one call more
calls = 2 * calls
# becomes
calls = calls + 1

# %% breaks: While a round takes less than `least` seconds | ten times as many
calls = 2 * calls
# becomes
calls = 10 * calls

# %% breaks: While a round takes less than `least` seconds | once
while shortest < least:
# becomes
if shortest < least:

# %% breaks: While a round takes less than `least` seconds | all rounds together
while shortest < least:
    calls = 2 * calls
    shortest = seconds_of(calls)
# becomes
while shortest < least:
    calls = 2 * calls
    shortest += seconds_of(calls)

# %% breaks: While a round takes less than `least` seconds | or just as long
while shortest < least:
# becomes
while shortest <= least:

# %% breaks: Four more rounds follow | five more
for _ in range(4):
# becomes
for _ in range(5):

# %% breaks: Four more rounds follow | none
for _ in range(4):
# becomes
for _ in range(0):

# %% breaks: Four more rounds follow | of one call
shortest = min(shortest, seconds_of(calls))
# becomes
shortest = min(shortest, calls * seconds_of(1))

# %% breaks: Of these five, the shortest counts | the longest
shortest = min(shortest, seconds_of(calls))
# becomes
shortest = max(shortest, seconds_of(calls))

# %% breaks: Of these five, the shortest counts | the mean
for _ in range(4):
    shortest = min(shortest, seconds_of(calls))
# becomes
shortest = (shortest + sum(seconds_of(calls) for _ in range(4))) / 5

# %% breaks: Of these five, the shortest counts | of the last four
for _ in range(4):
    shortest = min(shortest, seconds_of(calls))
# becomes
shortest = min(seconds_of(calls) for _ in range(4))

# %% breaks: Of these five, the shortest counts | of all
calls, shortest = 1, seconds_of(1)
while shortest < least:
    calls = 2 * calls
    shortest = seconds_of(calls)
for _ in range(4):
    shortest = min(shortest, seconds_of(calls))
return shortest / calls
# becomes
calls = 1
each = [seconds_of(1)]
while each[-1] * calls < least:
    calls = 2 * calls
    each.append(seconds_of(calls) / calls)
return min(each + [seconds_of(calls) / calls for _ in range(4)])

# %% breaks: `f` is timed as it is given | compiled
def seconds_of(calls):
# becomes
f = jax.jit(f)

def seconds_of(calls):

# %% breaks: It may return an array, a pytree | one array
for _ in range(calls):
    jax.block_until_ready(f(*args))
return clock() - start
# becomes
for _ in range(calls):
    f(*args).block_until_ready()
return clock() - start

# %% breaks: It may return an array, a pytree | not None
for _ in range(calls):
    jax.block_until_ready(f(*args))
return clock() - start
# becomes
for _ in range(calls):
    f(*args)[0]
return clock() - start

# %% asks nothing
# A short call may be over
# So Python's `timeit`

# %% wrong: ten calls, each timed
def benchmark(f, *args, clock=time.perf_counter, least=0.01):
    jax.block_until_ready(f(*args))
    times = []
    for _ in range(10):
        start = clock()
        jax.block_until_ready(f(*args))
        times.append(clock() - start)
    return min(times)

# %% wrong: autorange of timeit
import timeit


def benchmark(f, *args, clock=time.perf_counter, least=0.01):
    jax.block_until_ready(f(*args))
    timer = timeit.Timer(lambda: jax.block_until_ready(f(*args)), timer=clock)
    number, _ = timer.autorange()
    return min(timer.repeat(5, number)) / number

# %% wrong: until the time is over
def benchmark(f, *args, clock=time.perf_counter, least=0.01):
    jax.block_until_ready(f(*args))
    start, calls = clock(), 0
    while clock() - start < least:
        jax.block_until_ready(f(*args))
        calls += 1
    return (clock() - start) / calls
