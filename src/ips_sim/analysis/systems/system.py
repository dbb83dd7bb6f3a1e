"""What a file of a system says: groups of sites that differ, and what reviews do to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from annotated_types import MinLen
from pydantic import Field

from ips_sim.analysis.systems.counting import TimeOut
from ips_sim.evidence.mistakes import Mistake
from ips_sim.runs.counts import REPLICATE_LIMIT, SEED_LIMIT
from ips_sim.scenario import Scenario, as_mapping, load_scenario
from ips_sim.scenario.catalogue import keys, nearest_dotted
from ips_sim.scenario.checking import Said, check
from ips_sim.scenario.errors import Told
from ips_sim.scenario.layer import check_values
from ips_sim.scenario.library import experiment_path
from ips_sim.scenario.reader import (
    Node,
    from_python,
    inside,
    mapping,
    read_file,
    to_python,
)
from ips_sim.scenario.schema import Allowed, OneOf, Share, Title, Weeks, Whole
from ips_sim.scenario.sources import named_beside

Picture = Literal["before_and_after", "quarters", "saturation"]
MOST_SITES = 100_000
POSTS = "design.specialists_per_site"
"""The one key of a design that may differ between sites; referrals go with it."""
_NUMBERS = tuple(
    name
    for name, key in keys().items()
    if key.kind in ("number", "whole number")
    and key.section in ("programme", "staff", "people", "place")
) + (POSTS,)
_SET = tuple(keys())

_Differing = Annotated[
    str, OneOf(_NUMBERS, "the dotted name of a number of a scenario", nearest_dotted)
]
_Set = Annotated[str, OneOf(_SET, "the dotted name of a key of a scenario", nearest_dotted)]
_Name = Annotated[str, Allowed("the name of a scenario file or of a shipped scenario")]


class SpreadSaid(Said):
    """How a number differs between sites: evenly from low to high, or most around a value."""

    low: float = Field(description="The lowest value.")
    high: float = Field(description="The highest value.")
    most: float | None = Field(
        default=None, description="The commonest value, towards which the others thin out."
    )


class GroupSaid(Said):
    """A group of sites of one scenario."""

    scenario: _Name = Field(description="The scenario of its sites.")
    sites: Annotated[Whole, Field(ge=1, le=MOST_SITES)] = Field(description="How many sites.")
    others: _Name | None = Field(
        default=None,
        description="The scenario of the other sites of each area, which share its employers.",
    )
    others_in_area: Annotated[Whole, Field(ge=0, le=MOST_SITES)] = Field(
        default=0, description="How many sites of each area are of that scenario."
    )
    set: dict[_Set, Any] = Field(
        default_factory=dict, description="Values by dotted name that hold at all of them."
    )
    reviews: bool = Field(default=False, description="Whether its sites are reviewed.")


class ReviewsSaid(Said):
    """What a review finds, and how far technical assistance moves it."""

    first_week: Weeks = Field(ge=1, le=1040, description="Week of the first review.")
    every_weeks: Weeks = Field(ge=4, le=520, description="Weeks between reviews.")
    toward: _Name = Field(description="The scenario whose programme is the anchor.")
    found_share: Share = Field(description="Chance that a review finds a lever off its anchor.")
    measured_sites: Annotated[Whole, Field(ge=0, le=MOST_SITES)] = Field(
        default=0,
        description="How many sites of each reviewed group have the 25 items of the fidelity scale "
        "measured at every review, in the first run; each takes about a second.",
    )
    moved_share: Share = Field(description="Share of the way to the anchor that it is then moved.")


class TimeOutSaid(Said):
    """What hours in the community are reckoned by."""

    hours_per_week: Annotated[float, Field(ge=0, le=112)] = Field(
        description="Hours a week that somebody without work or a day programme is out in the "
        "community."
    )
    lost_per_programme_hour: Share = Field(
        description="How much of an hour in groups at the programme's own place is taken from it."
    )


class SystemFile(Said):
    """A file of a system, checked key by key."""

    title: Title = Field(description="Short name on one line.")
    window_weeks: Annotated[Whole, Field(ge=4, le=520)] = Field(
        default=13, description="Weeks over which is counted: 13 is a quarter, 52 a year."
    )
    groups: Annotated[
        dict[str, GroupSaid], MinLen(1), Allowed("a mapping of names to groups of sites")
    ] = Field(description="Groups of sites, by name.")
    same_sites: bool = Field(
        default=False,
        description="Whether groups are the same sites in other circumstances, which share their "
        "chance; without it, they are different ones.",
    )
    differ: dict[_Differing, SpreadSaid] = Field(
        default_factory=dict, description="What differs between sites, and how far."
    )
    reviews: ReviewsSaid | None = Field(default=None, description="What reviews do.")
    time_out: TimeOutSaid | None = Field(
        default=None, description="What hours in the community are reckoned by; else none are."
    )
    picture: Picture = Field(default="quarters", description="How it is drawn.")
    seed: Annotated[Whole, Field(ge=0, le=SEED_LIMIT - 1)] = 1
    replicates: Annotated[Whole, Field(ge=1, le=REPLICATE_LIMIT - 1)] = Field(
        default=1, description="Stochastic runs of each draw."
    )
    draws: Annotated[Whole, Field(ge=1, le=10_000)] = Field(
        default=20, description="Realisations of the uncertain parameters."
    )


@dataclass(frozen=True)
class Spread:
    """How a number differs between sites.

    Attributes
    ----------
    low, high
        Its ends.
    most
        The commonest value; none where all are equally common.
    """

    low: float
    high: float
    most: float | None = None

    def at(self, uniform: float) -> float:
        """Give the value below which this share of sites lies."""
        width = self.high - self.low
        if self.most is None:
            return self.low + width * uniform
        rise = self.most - self.low
        if uniform * width <= rise:
            return self.low + float((uniform * width * rise) ** 0.5)
        fall = self.high - self.most
        return self.high - float(((1.0 - uniform) * width * fall) ** 0.5)


@dataclass(frozen=True)
class Group:
    """A group of sites of one scenario.

    Attributes
    ----------
    name, scenario
        What it is called and what its sites are, differences aside.
    sites, first_site
        How many there are, and the number of the first across the system.
    is_reviewed
        Whether reviews move its levers.
    others, others_in_area
        What the last sites of each area are, and how many, where they are something else.
    """

    name: str
    scenario: Scenario
    sites: int
    first_site: int
    is_reviewed: bool
    others: Scenario | None = None
    others_in_area: int = 0

    def scenario_of(self, site: int) -> Scenario:
        """Give what a site is, differences aside; sites are numbered across the system."""
        in_area = self.scenario.design.sites_per_area
        if self.others is not None and site % in_area >= in_area - self.others_in_area:
            return self.others
        return self.scenario


@dataclass(frozen=True)
class Reviews:
    """What a review finds, and how far technical assistance moves it; see `ReviewsSaid`."""

    first_week: int
    every_weeks: int
    toward: Scenario
    found_share: float
    moved_share: float
    measured_sites: int = 0


@dataclass(frozen=True)
class System:
    """A system of sites, checked.

    Attributes
    ----------
    title, summary
        What it is; the summary is the comment at the top of the file.
    groups
        Its sites.
    differ
        What differs between them, by dotted name.
    reviews
        What reviews do, if there are any.
    window_weeks
        Weeks over which is counted.
    time_out
        What hours in the community are reckoned by, if they are.
    picture
        How it is drawn.
    seed, replicates, draws
        As in runs of scenarios.
    said
        The file as plain values, for the record.
    """

    title: str
    summary: str
    groups: tuple[Group, ...]
    differ: Mapping[str, Spread]
    reviews: Reviews | None
    window_weeks: int
    time_out: TimeOut | None
    picture: Picture
    seed: int
    replicates: int
    draws: int
    said: Mapping[str, Any]

    @property
    def windows(self) -> int:
        """How many whole windows are counted."""
        return self.groups[0].scenario.design.weeks // self.window_weeks

    def as_json(self) -> dict[str, Any]:
        """The system as JSON can hold it; `system_of` reads it back."""
        scenarios = {one.name: as_mapping(one.scenario) for one in self.groups}
        scenarios |= {
            _others_of(one.name): as_mapping(one.others)
            for one in self.groups
            if one.others is not None
        }
        if self.reviews is not None:
            scenarios["reviews"] = as_mapping(self.reviews.toward)
        return {
            "summary": self.summary,
            "system": dict(self.said),
            "scenarios": scenarios,
            "seed": self.seed,
            "replicates": self.replicates,
            "draws": self.draws,
        }

    def with_runs(
        self,
        seed: int | None = None,
        replicates: int | None = None,
        draws: int | None = None,
        sites: int | None = None,
    ) -> System:
        """Give the same system with another seed, other runs or sites a group, where they are said.

        Raises
        ------
        ScenarioError
            If a number is not allowed, or sites make no whole areas.
        """
        numbers = {"seed": seed, "replicates": replicates, "draws": draws}
        own = {name: value for name, value in numbers.items() if value is not None}
        said = {**self.said, **own}
        if sites is not None:
            said["groups"] = {
                name: {**one, "sites": sites} for name, one in self.said["groups"].items()
            }
        scenarios = self.as_json()["scenarios"]
        return _system(from_python(said), "options", Path(), self.summary, [], scenarios)


def _others_of(group: str) -> str:
    """Name the other sites of a group's areas, as a manifest does."""
    return f"{group}, other sites"


def load_system(path: str | Path) -> System:
    """Read a file of a system.

    Raises
    ------
    ScenarioError
        With every mistake found, each with its line.
    """
    file = experiment_path(path)
    parsed = read_file(file, str(path), "a file of a system (YAML)")
    return _system(parsed.root, str(path), file.parent, parsed.header, parsed.mistakes, {})


def system_of(said: Mapping[str, Any]) -> System:
    """Make a system from what a manifest holds: its file, and each scenario whole."""
    root, scenarios = from_python(said["system"]), said["scenarios"]
    return _system(root, "manifest", Path(), said["summary"], [], scenarios)


def _system(
    root: Node,
    where: str,
    folder: Path,
    summary: str,
    mistakes: Sequence[Mistake],
    given: Mapping[str, Any],
) -> System:
    """Check a file; scenarios that are given by group, or as what reviews move to, stand in it."""
    told = Told(where, list(mistakes))
    said, found = check(root, SystemFile, where)
    told.mistakes += found
    told.stop()

    def scenario(
        name: str, values: Mapping[str, Any], key: str, kept: str, *path: str
    ) -> Scenario | None:
        node = inside(root, *path)
        source = given.get(kept) or named_beside(folder, name)
        lines = {"base": inside(node, key).line}
        lines |= {dotted: one.line for dotted, one in mapping(inside(node, "set")).items()}
        with told.placing(lines, source):
            return load_scenario(source, {} if given else values)
        return None

    groups: list[Group] = []
    first = 0
    for name, one in said["groups"].items():
        place, values = ("groups", name), one["set"] or {}
        made = scenario(one["scenario"], values, "scenario", name, *place)
        others = None
        if one["others"] is not None:
            others = scenario(one["others"], values, "others", _others_of(name), *place)
        begins = 0 if said["same_sites"] else first
        first += one["sites"]
        if one["reviews"] and said["reviews"] is None:
            line = inside(root, "groups", name, "reviews").line
            told.tell(line, f"groups.{name}.reviews", "true", "a section reviews that says what")
        if made is not None:
            groups.append(
                Group(
                    name,
                    _one_area(made),
                    one["sites"],
                    begins,
                    one["reviews"],
                    None if others is None else _one_area(others),
                    one["others_in_area"],
                )
            )
    reviews = None
    if said["reviews"] is not None:
        toward = scenario(said["reviews"]["toward"], {}, "toward", "reviews", "reviews")
        if toward is not None:
            reviews = Reviews(**(said["reviews"] | {"toward": toward}))
    differ = {name: Spread(**one) for name, one in said["differ"].items()}
    for name, spread in differ.items():
        _check_spread(told, name, spread, inside(root, "differ", name))
    told.stop()
    _check_groups(told, root, groups, differ, said["window_weeks"])
    told.stop()
    return System(
        title=said["title"],
        summary=summary,
        groups=tuple(groups),
        differ=differ,
        reviews=reviews,
        window_weeks=said["window_weeks"],
        time_out=TimeOut(**said["time_out"]) if said["time_out"] else None,
        picture=said["picture"],
        seed=said["seed"],
        replicates=said["replicates"],
        draws=said["draws"],
        said=cast("dict[str, Any]", to_python(root)),
    )


def _one_area(scenario: Scenario) -> Scenario:
    """Give a scenario as large as the sites of one area, of which the system has many."""
    design = scenario.design
    people = -(-design.people // design.sites) * design.sites_per_area
    return scenario.model_copy(
        update={
            "design": design.model_copy(update={"people": people, "sites": design.sites_per_area})
        }
    )


def _check_spread(told: Told, name: str, spread: Spread, node: Node) -> None:
    """Tell of ends that a key does not allow, or that are not in order."""
    mistakes = []
    for end in ("low", "high", "most"):
        value = inside(node, end)
        if value.value is not None:
            mistakes += check_values({name: value}, told.where)
    told.mistakes += mistakes
    most = spread.low if spread.most is None else spread.most
    if not mistakes and not spread.low <= most <= spread.high:
        found = f"low {spread.low:g}, most {most:g} and high {spread.high:g}"
        told.tell(node.line, f"differ.{name}", found, "low, most and high in this order")


def _check_groups(
    told: Told,
    root: Node,
    groups: Sequence[Group],
    differ: Mapping[str, Spread],
    window_weeks: int,
) -> None:
    """Tell of groups that can't be counted by the same weeks, or do not make whole areas."""
    first = groups[0].scenario.design
    for group in groups:
        design, line = group.scenario.design, inside(root, "groups", group.name).line
        key = f"groups.{group.name}"
        if (design.kind, design.weeks, design.warm_up_weeks) != (
            first.kind,
            first.weeks,
            first.warm_up_weeks,
        ):
            found = f"{design.kind} of {design.weeks} weeks, warm-up {design.warm_up_weeks}"
            allowed = f"as in {groups[0].name}: {first.kind} of {first.weeks} weeks"
            told.tell(line, key, found, allowed)
        if design.kind == "cohort" and design.entry_weeks > 1:
            found = f"a cohort that enters over {design.entry_weeks} weeks"
            told.tell(line, key, found, "entry_weeks 1, so that all are there when it is counted")
        if POSTS in differ and (design.kind == "cohort" or design.sites_per_area > 1):
            found = f"{POSTS} differs, but here sites are alike or share employers"
            told.tell(line, key, found, "an open programme whose sites stand alone")
        if group.others is not None or group.others_in_area:
            _check_others(told, group, inside(root, "groups", group.name))
        if group.sites % design.sites_per_area or group.first_site % design.sites_per_area:
            allowed = f"sites that make whole areas of {design.sites_per_area}"
            told.tell(line, f"{key}.sites", f"{group.sites}", allowed)
    if first.weeks < window_weeks:
        line = inside(root, "window_weeks").line
        told.tell(line, "window_weeks", str(window_weeks), f"at most the {first.weeks} weeks run")


_OF_POSTS = {"staffed_share", "specialists_per_site"}


def _check_others(told: Told, group: Group, node: Node) -> None:
    """Tell of other sites of an area that could not be there: they differ by the service alone."""
    key, in_area = f"groups.{group.name}", group.scenario.design.sites_per_area
    if group.others is None or not 0 < group.others_in_area < in_area:
        allowed = f"1 to {in_area - 1} of an area's {in_area} sites, with others that says what"
        if in_area == 1:
            allowed = "0, since here no sites share employers (design.sites_per_area)"
        told.tell(node.line, f"{key}.others_in_area", str(group.others_in_area), allowed)
        return
    apart = [
        name
        for name in ("people", "people_rows", "place", "parameters", "fitted_variant")
        if getattr(group.others, name) != getattr(group.scenario, name)
    ]
    designs = (one.design.model_dump(exclude=_OF_POSTS) for one in (group.others, group.scenario))
    if len({str(one) for one in designs}) > 1:
        apart.append("design")
    if apart:
        allowed = "the same people, place and design, posts aside"
        told.tell(
            inside(node, "others").line, f"{key}.others", f"other {' and '.join(apart)}", allowed
        )
