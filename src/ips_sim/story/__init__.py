"""One person in one or two worlds: what happened week by week, where the lives part, and why."""
