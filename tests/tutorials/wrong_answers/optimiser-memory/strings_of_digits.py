predicted_numbers = {
    "sgd": "0",
    "momentum": 3,
    "clip, then momentum": 3,
    "adam": 7,
    "sgd with a schedule": 1,
    "adam with a schedule": 8,
    "adam on b only": 3,
}
