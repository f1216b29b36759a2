largest_rate = {name: "0.07" for name in more_losses}
