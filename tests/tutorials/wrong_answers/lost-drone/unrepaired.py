locate_step = broken_step
