"""Documents: data, code and pages agree, and what the pages tell people to type works."""

import ast
import json
import re
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path

import click
import pytest
import typer

from ips_sim.cli import app
from ips_sim.evidence import targets
from ips_sim.evidence.parameters import load_parameters
from ips_sim.model.rules import RULES
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.library import shipped_experiments, shipped_text
from tests import processes
from tools.pages import PAGES, document_texts, file_texts, left_over
from tools.pages.entity_tables import ENTITIES, phrases
from tools.pages.images import shown_by
from tools.pages.parameter_tables import parameter_groups
from tools.pages.rule_texts import rule_modules
from tools.pages.sessions import Session
from tools.pages.sources import source_of
from tools.pages.stamp import STAMP, is_current, stamped
from tools.pages.validation_tables import patterns

RENEW = "run: make documents"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What makes commands quick that are typed on pages; those of written pages ran when these were.
QUICKLY = {
    "budget": ("--draws", "1", "--replicates", "1"),
    "compare": ("--draws", "1", "--replicates", "2", "--no-report"),
    "fidelity": ("--agencies", "2", "--draws", "0", "--no-report"),
    "run": ("--draws", "1", "--replicates", "2", "--no-report"),
}
NOT_RUN = {
    "calibrate": "a fit takes hours; tests/analysis/calibration runs a small one",
    "classroom": "thousands of worlds; tests/analysis/test_classroom.py runs a few",
    "dashboard": "serves until it is stopped; tests/dashboard/test_pages_in_browser.py visits it",
    "plan": "hundreds of plans in three stages; tests/analysis/test_planning.py runs a few",
    "principles": "256 combinations take minutes; tests/analysis/principles runs a small world",
    "sensitivity": "thousands of points; tests/analysis/experiments runs a few",
    "sweep": "hundreds of points; tests/analysis/experiments runs a few",
    "system": "hundreds of sites; tests/analysis/systems runs a few",
    "validate": "28 trials take a minute; tests/analysis/trials runs them",
    "value": "needs as many runs as keep chance small; tests/economics runs a few",
}
"""Commands of which pages are read only, for names of options and experiments, and why."""
EXAMPLES = {
    "docs/how-to/staffing.md": ("two.yaml", "three.yaml"),
    "docs/how-to/own-people-and-place.md": ("riverside.yaml", "riverside_job_club.yaml"),
}
"""Files that pages show or ship, which their commands read."""


@pytest.fixture(scope="module")
def written(repository: Path) -> dict[str, str | bytes]:
    """Every page and picture as data and code have it today.

    Where pages and all that they rest on are as they were when `make documents` wrote them, they
    are read; else every example of the pages is run, which takes minutes.
    """
    if is_current(repository):
        return {
            name: (repository / name).read_bytes()
            if name.endswith(".png")
            else (repository / name).read_text(encoding="utf-8")
            for name in json.loads((repository / STAMP).read_text(encoding="utf-8"))["pages"]
        }
    processes.get_ready()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "_call", _called_from_here)
        return document_texts(repository)


def _called_from_here(session: Session, words: Sequence[str]) -> str:
    """Do what ``python -m ips_sim.cli`` or ``python -c`` does, without importing everything."""
    _, flag, what, *arguments = words
    if flag == "-m":
        assert what == "ips_sim.cli"
        work = processes.command(*arguments)
    else:
        assert (flag, arguments) == ("-c", [])
        work = partial(exec, what, {"__name__": "__main__"})
    code, output, errors = processes.done(work, session.folder)
    assert code == 0, f"{words}\n{output}{errors}"
    return output


def console_commands(page: Path) -> list[str]:
    return [
        line
        for block in BLOCK.findall(page.read_text(encoding="utf-8"))
        for line in block.splitlines()
        if line.strip()
    ]


def test_no_file_that_is_generated_is_stale(repository: Path) -> None:
    generated = file_texts(repository)
    schemas = {path.name for path in repository.glob("*/*.schema.json")}
    assert schemas == {Path(path).name for path in generated if path.endswith(".json")}
    for path, text in generated.items():
        assert (repository / path).read_text(encoding="utf-8") == text, f"{path}: {RENEW}"


@pytest.mark.slow
@pytest.mark.parametrize("path", [one.path for one in PAGES])
def test_page_is_what_data_and_code_say(
    repository: Path, written: dict[str, str | bytes], path: str
) -> None:
    assert (repository / path).read_text(encoding="utf-8") == written[path], RENEW


@pytest.mark.slow
def test_pictures_show_today_s_data(
    repository: Path, written: dict[str, str | bytes], tmp_path: Path
) -> None:
    pictures = {path: one for path, one in written.items() if isinstance(one, bytes)}
    assert "docs/images/work_by_week.png" in pictures
    for path, picture in pictures.items():
        today = tmp_path / Path(path).name
        today.write_bytes(picture)
        assert shown_by(repository / path) == shown_by(today) != "", RENEW
        assert (repository / path).stat().st_size < 150_000


def test_a_page_changed_by_hand_or_another_source_is_noticed(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(repository / "tools" / "pages", tmp_path / "tools" / "pages")
    shutil.copy(repository / "requirements.lock", tmp_path)
    page = tmp_path / "README.md"
    page.write_text("# As it was written\n", encoding="utf-8")
    (tmp_path / STAMP).unlink(missing_ok=True)
    assert not is_current(tmp_path)
    pages = {"README.md": page.read_bytes()}
    (tmp_path / STAMP).write_text(stamped(pages, tmp_path), encoding="utf-8")
    assert is_current(tmp_path)
    page.write_text("# By hand\n", encoding="utf-8")
    assert not is_current(tmp_path)
    page.write_bytes(pages["README.md"])
    assert is_current(tmp_path)
    template = next((tmp_path / "tools" / "pages" / "templates").iterdir())
    template.write_text("another", encoding="utf-8")
    assert not is_current(tmp_path)
    (tmp_path / STAMP).write_text(stamped(pages, tmp_path), encoding="utf-8")
    monkeypatch.setattr("tools.pages.stamp.source_hash", lambda _: "another model")
    assert not is_current(tmp_path)


def test_no_picture_is_left_over(repository: Path) -> None:
    pages = [*(repository / "docs").rglob("*.md"), repository / "README.md"]
    said = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    for picture in (repository / "docs" / "images").iterdir():
        assert f"images/{picture.name})" in said


def typed_pages() -> list[str]:
    """Pages by hand, and the README, whose commands nothing runs when they are written."""
    repository = Path(__file__).parents[2]
    names = [path.relative_to(repository).as_posix() for path in repository.glob("docs/**/*.md")]
    written = {one.path for one in PAGES} - {"README.md"}
    return sorted({"README.md", *names} - written)


PAGES_WITH_COMMANDS = [
    name for name in typed_pages() if console_commands(Path(__file__).parents[2] / name)
]
PAGES_WITH_CODE = [
    name
    for name in typed_pages()
    if CODE.search((Path(__file__).parents[2] / name).read_text(encoding="utf-8"))
]


def command_named(words: Sequence[str]) -> tuple[click.Command, list[str]]:
    """The command that words name, and its arguments."""
    found: click.Command = typer.main.get_command(app)  # type: ignore[assignment]
    rest = list(words)
    while isinstance(found, click.Group):
        name = rest.pop(0)
        assert name in found.commands, f"no command {name}"
        found = found.commands[name]
    return found, rest


@pytest.mark.parametrize("name", PAGES_WITH_COMMANDS)
def test_commands_of_a_page_are_commands(repository: Path, name: str) -> None:
    """Every command has these options, needs no checkout, and names what ships."""
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    for line in console_commands(repository / name):
        program, *words = shlex.split(line.partition(" > ")[0])
        program = Path(program).name  # ips-sim, also where its environment is not active
        if program == "make":
            assert all(re.search(rf"^{word}:.*##", makefile, re.MULTILINE) for word in words)
        if program != "ips-sim":
            assert program in ("make", "pip", "python3", "source"), line
            continue
        assert not any(word.startswith(("scenarios/", "experiments/")) for word in words), line
        command, rest = command_named(words)
        command.make_context(words[0], rest, resilient_parsing=False)
        if words[0] in ("sweep", "sensitivity", "system"):
            assert words[1] in shipped_experiments(), line


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES_WITH_COMMANDS)
def test_commands_of_a_page_run(repository: Path, tmp_path: Path, name: str) -> None:
    """In an empty folder, but for the files that the page itself has the reader write."""
    processes.get_ready()
    if name == "docs/how-to/staffing.md":
        for file, text in zip(EXAMPLES[name], yaml_blocks(repository / name), strict=True):
            (tmp_path / file).write_text(text, encoding="utf-8")
    for line in console_commands(repository / name):
        command, _, target = line.partition(" > ")
        program, *words = shlex.split(command)
        program = Path(program).name
        # What is the reader's own is not there: my_county.yaml, counts of a programme. Studies of
        # many sites take a minute, tests/analysis/test_fidelity_sites.py runs a small one; so does
        # tests/story/test_meeting.py of looking for the people to whom a principle matters.
        is_own = any(
            word.startswith("my_") and not (tmp_path / word).exists() for word in words[1:]
        )
        is_long = bool({"--sites", "--differs"} & {*words})
        if program != "ips-sim" or words[0] in NOT_RUN or is_long or is_own:
            continue
        quick = () if "--draws" in words else QUICKLY.get(words[0], ())
        code, output, errors = processes.done(processes.command(*words, *quick), tmp_path)
        assert code == 0, f"{line}\n{errors}"
        if target:
            (tmp_path / target).write_text(output, encoding="utf-8")
        if words[0] == "new" and words[1] in EXAMPLES.get(name, ()):
            for file in EXAMPLES[name]:
                text = shipped_text(f"examples/{file}")
                (tmp_path / file).write_text(text, encoding="utf-8")


def yaml_blocks(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", PAGES_WITH_CODE)
def test_code_of_a_page_compiles(repository: Path, name: str) -> None:
    """And takes from the package what is there."""
    for code in CODE.findall((repository / name).read_text(encoding="utf-8")):
        tree = ast.parse(code)
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                exec(compile(ast.Module([node], []), name, "exec"), {})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["compare", "subclass", "sweep"])
def test_a_notebook_runs(repository: Path, tmp_path: Path, name: str) -> None:
    """Cell by cell, each as a notebook would."""
    book = json.loads((repository / "docs" / "notebooks" / f"{name}.ipynb").read_text("utf-8"))
    assert all(not cell.get("outputs") for cell in book["cells"])
    processes.get_ready()
    cells = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]

    def work() -> None:
        names: dict[str, object] = {"__name__": "__main__"}
        for cell in cells:
            exec(cell, names)

    code, _, errors = processes.done(work, tmp_path)
    assert code == 0, errors


def test_page_of_a_module_that_went_is_found_and_no_other(repository: Path, tmp_path: Path) -> None:
    assert not left_over(repository), RENEW
    page = Path("docs/explanation/odd/submodels/search.md")
    gone = tmp_path / page.with_stem("gone")
    gone.parent.mkdir(parents=True)
    shutil.copy(repository / page, gone)
    shutil.copy(repository / page, tmp_path / page)
    (gone.parent / "by_hand.md").write_text("# By hand\n", encoding="utf-8")
    assert left_over(tmp_path) == [gone]


def test_links_between_pages_lead_somewhere(repository: Path) -> None:
    pages = sorted({*(one.path for one in PAGES), *typed_pages()})
    for page in (repository / name for name in pages):
        text = page.read_text(encoding="utf-8")
        for target, anchor in re.findall(r"\]\(([^)#:\s]*)(#[^)\s]+)?\)", text):
            other = (page.parent / target).resolve() if target else page
            assert other.exists(), f"{page.name}: {target}"
            if anchor and other.suffix == ".md":
                assert has_anchor(other.read_text(encoding="utf-8"), anchor[1:]), (
                    f"{page.name}: {target}{anchor}"
                )


def has_anchor(text: str, anchor: str) -> bool:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in headings}
    return anchor in slugs or f'id="{anchor}"' in text


def test_phrases_are_those_of_the_fields() -> None:
    for kind in ENTITIES.values():
        assert list(phrases()[kind.__name__]) == [one.name for one in fields(kind)]
    assert set(phrases()) == {kind.__name__ for kind in ENTITIES.values()}


def test_every_rule_is_described_where_it_stands() -> None:
    assert sum(len(one.rules) for one in rule_modules()) == len(RULES)
    assert all(rule.says for one in rule_modules() for rule in one.rules)


def test_every_parameter_stands_on_its_page_once() -> None:
    grouped = [name for names in parameter_groups().values() for name in names]
    assert sorted(grouped) == sorted(load_parameters())


def test_rules_read_every_key_but_sizes_and_what_is_observed() -> None:
    read = {name for one in rule_modules() for name in one.keys}
    unread = {key.dotted for key in keys().values() if key.section != "design"} - read
    assert unread == {"place.employers_per_100_people"}


def test_every_key_of_evidence_has_a_source() -> None:
    for info in load_parameters().values():
        if info.evidence:
            assert source_of(info.evidence).where, info.name
            assert source_of(info.evidence).grade, info.name


def test_patterns_name_figures_that_there_are() -> None:
    known = {f"{one.name} {one.arm}" for one in targets()}
    named = {figure for one in patterns() for figure in one.get("figures", ())}
    assert named <= known
    assert all(one["pattern"] and one["mechanism"] for one in patterns())
