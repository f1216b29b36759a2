predicted_numbers = {
    "sgd": 0,
    "momentum": 2,
    "clip, then momentum": 2,
    "adam": 5,
    "sgd with a schedule": 1,
    "adam with a schedule": 6,
    "adam on b only": 3,
}
