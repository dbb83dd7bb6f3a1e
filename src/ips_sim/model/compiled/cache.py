"""Where compiled code is kept between runs, so that it is never stale and never half there.

Numba's own cache looks only at the file that a compiled function stands in: after an edit of a
rule in another file it would go on with the old code.  It names what it keeps by the path of that
file, writes several files that belong together one by one, and loads them without a check.  So
:class:`KeptCode` takes its place: each compiled function is one file, named by a hash of everything
that its code depends on, whatever checkout or environment it stands in.

A file begins with its own checksum and is written in one step.  Whatever is damaged is thrown away,
a kill at any moment leaves the old file, the new one or none, and processes that compile at the
same time leave the same file.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import pickle
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from ips_sim.sources import PACKAGE, hash_of

Stored = Literal["ready", "empty", "damaged"]

HOME_VARIABLE = "IPS_SIM_CACHE_DIR"
"""Environment variable that says where compiled code is kept."""

COMPILED_FROM = (
    "evidence/units.py",
    "model/compiled/compiling.py",
    "model/compiled/driver.py",
    "model/compiled/philox.py",
    "model/entities.py",
    "model/luck.py",
    "model/parameters.py",
    "model/philox.py",
    "model/rules/*.py",
    "model/world.py",
    "scenario/changes.py",
    "scenario/schema.py",
)
"""What compiled code is made of, below the package; data reach it as arguments."""

SUFFIX = ".compiled"
FILES_KEPT = 10
"""Files, for as many states of the sources and processors, that are kept when one is added."""

_PARTIAL_SUFFIX = ".partial"
_LEFT_OVER_AFTER_SECONDS = 60.0
_NAME_DIGITS = 32

# Settings of numba that change no compiled code, or that the name of the processor tells apart.
# All others (bounds checking, optimisation) do change it.
_HARMLESS_SETTINGS = frozenset(
    {
        "NUMBA_CACHE_DIR",
        "NUMBA_CACHE_LOCATOR_CLASSES",
        "NUMBA_CPU_FEATURES",
        "NUMBA_CPU_NAME",
        "NUMBA_DEBUG_CACHE",
        "NUMBA_DISABLE_INTEL_SVML",
        "NUMBA_NUM_THREADS",
        "NUMBA_THREADING_LAYER",
    }
)


class KeptCode:
    """Keeps what numba compiles of one function; stands where numba's own cache would.

    Parameters
    ----------
    package, sources
        A folder, and patterns of the files below it that the compiled code depends on.
    """

    def __init__(self, package: Path = PACKAGE, sources: Sequence[str] = COMPILED_FROM) -> None:
        # As the sources are now, when they are imported, and not when something is compiled.
        self._name = _name(package, sources)

    def keep(self, dispatcher: Any) -> None:
        """Take the place of the cache of a function that numba compiles."""
        dispatcher._cache = self

    @property
    def cache_path(self) -> str:
        """Where files are kept."""
        return str(_home())

    def load_overload(self, signature: Any, target: Any) -> Any:
        """Load what is kept for a signature and this processor; None if there is nothing."""
        from numba.core.compiler import CompileResult

        target.refresh()
        try:
            path = _home() / self._file_name(signature, target.codegen())
        except RuntimeError:  # nobody's home; it is told when something is to be kept
            return None
        found, content = _read(path)
        if found == "damaged":
            _tell("kept compiled code was damaged and is thrown away; it is compiled again.")
            _remove(path)
        if found != "ready":
            return None
        # So that the files used last are the ones kept.
        with contextlib.suppress(OSError):
            os.utime(path)
        return CompileResult._rebuild(target, *pickle.loads(content))

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep what was compiled for a signature; if it can't be written, say so and go on."""
        from numba.core.serialize import dumps

        if compiled.library.has_dynamic_globals:
            return
        content = dumps(compiled._reduce())
        name = self._file_name(signature, compiled.library.codegen)
        try:
            _write(_home() / name, content)
        except (OSError, RuntimeError) as error:
            _tell(
                f"compiled code can't be kept ({error}); a temporary folder is used. "
                f"{HOME_VARIABLE} may name a folder that can be written."
            )
            with contextlib.suppress(OSError):
                _write(_temporary_home() / name, content)

    def _file_name(self, signature: Any, codegen: Any) -> str:
        of = hashlib.sha256(repr((signature, codegen.magic_tuple())).encode()).hexdigest()
        return f"{self._name}-{of[:_NAME_DIGITS]}{SUFFIX}"


def compiled_hash(package: Path = PACKAGE, sources: Sequence[str] = COMPILED_FROM) -> str:
    """Hash of the sources that compiled code depends on, and of the versions below them.

    Raises
    ------
    FileNotFoundError
        If there is nothing of the name that one of the sources has.
    """
    files: dict[str, Path] = {}
    for pattern in sources:
        found = {path.relative_to(package).as_posix(): path for path in package.glob(pattern)}
        if not found:
            raise FileNotFoundError(f"no sources of this name: {package / pattern}")
        files |= found
    return hash_of(files)


def stored_state() -> Stored:
    """Whether compiled code for the present sources is kept; changes nothing."""
    states: set[Stored] = set()
    with contextlib.suppress(OSError, RuntimeError):
        for path in _home().glob(f"{_name(PACKAGE, COMPILED_FROM)}-*{SUFFIX}"):
            states.add(_read(path)[0])
    return "ready" if "ready" in states else "damaged" if "damaged" in states else "empty"


def switch_svml_off() -> None:
    """Have numba call plain functions instead of Intel's SVML, whose last bits differ.

    Call it before numba is imported.  Where numba was imported before, with SVML at hand, it is
    too late, and a line on standard error says so.
    """
    config = sys.modules.get("numba.core.config")
    if config is None:
        os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"
    # A change of its environment would make numba forget what a user set by hand.
    elif getattr(config, "USING_SVML", False):
        _tell(
            "numba was imported before, with SVML: last bits may differ from other machines. "
            "Import ips_sim's compiled driver first, or set NUMBA_DISABLE_INTEL_SVML=1."
        )


def _name(package: Path, sources: Sequence[str]) -> str:
    """What the names of files begin with that hold what the present sources compile to."""
    settings = sorted(
        f"{name}={value}"
        for name, value in os.environ.items()
        if name.startswith("NUMBA_") and name not in _HARMLESS_SETTINGS
    )
    digest = hashlib.sha256("\0".join([compiled_hash(package, sources), *settings]).encode())
    return digest.hexdigest()[:_NAME_DIGITS]


def _tell(line: str) -> None:
    print(f"ips-sim: {line}", file=sys.stderr)


def _home() -> Path:
    """Folder of everything that is kept; may not exist, may not be writable."""
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    caches = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The convention says that relative paths are to be ignored.
    return (caches if caches.is_absolute() else Path.home() / ".cache") / "ips-sim"


def _temporary_home() -> Path:
    """A home for this process and those it starts, which find it in their environment."""
    home = Path(tempfile.mkdtemp(prefix="ips-sim-"))
    os.environ[HOME_VARIABLE] = str(home)
    maker = os.getpid()

    def remove() -> None:
        # A forked child must not clean up for its parent.
        if os.getpid() == maker:
            _remove(home)

    atexit.register(remove)
    return home


def _read(path: Path) -> tuple[Stored, bytes]:
    """What a file holds, once its checksum is found right."""
    try:
        head, _, content = path.read_bytes().partition(b"\n")
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return "empty", b""
    except OSError:
        return "damaged", b""
    if head != hashlib.sha256(content).hexdigest().encode():
        return "damaged", b""
    return "ready", content


def _write(path: Path, content: bytes) -> None:
    """Write a file with its checksum in one step, and keep the few that were used last."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.stem}-{uuid.uuid4().hex}{_PARTIAL_SUFFIX}")
    try:
        partial.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        partial.replace(path)
    except OSError:
        _remove(partial)
        raise
    by_use: list[tuple[float, Path]] = []
    for other in path.parent.iterdir():
        # Another process may have removed it by now.
        with contextlib.suppress(OSError):
            used = other.stat().st_mtime
            if other.suffix == SUFFIX:
                by_use.append((used, other))
            elif other.suffix == _PARTIAL_SUFFIX and time.time() - used > _LEFT_OVER_AFTER_SECONDS:
                _remove(other)
    for _, other in sorted(by_use, reverse=True)[FILES_KEPT:]:
        _remove(other)


def _remove(path: Path) -> None:
    """Remove a file or folder if it is there and can be removed."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()
