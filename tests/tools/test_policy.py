"""Pictures for policy: files that ship, commands that exist, and a stored answer for each."""

import json
import shlex
from pathlib import Path

import pytest
import typer

from ips_sim.analysis.value.plan import make_value_plan
from ips_sim.cli import app
from ips_sim.scenario import shipped
from tools.pages import policy
from tools.pages.images import digest, shown_by


def test_every_policy_scenario_of_the_library_is_on_the_page():
    used = {name for one in policy.EXAMPLES.values() for name in one.scenarios}
    assert {name for name in shipped() if name.startswith("policy/")} <= used <= set(shipped())


@pytest.mark.parametrize("name", list(policy.EXAMPLES))
def test_each_is_one_command_whose_answer_is_stored(name: str, repository: Path):
    program, command, *words = shlex.split(policy.EXAMPLES[name].line)
    group = typer.main.get_command(app)
    group.commands[command].make_context(command, words)  # type: ignore[attr-defined]
    assert program == "ips-sim"
    told = json.loads(policy.STORED.read_text(encoding="utf-8"))[name]
    assert len({len(row) for row in told["table"]}) == 1
    assert shown_by(repository / policy.picture_path(name)) == digest(json.dumps(told))


def test_a_small_budget_and_a_small_value_are_told(monkeypatch: pytest.MonkeyPatch):
    few = {"draws": 3, "replicates": 2, "variants": False}
    monkeypatch.setattr(
        policy,
        "make_value_plan",
        lambda *sources, **asked: make_value_plan(*sources, **(asked | few)),
    )
    for name in ("third_year", "remote_county"):
        example = policy.EXAMPLES[name]
        made = example.work_out()
        header, *rows = policy._table_of(example, made)
        assert len(rows) == 2
        assert all(len(row) == len(header) for row in rows)
        assert example.draw(made).axes
