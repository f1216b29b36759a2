RunningMean = SlowMean
