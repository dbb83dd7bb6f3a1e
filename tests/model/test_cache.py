"""The cache of compiled code, on a miniature of two rules with its own driver."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from ips_sim.model.compiled import cache

# The compiled package prepares the real cache when it is imported; the miniature has its own.
DRIVER = f"""
import importlib.util, json, os, sys, types

def load():
    spec = importlib.util.spec_from_file_location("cache", {str(cache.__file__)!r})
    module = importlib.util.module_from_spec(spec)
    sys.modules["cache"] = module
    spec.loader.exec_module(module)
    return module

def main(*steps):
    if "numba first" in steps:
        import numba
    if "SVML" in steps:
        sys.modules["numba.core.config"] = types.SimpleNamespace(USING_SVML=True)
    cache = load()
    here = os.path.dirname(os.path.abspath(__file__))
    state = cache.prepare([cache.Path(here, "world")])
    said = {{"state": state.state, "note": state.note, "stored": str(state.stored)}}
    said["folder"] = str(state.folder)
    said["numba"] = "numba" in sys.modules
    said["svml off"] = os.environ.get("NUMBA_DISABLE_INTEL_SVML")
    if "stop" not in steps:
        from world.driver import run
        said["result"] = run(2.0)
        said["hits"] = sum(run.stats.cache_hits.values())
        said["misses"] = sum(run.stats.cache_misses.values())
    if "die before seal" in steps:
        print(json.dumps(said), flush=True)
        os.kill(os.getpid(), 9)
    if "stop" not in steps:
        said["sealed"] = cache.seal(state)
    if "child" in steps:
        import subprocess
        child = subprocess.run(
            [sys.executable, __file__], check=True, stdout=subprocess.PIPE, text=True
        )
        said["child"] = json.loads(child.stdout)
    print(json.dumps(said), flush=True)
    if "wait" in steps:
        sys.stdin.readline()

main(*sys.argv[1:])
"""

WORLD = {
    "__init__.py": "",
    "chores.py": "def fare(x):\n    return x + 1.0\n",
    "rules.py": "from world.chores import fare\n\n\ndef travel(x):\n    return 10.0 * fare(x)\n",
    "driver.py": (
        "from numba import njit\n"
        "from numba.extending import register_jitable\n"
        "from world import chores, rules\n\n"
        "for rule in (chores.fare, rules.travel):\n"
        "    register_jitable(rule)\n\n\n"
        "@njit(cache=True)\n"
        "def run(x):\n"
        "    return rules.travel(x)\n"
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
        expected = -signal.SIGKILL if "die before seal" in steps else 0
        assert process.returncode == expected, errors
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
    assert (first["state"], first["result"], first["misses"]) == ("empty", RESULT, 1)
    assert (first["sealed"], first["numba"], first["errors"]) == (True, False, "")
    assert [str(path) for path in miniature.stored()] == [first["stored"]]

    second = miniature.run()
    assert (second["state"], second["result"]) == ("ready", RESULT)
    assert (second["hits"], second["misses"]) == (1, 0)
    assert (second["sealed"], second["errors"]) == (False, "")

    # Nothing is left but the one file, and nothing went into the source tree.
    assert list(miniature.home.iterdir()) == miniature.stored()
    assert_nothing_in_source_tree(miniature)


def test_an_edit_in_another_file_compiles_again(miniature: Miniature) -> None:
    first = miniature.run()
    miniature.edit("chores.py", "x + 1.0", "x + 2.0")
    edited = miniature.run()
    assert (edited["state"], edited["result"], edited["misses"]) == ("empty", 40.0, 1)
    assert edited["stored"] != first["stored"]
    miniature.edit("chores.py", "x + 2.0", "x + 1.0")
    back = miniature.run()
    assert (back["state"], back["result"], back["hits"]) == ("ready", RESULT, 1)


def test_a_cache_that_cannot_be_written_is_temporary_and_says_so(miniature: Miniature) -> None:
    # Permission bits don't bind every user; a folder below a file can't be made by anyone.
    (miniature.folder.parent / "file").write_text("")
    miniature.home = miniature.folder.parent / "file" / "below"
    run = miniature.run("child")
    assert (run["state"], run["result"]) == ("temporary", RESULT)
    assert "compiled code can't be kept" in run["errors"]
    assert str(miniature.home) in run["errors"]
    assert run["errors"].count("\n") == 1
    # Processes it starts find what it compiled, and afterwards nothing is left.
    assert (run["child"]["state"], run["child"]["hits"]) == ("ready", 1)
    assert not Path(run["stored"]).parent.exists()
    assert_nothing_in_source_tree(miniature)


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


def test_a_damaged_cache_is_thrown_away(miniature: Miniature) -> None:
    stored = Path(miniature.run()["stored"])
    whole = stored.read_bytes()
    for name, damage in DAMAGES.items():
        stored.write_bytes(damage(whole))
        stopped = miniature.run("stop")
        assert stopped["state"] == "empty", name
        assert "damaged" in stopped["errors"], name
        assert not stored.exists(), name
    stored.mkdir()
    assert "damaged" in miniature.run("stop")["errors"]

    stored.write_bytes(DAMAGES["truncated"](whole))
    again = miniature.run()
    assert (again["state"], again["result"], again["misses"]) == ("empty", RESULT, 1)
    assert miniature.run()["state"] == "ready"


def test_a_kill_leaves_no_half_cache_and_no_litter(miniature: Miniature) -> None:
    killed = miniature.run("die before seal")
    left_over = Path(killed["folder"])
    assert left_over.is_dir()
    assert miniature.stored() == []
    partial = miniature.home / f"torn{cache._PARTIAL_SUFFIX}"
    partial.write_bytes(b"half")

    # Old enough to be judged; a process that lives holds its folder however old it is.
    with miniature.start("stop", "wait") as living:
        assert living.stdout is not None
        in_use = Path(json.loads(living.stdout.readline())["folder"])
        for path in (left_over, partial, in_use):
            long_ago = time.time() - 10 * cache._LEFT_OVER_AFTER_SECONDS
            os.utime(path, (long_ago, long_ago))
        assert miniature.run("stop")["state"] == "empty"
        assert in_use.is_dir()
        living.communicate("\n")
    assert list(miniature.home.iterdir()) == []


def test_processes_that_start_together(miniature: Miniature) -> None:
    processes = [miniature.start() for _ in range(4)]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [errors for _, errors in outputs] == [""] * 4
    assert {json.loads(output)["result"] for output, _ in outputs} == {RESULT}
    after = miniature.run()
    assert (after["state"], after["hits"], after["misses"]) == ("ready", 1, 0)
    assert list(miniature.home.iterdir()) == miniature.stored()


def test_processors_share_one_file(miniature: Miniature) -> None:
    own = miniature.run()
    miniature.environment = {"NUMBA_CPU_NAME": "generic"}
    generic = miniature.run()
    assert generic["stored"] == own["stored"]
    assert (generic["state"], generic["result"], generic["misses"]) == ("ready", RESULT, 1)
    assert generic["sealed"]
    for environment in ({"NUMBA_CPU_NAME": "generic"}, {}):
        miniature.environment = environment
        again = miniature.run()
        assert (again["hits"], again["misses"], again["sealed"]) == (1, 0, False)


def test_settings_that_change_code_have_files_of_their_own(miniature: Miniature) -> None:
    # Numba's index does not know bounds checking: it would load the code without it.
    plain = miniature.run("stop")
    miniature.environment = {"NUMBA_BOUNDSCHECK": "1"}
    assert miniature.run("stop")["stored"] != plain["stored"]
    miniature.environment = {"NUMBA_NUM_THREADS": "1"}
    assert miniature.run("stop")["stored"] == plain["stored"]


def test_numba_imported_before(miniature: Miniature) -> None:
    assert miniature.run("numba first")["sealed"]
    again = miniature.run("numba first")
    assert (again["state"], again["hits"], again["errors"]) == ("ready", 1, "")
    assert_nothing_in_source_tree(miniature)


def test_svml_is_off_or_said(miniature: Miniature) -> None:
    assert miniature.run("stop")["svml off"] == "1"
    assert "SVML" in miniature.run("stop", "SVML")["errors"]


def test_few_files_are_kept_those_used_last(miniature: Miniature) -> None:
    used = miniature.run()["stored"]
    others = [miniature.home / f"{number}{cache.SUFFIX}" for number in range(cache.FILES_KEPT + 2)]
    for age, path in enumerate(others, start=1):
        path.write_bytes(b"")
        os.utime(path, (time.time() - age, time.time() - age))
    long_ago = time.time() - 1000
    os.utime(used, (long_ago, long_ago))
    assert miniature.run("stop")["state"] == "ready"
    miniature.edit("rules.py", "10.0", "20.0")
    new = miniature.run()["stored"]
    expected = {Path(new), Path(used), *others[: cache.FILES_KEPT - 2]}
    assert set(miniature.stored()) == expected


def test_where_compiled_code_is_kept(miniature: Miniature, tmp_path: Path) -> None:
    def stopped(**environment: str) -> dict[str, Any]:
        miniature.environment = {cache.HOME_VARIABLE: "", "XDG_CACHE_HOME": ""} | environment
        return miniature.run("stop")

    def home(**environment: str) -> Path:
        return Path(stopped(**environment)["stored"]).parent

    user, caches = tmp_path / "user", tmp_path / "caches"
    assert home(HOME=str(user)) == user / ".cache" / "ips-sim"
    assert home(HOME=str(user), XDG_CACHE_HOME=str(caches)) == caches / "ips-sim"
    assert home(HOME=str(user), XDG_CACHE_HOME="caches") == user / ".cache" / "ips-sim"
    named = {cache.HOME_VARIABLE: str(tmp_path / "named"), "XDG_CACHE_HOME": str(caches)}
    assert home(**named) == tmp_path / "named"
    # As for users of a system service, who have no home.
    assert stopped(HOME=os.devnull)["state"] == "temporary"


def test_stored_state_only_looks(miniature: Miniature, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = [miniature.folder / "world"]
    monkeypatch.setenv(cache.HOME_VARIABLE, str(miniature.home))
    for name in [name for name in os.environ if name.startswith("NUMBA_")]:
        monkeypatch.delenv(name)
    assert cache.stored_state(roots) == "empty"
    assert not miniature.home.exists()
    stored = Path(miniature.run()["stored"])
    assert cache.stored_state(roots) == "ready"
    stored.write_bytes(b"garbage")
    assert cache.stored_state(roots) == "damaged"
    assert stored.read_bytes() == b"garbage"


def test_a_cache_that_can_no_longer_be_written_stops_nobody(
    miniature: Miniature, capsys: pytest.CaptureFixture[str]
) -> None:
    (miniature.folder / "file").write_text("")
    numba_folder = miniature.folder / "numba"
    numba_folder.mkdir()
    (numba_folder / "run.nbi").write_bytes(b"index")
    stored = miniature.folder / "file" / f"some{cache.SUFFIX}"
    state = cache.CacheState(numba_folder, "empty", "", stored, digest="none")
    assert not cache.seal(state)
    assert "compiled code can't be kept" in capsys.readouterr().err


class TestHashes:
    """What the hashes notice, and what they pass over."""

    @pytest.fixture
    def sources(self, tmp_path: Path) -> Path:
        package = tmp_path / "package"
        for name in ("model/rules/support.py", "model/agents.py", "evidence/grades.py"):
            path = package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"# {name}\n")
        (package / "evidence" / "parameters.csv").write_text("key,value\n")
        return package

    @pytest.mark.parametrize(
        "change",
        [
            lambda package: (package / "model/agents.py").write_text("# other\n"),
            lambda package: (package / "model/agents.py").rename(package / "model/people.py"),
            lambda package: (package / "model/rules/support.py").unlink(),
            lambda package: (package / "model/rules/jobs.py").write_text(""),
        ],
        ids=["edit", "rename", "remove", "add"],
    )
    def test_sources_count(self, sources: Path, change: Callable[[Path], object]) -> None:
        roots = [sources / "evidence", sources / "model"]
        before = cache.compiled_hash(roots), cache.source_hash(sources)
        change(sources)
        after = cache.compiled_hash(roots), cache.source_hash(sources)
        assert before[0] != after[0]
        assert before[1] != after[1]

    def test_data_count_for_results_and_not_for_compiled_code(self, sources: Path) -> None:
        roots = [sources / "evidence", sources / "model"]
        before = cache.compiled_hash(roots), cache.source_hash(sources)
        (sources / "evidence" / "parameters.csv").write_text("key,value\nhope,1\n")
        assert cache.compiled_hash(roots) == before[0]
        assert cache.source_hash(sources) != before[1]

    def test_byte_code_and_editors_files_do_not_count(self, sources: Path) -> None:
        before = cache.source_hash(sources)
        (sources / "model" / "__pycache__").mkdir()
        (sources / "model" / "__pycache__" / "agents.cpython-311.pyc").write_bytes(b"code")
        (sources / "model" / ".agents.py.swp").write_bytes(b"edit")
        assert cache.source_hash(sources) == before

    def test_text_cannot_move_between_files(self, sources: Path) -> None:
        first, second = sources / "model" / "a.py", sources / "model" / "b.py"
        first.write_text("xy")
        second.write_text("")
        before = cache.compiled_hash([sources])
        first.write_text("x")
        second.write_text("y")
        assert cache.compiled_hash([sources]) != before

    @pytest.mark.parametrize("changed", cache.VERSIONED)
    def test_versions_count(
        self, sources: Path, monkeypatch: pytest.MonkeyPatch, changed: str
    ) -> None:
        version = metadata.version
        before = cache.compiled_hash([sources])
        monkeypatch.setattr(
            metadata, "version", lambda name: version(name) + "9" * (name == changed)
        )
        assert cache.compiled_hash([sources]) != before

    def test_a_missing_root_is_a_mistake(self, sources: Path) -> None:
        with pytest.raises(FileNotFoundError, match="no folder of sources"):
            cache.compiled_hash([sources / "modle"])

    def test_the_package_itself(self) -> None:
        assert all((cache.PACKAGE / part).is_dir() for part in cache.COMPILED_PARTS)
        assert cache.compiled_hash() != cache.source_hash()
