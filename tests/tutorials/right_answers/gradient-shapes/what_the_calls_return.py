predicted_gradients = {k: v() if k not in "DF" else "fails" for k, v in calls.items()}
