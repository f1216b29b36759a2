simulate = slow_simulation
