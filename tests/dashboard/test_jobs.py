"""Longer work leaves a report that only its visitor finds, and nothing when it is stopped."""

import tempfile
import threading
from pathlib import Path

import pytest

from ips_sim.analysis.value.budget import budget_rows
from ips_sim.analysis.value.plan import make_value_plan
from ips_sim.dashboard import jobs
from ips_sim.runs.kinds import kind_named
from ips_sim.runs.plan import make_plan
from ips_sim.scenario import load_scenario

SMALL = {"design.people": 12, "design.weeks": 26}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_result_is_found_by_its_word_alone_and_forgotten(home, undrawn):
    plan = make_plan(["ips"], overrides=SMALL, draws=1, replicates=2)
    parts: list[tuple[int, int]] = []
    stop = threading.Event()
    job = jobs.do(kind_named("run"), plan, "it", ("ips-sim",), stop, lambda *one: parts.append(one))
    page = jobs.file_of(job.token, "report.html")
    assert page is not None
    assert str(home) not in page.read_text(encoding="utf-8")
    assert job.page.endswith(f"{job.token}/report.html")
    assert jobs.file_of(job.token, "result.zip") is not None
    assert jobs.file_of(job.token, "../it/manifest.json") is None
    assert jobs.file_of("another", "report.html") is None
    assert parts[-1] == (2, 2)
    jobs.forget(job)
    assert jobs.file_of(job.token, "report.html") is None
    assert not list(Path(home).iterdir())


def test_what_is_stopped_leaves_nothing(home):
    plan = make_plan(["ips"], overrides=SMALL, draws=1, replicates=2)
    stop = threading.Event()
    stop.set()
    with pytest.raises(jobs.StoppedError):
        jobs.do(kind_named("run"), plan, "it", (), stop, lambda *_: None)
    assert not list(home.iterdir())


def test_other_prices_on_a_budget_need_no_run_and_wait_for_nobody(home):
    small = load_scenario("ips", SMALL)
    plan = make_value_plan([small], variants=False, draws=1, replicates=2)
    job = jobs.do(kind_named("value"), plan, "budget", (), threading.Event(), lambda *_: None)
    with jobs._one_at_a_time:  # another visitor's run is on
        dearer = jobs.priced(job, {"prices.specialist_year_usd": 500_000})

    def spent(one: jobs.Job) -> float:
        return sum(row.mean for row in budget_rows(one.made) if row.item == "total")

    assert spent(dearer) > 2 * spent(job)
    page = jobs.file_of(dearer.token, "report.html")
    assert page is not None and page != jobs.file_of(job.token, "report.html")
    for one in (job, dearer):
        jobs.forget(one)
    assert not list(home.iterdir())
