key_reuse = None
