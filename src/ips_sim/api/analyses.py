"""Analyses over many runs from Python: principles, fidelity, sweeps, systems, trials."""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Literal

from ips_sim.api.runs import say
from ips_sim.runs.counts import (
    DEFAULT_AGENCIES,
    DEFAULT_DRAWS,
    DEFAULT_WAITING_WEEKS,
    PRINCIPLES_DRAWS,
    PRINCIPLES_REPLICATES,
    of_kind,
)
from ips_sim.runs.how import How
from ips_sim.runs.kinds import Kind, kind_named
from ips_sim.runs.places import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from ips_sim.scenario import ScenarioSource


class Analysis:
    """What an analysis brings; each of its tables is an attribute, read when first asked for.

    A table that the analysis did not make, or whose folder is gone, raises `AttributeError`.
    Where a word may stand for a number, as in the indices of a sensitivity analysis, the column
    ``word`` says it, and the number is NaN.

    Attributes
    ----------
    folder
        The result folder, as the command of the same name writes it.  Without a place of its own
        it is a temporary one, which goes with this object.
    """

    def __init__(self, kind: Kind[Any, Any], out: str | Path | None) -> None:
        self._kind = kind
        self.is_temporary = out is None
        if out is None:
            there = Path(mkdtemp(prefix="ips-sim-"))
            weakref.finalize(self, shutil.rmtree, there, ignore_errors=True)
            out = there / "result"
        self.folder = place(out)
        self._lines: list[str] = []

    def __str__(self) -> str:
        """Show what the command of the same name prints."""
        return "\n".join(self._lines)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._kind.tables]

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or name not in self._kind.tables:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        path = self.folder / self._kind.tables[name]
        if not path.exists():
            gone = "" if self.folder.exists() else f": {self.folder} is gone"
            raise AttributeError(f"this {self._kind.name} has no {name}{gone}")
        table = _read(path)
        if name in self._kind.with_words:
            table = _numbers_and_words(table)
        setattr(self, name, table)  # the next access finds it without coming here
        return table

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


def _read(path: Path) -> pd.DataFrame:
    import pandas as pd

    if path.suffix != ".parquet":
        return pd.read_csv(path)
    with path.open("rb") as file:
        # Arrow's threads may abort the interpreter when it ends.
        return pd.read_parquet(file, use_threads=False)


def _numbers_and_words(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    given = table["value"]
    for column in ("value", "low", "high"):
        table[column] = pd.to_numeric(table[column], errors="coerce")
    table["word"] = given.where(table["value"].isna(), "").astype(str)
    return table


def _analysed(
    kind: Kind[Any, Any],
    plan: Any,
    out: str | Path | None,
    jobs: int | None,
    cluster: str | None,
    force: bool,
) -> Analysis:
    """Run an analysis of a kind."""
    made = Analysis(kind, out)
    how = How(jobs=jobs, cluster=cluster, force=force, command=("ips_sim", kind.name), say=say)
    with made._being_made():
        made._lines = kind.shown(kind.run(plan, made.folder, how))
    return made


def principles(
    scenario: ScenarioSource,
    against: ScenarioSource | None = None,
    *,
    players: Mapping[str, object] | None = None,
    overrides: Mapping[str, object] | None = None,
    variants: bool = False,
    seed: int = 1,
    replicates: int = PRINCIPLES_REPLICATES,
    draws: int = PRINCIPLES_DRAWS,
    jobs: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Analysis:
    """Say what each principle brings: dropped, alone, and as its share of the difference.

    Parameters
    ----------
    scenario
        As `simulate` takes it, or the path of an experiment that names one and its players.
    against
        A second scenario: the difference to it is shared out, principle by principle, and
        ``everything_else`` if they differ beyond the principles.
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
    Analysis
        With the tables `shares`, what is lost when each principle is dropped, brought alone, and
        its share, before the fit and after it; `whole`, each outcome with no principle and all;
        `why`, the change in weeks worked in parts; `combinations`, every run of every combination;
        up to ten players `interactions` of pairs and `trial_power` of a virtual factorial trial;
        and `variants` if they were asked for.

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
    from ips_sim.analysis.principles.plan import make_principles_plan
    from ips_sim.analysis.principles.players import player_of_key

    of_kind("players", players or {}, Mapping, "a mapping of dotted names to values")
    plan = make_principles_plan(
        scenario,
        against,
        extra=[player_of_key(str(key), value) for key, value in (players or {}).items()],
        seed=seed,
        replicates=replicates,
        draws=draws,
        overrides=overrides,
        variants=variants,
    )
    return _analysed(kind_named("principles"), plan, out, jobs, cluster, force)


def fidelity(
    scenario: ScenarioSource,
    *,
    overrides: Mapping[str, object] | None = None,
    seed: int = 1,
    agencies: int = DEFAULT_AGENCIES,
    draws: int = DEFAULT_DRAWS,
    replicates: int = 2,
    jobs: int | None = 1,
    cluster: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Analysis:
    """Review a simulated programme by the 25 items of the IPS fidelity scale.

    Parameters
    ----------
    scenario, overrides, seed
        As in `simulate`.
    agencies
        Agencies that are visited, each with its own draw of the parameters, people and luck.
    draws, replicates
        Of the runs that tell what improvements bring; no draws leave them out.
    jobs
        Processes that visit agencies; a script that asks for several needs its own code behind
        ``if __name__ == "__main__":``.  Results don't depend on it.
    cluster, out, force
        As in `principles`.

    Returns
    -------
    Analysis
        With the tables `items`, a row for each item of the scale with score, basis and what was
        found; `agencies`, each one's total and share of people served who worked; and, where items
        fell that a lever would raise, `improvements`.

    Raises
    ------
    ScenarioError
        If the scenario has mistakes.
    RunError
        If nobody is served in it, fewer people search than a review takes, or something asked for
        is not possible.
    InterruptedRunError
        As `sweep`.

    Examples
    --------
    >>> found = fidelity("ips", agencies=2, draws=0)
    >>> len(found.items)
    25
    """
    from ips_sim.analysis.fidelity.review import make_fidelity_plan

    plan = make_fidelity_plan(
        scenario,
        seed=seed,
        agencies=agencies,
        draws=draws,
        replicates=replicates,
        overrides=overrides,
    )
    return _analysed(kind_named("fidelity"), plan, out, jobs, cluster, force)


def plan(
    scenario: ScenarioSource,
    *,
    people: int | None = None,
    budget_usd: float | None = None,
    waiting: float = DEFAULT_WAITING_WEEKS,
    fidelity: str = "good",
    beyond_observed: bool = False,
    seed: int = 1,
    jobs: int | None = 1,
    cluster: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Analysis:
    """Search staff, caseload, rules and team for what a budget or people to serve ask for.

    Parameters
    ----------
    scenario
        As in `simulate`: people, place and everything that no option sets.
    people
        Referred in a year; by default as many as the scenario has.
    budget_usd
        What the programme may cost in a year of routine.
    waiting
        Weeks of waiting allowed, on average of everyone referred.
    fidelity
        Lowest band of the fidelity scale that is allowed.
    beyond_observed
        Whether to search caseloads too that no programme is known to have had.
    seed, jobs, cluster, out, force
        As in `fidelity`.

    Returns
    -------
    Analysis
        With the tables `options`, the options looked at last in the first year of a new programme
        and in routine, and `next_specialist`, what one more post would bring the best of them.

    Raises
    ------
    ScenarioError
        If the scenario has mistakes.
    RunError
        If something asked for is not possible.
    InterruptedRunError
        As `sweep`.
    """
    from ips_sim.analysis.planning.search import make_staffing_plan

    asked = make_staffing_plan(
        scenario,
        people=people,
        budget_usd=budget_usd,
        most_waiting_weeks=waiting,
        fidelity=fidelity,
        beyond_observed=beyond_observed,
        seed=seed,
    )
    return _analysed(kind_named("plan"), asked, out, jobs, cluster, force)


def against(scenario: ScenarioSource, file: str | Path, *, seed: int = 1) -> pd.DataFrame:
    """Set a scenario against what a programme knows, as ``ips-sim check --against`` does.

    Parameters
    ----------
    scenario
        As in `simulate`.
    file
        A CSV file of quarterly counts, a fidelity sheet or a budget.
    seed
        Key of all chance.

    Returns
    -------
    DataFrame
        A row for each figure: what the file says, what is simulated with the range of nine in ten
        agencies, and whether the programme lies inside.

    Raises
    ------
    EvidenceError
        If the file has mistakes; a `ValueError`.
    RunError
        If nobody is served in the scenario.
    """
    import pandas as pd

    from ips_sim.analysis.against import set_against
    from ips_sim.scenario import load_scenario

    of_kind("file", file, (str, Path), "a path")
    how = How(jobs=1, say=say)
    rows = set_against(load_scenario(scenario), Path(file), seed=seed, how=how)
    return pd.DataFrame([asdict(row) for row in rows])


def sweep(
    experiment: str | Path | Mapping[str, Any],
    *,
    seed: int | None = None,
    replicates: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Analysis:
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
    Analysis
        With the tables `design`, what was changed at each point; `runs`, every outcome of every
        run, or why it failed; `points`, means with intervals; and, if the experiment has a goal,
        `region`, what it says of each point, the best first.

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
    return _experiment("sweep", experiment, seed, replicates, out, jobs, cluster, force)


def sensitivity(
    experiment: str | Path | Mapping[str, Any],
    *,
    seed: int | None = None,
    replicates: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Analysis:
    """Say which levers and uncertainties drive which outcome, and how much is mere chance.

    Parameters
    ----------
    experiment, seed, replicates, jobs, cluster, out, force
        As in `sweep`.

    Returns
    -------
    Analysis
        With the tables `design`, the factors' values at each point; `runs`, every outcome of every
        run, or why it failed; `indices` of every factor, outcome and method; and `settling`, the
        same from growing parts of the design.

    Raises
    ------
    ScenarioError
        If the experiment has mistakes.
    RunError
        If something asked for is not possible.
    InterruptedRunError
        As `sweep`.
    """
    return _experiment("sensitivity", experiment, seed, replicates, out, jobs, cluster, force)


def system(
    file: str | Path,
    *,
    seed: int | None = None,
    replicates: int | None = None,
    draws: int | None = None,
    sites: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Analysis:
    """Run many sites together: a service that converts, a community of programmes, a region.

    Parameters
    ----------
    file
        A file of a system, or the name of one that ships, such as ``"learning_community"``.
    seed, replicates, draws
        Other ones than the file's.
    sites
        Sites of each group, other than the file's.
    jobs, cluster, out, force
        As in `principles`.

    Returns
    -------
    Analysis
        With the tables `windows`, each figure of each group and window with the range of the group
        over draws and that of single sites; `sites`, each site in each window of each run; and
        `programmes`, what sets each site apart.

    Raises
    ------
    ScenarioError
        If the file has mistakes, or a number does not go with it.
    RunError
        If something asked for is not possible.
    InterruptedRunError
        As `sweep`.

    Examples
    --------
    >>> made = system("day_treatment", sites=1, draws=1)
    >>> sorted(set(made.windows["group"]))
    ['Continuing sites', 'Converting sites']
    """
    from ips_sim.analysis.systems.folder import make_system_plan
    from ips_sim.analysis.systems.system import load_system

    plan = make_system_plan(load_system(file).with_runs(seed, replicates, draws, sites))
    return _analysed(kind_named("system"), plan, out, jobs, cluster, force)


def validate(
    trials: str | Path | None = None,
    *,
    others: bool = False,
    samples: int = 500,
    seed: int = 1,
    variant: str = "",
    jobs: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Analysis:
    """Run the 28 trials as virtual ones, or others, and compare with what was published.

    Parameters
    ----------
    trials
        A file of trials of one's own or of the 28, with rates or without; by default the 28 with
        the rates that ship.
    others
        Predict trials of IPS outside severe mental illness instead.
    samples
        Virtual trials of each design.
    variant
        Structural variant, ``"people_differ"`` or ``"interest_fades"``.
    seed, jobs, cluster, out, force
        As in `principles`.

    Returns
    -------
    Analysis
        With the tables `predictions`, a row for each arm of every trial; `cross_validation`, the
        same by the fits that left a trial out; `scores` of both beside plain predictions; and
        `trials`, a row for each trial of the file or of the others, with how far outside the fit
        it lies.  Rates are per cent.

    Raises
    ------
    EvidenceError
        If the file has mistakes; a `ValueError`.
    RunError
        If something asked for is not possible.
    InterruptedRunError
        As `sweep`.
    """
    from ips_sim.analysis.trials.validation_folder import make_validation_plan

    if trials is not None:
        of_kind("trials", trials, (str, Path), "a path")
    path = None if trials is None else Path(trials)
    plan = make_validation_plan(path, samples=samples, seed=seed, variant=variant, others=others)
    return _analysed(kind_named("validation"), plan, out, jobs, cluster, force)


def _experiment(
    kind: Literal["sweep", "sensitivity"],
    source: str | Path | Mapping[str, Any],
    seed: int | None,
    replicates: int | None,
    *how: Any,
) -> Analysis:
    from ips_sim.analysis.experiments.files import load_experiment

    plan = load_experiment(source, kind).with_runs(seed, replicates)
    return _analysed(kind_named(kind), plan, *how)


def value(
    *scenarios: ScenarioSource,
    reference: str | None = None,
    overrides: Mapping[str, object] | None = None,
    perspective: str = "government",
    effect: str = "weeks_worked",
    people_per_year: int = 100,
    variants: bool = True,
    extrapolate: bool = False,
    seed: int = 1,
    draws: int = DEFAULT_DRAWS,
    replicates: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Analysis:
    """Say what strategies cost and bring, to whom, and how sure that is.

    Parameters
    ----------
    scenarios
        Strategies, as `simulate` takes them; of one alone only the budget is told. Or the folder
        of a finished result alone, to put other prices on what was counted and look at it
        otherwise without another run: of what follows `reference`, `overrides` (of prices and
        budget), `perspective`, `effect` and `people_per_year` count then, the rest is its own.
    reference
        Title or source of the one that others are compared with; by default the last.
    overrides, seed
        As in `simulate`.
    perspective
        Whose costs: ``participant``, ``programme``, ``government`` or ``society``.
    effect
        What is bought: ``weeks_worked``, ``people_employed`` or ``qalys``.
    people_per_year
        Referred in a region in a year, for its budget.
    variants
        Whether to run both structural variants too.
    extrapolate
        Whether follow-up may exceed that of the trials behind the fit.
    draws
        Realisations of the uncertain parameters and prices.
    replicates
        Stochastic runs of each draw; without, as many as keep chance below 5 % of the variance
        between draws.
    jobs, cluster, out, force
        As in `principles`.

    Returns
    -------
    Analysis
        With the tables `draws`, one row for each draw, strategy, perspective, effect and variant;
        `strategies`, the base case; `acceptability`; `information`, what perfect information and
        single inputs are worth; `inputs`, which move the answer; `budget` and `budget_impact`;
        `quantities` of every run, on which `prices` were put by the `inventory`; `chance`, its
        share of the variance between draws; and the `checklist` of CHEERS 2022.

    Raises
    ------
    ScenarioError
        If a scenario has mistakes.
    RunError
        If something asked for is not possible.
    InterruptedRunError
        As `principles`.

    Examples
    --------
    >>> small = {"design.people": 20, "design.weeks": 26}
    >>> found = value(
    ...     "ips", "traditional", overrides=small, draws=4, replicates=2, variants=False
    ... )
    >>> len(found.draws)
    96
    """
    from ips_sim.analysis.value.folder import is_finished, repriced
    from ips_sim.analysis.value.plan import make_value_plan

    views = {
        "reference": reference,
        "perspective": perspective,
        "effect": effect,
        "people_per_year": people_per_year,
    }
    if is_finished(scenarios):
        kind, plan = repriced(Path(str(scenarios[0])), overrides or {}, **views)
        return _analysed(kind, plan, out, jobs, cluster, force)
    plan = make_value_plan(
        scenarios,
        overrides=overrides,
        variants=variants,
        extrapolate=extrapolate,
        seed=seed,
        draws=draws,
        replicates=replicates,
        **views,  # type: ignore[arg-type]
    )
    return _analysed(kind_named("value"), plan, out, jobs, cluster, force)
