train_step = hk.transform_with_state(ring_net)
