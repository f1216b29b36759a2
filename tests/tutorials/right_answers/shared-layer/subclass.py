class ToyLinear(ForgetfulLinear):
    def __init__(self, size):
        super().__init__(size)
        self.module = free_name()

    def __call__(self, x):
        return my_linear(self.module, self.size, x)
