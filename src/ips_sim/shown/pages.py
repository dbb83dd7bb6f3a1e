"""Pages made from templates, and files that are whole or not there."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template

UNFINISHED = ".partial"
"""A file bears this at the end of its name until all of it is written."""


def template(path: Path, **filters: Callable[..., str]) -> Template:
    """Load a template of an HTML page: texts are escaped, and a name that is not known fails."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(path.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(filters)
    return environment.get_template(path.name)


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file so that its name never stands for half of it."""
    unfinished = path.with_name(path.name + UNFINISHED)
    unfinished.write_bytes(content)
    return unfinished.replace(path)


def address_of(svg: bytes) -> str:
    """Give an address that holds an SVG itself."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}"
