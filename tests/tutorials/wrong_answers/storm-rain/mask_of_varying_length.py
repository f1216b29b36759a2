def storm_rain(x):
    heavy = x[x > 5.0]
    return heavy[0]
