def counted(f):
    log, box = [], jax.new_ref(jnp.zeros(2))

    def program(*arrays):
        log.append(len(arrays))
        box[0] += 1.0
        return f(*arrays)

    def counts():
        return {"runs": int(box[0]), "traces": len(log)}

    return jax.jit(program), counts
