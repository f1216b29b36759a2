largest_rate = dict.fromkeys(more_losses, True)
