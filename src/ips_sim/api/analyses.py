"""Analyses over many runs from Python: which principles matter, sweeps, sensitivity."""

from __future__ import annotations

import shutil
import weakref
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from ips_sim.api.runs import say
from ips_sim.shown.aligned import columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from ips_sim.analysis.experiments.experiment import Experiment, Kind
    from ips_sim.scenario import ScenarioSource


class Analysis:
    """What an analysis brings; each table is read when it is first asked for.

    A table that the analysis did not make, or whose folder is gone, raises `AttributeError`.

    Attributes
    ----------
    folder
        The result folder, as the command of the same name writes it.  Without a place of its own
        it is a temporary one, which goes with this object.
    """

    def __init__(self, out: str | Path | None) -> None:
        self.is_temporary = out is None
        if out is None:
            there = Path(mkdtemp(prefix="ips-sim-"))
            weakref.finalize(self, shutil.rmtree, there, ignore_errors=True)
            out = there / "result"
        self.folder = Path(out)
        self._lines: list[str] = []

    def __str__(self) -> str:
        """Show what the command of the same name prints."""
        return "\n".join(self._lines)

    def _table(self, name: str) -> pd.DataFrame:
        import pandas as pd

        path = self.folder / name
        if not path.exists():
            gone = "" if self.folder.exists() else f": {self.folder} is gone"
            raise AttributeError(f"this {type(self).__name__} has no {path.stem}{gone}")
        return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)

    @contextmanager
    def _being_made(self) -> Iterator[None]:
        """Let Ctrl-C be Ctrl-C where nothing is left to go on from."""
        from ips_sim.runs.errors import InterruptedRunError

        try:
            yield
        except InterruptedRunError:
            if self.is_temporary:
                raise KeyboardInterrupt from None
            raise


class Principles(Analysis):
    """What `principles` brings."""

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Each principle and outcome: lost when dropped, brought alone, its share; how learned."""
        return self._table("principles.csv")

    @cached_property
    def whole(self) -> pd.DataFrame:
        """Each outcome with no principle, with all of them, and the difference."""
        return self._table("whole.csv")

    @cached_property
    def interactions(self) -> pd.DataFrame:
        """What each pair of principles brings together beyond one by one."""
        return self._table("interactions.csv")

    @cached_property
    def why(self) -> pd.DataFrame:
        """The change in weeks worked: more people, earlier, longer, sooner again."""
        return self._table("why.csv")

    @cached_property
    def trial_power(self) -> pd.DataFrame:
        """Power of a virtual factorial trial by its size."""
        return self._table("trial_power.csv")

    @cached_property
    def variants(self) -> pd.DataFrame:
        """Shares under the fit and under each structural variant."""
        return self._table("variants.csv")

    @cached_property
    def combinations(self) -> pd.DataFrame:
        """Every run of every combination."""
        return self._table("combinations.parquet")


class Sweep(Analysis):
    """What `sweep` brings."""

    @cached_property
    def design(self) -> pd.DataFrame:
        """What was changed, and its value at each point."""
        return self._table("design.csv")

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Every outcome and measure of every run; a run that failed says why."""
        return self._table("runs.parquet")

    @cached_property
    def points(self) -> pd.DataFrame:
        """Means of the experiment's outcomes at each point, with intervals."""
        return self._table("points.csv")

    @cached_property
    def region(self) -> pd.DataFrame:
        """What the experiment's goal says of each point, the best first."""
        return self._table("region.csv")


class Sensitivity(Analysis):
    """What `sensitivity` brings."""

    @cached_property
    def design(self) -> pd.DataFrame:
        """The factors' values at each point."""
        return self._table("design.csv")

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Every outcome and measure of every run; a run that failed says why."""
        return self._table("runs.parquet")

    @cached_property
    def indices(self) -> pd.DataFrame:
        """Indices of every factor, outcome and method; ``word`` says why there is no number."""
        return self._numbers_and_words("indices.csv")

    @cached_property
    def settling(self) -> pd.DataFrame:
        """Indices from growing parts of the design; ``word`` says why there is no number."""
        return self._numbers_and_words("settling.csv")

    def _numbers_and_words(self, name: str) -> pd.DataFrame:
        import pandas as pd

        table = self._table(name)
        given = table["value"]
        for column in ("value", "low", "high"):
            table[column] = pd.to_numeric(table[column], errors="coerce")
        table["word"] = given.where(table["value"].isna(), "").astype(str)
        return table


def principles(
    scenario: ScenarioSource,
    *,
    players: Mapping[str, object] | None = None,
    overrides: Mapping[str, object] | None = None,
    variants: bool = False,
    seed: int = 1,
    replicates: int = 3,
    draws: int = 40,
    jobs: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Principles:
    """Say what each principle brings: dropped, alone, and as its share of the difference.

    Parameters
    ----------
    scenario
        As `simulate` takes it, or the path of an experiment that names one and its players.
    players
        More players: by dotted name the value that a key has without them,
        ``{"programme.caseload_limit": 40}``.
    overrides
        Values by dotted name, set in every world.
    variants
        Whether to run the two structural variants too, beside the fit itself.
    seed, replicates
        As in `simulate`.
    draws
        Realisations of the uncertain parameters; 1 for their centre.
    jobs
        Threads, by default one for each core; results don't depend on it.
    cluster
        Address of a Dask scheduler, or ``"local"`` to start one; results don't depend on it.  A
        script that starts one needs its own code behind ``if __name__ == "__main__":``.
    out
        Keep the result folder here; one that was begun is gone on with.
    force
        Replace what is there.

    Returns
    -------
    Principles
        With the tables `shares`, `whole`, `why`, `combinations`; up to ten players
        `interactions` and `trial_power`; and `variants` if they were asked for.

    Raises
    ------
    ScenarioError
        If the scenario or a player has mistakes.
    RunError
        If something asked for is not possible.
    InterruptedRunError
        After Ctrl-C, if ``out`` holds what is finished; without it a `KeyboardInterrupt`.

    Examples
    --------
    >>> found = principles("ips", draws=1, replicates=1, overrides={"design.people": 20})
    >>> len(found.combinations)
    256
    """
    from ips_sim.analysis.principles.folder import principles_to_folder
    from ips_sim.analysis.principles.plan import make_principles_plan
    from ips_sim.analysis.principles.players import player_of_key
    from ips_sim.analysis.principles.shown import shown_lines

    plan = make_principles_plan(
        scenario,
        extra=[player_of_key(key, value) for key, value in (players or {}).items()],
        seed=seed,
        replicates=replicates,
        draws=draws,
        overrides=overrides,
        variants=variants,
    )
    made = Principles(out)
    with made._being_made():
        found = principles_to_folder(
            plan,
            made.folder,
            jobs=jobs,
            cluster=cluster,
            force=force,
            command=["ips_sim", "principles"],
            say=say,
        )
    for part in shown_lines(found):
        made._lines += [part] if isinstance(part, str) else columns(part)
    return made


def sweep(
    experiment: str | Path | Mapping[str, Any],
    *,
    seed: int | None = None,
    replicates: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Sweep:
    """Vary levers, settings and parameters, and say where outcomes are best.

    Parameters
    ----------
    experiment
        A path, or a mapping with the keys of an experiment file, whose ``base`` ships or lies in
        the current folder.
    seed, replicates
        Other ones than the experiment's.
    jobs, cluster, out, force
        As in `principles`.

    Returns
    -------
    Sweep
        With the tables `design`, `runs` and `points`, and `region` if the experiment has a goal.

    Raises
    ------
    ScenarioError
        If the experiment has mistakes.
    RunError
        If something asked for is not possible.
    InterruptedRunError
        After Ctrl-C, if ``out`` holds what is finished; without it a `KeyboardInterrupt`.

    Examples
    --------
    >>> made = sweep({
    ...     "title": "Caseloads", "base": "ips", "replicates": 2,
    ...     "factors": {"programme.caseload_limit": [20, 40]},
    ... })
    >>> made.design["programme.caseload_limit"].tolist()
    [20, 40]
    """
    from ips_sim.analysis.experiments.sweep import run_sweep
    from ips_sim.report.sweep_words import sweep_table

    made = Sweep(out)
    with made._being_made():
        found = run_sweep(
            _experiment(experiment, "sweep", seed, replicates),
            made.folder,
            jobs=jobs,
            cluster=cluster,
            force=force,
            command=["ips_sim", "sweep"],
            say=say,
        )
    made._lines = columns(sweep_table(found))
    return made


def sensitivity(
    experiment: str | Path | Mapping[str, Any],
    *,
    seed: int | None = None,
    replicates: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Sensitivity:
    """Say which levers and uncertainties drive which outcome, and how much is mere chance.

    Parameters
    ----------
    experiment, seed, replicates, jobs, cluster, out, force
        As in `sweep`.

    Returns
    -------
    Sensitivity
        With the tables `design`, `runs`, `indices` and `settling`.

    Raises
    ------
    ScenarioError
        If the experiment has mistakes.
    RunError
        If something asked for is not possible.
    InterruptedRunError
        As `sweep`.
    """
    from ips_sim.analysis.experiments.sensitivity import run_sensitivity
    from ips_sim.report.sensitivity_words import sensitivity_table

    made = Sensitivity(out)
    with made._being_made():
        found = run_sensitivity(
            _experiment(experiment, "sensitivity", seed, replicates),
            made.folder,
            jobs=jobs,
            cluster=cluster,
            force=force,
            command=["ips_sim", "sensitivity"],
            say=say,
        )
    made._lines = columns(sensitivity_table(found))
    return made


def _experiment(
    source: str | Path | Mapping[str, Any], kind: Kind, seed: int | None, replicates: int | None
) -> Experiment:
    from ips_sim.analysis.experiments.files import load_experiment

    return load_experiment(source, kind).with_runs(seed, replicates)
