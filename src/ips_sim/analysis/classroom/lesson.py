"""What a class sees beside the combinations: markets, more worlds, exercises."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ips_sim.scenario.reader import read_file, to_python

_FILE = Path(__file__).with_name("lesson.yaml")


@cache
def lesson() -> Mapping[str, Any]:
    """Read what ``lesson.yaml`` says, which describes itself."""
    said: Any = to_python(read_file(_FILE, _FILE.name).root)
    return said  # type: ignore[no-any-return]
