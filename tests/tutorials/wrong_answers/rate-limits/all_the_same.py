largest_rate = {name: limits["mean"] for name in more_losses}
