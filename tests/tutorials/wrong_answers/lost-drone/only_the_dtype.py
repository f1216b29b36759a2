def locate_step(position, beacons, distances, learning_rate):
    return broken_step(position.astype(float), beacons, distances, learning_rate)
