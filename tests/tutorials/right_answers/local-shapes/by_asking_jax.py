local_shapes = {}
for letter, (shape, spec) in layouts.items():
    try:
        local_shapes[letter] = NamedSharding(four_by_two, spec).shard_shape(shape)
    except ValueError as problem:
        local_shapes[letter] = "fails"
    except Exception:
        local_shapes[letter] = "fails"
