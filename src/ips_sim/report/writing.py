"""Writing the report: one offline page with everything in it, and the figures as files."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from typing import Any

from ips_sim.analysis.trials.scores import CROSS_VALIDATED, MODEL, SIMULATION, shipped_scores
from ips_sim.economics.prices import default_prices
from ips_sim.report.alike import unlike
from ips_sim.report.budget_core import about_budget, budget_core
from ips_sim.report.costs import cost_parts, who_pays, why_hospital
from ips_sim.report.drawing import drawn_all, write_page
from ips_sim.report.figures import figures_of
from ips_sim.report.folder import Result, Told, read_result
from ips_sim.report.headlines import headlines
from ips_sim.report.limits import LIMITS
from ips_sim.report.quarters import QUARTER_COLUMNS, WHAT_COLUMNS_ARE, quarter_tables
from ips_sim.report.tables import (
    cost_rows,
    differing_keys,
    interval_kinds,
    interval_rows,
    measure_rows,
    origin_counts,
    outcome_groups,
    parameter_rows,
    parts_rows,
    posts_in_words,
    price_rows,
    some_lie_outside,
    without_any,
)
from ips_sim.report.words import NONE_SEEN, NOT_KNOWN, WHY_CLOSED, span
from ips_sim.runs.ranges import PARTS, Interval
from ips_sim.shown.english import counted, first_sentences, listed, number
from ips_sim.shown.style import COLOURS

_TEMPLATE = Path(__file__).with_name("report.html.j2")
UNFINISHED = ".partial"
"""A result folder bears this until everything is in it, the report too."""
AT_A_GLANCE = ("work_by_week", "hours_by_use", "status_by_week")
"""The figures that come right after the table."""

SENTENCES_OF_A_CARD = 2
"""How much of a scenario's own summary stands on the first page."""

INTERVALS: dict[Interval, tuple[str, str]] = {
    "predictive": (
        "Predictive",
        "All of it together, and what the sentences, the table and the bands show: nine in ten "
        "results of one programme of this size lie inside. What scenarios share, such as luck, "
        "site and parameters, makes a difference surer than the two means look.",
    ),
    "luck": (
        "Luck",
        "Which people come, and what happens to them day by day. More people in the programme "
        "make it smaller.",
    ),
    "sites": (
        "Sites",
        "What one agency and its labour market have that others do not. More sites make it "
        "smaller, more people at one site do not.",
    ),
    "parameters": (
        "Parameters",
        "What nobody knows exactly about how things work. Only evidence makes it smaller.",
    ),
    "model": (
        "Model",
        "What the model misses of trials that it has not seen, beyond all of the above. Only a "
        "better model makes it smaller. It misses scenarios that are alike in the same way, so a "
        "difference is the less sure the further two lie apart. Trials tell it for outcomes that "
        "come about by work; of others it is not known and not in the range.",
    ),
    "people": (
        "People",
        "No part of the above: how far people differ from each other. Nine out of ten simulated "
        "people lie inside, and for a difference what it is for the same person in two worlds.",
    ),
}
"""What each kind of 90 % range means: its name, and in plain words."""


def write_report(folder: Path) -> Path:
    """Write ``report.html`` and ``figures/`` into a finished result folder.

    The page needs no network and no script. The same folder, named in the same
    way, always gives the same bytes.

    Parameters
    ----------
    folder
        What ``run`` or ``compare`` left. The page names it as it is named here.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    FileNotFoundError
        If the folder is not a finished result.
    DrawingError
        If some figures can't be drawn, after everything else was written.
    """
    result = read_result(folder)
    prices = default_prices()
    figures = drawn_all(figures_of(result))
    by_name = {figure.name: figure for figure in figures}
    return write_page(
        folder,
        _TEMPLATE,
        figures,
        title=" and ".join(one.name for one in result.scenarios)
        if len(result.scenarios) < 3
        else f"{len(result.scenarios)} scenarios compared",
        result=result,
        unlike=unlike({one.name: one.values for one in result.scenarios}),
        compared=[
            _about(one) | {"colour": colour}
            for one, colour in zip(result.scenarios, cycle(COLOURS), strict=False)
        ],
        replicates=_runs_in_words(result),
        headlines=headlines(result),
        budget=budget_core(result),
        about_budget=about_budget(result),
        groups=outcome_groups(result),
        alike_rows=listed([one.lower() for one in without_any(result)]),
        measures=measure_rows(result),
        quarters=quarter_tables(result.quarters),
        quarter_columns=[column.label.capitalize() for column in QUARTER_COLUMNS],
        what_columns_are=WHAT_COLUMNS_ARE,
        observed=_observed_in_words(result),
        cost_rows=cost_rows(cost_parts(result)),
        who_pays=who_pays(result),
        why_hospital=why_hospital() if "hospital_days" in result.outcomes else "",
        glance=[by_name[name] for name in AT_A_GLANCE],
        figures=[figure for figure in figures if figure.name not in AT_A_GLANCE],
        intervals=[said for kind, said in INTERVALS.items() if kind in interval_kinds(result)],
        unseen=_error_on_unseen_trials(),
        parts_rows=(of_parts := parts_rows(result)),
        none_seen=any(NONE_SEEN in row.halves for row in of_parts),
        parts=[INTERVALS[kind][0] for kind in PARTS],
        not_known=NOT_KNOWN,
        interval_rows=interval_rows(result),
        interval_kinds=interval_kinds(result),
        some_lie_outside=some_lie_outside(result),
        why_closed=WHY_CLOSED if "closed" in result.outcomes else "",
        mc_error=_largest_error(result),
        levers=differing_keys(result),
        parameters=parameter_rows(),
        origins=origin_counts(),
        prices=prices,
        price_rows=price_rows(result),
        limits=LIMITS,
        again=commands_again(result.manifest, folder),
        provenance=provenance(result.manifest),
        made_on=made_on(result.manifest),
    )


def _about(one: Told) -> dict[str, str]:
    design = one.values["design"]
    people = counted(int(design["people"]), "person", "people")
    sites = counted(int(design["sites"]), "site")
    if one.is_cohort:
        followed = f"{people} at {sites}, each followed for {span(one.weeks)} from entry"
    else:
        followed = (
            f"{people} referred to {sites}, observed for {span(one.weeks)} after a warm-up of "
            f"{span(int(design['warm_up_weeks']))}"
        )
    caseload = int(one.values["programme"]["caseload_limit"])
    return {
        "name": one.name,
        "summary": first_sentences(one.summary, SENTENCES_OF_A_CARD),
        "followed": followed,
        "caseload": f"at most {counted(caseload, 'person', 'people')} per full-time specialist, "
        f"{posts_in_words(one)}",
    }


def _runs_in_words(result: Result) -> str:
    """How often everything was run."""
    replicates = int(result.manifest["replicates"])
    draws = int(result.manifest["draws"])
    each = counted(replicates, "replicate")
    if draws == 1:
        return f"{each} of each scenario, with one set of parameters"
    return (
        f"{each} of each scenario for each of {draws:,} draws of the uncertain parameters; means "
        "are over all of them"
    )


def _observed_in_words(result: Result) -> str:
    """Say of open programmes for how long people were observed; empty where all are cohorts."""
    said = [
        f"{number(mean.value, 0)} weeks on average under {one.name}"
        for one in result.scenarios
        if not one.is_cohort
        and (mean := result.mean(one.name, "weeks_observed"))
        and mean.value is not None
    ]
    if not said:
        return ""
    return (
        "In an open programme people are referred all the time, and those who count here were "
        f"observed from their referral on: {listed(said)}, the last of them for a week. So this "
        "table says less of the programme than of when people came, and a cohort that is followed "
        "as long shows more work for the same service. Shares of the caseload and the table of "
        "quarters tell of the programme."
    )


def _error_on_unseen_trials() -> str:
    """Say how far trials that were left out of the fit were missed; empty if nobody tried."""
    unseen = {
        one.who.removesuffix(f", {CROSS_VALIDATED}"): one
        for one in shipped_scores()
        if one.arm == "both" and one.who.endswith(CROSS_VALIDATED)
    }
    simulation, model = unseen.pop(SIMULATION, None), unseen.pop(MODEL, None)
    if simulation is None or model is None or not unseen:
        return ""
    best = min(unseen, key=lambda who: unseen[who].mean_absolute_error)
    return (
        f"Each of the trials behind the fit was once left out of it and then simulated, as the "
        f"scenarios here are: over {simulation.arms} arms the share who found a competitive job "
        f"was missed by {number(simulation.mean_absolute_error)} points on average. Moved towards "
        f"what the other trials found, as predictions of trials are, it was missed by "
        f"{number(model.mean_absolute_error)}; without any model, {best} missed it by "
        f"{number(unseen[best].mean_absolute_error)}."
    )


def _largest_error(result: Result) -> str:
    """The Monte Carlo error of the first outcome, in words; empty where there is none."""
    errors = [
        mean.mc_error
        for one in result.scenarios
        if (mean := result.mean(one.name, "employed_ever")) and mean.mc_error is not None
    ]
    return f"{100 * max(errors):.2f}" if errors else ""


def commands_again(manifest: Mapping[str, Any], folder: Path) -> list[str]:
    """Give the commands that make a result again."""
    # As it was named where the command was given, so that it is found from there.
    named = folder if folder.name else folder.resolve()
    finished = named.with_name(named.name.removesuffix(UNFINISHED))
    lines = [shlex.join(["ips-sim", "rerun", str(finished)])]
    if command := manifest["command"]:
        lines.append(shlex.join(command))
    return lines


def made_on(manifest: Mapping[str, Any]) -> str:
    """Give the day on which a result was finished; empty where the manifest has none."""
    return str(manifest.get("times", {}).get("finished", ""))[:10]


def provenance(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say what a result depends on, as its manifest has it."""
    versions = manifest["versions"]
    rows = [
        ("Made on", made_on(manifest)),
        ("ips-sim", str(versions["ips_sim"])),
        ("Seed", str(manifest["seed"])),
        ("Replicates", str(manifest["replicates"])),
        ("Draws", str(manifest["draws"])),
        ("Driver", str(manifest["driver"])),
        ("Source hash", str(manifest["source_hash"])),
    ]
    if git := manifest.get("git"):
        changed = ", with changes that are not in it" if git["changed"] else ""
        rows.append(("Commit", f"{git['commit']}{changed}"))
    others = [f"{name} {value}" for name, value in versions.items() if name != "ips_sim"]
    rows.append(("With", ", ".join(others)))
    return [(name, value) for name, value in rows if value]
