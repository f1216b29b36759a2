predicted_numbers = dict.fromkeys(memories, ...)
