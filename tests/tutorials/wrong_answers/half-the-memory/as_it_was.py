small_step = large_step
