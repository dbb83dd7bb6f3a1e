"""Where compiled code is kept between runs, so that it is never stale and never half there.

Numba's own cache looks only at the file that a compiled function stands in: after an edit of a
rule in another file it would go on with the old code. It writes several files that belong
together one by one, loads them without a check, and where it can't write it falls back to
`__pycache__`. So numba gets a folder of this process alone, and what lasts is one file:

- :func:`prepare`, before numba is imported, makes the folder, fills it from the file named by a
  hash of everything that compiled code depends on, and points numba at it;
- :func:`seal`, after compiling, packs the folder into that file again, if anything is new.

The file begins with its own checksum and is replaced in one step. Whatever is damaged fails the
check and is thrown away, a kill at any moment leaves the old file or the new one, and processes
that start together can't disturb each other: the last to finish leaves its file.

Numba's index within the folder tells processors apart, so one file serves several of them.
"""

import atexit
import contextlib
import fcntl
import hashlib
import io
import os
import platform
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

Stored = Literal["ready", "empty", "damaged"]

HOME_VARIABLE = "IPS_SIM_CACHE_DIR"
"""Environment variable that says where compiled code is kept."""

PACKAGE = Path(__file__).resolve().parents[2]

COMPILED_PARTS = ("evidence", "scenario", "model")
"""Sub-packages that compiled code can depend on: the model may import no others."""

VERSIONED = ("numba", "llvmlite", "numpy")

SUFFIX = ".compiled"
FILES_KEPT = 5
"""Stored files, for as many states of the sources, that are kept when a new one is added."""

_PARTIAL_SUFFIX = ".partial"
_WORKING_PREFIX = "working-"
_LOCK_NAME = "in-use"
_LEFT_OVER_AFTER_SECONDS = 60.0
_NAME_DIGITS = 32
_NUMBA_FILES = (".nbi", ".nbc")
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)

# Everything numba can choose from but the source tree's __pycache__.
_LOCATORS = "UserProvidedCacheLocator,IPythonCacheLocator,ZipCacheLocator"

# Settings of numba that change no compiled code, or that its own index tells apart. All others
# (bounds checking, optimisation) do change it, and numba's index does not know them.
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

# Open locks of this process: closing one would tell others that its folder is left over.
_locks: list[int] = []


@dataclass(frozen=True)
class CacheState:
    """What :func:`prepare` found and arranged.

    Attributes
    ----------
    folder
        Where numba reads and writes in this process.
    state
        ``ready``: compiled code was found; ``empty``: there is none yet; ``temporary``: nothing
        can be kept, so it lasts as long as this process (and serves those it starts).
    note
        What a user should know, in a sentence; empty if there is nothing to say.
    stored
        The file that lasts.
    digest
        Checksum of the folder's content, as found.
    """

    folder: Path
    state: Literal["ready", "empty", "temporary"]
    note: str
    stored: Path
    digest: str


def source_hash(package: Path = PACKAGE) -> str:
    """Hash of every file of the package, sources and data, and of the versions below it.

    It goes into manifests. Take it when a run starts: it reads the files as they are now.
    """
    return _hash([package], suffix="")


def compiled_hash(roots: Sequence[Path] | None = None) -> str:
    """Hash of the sources that compiled code can depend on, and of the versions below them.

    Parameters
    ----------
    roots
        Folders with sources; by default the sub-packages that the model may import. Data files
        don't count: they reach compiled code as arguments.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    FileNotFoundError
        If a root is not a folder.
    """
    return _hash(_roots(roots), suffix=".py")


def stored_state(roots: Sequence[Path] | None = None) -> Stored:
    """Whether compiled code for the present sources is kept; changes nothing."""
    try:
        return _read(_home() / _stored_name(roots))[0]
    except (OSError, RuntimeError):
        return "empty"


def prepare(roots: Sequence[Path] | None = None) -> CacheState:
    """Make numba's cache folder and point numba at it; call before numba is imported.

    Parameters
    ----------
    roots
        As in :func:`compiled_hash`.

    Returns
    -------
    CacheState
        What was found. What a user should know is also said on standard error.

    Notes
    -----
    Vector mathematics by Intel's SVML is switched off: its last bits differ from those of the
    plain functions. If numba was imported before, with SVML at hand, it is too late for that,
    and the note says so.
    """
    name = _stored_name(roots)
    notes: list[str] = []
    temporary = False
    try:
        stored = _home() / name
        folder, found, digest = _open(stored)
    except (OSError, RuntimeError) as error:
        temporary = True
        stored = _temporary_home() / name
        folder, found, digest = _open(stored)
        notes.append(
            f"compiled code can't be kept ({error}); a temporary folder is used. "
            f"{HOME_VARIABLE} may name a folder that can be written."
        )
    if found == "damaged":
        notes.append("kept compiled code was damaged and is thrown away; it is compiled again.")
    notes.append(_point_numba_at(folder))
    note = " ".join(filter(None, notes))
    if note:
        print(f"ips-sim: {note}", file=sys.stderr)
    state: Literal["ready", "empty", "temporary"]
    state = "temporary" if temporary else "ready" if found == "ready" else "empty"
    return CacheState(folder, state, note, stored, digest)


def seal(state: CacheState) -> bool:
    """Keep what was compiled since :func:`prepare`.

    Parameters
    ----------
    state
        What :func:`prepare` returned.

    Returns
    -------
    bool
        Whether there was something new and it is kept now. If it can't be written, a line on
        standard error says so, and the run goes on.
    """
    content = _pack(state.folder)
    digest = _digest(content)
    if digest == state.digest:
        return False
    home = state.stored.parent
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=home, suffix=_PARTIAL_SUFFIX, delete=False) as partial:
            partial.write(digest.encode() + b"\n" + content)
        Path(partial.name).replace(state.stored)
    except OSError as error:
        print(f"ips-sim: compiled code can't be kept ({error}).", file=sys.stderr)
        return False
    _remove_old(home)
    return True


def _hash(roots: Sequence[Path], suffix: str) -> str:
    """Hash of the files below some folders, their names, and of the versions below them."""
    digest = hashlib.sha256()
    versions = [f"{sys.implementation.cache_tag} {platform.python_version()}"]
    versions += [f"{name} {metadata.version(name)}" for name in VERSIONED]
    for version in versions:
        digest.update(version.encode() + b"\0")
    for root in roots:
        for path in _files(root, suffix):
            content = path.read_bytes()
            name = (root.name / path.relative_to(root)).as_posix()
            # Lengths keep a byte from moving between name and content unnoticed.
            digest.update(f"{len(name)} {name} {len(content)} ".encode())
            digest.update(content)
    return digest.hexdigest()


def _files(root: Path, suffix: str) -> list[Path]:
    """Files below a folder in a fixed order, without byte code and editors' hidden files."""
    if not root.is_dir():
        raise FileNotFoundError(f"no folder of sources: {root}")
    found = []
    for folder, names_of_folders, names in os.walk(root):
        names_of_folders[:] = [
            name for name in names_of_folders if name != "__pycache__" and name[0] != "."
        ]
        found += [Path(folder, name) for name in names if name.endswith(suffix) and name[0] != "."]
    return sorted(found, key=lambda path: path.relative_to(root).as_posix())


def _roots(roots: Sequence[Path] | None) -> Sequence[Path]:
    return [PACKAGE / part for part in COMPILED_PARTS] if roots is None else roots


def _stored_name(roots: Sequence[Path] | None) -> str:
    """Name of the file that holds what the present sources compile to."""
    settings = sorted(
        f"{name}={value}"
        for name, value in os.environ.items()
        if name.startswith("NUMBA_") and name not in _HARMLESS_SETTINGS
    )
    digest = hashlib.sha256("\0".join([compiled_hash(roots), *settings]).encode())
    return digest.hexdigest()[:_NAME_DIGITS] + SUFFIX


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
    atexit.register(_remove_at_exit, home, os.getpid())
    return home


def _working_folder(home: Path) -> Path:
    """A new folder of this process alone, marked as in use and removed at exit."""
    home.mkdir(parents=True, exist_ok=True)
    _remove_left_over(home)
    folder = Path(tempfile.mkdtemp(prefix=_WORKING_PREFIX, dir=home))
    atexit.register(_remove_at_exit, folder, os.getpid())
    lock = os.open(folder / _LOCK_NAME, os.O_CREAT | os.O_RDWR)
    _locks.append(lock)
    # Without locks on this file system a folder left by a kill stays; nothing else changes.
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return folder


def _open(stored: Path) -> tuple[Path, Stored, str]:
    """A working folder filled from a stored file, what was found there, and its checksum."""
    folder = _working_folder(stored.parent)
    found, content = _read(stored)
    if found == "damaged":
        _remove(stored)
    if found != "ready":
        return folder, found, _digest(_pack(folder))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        packed.extractall(folder)
    # So that the files used last are the ones kept.
    with contextlib.suppress(OSError):
        os.utime(stored)
    return folder, found, _digest(content)


def _read(stored: Path) -> tuple[Stored, bytes]:
    """What a stored file holds, once its checksum is found right."""
    try:
        head, _, content = stored.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return "empty", b""
    except OSError:
        return "damaged", b""
    if head != _digest(content).encode():
        return "damaged", b""
    return "ready", content


def _pack(folder: Path) -> bytes:
    """Numba's files as one archive: the same bytes for the same files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for path in _numba_files(folder):
            name = path.relative_to(folder).as_posix()
            # Numba replaces files in one step, so each is whole even if it compiles meanwhile.
            packed.writestr(zipfile.ZipInfo(name, _ZIP_DATE), path.read_bytes())
    return archive.getvalue()


def _numba_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in _NUMBA_FILES)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _point_numba_at(folder: Path) -> str:
    """Set numba's options; returns what a user should know if it is too late for one."""
    options = {
        "CACHE_DIR": str(folder),
        "CACHE_LOCATOR_CLASSES": _LOCATORS,
        "DISABLE_INTEL_SVML": 1,
    }
    config = sys.modules.get("numba.core.config")
    if config is None:
        os.environ.update({f"NUMBA_{name}": str(value) for name, value in options.items()})
        return ""
    # Numba is loaded: a change of its environment would make it forget what a user set by hand.
    for name, value in options.items():
        setattr(config, name, value)
    if getattr(config, "USING_SVML", False):
        return (
            "numba was imported before, with SVML: last bits may differ from other machines. "
            "Import ips_sim's compiled driver first, or set NUMBA_DISABLE_INTEL_SVML=1."
        )
    return ""


def _remove_old(home: Path) -> None:
    """Keep the few stored files that were used last."""
    by_use: list[tuple[float, Path]] = []
    for stored in home.glob(f"*{SUFFIX}"):
        # Another process may have removed it by now.
        with contextlib.suppress(OSError):
            by_use.append((stored.stat().st_mtime, stored))
    for _, stored in sorted(by_use, reverse=True)[FILES_KEPT:]:
        _remove(stored)


def _remove_left_over(home: Path) -> None:
    """Remove what killed processes left behind."""
    left_over_before = time.time() - _LEFT_OVER_AFTER_SECONDS
    for path in [*home.glob(f"{_WORKING_PREFIX}*"), *home.glob(f"*{_PARTIAL_SUFFIX}")]:
        with contextlib.suppress(OSError):
            # A process that has only just made its folder may not have locked it yet.
            if path.stat().st_mtime < left_over_before and not _is_in_use(path):
                _remove(path)


def _is_in_use(folder: Path) -> bool:
    """Whether a living process holds the folder's lock."""
    try:
        lock = os.open(folder / _LOCK_NAME, os.O_RDWR)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False


def _remove_at_exit(path: Path, process: int) -> None:
    # A forked child must not clean up for its parent.
    if os.getpid() == process:
        _remove(path)


def _remove(path: Path) -> None:
    """Remove a file or folder if it is there and can be removed."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()
