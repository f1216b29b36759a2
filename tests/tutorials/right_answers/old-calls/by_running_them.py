fates = {}
for letter, call in old_calls.items():
    try:
        call()
        fates[letter] = "runs"
    except Exception:
        fates[letter] = "fails"
