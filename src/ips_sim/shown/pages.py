"""Pages made from templates, and files that are whole or not there."""

from __future__ import annotations

import base64
import re
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


_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)
_NOWHERE_YET = "<nav></nav>"


def rendered(path: Path, **values: object) -> bytes:
    """Render the template of an HTML page; an empty ``nav`` in it gets a link to each heading."""
    page = template(path).render(**values)
    links = "".join(f'<a href="#{name}">{text}</a>\n' for name, text in _HEADING.findall(page))
    contents = f'<nav aria-label="On this page">\n{links}</nav>'
    return page.replace(_NOWHERE_YET, contents, 1).encode()


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file so that its name never stands for half of it."""
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        unfinished.write_bytes(content)
        return unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def address_of(svg: bytes) -> str:
    """Give an address that holds an SVG itself."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}"
