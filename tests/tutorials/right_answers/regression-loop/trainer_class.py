my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

class Trainer:
    def __init__(self, params):
        self.params = params
        self.step = jax.jit(lambda p: my_update(p, my_haiku_net, inputs, outputs, learning_rate))
    def run(self, steps):
        for _ in range(steps):
            self.loss, self.params = self.step(self.params)
trainer = Trainer(my_haiku_params)
trainer.run(num_iterations)
my_haiku_params, loss = trainer.params, trainer.loss.item()
