my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

p = jax.tree.map(np.array, my_haiku_params)
x, y = np.array(inputs), np.array(outputs)
for i in range(num_iterations):
    hidden = np.maximum(x @ p["linear"]["w"] + p["linear"]["b"], 0)
    error = hidden @ p["linear_1"]["w"] + p["linear_1"]["b"] - y
    loss = (error**2).mean()
    back = 2 * error / error.size
    front = (back @ p["linear_1"]["w"].T) * (hidden > 0)
    p["linear"]["w"] -= learning_rate * x.T @ front
    p["linear"]["b"] -= learning_rate * front.sum(axis=0)
    p["linear_1"]["w"] -= learning_rate * hidden.T @ back
    p["linear_1"]["b"] -= learning_rate * back.sum(axis=0)
my_haiku_params = p
