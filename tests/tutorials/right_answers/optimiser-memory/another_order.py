predicted_numbers = {
    "adam on b only": 3,
    "adam with a schedule": 8,
    "sgd with a schedule": 1,
    "adam": 7,
    "clip, then momentum": 3,
    "momentum": 3,
    "sgd": 0,
}
