"""Every figure of the report, with what it shows in words, or why it isn't there."""

from __future__ import annotations

from collections.abc import Sequence

from ips_sim.economics.prices import default_price_year
from ips_sim.report.costs import WeeklyCosts, weekly_costs
from ips_sim.report.drawing import ToDraw
from ips_sim.report.figures import dot_figures, parts, people_figures, weekly_figures
from ips_sim.report.figures.parts import Line
from ips_sim.report.folder import Result
from ips_sim.report.process import caseload_of_post, ending_rows, process_rows, ways_out_rows
from ips_sim.report.survival import kaplan_meier
from ips_sim.report.words import WHY_CLOSED
from ips_sim.shown.english import counted, listed, number

NO_WEEKLY = "The folder has no weekly table (weekly.parquet)."
EVERYONE = (
    "all who were ever referred: they become more, since whoever has left stays among them, and "
    "only the parts that touch the caseload tell of the programme"
)
"""What areas add up to where people come all the time."""
NO_PEOPLE = "The folder has no table of people (people.parquet)."


def figures_of(result: Result) -> list[ToDraw]:
    """Plan every figure of a report, and say what those lack that can't be drawn.

    Parameters
    ----------
    result
        A finished result.
    """
    lines = parts.looks([one.name for one in result.scenarios])
    told, weekly, people = result.scenarios, result.weekly, result.people
    no_weekly = "" if weekly else NO_WEEKLY
    no_people = "" if people else NO_PEOPLE
    ways, endings, process = ways_out_rows(result), ending_rows(result), process_rows(result)
    costs = {
        one.name: weekly_costs(weekly[one.name], people.get(one.name), one.prices)
        for one in told
        if one.name in weekly
    }
    return [
        ToDraw(
            "work_by_week",
            "How many of the caseload are in competitive work, week by week?"
            if result.is_open
            else "How many are in competitive work, week by week?",
            lambda: _about_work(result),
            lambda: weekly_figures.work_by_week(told, lines, weekly),
            no_weekly,
        ),
        ToDraw(
            "status_by_week",
            "Where does everyone stand?",
            lambda: (
                f"Everybody is in exactly one place each week, so the areas add up to "
                f"{EVERYONE if result.is_open else '100 %'}. The order and the colours are the "
                "same in every panel."
            ),
            lambda: weekly_figures.status_by_week(told, weekly),
            no_weekly,
        ),
        ToDraw(
            "hours_by_use",
            "What do specialists' hours go to?",
            lambda: _about_hours(result),
            lambda: weekly_figures.hours_bars(told, weekly),
            no_weekly,
        ),
        *([_quarters(result, lines)] if result.quarters else []),
        ToDraw(
            "time_to_first_job",
            "How long until the first job?",
            lambda: _about_first_job(result),
            lambda: people_figures.time_to_first_job(told, lines, people),
            no_people,
        ),
        ToDraw(
            "job_tenure",
            "How long does the first job last?",
            lambda: _about_tenure(result),
            lambda: people_figures.job_tenure(told, lines, people),
            no_people,
        ),
        # Of people who were observed for unlike lengths both would tell growth as decline.
        *([] if result.is_open else [_weeks_worked(result, no_people)]),
        ToDraw(
            "ways_out",
            "How do people leave the service?",
            lambda: (
                "Shares of all people. The same person may leave, come back and leave another "
                f"way. {WHY_CLOSED} Bars are 90 % ranges as in the table."
            ),
            lambda: dot_figures.share_dots(ways, lines, "Share of people"),
            "" if ways else "The tables hold none of the ways out.",
        ),
        ToDraw(
            "job_endings",
            "How do jobs end?",
            lambda: (
                "Shares of the competitive jobs that ended, by cause. Lay-offs and temporary jobs "
                "end whatever anyone does; fewer jobs lost otherwise make their share larger."
            ),
            lambda: dot_figures.share_dots(endings, lines, "Share of ended jobs"),
            "" if endings else "The tables do not say how jobs ended.",
        ),
        *([] if result.is_open else [_costs(result, lines, costs, no_weekly)]),
        ToDraw(
            "process",
            "How does the service work?",
            lambda: (
                "Figures that a fidelity review would ask about, averaged over people and runs. "
                "Each panel has a scale of its own, starting at zero."
            ),
            lambda: dot_figures.small_bars(process, lines),
            "" if process else "The folder has neither a weekly table nor measures of the service.",
        ),
    ]


def _weeks_worked(result: Result, missing: str) -> ToDraw:
    return ToDraw(
        "weeks_worked",
        "How much work in all?",
        "Each bar is everybody, sorted by weeks in competitive work. An average hides that many "
        "never work and some work nearly all the time.",
        lambda: people_figures.weeks_worked(result.scenarios, result.people),
        missing,
    )


def _costs(
    result: Result, lines: Sequence[Line], costs: dict[str, WeeklyCosts], missing: str
) -> ToDraw:
    return ToDraw(
        "costs_by_week",
        "What does it cost, and when?",
        lambda: _about_costs(result, costs),
        lambda: weekly_figures.costs_by_week(result.scenarios, lines, costs, default_price_year()),
        missing,
    )


def _quarters(result: Result, lines: Sequence[Line]) -> ToDraw:
    return ToDraw(
        "quarters",
        "What does the programme do in a quarter?",
        lambda: (
            "All sites together. Bands are predictive 90 % ranges of one such programme. The table "
            "of quarters has the figures, and quarters.csv all of them with their ranges."
        ),
        lambda: weekly_figures.quarters(result.scenarios, lines, result.quarters),
        "",
    )


def _each(said: Sequence[tuple[float, str, str]]) -> str:
    """Values under scenarios as a list, or the lowest and the highest where there are many.

    Each is given by its size, how it is written, and the scenario.
    """
    if len(said) <= parts.MOST_BANDS:
        return listed([f"{text} under {name}" for _, text, name in said])
    (_, low, first), (_, high, last) = min(said), max(said)
    return f"from {low} under {first} to {high} under {last}"


def _about_hours(result: Result) -> str:
    said = ["Paid hours per person on the caseload and week, averaged over the whole time."]
    caseloads = {
        one.name: caseload
        for one in result.scenarios
        if one.name in result.weekly
        and (caseload := caseload_of_post(one, result.weekly[one.name])) is not None
    }
    if caseloads:
        each = [f"{number(caseload)} under {name}" for name, caseload in caseloads.items()]
        said.append(
            f"On average a full-time post had a caseload of {listed(each)}: the fewer there "
            "are, the more hours there are for each."
        )
    of_others, of_these = (
        [
            one.name
            for one in result.scenarios
            if one.name in caseloads and one.others_fill_places == is_refilled
        ]
        for is_refilled in (True, False)
    )
    if of_others:
        under = f" of {listed(of_others)}" if of_these else ""
        said.append(
            f"Hours of free places stand under not used; in the cost{under} they are for others, "
            "who come to these places and are not simulated."
        )
    if of_these:
        under = f"Under {listed(of_these)}, hours" if of_others else "Hours"
        said.append(f"{under} that nobody needed are paid too.")
    said.append(
        "Competing for these hours is the only way in which caseload size acts in the model."
    )
    return " ".join(said)


def _about_work(result: Result) -> str:
    said = []
    for one in result.scenarios:
        if one.name in result.weekly:
            share = float(result.weekly[one.name].employed[-1])
            said.append((share, f"{number(100 * share)} %", one.name))
    who = "Of the caseload in" if result.is_open else "In"
    text = f"{who} a competitive job at the end of the last week: {_each(said)}."
    if max(figures.runs for figures in result.weekly.values()) == 1:
        return text
    if len(said) <= parts.MOST_BANDS:
        return f"{text} Bands are predictive 90 % ranges."
    return f"{text} Bands are left out, since they would cover each other."


def _all_of(names: Sequence[str]) -> str:
    """Scenarios by name, or how many they are."""
    if len(names) <= parts.MOST_BANDS:
        return listed(list(names))
    return counted(len(names), "scenario")


def _about_first_job(result: Result) -> str:
    said, fewer = [], []
    for name, counts in result.people.items():
        curve = kaplan_meier(counts.first_job.sum(axis=0), counts.without_job.sum(axis=0))
        median = curve.median_weeks()
        if median is None:
            fewer.append(name)
        else:
            said.append((float(median), f"after {counted(median, 'week')}", name))
    text = (
        "A curve falls whenever people find their first competitive job (Kaplan-Meier, all runs "
        "together)."
    )
    if said:
        text += f" Half have found one {_each(said)}."
    if fewer:
        text += f" Fewer than half found one within the follow-up under {_all_of(fewer)}."
    several = any(counts.first_job.shape[0] > 1 for counts in result.people.values())
    if several and len(said) <= parts.MOST_BANDS:
        return f"{text} Bands are predictive 90 % ranges."
    return text


def _about_tenure(result: Result) -> str:
    said = []
    for name, counts in result.people.items():
        finders = int(counts.tenure_ended.sum() + counts.tenure_censored.sum())
        if not finders:
            continue
        median = kaplan_meier(counts.tenure_ended, counts.tenure_censored).median_weeks()
        lasted = "longer than was seen" if median is None else counted(median, "week")
        size = float("inf") if median is None else float(median)
        said.append((size, lasted, f"{name} (n = {finders:,})"))
    if not said:
        return "Nobody found a competitive job."
    return (
        "Only people who found a job, and other people find one under each scenario. Jobs still "
        "held when the follow-up ended count as long as they were seen (Kaplan-Meier). Half of "
        f"the first jobs lasted: {_each(said)}."
    )


def _about_costs(result: Result, costs: dict[str, WeeklyCosts]) -> str:
    text = (
        f"Per person, in {default_price_year()} US dollars at the unit costs below, not "
        "discounted. Programme: paid specialist hours, training and workshop places. Hospital: "
        "psychiatric inpatient days; other care is taken to be equal and left out."
    )
    if any(one.is_cohort and one.values["design"]["entry_weeks"] > 1 for one in result.scenarios):
        text += (
            " People enter over some weeks and leave in the same order, so the first and the last "
            "week's staff is shared by fewer people and looks dearer."
        )
    rest = [
        (cost.not_by_week, f"${number(cost.not_by_week, 0)}", name)
        for name, cost in costs.items()
        if cost.not_by_week is not None and cost.not_by_week >= 0.5
    ]
    if rest:
        text += (
            " Benefits plans belong to no week and are not drawn; they add "
            f"{_each(rest)} to the programme's total."
        )
    return text
