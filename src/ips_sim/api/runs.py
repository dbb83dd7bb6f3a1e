"""Run scenarios in memory and get tidy pandas tables.

The tables have the columns of a result folder's, and ``save`` writes such a folder.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ips_sim.report.short_table import collected_lines
from ips_sim.runs.collected import Collected
from ips_sim.runs.counts import DEFAULT_DRAWS, of_kind
from ips_sim.runs.errors import RunError
from ips_sim.runs.folder import save
from ips_sim.runs.how import How
from ips_sim.runs.places import place
from ips_sim.runs.plan import Plan, make_plan
from ips_sim.runs.rounds import collect
from ips_sim.runs.tables import (
    CONTRASTS_COLUMNS,
    EVENTS_COLUMNS,
    PEOPLE_COLUMNS,
    QUARTERS_COLUMNS,
    RUNS_COLUMNS,
    SUMMARY_COLUMNS,
    WEEKLY_COLUMNS,
    Coded,
    Column,
    Table,
    events_table,
    people_table,
    runs_table,
    weekly_table,
)
from ips_sim.runs.work import MemoryStore
from ips_sim.scenario import ScenarioSource
from ips_sim.shown.aligned import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd


class Result:
    """What `simulate` brings; each table is made when it is first asked for.

    Attributes
    ----------
    collected
        The numbers behind the tables, for programs that want no pandas.
    """

    def __init__(self, collected: Collected) -> None:
        self.collected = collected

    @property
    def plan(self) -> Plan:
        """What was run."""
        return self.collected.plan

    @property
    def replicates(self) -> int:
        """How many replicates it came to."""
        return self.collected.replicates

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Mean, Monte Carlo error and ranges of every outcome and measure."""
        return _frame_of_rows(self.collected.summary, SUMMARY_COLUMNS)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Means, shares and measures of every run."""
        return self._frame(runs_table, RUNS_COLUMNS)

    @cached_property
    def people(self) -> pd.DataFrame:
        """Every outcome of every person; NaN where a person has no value."""
        return self._frame(people_table, PEOPLE_COLUMNS)

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """People in each status, hours and quantities, week by week."""
        tables = (
            weekly_table(self.plan.names[scenario], block)
            for scenario, block in self.collected.weekly()
        )
        return _frame_of_tables(tables, WEEKLY_COLUMNS)

    @cached_property
    def quarters(self) -> pd.DataFrame:
        """Every open programme quarter by quarter; no rows where all scenarios are cohorts."""
        return _frame_of_rows(self.collected.quarters, QUARTERS_COLUMNS)

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened to whom in which week; only if events were asked for.

        Raises
        ------
        AttributeError
            If they were not.
        """
        if not self.plan.events:
            raise AttributeError("no events were kept: ask for them with events=True")
        return self._frame(events_table, EVENTS_COLUMNS)

    def save(self, folder: str | Path, *, force: bool = False) -> Path:
        """Write a result folder, as ``ips-sim run`` and ``compare`` do, without the report.

        Parameters
        ----------
        folder
            Where; it must not exist.
        force
            Replace what is there.

        Raises
        ------
        RunError
            If the folder is there already, or an unfinished one of another plan is.
        """
        how = How(force=force, command=("ips_sim", type(self).__name__))
        return save(self.collected, place(folder), how).folder

    def _frame(self, make: Any, columns: Sequence[Column]) -> pd.DataFrame:
        tables = (
            make(self.plan.names[scenario], block) for scenario, block in self.collected.blocks()
        )
        return _frame_of_tables(tables, columns)

    def __str__(self) -> str:
        """Show the headline outcomes, and whether scenarios are alike besides the programme."""
        return "\n".join(columns(collected_lines(self.collected)))


class Comparison(Result):
    """What `compare` brings."""

    @cached_property
    def contrasts(self) -> pd.DataFrame:
        """Every scenario against the reference, paired by draw and replicate."""
        return _frame_of_rows(self.collected.contrasts, CONTRASTS_COLUMNS)


def simulate(
    scenario: ScenarioSource,
    *,
    seed: int = 1,
    replicates: int | None = None,
    draws: int = DEFAULT_DRAWS,
    driver: str = "compiled",
    jobs: int | None = None,
    overrides: Mapping[str, object] | None = None,
    events: bool = False,
    precision: str | float | None = None,
    agents: Mapping[str, type] | None = None,
) -> Result:
    """Run one scenario.

    Parameters
    ----------
    scenario
        A path, the name of a shipped scenario, a mapping with a file's keys, or a `Scenario`.
    seed
        Key of all chance, from 0 to 2**64 - 1.
    replicates
        Stochastic runs of each draw, by default as many as make 200 runs.
    draws
        Realisations of the uncertain parameters; 1 is the centre of them all.
    driver
        ``"compiled"``, or ``"mesa"`` for the same results from Mesa agents.
    jobs
        Threads of the compiled driver, by default one for each core, or processes of Mesa's, by
        default none but this one. Results don't depend on it.
    overrides
        Values by dotted name, ``{"programme.caseload_limit": 30}``.
    events
        Whether to keep what happens to everyone; takes longer.
    precision
        ``"OUTCOME=VALUE"`` or ``"VALUE"``: take the replicates as a pilot, and then as many as it
        takes for the Monte Carlo error of the outcome, by default ``employed_ever``, to be as
        small as that.
    agents
        Custom agent classes for the Mesa driver, by argument of ``IPSModel``:
        ``{"job_seeker": MySeeker}``.

    Returns
    -------
    Result
        With the tables `summary`, `runs`, `people` and `weekly`.

    Raises
    ------
    ScenarioError
        If the scenario has mistakes.
    RunError
        If something asked for is not possible.

    Examples
    --------
    >>> result = simulate("ips", draws=5, replicates=2)
    >>> len(result.runs)
    10
    """
    plan = make_plan(
        [scenario],
        seed=seed,
        replicates=replicates,
        draws=draws,
        driver=driver,
        overrides=overrides,
        events=events,
        precision=precision,
        agents=_names(agents),
    )
    return Result(_collect(plan, jobs, agents))


def compare(
    *scenarios: ScenarioSource,
    reference: str | None = None,
    seed: int = 1,
    replicates: int | None = None,
    draws: int = DEFAULT_DRAWS,
    driver: str = "compiled",
    jobs: int | None = None,
    overrides: Mapping[str, object] | None = None,
    events: bool = False,
    precision: str | float | None = None,
    agents: Mapping[str, type] | None = None,
) -> Comparison:
    """Run several scenarios with the same chance: the same people, relapses and vacancies.

    Parameters
    ----------
    *scenarios
        Two or more, each as `simulate` takes it.
    reference
        Title or source of the one that the others are compared with; by default the first, of two
        the second.
    seed, replicates, draws, driver, jobs, overrides, events, precision, agents
        As in `simulate`; overrides are set in every scenario.

    Returns
    -------
    Comparison
        A `Result` with `contrasts` besides.

    Examples
    --------
    >>> comparison = compare("ips", "traditional", draws=5, replicates=2)
    >>> set(comparison.contrasts["reference"])
    {'Traditional services'}
    """
    if len(scenarios) < 2:
        raise TypeError(f"compare takes two or more scenarios, found {len(scenarios)}")
    plan = make_plan(
        scenarios,
        reference=reference,
        seed=seed,
        replicates=replicates,
        draws=draws,
        driver=driver,
        overrides=overrides,
        events=events,
        precision=precision,
        agents=_names(agents),
    )
    return Comparison(_collect(plan, jobs, agents))


def _collect(plan: Plan, jobs: int | None, agents: Mapping[str, type] | None) -> Collected:
    if jobs is None and plan.driver == "mesa":
        # Other processes import the caller's script again; that has to be asked for.
        jobs = 1
    return collect(plan, MemoryStore(), How(jobs=jobs, say=say), agents)


def say(line: str) -> None:
    """Tell the person who waits."""
    print(line, file=sys.stderr)


def _names(agents: Mapping[str, type] | None) -> list[str]:
    """Name custom agent classes, if they are some."""
    if agents is not None:
        of_kind("agents", agents, Mapping, "a mapping of names to classes")
    for name, one in (agents or {}).items():
        from ips_sim.model import agents as shipped

        kinds = {
            "job_seeker": shipped.JobSeeker,
            "specialist": shipped.Specialist,
            "employer": shipped.Employer,
        }
        if name not in kinds:
            raise RunError(f"agents has {name!r}; allowed are {', '.join(kinds)}")
        if not (isinstance(one, type) and issubclass(one, kinds[name])):
            allowed = f"a subclass of {kinds[name].__name__}"
            raise RunError(f"agents[{name!r}] must be {allowed}, found {one!r}")
    return [f"{one.__module__}.{one.__qualname__}" for one in (agents or {}).values()]


def _frame_of_rows(rows: Sequence[object], columns: Sequence[Column]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({one.name: [getattr(row, one.name) for row in rows] for one in columns})


def _frame_of_tables(tables: Iterable[Table], columns: Sequence[Column]) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    pieces = list(tables)
    made: dict[str, Any] = {}
    for one in columns:
        parts = [piece[one.name] for piece in pieces]
        if isinstance(parts[0], Coded):
            made[one.name] = pd.concat(
                [
                    pd.Series(np.array(part.words, dtype=object)[part.codes])
                    for part in parts
                    if isinstance(part, Coded)
                ],
                ignore_index=True,
            )
            continue
        values = np.concatenate([part for part in parts if not isinstance(part, Coded)])
        if one.kind == "yes or no":
            values = values != 0
        elif one.kind == "whole number" and not (
            values.dtype.kind == "f" and np.isnan(values).any()
        ):
            values = values.astype(np.int64)
        made[one.name] = values
    return pd.DataFrame(made)
