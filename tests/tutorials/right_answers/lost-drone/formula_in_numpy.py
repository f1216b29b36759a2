def locate_step(position, beacons, distances, learning_rate):
    p, b = np.asarray(position, float), np.asarray(beacons)
    offsets = p - b
    lengths = np.linalg.norm(offsets, axis=1)
    residuals = lengths - np.asarray(distances)
    units = np.divide(offsets, lengths[:, None], out=np.zeros_like(offsets), where=lengths[:, None] > 0)
    return p - learning_rate * 2 * np.mean(residuals[:, None] * units, axis=0), {"loss": np.mean(residuals**2), "residuals": residuals}
