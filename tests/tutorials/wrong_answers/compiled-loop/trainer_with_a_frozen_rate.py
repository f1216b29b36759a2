trainer = Trainer(my_haiku_net, 0.03)
def my_jitted_update(params, x, y, lr):
    trainer.lr = lr
    return trainer.update(params, x, y)
