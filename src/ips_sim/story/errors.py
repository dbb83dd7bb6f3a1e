"""What can be wrong with a request for a story, said to the person who made it."""

from __future__ import annotations

from ips_sim.runs.errors import RunError


class StoryError(RunError):
    """A person who is not there, or traits that nobody has; the message says what there is."""
