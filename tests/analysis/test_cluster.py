"""The same plan on a Dask cluster: the same bytes, whatever dies."""

import errno
import os
import signal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ips_sim.analysis.experiments.sweep import run_sweep, sweep_plan
from ips_sim.analysis.principles.folder import principles_to_folder
from ips_sim.analysis.principles.plan import make_principles_plan
from ips_sim.cli import app
from ips_sim.runs import points
from ips_sim.runs.cluster import spread_on_cluster
from ips_sim.runs.errors import RunError
from ips_sim.runs.folder import run_to_folder
from ips_sim.runs.how import How
from ips_sim.runs.plan import make_plan
from ips_sim.runs.work import do_blocks
from tests.analysis.experiments import SWEEP, experiment, tables, written

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def scheduler() -> Any:
    """A cluster of two workers somewhere else, as far as anybody here can see.

    They are forked from a process that has imported what they need and nothing of the tests.
    """
    with dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}):
        needed = ["distributed", "pandas", "ips_sim.model.compiled.execute"]
        distributed.utils.get_mp_context().set_forkserver_preload(needed)
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=":0"
        ) as cluster:
            yield cluster


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "PERSON_WEEKS_PER_BLOCK", 2 * 12 * 29)


@pytest.mark.usefixtures("small_blocks")
def test_a_cluster_gives_the_same_bytes_as_threads(tmp_path: Path, scheduler: Any) -> None:
    made = experiment(tmp_path, SWEEP, "sweep")
    run_sweep(made, tmp_path / "threads", How(jobs=2))
    run_sweep(made, tmp_path / "cluster", How(cluster=scheduler.scheduler_address))
    assert tables(tmp_path / "cluster") == tables(tmp_path / "threads")


def test_a_cluster_started_here_by_the_command(tmp_path: Path) -> None:
    path = written(tmp_path, SWEEP)
    options = ["--cluster", "local", "--jobs", "1", "--no-report"]
    done = CliRunner().invoke(app, ["sweep", str(path), "--out", str(tmp_path / "there"), *options])
    assert done.exit_code == 0, done.output
    assert "Cluster: 1 worker." in done.output
    run_sweep(experiment(tmp_path, SWEEP, "sweep"), tmp_path / "here")
    assert tables(tmp_path / "there") == tables(tmp_path / "here")


def _noted(plan: Path, block: int, threads: int) -> int:
    """Note that a block is done, which here must never happen."""
    (plan / str(block)).touch()
    return block


def test_runs_survive_it_if_all_workers_are_killed(
    tmp_path: Path, scheduler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points, "PERSON_WEEKS_PER_BLOCK", 12 * 29)
    made = experiment(tmp_path, SWEEP, "sweep").with_runs(None, 10)
    run_sweep(made, tmp_path / "threads")
    killed: list[int] = []

    def kill_all(stage: str, done: int, total: int) -> None:
        if done > 10 and not killed:
            killed.extend(worker.process.pid for worker in scheduler.workers.values())
            for process in killed:
                os.kill(process, signal.SIGKILL)

    run_sweep(
        made, tmp_path / "cluster", How(cluster=scheduler.scheduler_address, progress=kill_all)
    )
    assert killed
    assert tables(tmp_path / "cluster") == tables(tmp_path / "threads")


def test_workers_with_other_sources_are_refused(scheduler: Any, tmp_path: Path) -> None:
    spread = partial(spread_on_cluster, partial(_noted, tmp_path), [1])
    with pytest.raises(RunError, match="another version of ips-sim"):
        list(spread(scheduler.scheduler_address, 2, "0" * 64))
    assert not list(tmp_path.iterdir())


def test_a_worker_that_joins_late_is_asked_too() -> None:
    from ips_sim.runs.cluster import _do_there

    with pytest.raises(RunError, match="another version of ips-sim"):
        _do_there(partial(_noted, Path()), 1, "0" * 64)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("somewhere", "is no address"),
        ("tcp://127.0.0.1:1", "no Dask scheduler answers"),
        ("tcp://127.0.0.1:port", "no Dask scheduler answers"),
        ("tcp://", "no Dask scheduler answers"),
        ("tls://127.0.0.1:1", "no Dask scheduler answers"),
        ("pigeon://loft", "no Dask scheduler answers"),
    ],
)
def test_no_cluster_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, said: str
) -> None:
    monkeypatch.setattr("ips_sim.runs.cluster.CONNECT_SECONDS", 0.2)
    path = written(tmp_path, SWEEP)
    arguments = ["sweep", str(path), "--out", str(tmp_path / "out"), "--cluster", address]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert done.stderr.count("\n") == 1
    assert "can't be written" not in done.stderr


def test_a_cluster_that_the_system_refuses_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")

    monkeypatch.setattr(distributed, "LocalCluster", refused)
    with pytest.raises(RunError) as told:
        run_sweep(experiment(tmp_path, SWEEP, "sweep"), tmp_path / "out", How(cluster="local"))
    assert "the cluster local can't be used" in str(told.value)
    assert "Cannot assign requested address" in str(told.value)


def test_without_dask_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("ips_sim.runs.cluster.import_module", missing)
    with pytest.raises(RunError, match="ips-sim\\[cluster\\]"):
        list(spread_on_cluster(partial(_noted, Path()), [1], "local", 1, ""))


def test_comparisons_and_principles_run_on_a_cluster_too(tmp_path: Path, scheduler: Any) -> None:
    small = {"design.people": 12, "design.weeks": 26}
    plan = make_plan(["ips", "traditional"], draws=1, replicates=40, overrides=small)
    lean = "title: Lean\nbase: ips.yaml\nprinciples: [rapid_search, preferences]\n"
    shared = make_principles_plan(written(tmp_path, lean), draws=1, replicates=2, overrides=small)
    for name, cluster in (("threads", None), ("cluster", scheduler.scheduler_address)):
        run_to_folder(plan, tmp_path / f"{name}-runs", How(cluster=cluster))
        principles_to_folder(shared, tmp_path / f"{name}-principles", How(cluster=cluster))
    for what in ("runs", "principles"):
        assert tables(tmp_path / f"cluster-{what}") == tables(tmp_path / f"threads-{what}")


def test_what_is_finished_needs_no_cluster(tmp_path: Path) -> None:
    plan = sweep_plan(experiment(tmp_path, SWEEP, "sweep"))
    assert not list(do_blocks(plan, [], How(cluster="tcp://127.0.0.1:1")))
