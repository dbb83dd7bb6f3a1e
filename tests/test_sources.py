"""Where the package's files are, and what the hash of them notices."""

import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from ips_sim import sources
from ips_sim.sources import experiments_folder, library_folder, source_hash


def test_checkout_has_its_library_beside_the_sources(repository: Path):
    assert library_folder() == repository / "scenarios"
    assert library_folder(repository / "src" / "ips_sim") == repository / "scenarios"


def test_wheel_has_its_library_inside_the_package(tmp_path: Path):
    package = tmp_path / "site-packages" / "ips_sim"
    (package / "library").mkdir(parents=True)
    assert library_folder(package) == package / "library"


def test_a_wheel_and_a_checkout_have_the_same_hash(repository: Path, tmp_path: Path):
    (wheel,) = WheelBuilder(str(repository)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    installed = tmp_path / "installed" / "ips_sim"
    assert library_folder(installed) == installed / "library"
    assert (experiments_folder(installed) / "turnover.yaml").exists()
    assert source_hash(installed) == source_hash(repository / "src" / "ips_sim")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package in a checkout, with one source, one file of data and one scenario."""
    package = tmp_path / "src" / "package"
    for path in (
        package / "model" / "agents.py",
        package / "evidence" / "parameters.csv",
        tmp_path / "scenarios" / "ips.yaml",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{path.name}\n")
    return package


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        (lambda at: (at / "src/package/model/agents.py").write_text("other"), True),
        (lambda at: (at / "src/package/evidence/parameters.csv").write_text("other"), True),
        (lambda at: (at / "scenarios/ips.yaml").write_text("other"), True),
        (lambda at: (at / "scenarios/other.yaml").write_text(""), True),
        (lambda at: (at / "src/package/model/agents.py").rename(at / "src/package/a.py"), True),
        (lambda at: (at / "scenarios/ips.yaml").unlink(), True),
        (lambda at: (at / "src/package/model/.agents.py.swp").write_text("edit"), False),
        (lambda at: (at / "src/other.py").write_text("beside"), False),
    ],
    ids=["source", "data", "scenario", "new", "renamed", "gone", "editor's", "beside"],
)
def test_what_counts(package: Path, change: Callable[[Path], object], counts: bool):
    before = source_hash(package)
    change(package.parents[1])
    assert (source_hash(package) != before) == counts


def test_byte_code_does_not_count(package: Path):
    before = source_hash(package)
    (package / "model" / "__pycache__").mkdir()
    (package / "model" / "__pycache__" / "agents.cpython-311.pyc").write_bytes(b"code")
    assert source_hash(package) == before


def test_text_cannot_move_between_files(package: Path):
    first, second = package / "a.py", package / "b.py"
    first.write_text("xy")
    second.write_text("")
    before = source_hash(package)
    first.write_text("x")
    second.write_text("y")
    assert source_hash(package) != before


@pytest.mark.parametrize("changed", sources.VERSIONED)
def test_versions_count(package: Path, monkeypatch: pytest.MonkeyPatch, changed: str):
    version = metadata.version
    before = source_hash(package)
    monkeypatch.setattr(metadata, "version", lambda name: version(name) + "9" * (name == changed))
    assert source_hash(package) != before
