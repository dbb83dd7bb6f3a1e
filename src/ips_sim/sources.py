"""Where the package's own files are, and hashes that tell whether they are still the same."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent

VERSIONED = ("numba", "llvmlite", "numpy")
"""What results are computed with; the other libraries read and draw."""


def library_folder(package: Path = PACKAGE) -> Path:
    """The folder of the shipped scenarios.

    Parameters
    ----------
    package
        The folder of the package ``ips_sim``: an installed one holds ``library/``, in a
        checkout it is ``src/ips_sim`` and the scenarios stand beside ``src``.
    """
    installed = package / "library"
    return installed if installed.is_dir() else package.parent.parent / "scenarios"


def experiments_folder(package: Path = PACKAGE) -> Path:
    """The folder of the experiments that ship: inside an installed package, or beside ``src``."""
    installed = package / "experiments"
    return installed if installed.is_dir() else package.parent.parent / "experiments"


def source_hash(package: Path = PACKAGE) -> str:
    """Hash of all sources and data, of the scenarios that ship, and of the versions below them.

    The same in a checkout and installed.  Experiments don't count: a result holds its own whole.
    Manifests hold it; take it when a run starts, as it reads the files as they are now.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    library = library_folder(package)
    shipped = {f"library/{name}": path for name, path in _files(library).items()}
    beside = (library, experiments_folder(package))
    own = {f"package/{name}": path for name, path in _files(package, leave_out=beside).items()}
    return hash_of(own | shipped)


def hash_of(files: Mapping[str, Path]) -> str:
    """Hash of files, by their names, and of the versions of what runs them."""
    versions = [f"{sys.implementation.cache_tag} {platform.python_version()}"]
    versions += [f"{name} {metadata.version(name)}" for name in VERSIONED]
    states = [(path, path.stat()) for _, path in sorted(files.items())]
    return _hash_of(
        tuple(versions),
        tuple(sorted(files)),
        tuple((str(path), state.st_size, state.st_mtime_ns) for path, state in states),
    )


@lru_cache(maxsize=8)
def _hash_of(
    versions: tuple[str, ...], names: tuple[str, ...], states: tuple[tuple[str, int, int], ...]
) -> str:
    """Read files and hash them, once for as long as they stay as they are."""
    digest = hashlib.sha256()
    for version in versions:
        digest.update(version.encode() + b"\0")
    for name, (path, *_) in zip(names, states, strict=True):
        content = Path(path).read_bytes()
        # Lengths keep a byte from moving between name and content unnoticed.
        digest.update(f"{len(name)} {name} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(root: Path, leave_out: Collection[Path] = ()) -> dict[str, Path]:
    """Files below a folder by their names there, without byte code and editors' hidden files."""
    found = {}
    for folder, below, names in os.walk(root):
        below[:] = [
            name
            for name in below
            if name != "__pycache__" and name[0] != "." and Path(folder, name) not in leave_out
        ]
        inside = folder.removeprefix(str(root)).replace(os.sep, "/").lstrip("/")
        for name in names:
            if name[0] != ".":
                found[f"{inside}/{name}" if inside else name] = Path(folder, name)
    return found
