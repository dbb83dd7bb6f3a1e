"""Where results go, and names that we make up for them."""

from pathlib import Path

import pytest

from ips_sim.runs.errors import RunError
from ips_sim.runs.places import LONGEST_NAME_BYTES, name_of, place


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert place("~/x") == tmp_path / "x"
    assert place(Path("~/x")) == tmp_path / "x"
    with pytest.raises(RunError, match="no such home"):
        place("~nobody-of-this-name/x")


@pytest.mark.parametrize("out", [".", "..", "/", "", "a\nb", "a\x00b", "a\udcff", 3, None])
def test_what_is_no_name(out: object):
    with pytest.raises(RunError):
        place(out)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "sources",
    [["a" * 250 + ".yaml"], ["ü" * 120, "ö" * 120], [f"{n}" + "x" * 60 for n in range(6)]],
)
def test_names_are_cut_to_what_a_disk_takes(sources: list[str]):
    assert len(name_of(sources).encode()) <= LONGEST_NAME_BYTES
    assert name_of(sources).isprintable()


def test_short_names_are_whole():
    assert name_of(["there/ips.yaml"]) == "ips"
    assert name_of(["ips", "b.yaml", "c"]) == "ips-vs-b-vs-c"
    assert name_of([".yaml", "bad\udcff"]) == ".yaml-vs-bad\\udcff"
