predicted_failures = [{"finite", "close"}, {"shape", "close"}, {"type", "close"}, set(), {"finite", "close"}]
