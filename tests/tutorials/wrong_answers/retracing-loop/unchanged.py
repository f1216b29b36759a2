def quick_training(params, batches, rates):
    return slow_training(params, batches, rates)
