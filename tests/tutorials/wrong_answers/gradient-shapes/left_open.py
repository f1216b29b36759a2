predicted = {name: ... for name in calls}
