predicted_numbers = {
    "sgd": 3,
    "momentum": 6,
    "clip, then momentum": 6,
    "adam": 10,
    "sgd with a schedule": 4,
    "adam with a schedule": 11,
    "adam on b only": 6,
}
