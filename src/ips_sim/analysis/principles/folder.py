"""The result folder of `ips-sim principles`: resumed after a stop, whole at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from ips_sim.analysis.principles.plan import Basis, PrinciplesPlan
from ips_sim.analysis.principles.running import SHARED_OUTCOMES, Progress, WorldTotals, run_worlds
from ips_sim.analysis.principles.shares import (
    Shares,
    VariantRow,
    by_variant,
    main_basis,
    work_out,
)
from ips_sim.analysis.principles.trial import PowerRow, trial_power
from ips_sim.analysis.principles.why import WhyRow, explain
from ips_sim.runs.execution import Say, silent
from ips_sim.runs.partial import fill
from ips_sim.runs.tables import Coded, Column, TableWriter, write_rows

_PRINCIPLE = Column("principle", "text", "", "a principle, or another player that was named")
_OUTCOME = (
    Column("outcome", "text", "", "outcome, per person referred or, by its name, per admitted"),
    Column("unit", "text", "", "unit of the values"),
)


def _ranged(name: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(name, "number", "", meaning),
        Column(f"{name}_low", "number", "", f"lower end of the 90 % range of {name}"),
        Column(f"{name}_high", "number", "", f"upper end of the 90 % range of {name}"),
    )


PRINCIPLES_COLUMNS = (
    _PRINCIPLE,
    *_OUTCOME,
    *_ranged("dropped", "what is lost when it alone is dropped from everything"),
    *_ranged("alone", "what it brings alone, added to nothing"),
    *_ranged("shapley", "its share of the whole difference"),
    Column("prior_low", "number", "", "lower end of the share's 90 % range before any fit"),
    Column("prior_high", "number", "", "upper end of the share's 90 % range before any fit"),
    Column("learned", "text", "", "learned, partly or assumed: how far data moved the share"),
)
WHOLE_COLUMNS = (
    *_OUTCOME,
    Column("nothing", "number", "", "mean without any principle"),
    Column("everything", "number", "", "mean with all principles"),
    *_ranged("difference", "everything less nothing"),
)
_ENDS = (
    Column("low", "number", "", "lower end of the 90 % range"),
    Column("high", "number", "", "upper end of the 90 % range"),
)
INTERACTIONS_COLUMNS = (
    Column("first", "text", "", "one principle"),
    Column("second", "text", "", "another"),
    *_OUTCOME,
    Column("interaction", "number", "", "what both bring together beyond one by one"),
    *_ENDS,
)
WHY_COLUMNS = (
    _PRINCIPLE,
    Column("change", "text", "", "whole, dropped, alone or shapley"),
    Column("part", "text", "", "part of the change in weeks worked"),
    Column("unit", "text", "", "unit of the value"),
    Column("value", "number", "", "the part; parts add up to the change"),
    *_ENDS,
)
VARIANTS_COLUMNS = (
    _PRINCIPLE,
    *_OUTCOME,
    Column("variant", "text", "", "the fit, or a structural variant of the model"),
    Column("shapley", "number", "", "its share of the whole difference"),
    *_ENDS,
)
TRIAL_COLUMNS = (
    Column("first", "text", "", "one principle"),
    Column("second", "text", "", "another"),
    Column("question", "text", "", "apart, first, second or interaction"),
    *_OUTCOME,
    Column("people_per_arm", "whole number", "people", "people in each of the four arms"),
    Column("difference", "number", "", "what a trial without chance would find"),
    Column("power", "number", "share", "chance that a trial of this size finds it"),
)

Finish = Callable[["PrinciplesResult", Path], object]
"""Adds files, such as figures, to a folder that has all its tables."""


@dataclass(frozen=True)
class PrinciplesResult:
    """What came out.

    Attributes
    ----------
    plan
        What was run.
    totals
        What all runs came to, by basis.
    shares
        What each principle brings.
    why
        The change in weeks worked in four parts.
    power
        The virtual factorial trial.
    variants
        Shares under the fit and under each structural variant; empty if that was not asked for.
    """

    plan: PrinciplesPlan
    totals: dict[Basis, WorldTotals]
    shares: Shares
    why: list[WhyRow]
    power: list[PowerRow]
    variants: list[VariantRow]


def share_principles(
    plan: PrinciplesPlan,
    folder: Path | None = None,
    *,
    jobs: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
    say: Say = silent,
) -> PrinciplesResult:
    """Run all worlds and share out what they bring.

    Parameters
    ----------
    plan, folder, jobs, cluster, progress, say
        As `run_worlds`.
    """
    totals = run_worlds(plan, folder, jobs=jobs, cluster=cluster, progress=progress, say=say)
    main = totals[main_basis(plan)]
    shares = work_out(plan, totals)
    return PrinciplesResult(
        plan,
        totals,
        shares,
        explain(plan, main),
        trial_power(plan, main),
        by_variant(plan, totals, shares.rows),
    )


def principles_to_folder(
    plan: PrinciplesPlan,
    folder: Path,
    *,
    jobs: int | None = None,
    cluster: str | None = None,
    force: bool = False,
    command: Sequence[str] = (),
    finish: Finish | None = None,
    progress: Progress | None = None,
    say: Say = silent,
) -> PrinciplesResult:
    """Run a plan into a folder, or go on with it where it was stopped.

    Parameters
    ----------
    plan
        What to run.
    folder
        Where the result will be; while it runs, it is ``folder.partial``.
    jobs, cluster
        As `do_blocks` takes them.
    force
        Replace a finished result, and begin anew what was begun with another plan.
    command
        For the manifest.
    finish
        Called with the result and the folder once all tables are there.
    progress, say
        Told how far it is, and what takes long.

    Raises
    ------
    RunError
        If there is a finished result already, or something begun with another plan.
    InterruptedRunError
        After Ctrl-C.
    """

    def work(blocks: Path) -> PrinciplesResult:
        return share_principles(
            plan, blocks, jobs=jobs, cluster=cluster, progress=progress, say=say
        )

    return fill(plan, folder, work, write_tables, finish=finish, force=force, command=command)


def write_tables(result: PrinciplesResult, folder: Path) -> list[Path]:
    """Write all tables into a folder and give their paths."""
    written = [_write_combinations(result, folder / "combinations.parquet")]
    for name, columns, rows in (
        ("principles", PRINCIPLES_COLUMNS, [astuple(row) for row in result.shares.rows]),
        ("whole", WHOLE_COLUMNS, [astuple(row) for row in result.shares.whole]),
        (
            "interactions",
            INTERACTIONS_COLUMNS,
            [astuple(row) for row in result.shares.interactions],
        ),
        ("why", WHY_COLUMNS, [astuple(row) for row in result.why]),
        ("trial_power", TRIAL_COLUMNS, [astuple(row) for row in result.power]),
        ("variants", VARIANTS_COLUMNS, [astuple(row) for row in result.variants]),
    ):
        if rows:
            path = folder / f"{name}.csv"
            write_rows(path, columns, rows)
            written.append(path)
    return written


def _write_combinations(result: PrinciplesResult, path: Path) -> Path:
    """Write every run of every coalition: means of all outcomes."""
    plan = result.plan
    columns = (
        Column("combination", "whole number", "", "number of the combination, a bit for each"),
        *(Column(name, "yes or no", "", f"whether {name} takes part") for name in plan.names),
        Column(
            "basis", "text", "", "where parameters come from: centre, prior, posterior or a variant"
        ),
        Column("draw", "whole number", "", "realisation of the uncertain parameters, from 0"),
        Column("replicate", "whole number", "", "stochastic run of a draw, from 0"),
        *(Column(one.name, "number", one.unit, one.meaning) for one in SHARED_OUTCOMES),
    )
    writer = TableWriter(path, columns, "parquet")
    runs = plan.draws * plan.replicates
    combination = np.repeat(plan.coalitions, runs)
    for basis, totals in result.totals.items():
        means = totals.means.reshape(len(SHARED_OUTCOMES), -1)
        writer.add(
            {
                "combination": combination,
                **{name: combination >> bit & 1 for bit, name in enumerate(plan.names)},
                "basis": Coded((basis,), np.zeros(combination.shape, dtype=np.int64)),
                "draw": np.tile(
                    np.repeat(np.arange(plan.draws), plan.replicates), len(plan.coalitions)
                ),
                "replicate": np.tile(np.arange(plan.replicates), plan.draws * len(plan.coalitions)),
                **{one.name: means[row] for row, one in enumerate(SHARED_OUTCOMES)},
            }
        )
    writer.close()
    return path
