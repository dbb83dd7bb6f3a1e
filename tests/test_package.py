"""The package as such: what it imports, ships, declares and keeps to itself."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import ips_sim

HEAVY = (
    "SALib",
    "dask",
    "llvmlite",
    "matplotlib",
    "mesa",
    "numba",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "scipy",
)

# Put together here, so that this file does not match itself.
MACHINE_PATH = re.compile(
    r"(?<![\w.~})/-])/(?:(?:" + "|".join(["work", "root", "opt"]) + r")\b|home/)"
)
REGISTRY = re.compile("|".join(["py" + r"pi\.org", "python" + "hosted", "file:" + "//"]))


@pytest.fixture(scope="module")
def project(repository: Path) -> dict:
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def locked(repository: Path) -> dict[str, str]:
    lines = (repository / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pins}


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_is_light():
    loaded = set(python("import sys, ips_sim; print(*sys.modules, sep='\\n')").split())
    assert "ips_sim" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_public_names_are_found_each_module_by_itself():
    """In a process for each module, where no earlier import of ours can have helped."""
    names = sorted(set(ips_sim.__all__) - {"__version__"})
    modules = set(ips_sim._HOME.values())
    together = [[one for one in names if ips_sim._HOME[one] == module] for module in modules]
    # What others wrote is imported once, before processes part.
    found = python(
        "import os, mesa, numpy, pydantic\n"
        f"for together in {together!r}:\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        import ips_sim\n"
        "        for name in together:\n"
        "            print(name, getattr(ips_sim, name).__module__, flush=True)\n"
        "        os._exit(0)\n"
        "    assert os.waitpid(child, 0)[1] == 0, together\n"
    )
    homes = dict(line.split() for line in found.splitlines())
    assert sorted(homes) == names
    assert all(home.startswith("ips_sim.") for home in homes.values())


def test_public_names_are_listed_and_others_refused():
    assert set(ips_sim.__all__) <= set(dir(ips_sim))
    assert set(ips_sim.__all__) == {*ips_sim._HOME, "__version__"}
    with pytest.raises(AttributeError, match=r"'ips_sim' has no attribute 'simulat'"):
        _ = ips_sim.simulat


def test_lock_pins_names_and_versions_only(repository: Path):
    lines = (repository / "requirements.lock").read_text(encoding="utf-8").splitlines()
    wrong = [
        line
        for line in lines
        if not line.startswith("#") and not re.fullmatch(r"[\w.-]+==[\w.+!-]+", line)
    ]
    assert wrong == []


def test_locked_versions_lie_in_the_declared_ranges(project: dict, locked: dict[str, str]):
    declared = project["project"]
    extras = declared["optional-dependencies"].values()
    requirements = [
        Requirement(text)
        for group in [declared["dependencies"], project["build-system"]["requires"], *extras]
        for text in group
    ]
    outside = [
        str(requirement)
        for requirement in requirements
        if not requirement.specifier.contains(
            locked.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
    ]
    assert outside == []


def test_wheel_holds_code_types_and_every_shipped_scenario(repository: Path, tmp_path: Path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=repository,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("ips_sim-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    scenarios = sorted((repository / "scenarios").rglob("*.yaml"))
    assert {"ips.yaml", "traditional.yaml"} <= {path.name for path in scenarios}
    expected = {
        f"ips_sim/library/{path.relative_to(repository / 'scenarios').as_posix()}"
        for path in scenarios
    }
    assert {"ips_sim/__init__.py", "ips_sim/py.typed"} | expected <= packed


@pytest.mark.parametrize(
    ("pattern", "caught", "let_through"),
    [
        (MACHINE_PATH, "'/" + "root/x'", "outputs/work/x"),
        (MACHINE_PATH, "cd /" + "opt", "</option>"),
        (REGISTRY, "https://py" + "pi.org/simple", "https://example.org"),
    ],
)
def test_patterns_catch_what_they_are_for(pattern: re.Pattern, caught: str, let_through: str):
    assert pattern.search(caught)
    assert not pattern.search(let_through)


def test_no_file_names_a_place_on_one_machine_or_a_registry(repository: Path):
    """Files under version control and new ones that will be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    files = [repository / name for name in listed.stdout.split("\0") if name]
    assert repository / "pyproject.toml" in files
    found = [
        f"{path.relative_to(repository)}:{number}: {match.group()}"
        for path in files
        if path.is_file()
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="ignore").splitlines(), start=1
        )
        for match in [MACHINE_PATH.search(line) or REGISTRY.search(line)]
        if match
    ]
    assert found == []
