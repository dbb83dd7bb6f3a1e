"""What the written pages were written from, so that nothing is run again for what is the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from ips_sim.sources import PACKAGE, hash_of, source_hash

STAMP = Path("tools/pages/stored/written.json")
"""In a checkout: a hash of all that pages rest on, and one of each page as it was written."""
FOLDERS = ("tools/pages", "experiments")
LOCK = "requirements.lock"


def sources_of_pages(repository: Path) -> str:
    """Hash everything that a page rests on: package, scenarios, these tools, versions.

    Parameters
    ----------
    repository
        The checkout whose tools and experiments are read.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    files = {LOCK: repository / LOCK}
    for folder in FOLDERS:
        for path in (repository / folder).rglob("*"):
            name = path.relative_to(repository)
            if path.is_file() and "__pycache__" not in name.parts and name != STAMP:
                files[name.as_posix()] = path
    return hashlib.sha256((source_hash(PACKAGE) + hash_of(files)).encode()).hexdigest()


def stamped(contents: Mapping[str, bytes], repository: Path) -> str:
    """Give the stamp of pages as they are written now."""
    pages = {name: hashlib.sha256(one).hexdigest() for name, one in sorted(contents.items())}
    return json.dumps({"sources": sources_of_pages(repository), "pages": pages}, indent=1) + "\n"


def is_current(repository: Path) -> bool:
    """Say whether pages are as they were last written, and all that they rest on, too."""
    path = repository / STAMP
    if not path.exists():
        return False
    said = json.loads(path.read_text(encoding="utf-8"))
    return said["sources"] == sources_of_pages(repository) and all(
        (repository / name).exists()
        and hashlib.sha256((repository / name).read_bytes()).hexdigest() == wanted
        for name, wanted in said["pages"].items()
    )
