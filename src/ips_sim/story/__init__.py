"""One person in one or two worlds: what happened week by week, where the lives part, and why."""

from __future__ import annotations

from ips_sim.runs.errors import RunError


class StoryError(RunError):
    """A person who is not there, or traits that nobody has; the message says what there is."""
