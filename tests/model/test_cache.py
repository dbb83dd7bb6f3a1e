"""The cache of compiled code, on a miniature of two rules with its own driver."""

import ast
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ips_sim.model.compiled import cache
from ips_sim.sources import PACKAGE

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
        if "wait" in steps:
            print("{}", flush=True)
            sys.stdin.readline()
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

    def start(self, *steps: str) -> subprocess.Popen[str]:
        # Byte code is dated to the second: two edits within one would go unnoticed.
        inherited = {name: value for name, value in os.environ.items() if "NUMBA" not in name}
        environment = inherited | {
            "PYTHONDONTWRITEBYTECODE": "1",
            cache.HOME_VARIABLE: str(self.home),
        }
        return subprocess.Popen(
            [sys.executable, str(self.folder / "drive.py"), *steps],
            env={k: v for k, v in (environment | self.environment).items() if v},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *steps: str) -> dict[str, Any]:
        process = self.start(*steps)
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        return {"errors": errors, **json.loads(output)}

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / "world" / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def stored(self) -> list[Path]:
        return sorted(self.home.glob(f"*{cache.SUFFIX}"))


@pytest.fixture
def miniature(tmp_path: Path) -> Miniature:
    world = tmp_path / "miniature" / "world"
    world.mkdir(parents=True)
    for name, text in WORLD.items():
        (world / name).write_text(text)
    (world.parent / "drive.py").write_text(DRIVER)
    return Miniature(world.parent, tmp_path / "home" / "ips-sim")


def assert_nothing_in_source_tree(miniature: Miniature) -> None:
    files = {path.name for path in miniature.folder.rglob("*") if path.is_file()}
    assert files == {*WORLD, "drive.py"}


def test_second_run_finds_what_the_first_compiled(miniature: Miniature) -> None:
    first = miniature.run()
    assert (first["result"], first["misses"], first["numba"]) == (RESULT, 1, False)
    assert (len(miniature.stored()), first["errors"]) == (1, "")

    second = miniature.run()
    assert (second["result"], second["hits"], second["misses"]) == (RESULT, 1, 0)
    assert second["errors"] == ""

    # Nothing is left but the one file, and nothing went into the source tree.
    assert list(miniature.home.iterdir()) == miniature.stored()
    assert_nothing_in_source_tree(miniature)


def test_another_checkout_of_the_same_sources_compiles_nothing(miniature: Miniature) -> None:
    miniature.run()
    before = miniature.stored()[0].read_bytes()
    elsewhere = miniature.folder.parent / "elsewhere"
    shutil.copytree(miniature.folder, elsewhere)
    shutil.rmtree(miniature.folder)
    other = Miniature(elsewhere, miniature.home)
    run = other.run()
    assert (run["result"], run["hits"], run["misses"]) == (RESULT, 1, 0)
    assert [path.read_bytes() for path in other.stored()] == [before]


def test_an_edit_in_another_file_compiles_again(miniature: Miniature) -> None:
    miniature.run()
    miniature.edit("chores.py", "x + 1.0", "x + 2.0")
    edited = miniature.run()
    assert (edited["result"], edited["misses"]) == (40.0, 1)
    assert len(miniature.stored()) == 2
    miniature.edit("chores.py", "x + 2.0", "x + 1.0")
    back = miniature.run()
    assert (back["result"], back["hits"]) == (RESULT, 1)


def test_a_cache_that_cannot_be_written_is_temporary_and_says_so(miniature: Miniature) -> None:
    # Permission bits don't bind every user; a folder below a file can't be made by anyone.
    (miniature.folder.parent / "file").write_text("")
    miniature.home = miniature.folder.parent / "file" / "below"
    run = miniature.run("child")
    assert run["result"] == RESULT
    assert "compiled code can't be kept" in run["errors"]
    assert str(miniature.home) in run["errors"]
    assert run["errors"].count("\n") == 1
    # Processes it starts find what it compiled, and afterwards nothing is left.
    assert run["child"]["hits"] == 1
    assert not Path(run["home"]).exists()
    assert_nothing_in_source_tree(miniature)


def test_a_cache_in_nobodys_home_is_temporary_and_says_so(miniature: Miniature) -> None:
    miniature.home = Path("~nobody-of-this-name") / "kept"
    run = miniature.run()
    assert run["result"] == RESULT
    assert "compiled code can't be kept (Could not determine home directory.)" in run["errors"]


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


def test_a_damaged_file_is_thrown_away(miniature: Miniature) -> None:
    miniature.run()
    (stored,) = miniature.stored()
    stored.write_bytes(DAMAGES["one bit"](stored.read_bytes()))
    again = miniature.run()
    assert (again["result"], again["misses"]) == (RESULT, 1)
    assert "damaged and is thrown away" in again["errors"]
    after = miniature.run()
    assert (after["hits"], after["errors"]) == (1, "")


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_is_seen(tmp_path: Path, damage: str) -> None:
    stored = tmp_path / f"some{cache.SUFFIX}"
    cache._write(stored, b"some code\n" * 50)
    assert cache._read(stored) == ("ready", b"some code\n" * 50)
    stored.write_bytes(DAMAGES[damage](stored.read_bytes()))
    assert cache._read(stored)[0] == "damaged"


def test_a_folder_in_the_place_of_a_file_is_thrown_away(miniature: Miniature) -> None:
    miniature.run()
    (stored,) = miniature.stored()
    stored.unlink()
    stored.mkdir()
    assert "damaged" in miniature.run()["errors"]
    assert stored.is_file()


def test_a_kill_leaves_no_half_file_and_its_litter_is_removed(miniature: Miniature) -> None:
    with miniature.start("wait") as killed:
        assert killed.stdout is not None
        killed.stdout.readline()
        killed.send_signal(signal.SIGKILL)
    assert miniature.stored() == []
    miniature.home.mkdir(parents=True)
    old, new = (miniature.home / f"{name}{cache._PARTIAL_SUFFIX}" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    long_ago = time.time() - 10 * cache._LEFT_OVER_AFTER_SECONDS
    os.utime(old, (long_ago, long_ago))
    assert miniature.run()["misses"] == 1
    # Another process may be writing the new one.
    assert (old.exists(), new.exists()) == (False, True)


def test_processes_that_compile_together(miniature: Miniature) -> None:
    processes = [miniature.start("wait") for _ in range(4)]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    outputs = [process.communicate("\n", timeout=120) for process in processes]
    assert [errors for _, errors in outputs] == [""] * 4
    assert {json.loads(output)["result"] for output, _ in outputs} == {RESULT}
    after = miniature.run()
    assert (after["hits"], after["misses"]) == (1, 0)
    assert len(miniature.stored()) == 1
    assert list(miniature.home.iterdir()) == miniature.stored()


def test_processors_have_files_of_their_own(miniature: Miniature) -> None:
    generic = {"NUMBA_CPU_NAME": "generic"}
    miniature.run()
    miniature.environment = generic
    assert (miniature.run()["misses"], len(miniature.stored())) == (1, 2)
    for miniature.environment in (generic, {}):
        assert miniature.run()["hits"] == 1


def test_settings_that_change_code_have_files_of_their_own(miniature: Miniature) -> None:
    # Numba's own index does not know bounds checking: it would load the code without it.
    miniature.run()
    miniature.environment = {"NUMBA_BOUNDSCHECK": "1"}
    assert miniature.run()["misses"] == 1
    miniature.environment = {"NUMBA_NUM_THREADS": "1"}
    assert miniature.run()["hits"] == 1


def test_numba_imported_before(miniature: Miniature) -> None:
    assert miniature.run("numba first")["misses"] == 1
    again = miniature.run()
    assert (again["hits"], again["errors"]) == (1, "")
    assert_nothing_in_source_tree(miniature)


def test_svml_is_off_or_said(miniature: Miniature) -> None:
    assert miniature.run("stop")["svml off"] == "1"
    assert "SVML" in miniature.run("stop", "SVML")["errors"]


def test_few_files_are_kept_those_used_last(miniature: Miniature) -> None:
    miniature.run()
    (used,) = miniature.stored()
    others = [miniature.home / f"{number}{cache.SUFFIX}" for number in range(cache.FILES_KEPT + 2)]
    for age, path in enumerate(others, start=1):
        path.write_bytes(b"")
        os.utime(path, (time.time() - age, time.time() - age))
    long_ago = time.time() - 1000
    os.utime(used, (long_ago, long_ago))
    assert miniature.run()["hits"] == 1
    miniature.edit("rules.py", "10.0", "20.0")
    assert miniature.run()["misses"] == 1
    (new,) = set(miniature.stored()) - {used, *others}
    assert set(miniature.stored()) == {new, used, *others[: cache.FILES_KEPT - 2]}


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


def test_without_a_home_the_code_is_temporary(miniature: Miniature) -> None:
    # As for users of a system service.
    miniature.environment = {
        cache.HOME_VARIABLE: "",
        "XDG_CACHE_HOME": "",
        "HOME": os.devnull,
        "PYTHONUSERBASE": os.devnull,
    }
    assert "can't be kept" in miniature.run()["errors"]


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
