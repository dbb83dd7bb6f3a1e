"""The scenario that ``ips-sim new`` writes."""

import re
import resource
from pathlib import Path

import pytest

from ips_sim.scenario import ScenarioError, as_mapping, load_scenario, resolve_scenario
from ips_sim.scenario.published import SCHEMA_FILE_NAME, schema_text
from ips_sim.scenario.template import write_template
from tests.processes import done


@pytest.mark.parametrize("base", ["ips.yaml", "ips", "traditional"])
def test_it_is_its_base_under_another_title(tmp_path: Path, base: str):
    path = tmp_path / "our_town.yaml"
    assert write_template(path, base) == [path, tmp_path / SCHEMA_FILE_NAME]
    scenario = load_scenario(path)
    assert scenario.title == "our town"
    assert scenario.model_dump(exclude={"title", "summary"}) == load_scenario(base).model_dump(
        exclude={"title", "summary"}
    )
    assert (tmp_path / SCHEMA_FILE_NAME).read_text() == schema_text()


def test_taking_the_comment_signs_away_gives_the_same_scenario(tmp_path: Path):
    path = tmp_path / "town.yaml"
    write_template(path, "traditional")
    before = load_scenario(path)
    path.write_text(re.sub(r"^  # (\w+: )", r"  \1", path.read_text(), flags=re.MULTILINE))
    resolved = resolve_scenario(path)
    assert resolved.scenario == before
    levels = as_mapping(before)
    names = [
        f"{section}.{name}"
        for section in ("programme", "staff", "people", "place", "design")
        for name in levels[section]
    ]
    assert all(resolved.origins[name].where == str(path) for name in names)


def test_nothing_is_overwritten(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text("precious")
    (tmp_path / SCHEMA_FILE_NAME).write_text("also precious")
    with pytest.raises(ScenarioError, match="found something of this name; allowed: a new name"):
        write_template(path)
    assert path.read_text() == "precious"
    write_template(tmp_path / "other.yaml")
    assert (tmp_path / SCHEMA_FILE_NAME).read_text() == "also precious"


@pytest.mark.parametrize("base", ["ipz", "../x.yaml", "", "a: b", 'q"uote', "x\ny: 1"])
def test_nothing_is_written_for_a_base_that_can_not_be_used(tmp_path: Path, base: str):
    with pytest.raises(ScenarioError):
        write_template(tmp_path / "mine.yaml", base)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_not_there(tmp_path: Path):
    with pytest.raises(ScenarioError, match="allowed: a file in a folder that is there"):
        write_template(tmp_path / "no" / "mine.yaml")


@pytest.mark.parametrize("name", ['quo"te.yaml', "ümlaut: x.yaml", "# hash.yaml", "no.yaml"])
def test_any_file_name_makes_a_title(tmp_path: Path, name: str):
    write_template(tmp_path / name)
    assert load_scenario(tmp_path / name).title == name.removesuffix(".yaml")


@pytest.mark.parametrize("room", [2_000, 40_000])
def test_without_room_nothing_half_is_left(tmp_path: Path, room: int):
    """Neither of the scenario nor of the schema beside it."""

    def write() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        write_template(tmp_path / "mine.yaml", "ips")

    code, _, errors = done(write, tmp_path)
    assert code == 1
    assert "a place that can't be written to" in errors
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for place in (".", "..", str(tmp_path)):
        with pytest.raises(ScenarioError, match="found a folder; allowed: the name of a file"):
            write_template(Path(place))
    assert list(tmp_path.iterdir()) == []
