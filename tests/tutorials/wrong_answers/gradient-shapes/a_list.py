predicted_gradients = [(3, 2), (2,)]
