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

# %% wrong: waits for the last leaf only -> while a result is still being computed
def benchmark(f, *args, clock=time.perf_counter, least=0.01):
    def call():
        for leaf in jax.tree.leaves(f(*args))[-1:]:
            jax.block_until_ready(leaf)

    def a_round(calls):
        start = clock()
        for _ in range(calls):
            call()
        return clock() - start

    call()
    calls, seconds = 1, a_round(1)
    while seconds < least:
        calls *= 2
        seconds = a_round(calls)
    return min(seconds, *(a_round(calls) for _ in range(4))) / calls

# %% wrong: compiles what returns JAX arrays -> whether to compile is its caller's choice
def benchmark(f, *args, clock=time.perf_counter, least=0.01):
    first = jax.block_until_ready(f(*args))
    if all(isinstance(part, jax.Array) for part in (first, *args)):
        f = jax.jit(f)

    def a_round(calls):
        start = clock()
        for _ in range(calls):
            jax.block_until_ready(f(*args))
        return clock() - start

    calls, seconds = 1, a_round(1)
    while seconds < least:
        calls *= 2
        seconds = a_round(calls)
    return min(seconds, *(a_round(calls) for _ in range(4))) / calls

# %% wrong: at most 4096 calls in a round -> when does a round take `least`?
def benchmark(f, *args, clock=time.perf_counter, least=0.01):
    def a_round(calls):
        start = clock()
        for _ in range(calls):
            jax.block_until_ready(f(*args))
        return clock() - start

    jax.block_until_ready(f(*args))
    calls, seconds = 1, a_round(1)
    while seconds < least and calls < 4096:
        calls *= 2
        seconds = a_round(calls)
    return min(seconds, *(a_round(calls) for _ in range(4))) / calls

# %% wrong: another default of least -> when does a round take `least`?
def benchmark(f, *args, clock=time.perf_counter, least=1e-4):
    def a_round(calls):
        start = clock()
        for _ in range(calls):
            jax.block_until_ready(f(*args))
        return clock() - start

    jax.block_until_ready(f(*args))
    calls, seconds = 1, a_round(1)
    while seconds < least:
        calls *= 2
        seconds = a_round(calls)
    return min(seconds, *(a_round(calls) for _ in range(4))) / calls

# %% wrong: the time of a round -> that is the time of a whole round
return shortest / calls
# becomes
return shortest

# %% wrong: milliseconds -> those are milliseconds
return shortest / calls
# becomes
return 1e3 * shortest / calls

# %% wrong: without the arguments -> f should get the other arguments
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)
# becomes
jax.block_until_ready(f())
calls, shortest = 1, seconds_of(1)

# %% wrong: another clock -> is `clock` the clock that is read?
start = clock()
# becomes
clock = time.perf_counter
start = clock()

# %% wrong: a hundredth of a second -> when does a round take `least`?
while shortest < least:
# becomes
while shortest < 0.01:

# %% wrong: a clock must be given -> has `clock` a default?
def seconds_of(calls):
# becomes
clock = None if clock is time.perf_counter else clock

def seconds_of(calls):

# %% wrong: not called -> the clock is read before the first call has ended
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)
# becomes
calls, shortest = 1, seconds_of(1)

# %% wrong: not waited for -> while a result is still being computed
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)
# becomes
f(*args)
calls, shortest = 1, seconds_of(1)

# %% wrong: a clock is read before -> the clock is read before the first call has ended
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)
# becomes
clock()
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)

# %% wrong: called twice -> times before the first round, not once
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)
# becomes
jax.block_until_ready(f(*args))
jax.block_until_ready(f(*args))
calls, shortest = 1, seconds_of(1)

# %% wrong: each call timed -> the clock is read more than twice for each round
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

# %% wrong: the last only -> begins before the result of the call before
for _ in range(calls):
    jax.block_until_ready(f(*args))
return clock() - start
# becomes
for _ in range(calls):
    result = f(*args)
jax.block_until_ready(result)
return clock() - start

# %% wrong: after the clock -> while a result is still being computed
for _ in range(calls):
    jax.block_until_ready(f(*args))
return clock() - start
# becomes
for _ in range(calls):
    result = f(*args)
seconds = clock() - start
jax.block_until_ready(result)
return seconds

# %% wrong: for the function -> while a result is still being computed
for _ in range(calls):
    jax.block_until_ready(f(*args))
return clock() - start
# becomes
for _ in range(calls):
    jax.block_until_ready(f)(*args)
return clock() - start

# %% wrong: two calls -> the first round should have one call
calls, shortest = 1, seconds_of(1)
# becomes
calls, shortest = 2, seconds_of(2)

# %% wrong: one call more -> should have twice the calls of the one before
calls = 2 * calls
# becomes
calls = calls + 1

# %% wrong: ten times as many -> should have twice the calls of the one before
calls = 2 * calls
# becomes
calls = 10 * calls

# %% wrong: once -> when does a round take `least`?
while shortest < least:
# becomes
if shortest < least:

# %% wrong: all rounds together -> when does a round take `least`?
while shortest < least:
    calls = 2 * calls
    shortest = seconds_of(calls)
# becomes
while shortest < least:
    calls = 2 * calls
    shortest += seconds_of(calls)

# %% wrong: or just as long -> when does a round take `least`?
while shortest < least:
# becomes
while shortest <= least:

# %% wrong: five more -> rounds have the most calls, not five
for _ in range(4):
# becomes
for _ in range(5):

# %% wrong: none -> rounds have the most calls, not five
for _ in range(4):
# becomes
for _ in range(0):

# %% wrong: of one call -> of the one before, or as many
shortest = min(shortest, seconds_of(calls))
# becomes
shortest = min(shortest, calls * seconds_of(1))

# %% wrong: the longest -> that is the longest of the rounds
shortest = min(shortest, seconds_of(calls))
# becomes
shortest = max(shortest, seconds_of(calls))

# %% wrong: the mean -> that is the mean of the rounds
for _ in range(4):
    shortest = min(shortest, seconds_of(calls))
# becomes
shortest = (shortest + sum(seconds_of(calls) for _ in range(4))) / 5

# %% wrong: of the last four -> the first of the five counts, too
for _ in range(4):
    shortest = min(shortest, seconds_of(calls))
# becomes
shortest = min(seconds_of(calls) for _ in range(4))

# %% wrong: of all -> that is of a round before the five
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

# %% wrong: compiled -> whether to compile is its caller's choice
def seconds_of(calls):
# becomes
f = jax.jit(f)

def seconds_of(calls):

# %% wrong: one array -> f may return any tree
for _ in range(calls):
    jax.block_until_ready(f(*args))
return clock() - start
# becomes
for _ in range(calls):
    f(*args).block_until_ready()
return clock() - start

# %% wrong: not None -> Does it take whatever f returns
for _ in range(calls):
    jax.block_until_ready(f(*args))
return clock() - start
# becomes
for _ in range(calls):
    f(*args)[0]
return clock() - start

# %% wrong: ten calls, each timed -> when does a round take `least`?
def benchmark(f, *args, clock=time.perf_counter, least=0.01):
    jax.block_until_ready(f(*args))
    times = []
    for _ in range(10):
        start = clock()
        jax.block_until_ready(f(*args))
        times.append(clock() - start)
    return min(times)

# %% wrong: autorange of timeit -> should have twice the calls of the one before
import timeit


def benchmark(f, *args, clock=time.perf_counter, least=0.01):
    jax.block_until_ready(f(*args))
    timer = timeit.Timer(lambda: jax.block_until_ready(f(*args)), timer=clock)
    number, _ = timer.autorange()
    return min(timer.repeat(5, number)) / number

# %% wrong: until the time is over -> or the clock is read within one
def benchmark(f, *args, clock=time.perf_counter, least=0.01):
    jax.block_until_ready(f(*args))
    start, calls = clock(), 0
    while clock() - start < least:
        jax.block_until_ready(f(*args))
        calls += 1
    return (clock() - start) / calls
