predicted_failures = dict(
    naive=set("finite close".split()),
    flat={"shape", "close"},
    rounded={"type", "close"},
    half=(),
    traced={"close", "finite"},
)
