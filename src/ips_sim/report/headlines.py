"""What came out, in sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ips_sim.report.folder import Estimate, Result, Told
from ips_sim.report.quarters import EACH_COSTS, QUARTER_COLUMNS
from ips_sim.report.words import Wording, shown, span
from ips_sim.runs.quarters import ALL_QUARTERS
from ips_sim.shown.english import NEARLY_ALWAYS, NO_VALUE, number, rounded_gap


@dataclass(frozen=True)
class Headline:
    """One finding: a sentence, and for many scenarios a line for each of the others.

    Attributes
    ----------
    topic
        What it is about, in a word or two.
    sentence
        The finding, or what the lines are compared with.
    lines
        Where there are more than two scenarios: one for each but the reference.
    """

    topic: str
    sentence: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Saying:
    """How a headline about one outcome is put."""

    outcome: str
    topic: str
    lead: Callable[[str], str]
    amount: Callable[[float | None, int], str]
    more: str
    fewer: str
    scale: float = 1.0
    decimals: int = 0


WEEKS = " weeks"


def _plain(value: float | None, decimals: int) -> str:
    return number(value, decimals)


def _weeks(value: float | None, decimals: int) -> str:
    return f"{number(value, decimals)}{WEEKS}"


def _dollars(value: float | None, decimals: int) -> str:
    return NO_VALUE if value is None else f"${number(value, decimals)}"


_SAYINGS = (
    _Saying(
        "employed_ever",
        "Finding work",
        lambda within: f"Of 100 people, about {{}} found a competitive job within {within}",
        _plain,
        "more",
        "fewer",
        scale=100,
    ),
    _Saying(
        "weeks_worked",
        "Time in work",
        lambda within: f"Over {within} people spent {{}} on average in competitive work",
        _weeks,
        "more",
        "less",
        decimals=1,
    ),
    _Saying(
        "employed_at_end",
        "Still in work",
        lambda within: f"At the end of {within}, {{}} of 100 people were in a competitive job",
        _plain,
        "more",
        "fewer",
        scale=100,
    ),
    _Saying(
        "earnings_usd",
        "Earnings",
        lambda within: f"People earned {{}} each on average over {within}",
        _dollars,
        "more",
        "less",
    ),
    _Saying(
        "programme_cost_usd",
        "Cost",
        lambda within: f"The programme cost {{}} a person over {within}",
        _dollars,
        "more",
        "less",
    ),
)


_OF_CASELOADS = (
    _Saying(
        "caseload_employed_in_quarter_share",
        "In work in a quarter",
        lambda _: (
            "Of 100 people on the caseload in a quarter, about {} worked in a competitive job in it"
        ),
        _plain,
        "more",
        "fewer",
        scale=100,
    ),
    _Saying(
        "caseload_employed_share",
        "In work in a week",
        lambda _: "In an average week, {} of 100 people on the caseload had a competitive job",
        _plain,
        "more",
        "fewer",
        scale=100,
    ),
    _Saying(
        "job_starts_per_100_caseload_years",
        "Job starts",
        lambda _: "In a year, 100 people on the caseload started {} competitive jobs",
        _plain,
        "more",
        "fewer",
    ),
    _Saying(
        "weeks_worked_per_year",
        "Time in work",
        lambda _: (
            "Everyone referred, on the caseload or not, worked {} in a year of being observed"
        ),
        _weeks,
        "more",
        "less",
        decimals=1,
    ),
)
"""What is said of open programmes, where people come all the time: shares and rates, no sums."""

MANY = 3
"""From so many scenarios beside the reference on, only the first findings are put in sentences."""

_FIRST = ("employed_ever", "weeks_worked", "programme_cost_usd")

_ABOUT_WORK = {"Finding work", "Time in work", "Still in work"}
"""Topics that come before what is said of finders alone."""


def headlines(result: Result) -> list[Headline]:
    """Give the findings to read first; an outcome that is not there is left out."""
    spans = {one.weeks for one in result.scenarios}
    within = span(spans.pop()) if len(spans) == 1 else "each scenario's own follow-up"
    found = []
    many = len(result.others) >= MANY
    if result.is_open:
        said = (_headline(result, saying, within) for saying in _OF_CASELOADS)
        return [*filter(None, said), *_about_quarters(result)]
    for saying in _SAYINGS:
        if many and saying.outcome not in _FIRST:
            continue
        headline = _headline(result, saying, within)
        if headline:
            found.append(headline)
    finders = _about_finders(result)
    if finders and not many:
        found.insert(len(_ABOUT_WORK & {headline.topic for headline in found}), finders)
    return found


def _headline(result: Result, saying: _Saying, within: str) -> Headline | None:
    reference = result.told(result.reference)
    mean = result.mean(reference.name, saying.outcome)
    if mean is None or mean.value is None:
        return None
    lead = saying.lead(within)
    if not result.others:
        said = lead.format(_amount(saying, mean.value))
        sentence = f"{said} under {reference.name} ({_range(saying, mean)})."
        return Headline(saying.topic, sentence)
    if len(result.others) == 1:
        return Headline(saying.topic, _two(result, saying, lead))
    said = lead.format(_amount(saying, mean.value))
    lines = tuple(line for other in result.others if (line := _against(result, saying, other)))
    return Headline(saying.topic, f"{said} under {reference.name}.", lines)


def _two(result: Result, saying: _Saying, lead: str) -> str:
    """Say what came out of both, in the order in which they were given, and their difference."""
    first, second = (result.mean(one.name, saying.outcome) for one in result.scenarios)
    if first is None or second is None or first.value is None or second.value is None:
        return ""
    names = [one.name for one in result.scenarios]
    sentence = (
        f"{lead.format(_amount(saying, first.value))} under {names[0]} and "
        f"{_amount(saying, second.value)} under {names[1]}"
    )
    (other,) = result.others
    difference = result.difference(other.name, saying.outcome)
    base = result.mean(result.reference, saying.outcome)
    mean = result.mean(other.name, saying.outcome)
    if base is None or mean is None or difference is None or difference.value is None:
        return f"{sentence}."
    # Told from the side that has more, so that the sentence reads without minus signs.
    value = _gap(saying, mean, base)
    swap = difference.value < 0
    more = result.reference if swap else other.name
    return f"{sentence}: {_difference(saying, difference, value, more, swap=swap)}."


def _gap(saying: _Saying, mean: Estimate, base: Estimate) -> float:
    """A difference as readers take it from two means, each of which is rounded."""
    value, other = ((one.value or 0.0) * saying.scale for one in (mean, base))
    return rounded_gap(value, other, saying.decimals) / saying.scale


def _against(result: Result, saying: _Saying, other: Told) -> str:
    base = result.mean(result.reference, saying.outcome)
    mean = result.mean(other.name, saying.outcome)
    difference = result.difference(other.name, saying.outcome)
    if mean is None or mean.value is None:
        return ""
    line = f"{other.name}: {_amount(saying, mean.value)}"
    if difference is None or difference.value is None or base is None:
        return line
    return f"{line}, {_difference(saying, difference, _gap(saying, mean, base))}"


def _difference(
    saying: _Saying, difference: Estimate, value: float, more: str = "", *, swap: bool = False
) -> str:
    """A difference with its range, in words.

    Parameters
    ----------
    saying, difference
        What is said, and of what range.
    value
        The difference as the means shown have it.
    more
        The scenario from whose side it is told, to be named; empty if the line names it.
    swap
        Whether that is the reference.
    """
    sign = -1.0 if swap else 1.0
    value *= sign
    ends = [sign * end for end in (difference.low, difference.high) if end is not None]
    low, high = (min(ends), max(ends)) if len(ends) == 2 else (value, value)
    who = f" under {more}" if more else ""
    same = _is_zero(saying, value)
    word = saying.more if value > 0 else saying.fewer
    amount = "about the same" if same else f"{_amount(saying, abs(value))} {word}{who}"
    if len(ends) < 2 or (_is_zero(saying, low) and _is_zero(saying, high)):
        return amount
    if same or low < 0 < high:
        span = f"from {_end(saying, low)} to {_end(saying, high)}"
        return f"{amount} ({span}{who if same else ''})"
    low, high = sorted((abs(low), abs(high)))
    return f"{amount} ({_ends(saying, low, high)})"


def _ends(saying: _Saying, low: float, high: float) -> str:
    """A range that names its unit once."""
    first, last = _amount(saying, low), _amount(saying, high)
    return f"{last} {NEARLY_ALWAYS}" if first == last else f"{first.removesuffix(WEEKS)} to {last}"


def _end(saying: _Saying, value: float) -> str:
    """An end of a range that may lie on either side of zero."""
    if _is_zero(saying, value):
        return "none"
    word = saying.more if value > 0 else saying.fewer
    return f"{_amount(saying, abs(value))} {word}"


def _is_zero(saying: _Saying, value: float) -> bool:
    """Whether a value is written as zero."""
    return not round(value * saying.scale, saying.decimals)


def _amount(saying: _Saying, value: float) -> str:
    return saying.amount(value * saying.scale, saying.decimals)


def _range(saying: _Saying, mean: Estimate) -> str:
    if mean.low is None or mean.high is None:
        return "no range"
    return _ends(saying, mean.low, mean.high)


def _about_quarters(result: Result) -> list[Headline]:
    """What a quarter is like on average: people, job starts, and what they cost."""
    lines = {
        name: "{served} people on the caseload at some time, {waiting} waiting, {job_starts} job "
        "starts; the programme cost {programme_cost_usd}, {programme_cost_usd_per_served} for each "
        "person served ({span})".format(
            span=EACH_COSTS.span(quarters[ALL_QUARTERS, EACH_COSTS.figure]),
            **{
                one.figure: one.shown(quarters[ALL_QUARTERS, one.figure].mean)
                for one in QUARTER_COLUMNS
            },
        )
        for name, quarters in result.quarters.items()
    }
    if len(lines) == 1:
        (line,) = lines.values()
        return [Headline("A quarter on average", f"{line}.")]
    named = tuple(f"{name}: {line}" for name, line in lines.items())
    return [Headline("A quarter on average", "All sites together.", named)] if named else []


def _about_finders(result: Result) -> Headline | None:
    """How long finders took and how long the first job lasted, with how many they were."""
    parts = []
    for one in result.scenarios:
        wait = result.mean(one.name, "weeks_to_first_job")
        stay = result.mean(one.name, "first_job_weeks")
        if wait is None or wait.value is None or stay is None or stay.value is None:
            continue
        share = result.mean(one.name, "employed_ever")
        who = "" if share is None or share.value is None else f"{_whole(share.value)} of all; "
        parts.append(
            f"{one.name}: first job after {number(wait.value)} weeks, lasting "
            f"{number(stay.value)} weeks within the follow-up "
            f"({who}n = {wait.n or 0:,} in all runs)"
        )
    if not parts:
        return None
    if len(parts) == 1:
        return Headline("Those who found a job", f"{parts[0]}.")
    return Headline(
        "Those who found a job",
        "Averages over those who found one: not the same people under each scenario.",
        tuple(parts),
    )


def _whole(share: float) -> str:
    """A share in whole percent."""
    whole = Wording("", "", "share", decimals=0)
    return shown(share, whole)
