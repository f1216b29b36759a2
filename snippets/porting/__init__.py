"""What a porter takes home: `revive` for old files, `nnx` for weights in Flax NNX."""
