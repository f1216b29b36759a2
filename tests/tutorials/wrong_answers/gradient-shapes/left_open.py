predicted_gradients = {name: ... for name in calls}
