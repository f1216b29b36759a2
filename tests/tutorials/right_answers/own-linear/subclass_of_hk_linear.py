class MyLinear(hk.Linear):
    pass
