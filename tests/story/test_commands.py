"""ips-sim story on the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ips_sim.cli import app


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments, exit_code=0):
        result = CliRunner().invoke(app, ["story", *arguments])
        assert result.exit_code == exit_code, result.output
        return result

    return invoke


def write_small(*bases, people=20, weeks=16):
    """Small scenarios in the working folder, named after those that they are based on."""
    for base in bases:
        Path(f"small_{base}.yaml").write_text(
            f"title: Small {base}\nbased_on: {base}.yaml\n"
            f"design: {{people: {people}, weeks: {weeks}, entry_weeks: 1}}\n"
        )


def test_a_story_of_two_worlds(run):
    write_small("ips", "traditional")
    out = run("small_ips.yaml", "small_traditional.yaml", "--person", "17").stdout
    assert out.startswith("Rosa River (person 17), ")
    assert "The first difference of all shows in week 1" in out
    folder = Path("outputs/story-person-17")
    assert (folder / "story.html").is_file()
    assert f"wrote {folder}/story.txt" in out


def test_a_story_of_one_world_as_json(run):
    write_small("ips", people=60)
    out = run(
        "small_ips.yaml", "--like", "age=35-45,benefit=cliff", "--json", "--out", "told"
    ).stdout
    read = json.loads(out)
    assert read["moments"] == [] and read["first_difference"] is None
    assert read["files"] == [
        "told/story.html", "told/story.txt", "told/timeline.svg", "told/timeline.png"
    ]  # fmt: skip


def test_seed_and_replicate_choose_the_run(run, undrawn):
    write_small("ips", people=10, weeks=8)

    def first_week(*arguments):
        out = run("small_ips.yaml", "--person", "1", "--json", "--out", "told", *arguments).stdout
        return json.loads(out)["worlds"][0]["weeks"][0]["symptoms"]

    plain = first_week()
    assert first_week("--seed", "1", "--replicate", "0") == plain
    assert len({plain, first_week("--seed", "2"), first_week("--replicate", "1")}) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ips", "--person", "100"), "--person: found 100; IPS has 100 people"),
        (("ips", "--person", "1", "--site", "2"), "person 1 lives at site 0 of IPS"),
        (("ips",), "choose the person by --person N or by --like"),
        (("ips", "--like", "height=2"), "found 'height=2'; traits are age_years, "),
        (("ips", "--like", "age=99"), "The nearest is person "),
        (("ips", "ips", "ips", "--person", "1"), "one or two scenarios, found 3"),
        (("no_such_scenario", "--person", "1"), "no_such_scenario"),
        (("ips", "--differs", "preferences", "--person", "1"), "finds the people by itself"),
        (("ips", "--differs", "preference"), "Did you mean preferences?"),
        (("ips", "--differs", "preferences", "--seed", "-1"), "the seed must be a whole number"),
        (("ips", "--differs", "preferences", "--replicate", "-1"), "--replicate must be a whole"),
        (("ips", "--person", "1", "--seed", "9" * 30), "the seed must be a whole number from 0"),
    ],
)
def test_mistakes_are_said_and_nothing_is_written(run, arguments, said):
    result = run(*arguments, exit_code=2)
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert list(Path().iterdir()) == []


def test_a_folder_of_something_else_is_refused_before_anything_runs(run):
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    result = run("ips", "--person", "1", "--out", "mine", exit_code=2)
    assert "mine holds something else than a story (notes.txt)" in result.stderr
    assert [path.name for path in Path("mine").iterdir()] == ["notes.txt"]


def test_help_loads_nothing_heavy():
    program = (
        "import sys; from typer.testing import CliRunner; from ips_sim.cli import app\n"
        "assert CliRunner().invoke(app, ['story', '--help']).exit_code == 0\n"
        "heavy = {'numpy', 'pandas', 'numba', 'mesa', 'matplotlib', 'pyarrow'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
