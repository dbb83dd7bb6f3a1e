"""The cache of compiled code, on a miniature of two rules with its own driver."""

import ast
import hashlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numba
import pytest

from ips_sim.model.compiled import cache
from ips_sim.sources import PACKAGE
from tests.processes import begin, done, ended

DRIVER = """
import json, os, sys, types

def main(*steps):
    if "numba first" in steps:
        import numba
    if "SVML" in steps:
        sys.modules["numba.core.config"] = types.SimpleNamespace(USING_SVML=True)
    from ips_sim.model.compiled import cache
    said = {"numba": "numba" in sys.modules}
    said["svml off"] = os.environ.get("NUMBA_DISABLE_INTEL_SVML")
    if "stop" not in steps:
        from world.driver import run
        said["result"] = run(2.0)
        said["hits"] = sum(run.stats.cache_hits.values())
        said["misses"] = sum(run.stats.cache_misses.values())
    if "child" in steps:
        import subprocess
        child = subprocess.run(
            [sys.executable, __file__], check=True, stdout=subprocess.PIPE, text=True
        )
        said["child"] = json.loads(child.stdout)
    said["home"] = str(cache._home())
    print(json.dumps(said), flush=True)

if __name__ == "__main__":
    main(*sys.argv[1:])
"""

WORLD = {
    "__init__.py": "",
    "chores.py": "def fare(x):\n    return x + 1.0\n",
    "rules.py": "from world.chores import fare\n\n\ndef travel(x):\n    return 10.0 * fare(x)\n",
    "driver.py": (
        "from pathlib import Path\n\n"
        "from numba import njit\n"
        "from numba.extending import register_jitable\n"
        "from world import chores, rules\n\n"
        "from ips_sim.model.compiled.cache import KeptCode\n\n"
        "for rule in (chores.fare, rules.travel):\n"
        "    register_jitable(rule)\n\n\n"
        "@njit\n"
        "def run(x):\n"
        "    return rules.travel(x)\n\n\n"
        "KeptCode(Path(__file__).parent, ['*.py']).keep(run)\n"
    ),
}

RESULT = 30.0


@dataclass
class Miniature:
    """Two rules, a driver, and a folder where their compiled code is kept."""

    folder: Path
    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def whole_environment(self) -> dict[str, str]:
        # Byte code is dated to the second: two edits within one would go unnoticed.
        inherited = {name: value for name, value in os.environ.items() if "NUMBA" not in name}
        changed = inherited | {
            "PYTHONDONTWRITEBYTECODE": "1",
            cache.HOME_VARIABLE: str(self.home),
        }
        return {name: value for name, value in (changed | self.environment).items() if value}

    def run_anew(self, *steps: str) -> dict[str, Any]:
        """Run in a process that begins with nothing, as it must where imports matter."""
        process = subprocess.run(
            [sys.executable, str(self.folder / "drive.py"), *steps],
            env=self.whole_environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert process.returncode == 0, process.stderr
        return {"errors": process.stderr, **json.loads(process.stdout)}

    def drive(self) -> None:
        """Do in a child of this process, where numba is imported, what `drive.py` does."""
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(self.folder))
        environment = self.whole_environment()
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment)
        tempfile.tempdir = None
        importlib.import_module("drive").main()

    def run(self) -> dict[str, Any]:
        """Run in a child of this process, which is done in a tenth of the time."""
        code, output, errors = done(self.drive, self.folder)
        assert code == 0, errors
        return {"errors": errors, **json.loads(output)}

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / "world" / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def stored(self) -> list[Path]:
        return sorted(self.home.glob(f"*{cache.SUFFIX}"))


def made_in(folder: Path) -> Miniature:
    world = folder / "miniature" / "world"
    world.mkdir(parents=True)
    for name, text in WORLD.items():
        (world / name).write_text(text)
    (world.parent / "drive.py").write_text(DRIVER)
    return Miniature(world.parent, folder / "home" / "ips-sim")


@pytest.fixture(scope="module", autouse=True)
def numba_is_ready() -> None:
    """What numba prepares when it first compiles anything, no child has to prepare."""
    numba.njit(lambda x: x + 1.0)(1.0)


@pytest.fixture
def miniature(tmp_path: Path) -> Miniature:
    """The miniature before it ran for the first time."""
    return made_in(tmp_path)


@pytest.fixture(scope="module")
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where the code of a first run is kept."""
    first = made_in(tmp_path_factory.mktemp("compiled"))
    first.run()
    return first.home


@pytest.fixture
def compiled(miniature: Miniature, compiled_once: Path) -> Miniature:
    """The miniature after a first run."""
    shutil.copytree(compiled_once, miniature.home)
    return miniature


def assert_nothing_in_source_tree(miniature: Miniature) -> None:
    files = {path.name for path in miniature.folder.rglob("*") if path.is_file()}
    assert files == {*WORLD, "drive.py"}


def test_second_run_finds_what_the_first_compiled(miniature: Miniature) -> None:
    first = miniature.run_anew()
    assert (first["result"], first["misses"], first["numba"]) == (RESULT, 1, False)
    assert (len(miniature.stored()), first["errors"]) == (1, "")

    second = miniature.run_anew()
    assert (second["result"], second["hits"], second["misses"]) == (RESULT, 1, 0)
    assert second["errors"] == ""

    # Nothing is left but the one file, and nothing went into the source tree.
    assert list(miniature.home.iterdir()) == miniature.stored()
    assert_nothing_in_source_tree(miniature)


def test_another_checkout_of_the_same_sources_compiles_nothing(compiled: Miniature) -> None:
    # The first run was in another folder.
    before = compiled.stored()[0].read_bytes()
    run = compiled.run()
    assert (run["result"], run["hits"], run["misses"]) == (RESULT, 1, 0)
    assert [path.read_bytes() for path in compiled.stored()] == [before]


def test_an_edit_in_another_file_compiles_again(compiled: Miniature) -> None:
    compiled.edit("chores.py", "x + 1.0", "x + 2.0")
    edited = compiled.run()
    assert (edited["result"], edited["misses"]) == (40.0, 1)
    assert len(compiled.stored()) == 2
    compiled.edit("chores.py", "x + 2.0", "x + 1.0")
    back = compiled.run()
    assert (back["result"], back["hits"]) == (RESULT, 1)


def test_a_cache_that_cannot_be_written_is_temporary_and_says_so(miniature: Miniature) -> None:
    # Permission bits don't bind every user; a folder below a file can't be made by anyone.
    (miniature.folder.parent / "file").write_text("")
    miniature.home = miniature.folder.parent / "file" / "below"
    run = miniature.run_anew("child")
    assert run["result"] == RESULT
    assert "compiled code can't be kept" in run["errors"]
    assert str(miniature.home) in run["errors"]
    assert run["errors"].count("\n") == 1
    # Processes it starts find what it compiled, and afterwards nothing is left.
    assert run["child"]["hits"] == 1
    assert not Path(run["home"]).exists()
    assert_nothing_in_source_tree(miniature)


NOWHERE = {
    "nobody's home": {cache.HOME_VARIABLE: "~nobody-of-this-name/kept"},
    # As for users of a system service.
    "no home": {
        cache.HOME_VARIABLE: "",
        "XDG_CACHE_HOME": "",
        "HOME": os.devnull,
        "PYTHONUSERBASE": os.devnull,
    },
}


@pytest.mark.parametrize("environment", NOWHERE.values(), ids=NOWHERE)
def test_a_cache_without_a_place_is_temporary_and_says_so(
    miniature: Miniature, environment: dict[str, str]
) -> None:
    miniature.environment = environment | {"TMPDIR": str(miniature.folder.parent)}
    run = miniature.run()
    assert run["result"] == RESULT
    assert "compiled code can't be kept (" in run["errors"]
    named = "Could not determine home directory." in run["errors"]
    assert named == (environment == NOWHERE["nobody's home"])
    assert Path(run["home"]).parent == miniature.folder.parent


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "nothing left": lambda content: b"",
    "garbage": lambda content: b"\x00garbage\xff" * 100,
    "truncated": lambda content: content[: len(content) // 2],
    "one bit": lambda content: (
        content[: len(content) // 2]
        + bytes([content[len(content) // 2] ^ 1])
        + content[len(content) // 2 + 1 :]
    ),
    "other checksum": lambda content: hashlib.sha256(b"other").hexdigest().encode() + content[64:],
    "more at the end": lambda content: content + b"\n",
}


def test_a_damaged_file_is_thrown_away(compiled: Miniature) -> None:
    (stored,) = compiled.stored()
    stored.write_bytes(DAMAGES["one bit"](stored.read_bytes()))
    again = compiled.run()
    assert (again["result"], again["misses"]) == (RESULT, 1)
    assert "damaged and is thrown away" in again["errors"]
    after = compiled.run()
    assert (after["hits"], after["errors"]) == (1, "")


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_is_seen(tmp_path: Path, damage: str) -> None:
    stored = tmp_path / f"some{cache.SUFFIX}"
    cache._write(stored, b"some code\n" * 50)
    assert cache._read(stored) == ("ready", b"some code\n" * 50)
    stored.write_bytes(DAMAGES[damage](stored.read_bytes()))
    assert cache._read(stored)[0] == "damaged"


def test_a_folder_in_the_place_of_a_file_is_thrown_away(compiled: Miniature) -> None:
    (stored,) = compiled.stored()
    stored.unlink()
    stored.mkdir()
    assert "damaged" in compiled.run()["errors"]
    assert stored.is_file()


def test_a_kill_leaves_no_half_file_and_its_litter_is_removed(miniature: Miniature) -> None:
    def killed(path: Path, content: bytes) -> int:
        with path.open("wb", buffering=0) as file:
            file.write(content[: len(content) // 2])
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def drive_and_die() -> None:
        setattr(Path, "write_bytes", killed)  # noqa: B010 - only in the child
        miniature.drive()

    assert done(drive_and_die, miniature.folder)[0] == -signal.SIGKILL
    assert miniature.stored() == []
    (new,) = miniature.home.glob(f"*{cache._PARTIAL_SUFFIX}")
    old = new.with_name(f"old{cache._PARTIAL_SUFFIX}")
    old.write_bytes(b"half")
    long_ago = time.time() - 10 * cache._LEFT_OVER_AFTER_SECONDS
    os.utime(old, (long_ago, long_ago))
    assert miniature.run()["misses"] == 1
    # Another process may be writing the new one.
    assert (old.exists(), new.exists()) == (False, True)


def test_processes_that_compile_together(miniature: Miniature) -> None:
    ready, go = os.pipe(), os.pipe()

    def wait_and_drive() -> None:
        importlib.import_module("ips_sim.model.compiled.cache")
        os.write(ready[1], b"!")
        os.read(go[0], 1)
        miniature.drive()

    outputs = [miniature.folder.parent / f"output{number}" for number in range(4)]
    errors = [miniature.folder.parent / f"errors{number}" for number in range(4)]
    children = [
        begin(wait_and_drive, miniature.folder, *paths)
        for paths in zip(outputs, errors, strict=True)
    ]
    waiting = 0
    while waiting < len(children):
        waiting += len(os.read(ready[0], len(children)))
    os.write(go[1], b"!" * len(children))
    assert [ended(child) for child in children] == [0] * 4
    for pipe in (*ready, *go):
        os.close(pipe)
    assert [path.read_text() for path in errors] == [""] * 4
    assert {json.loads(path.read_text())["result"] for path in outputs} == {RESULT}
    after = miniature.run()
    assert (after["hits"], after["misses"]) == (1, 0)
    assert len(miniature.stored()) == 1
    assert list(miniature.home.iterdir()) == miniature.stored()


def test_what_changes_code_has_files_of_its_own(compiled: Miniature) -> None:
    # Numba's own index does not know bounds checking: it would load the code without it.
    compiled.environment = {"NUMBA_BOUNDSCHECK": "1"}
    assert (compiled.run_anew()["misses"], len(compiled.stored())) == (1, 2)
    # The name of another processor does, and how many threads there may be does not.
    compiled.environment = {"NUMBA_CPU_NAME": "generic", "NUMBA_NUM_THREADS": "1"}
    assert (compiled.run_anew()["misses"], len(compiled.stored())) == (1, 3)
    compiled.environment = {"NUMBA_CPU_NAME": "generic"}
    assert compiled.run_anew()["hits"] == 1


def test_numba_imported_before(miniature: Miniature) -> None:
    assert miniature.run_anew("numba first")["misses"] == 1
    again = miniature.run()
    assert (again["hits"], again["errors"]) == (1, "")
    assert_nothing_in_source_tree(miniature)


def test_svml_is_off_or_said(miniature: Miniature) -> None:
    assert miniature.run_anew("stop")["svml off"] == "1"
    assert "SVML" in miniature.run_anew("stop", "SVML")["errors"]


def test_few_files_are_kept_those_used_last(compiled: Miniature) -> None:
    (used,) = compiled.stored()
    others = [compiled.home / f"{number}{cache.SUFFIX}" for number in range(cache.FILES_KEPT + 2)]
    for age, path in enumerate(others, start=1):
        path.write_bytes(b"")
        os.utime(path, (time.time() - age, time.time() - age))
    long_ago = time.time() - 1000
    os.utime(used, (long_ago, long_ago))
    assert compiled.run()["hits"] == 1
    compiled.edit("rules.py", "10.0", "20.0")
    assert compiled.run()["misses"] == 1
    (new,) = set(compiled.stored()) - {used, *others}
    assert set(compiled.stored()) == {new, used, *others[: cache.FILES_KEPT - 2]}


def test_where_compiled_code_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def home(**environment: str) -> Path:
        for name in (cache.HOME_VARIABLE, "XDG_CACHE_HOME"):
            monkeypatch.setenv(name, environment.get(name, ""))
        monkeypatch.setenv("HOME", str(tmp_path))
        return cache._home()

    assert home() == tmp_path / ".cache" / "ips-sim"
    assert home(XDG_CACHE_HOME=str(tmp_path / "caches")) == tmp_path / "caches" / "ips-sim"
    assert home(XDG_CACHE_HOME="caches") == tmp_path / ".cache" / "ips-sim"
    named = {cache.HOME_VARIABLE: str(tmp_path / "named"), "XDG_CACHE_HOME": str(tmp_path)}
    assert home(**named) == tmp_path / "named"


def test_stored_state_only_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.HOME_VARIABLE, str(tmp_path / "home"))
    assert cache.stored_state() == "empty"
    assert not (tmp_path / "home").exists()
    name = cache._name(PACKAGE, cache.COMPILED_FROM)
    stored = tmp_path / "home" / f"{name}-some{cache.SUFFIX}"
    cache._write(stored, b"code")
    assert cache.stored_state() == "ready"
    stored.write_bytes(b"garbage")
    assert cache.stored_state() == "damaged"
    assert stored.read_bytes() == b"garbage"


def test_the_sources_are_all_that_compiled_code_is_made_of() -> None:
    """Whatever the driver's module takes from another at import can stand in compiled code."""
    package = PACKAGE
    listed = {path for pattern in cache.COMPILED_FROM for path in package.glob(pattern)}
    unread, read = [package / "model/compiled/driver.py"], set()
    while unread:
        path = unread.pop()
        read.add(path)
        unread += set(imported_by(path)) - read - set(unread)
    # It decides what is kept, and compiles nothing.
    assert {path for path in read if path not in listed} == {
        package / "model/compiled/cache.py",
        package / "sources.py",
    }


def imported_by(path: Path) -> Iterator[Path]:
    """The package's modules from which a module imports names when it is imported itself."""
    root = PACKAGE.parent
    for node in ast.parse(path.read_text()).body:
        assert not (isinstance(node, ast.Import) and "ips_sim" in ast.dump(node))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("ips_sim"):
            folder = root.joinpath(*str(node.module).split("."))
            for name in node.names:
                below = folder / f"{name.name}.py"
                inside = folder / name.name / "__init__.py"
                own = folder.with_suffix(".py")
                found = [one for one in (below, inside, own) if one.exists()]
                yield found[0] if found else folder / "__init__.py"


class TestHash:
    """What the hash of compiled code's sources notices, and what it passes over."""

    @pytest.fixture
    def sources(self, tmp_path: Path) -> Path:
        package = tmp_path / "package"
        for name in ("model/rules/support.py", "model/agents.py", "evidence/grades.py"):
            path = package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"# {name}\n")
        return package

    @pytest.mark.parametrize(
        ("change", "counts"),
        [
            (lambda package: (package / "model/agents.py").write_text("# other\n"), True),
            (lambda package: (package / "model/rules/support.py").write_text("# other\n"), True),
            (lambda package: (package / "model/rules/jobs.py").write_text(""), True),
            (lambda package: (package / "evidence/grades.py").write_text("# other\n"), False),
            (lambda package: (package / "model/rules/notes.txt").write_text(""), False),
        ],
        ids=["edit", "edit below", "add", "another module", "no source"],
    )
    def test_the_sources_named_count(
        self, sources: Path, change: Callable[[Path], object], counts: bool
    ) -> None:
        named = ["model/agents.py", "model/rules/*.py"]
        before = cache.compiled_hash(sources, named)
        change(sources)
        assert (cache.compiled_hash(sources, named) != before) == counts

    def test_what_is_named_must_be_there(self, sources: Path) -> None:
        with pytest.raises(FileNotFoundError, match="no sources of this name"):
            cache.compiled_hash(sources, ["model/agnets.py"])
