"""Reading experiment files: every mistake at once, with its line, before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from annotated_types import MinLen
from pydantic import Field

from ips_sim.analysis.experiments.designs import MOST_POINTS, distinct_points
from ips_sim.analysis.experiments.experiment import (
    METHODS,
    Bound,
    DesignKind,
    Experiment,
    Goal,
    Kind,
    Method,
)
from ips_sim.analysis.experiments.factors import Factor, Range
from ips_sim.analysis.experiments.indices import LEAST_GROUPS
from ips_sim.evidence.draws import posterior_draws
from ips_sim.evidence.likely import nearest
from ips_sim.evidence.mistakes import describe
from ips_sim.evidence.parameters import load_parameters
from ips_sim.model.outcomes import FIGURES, OUTCOMES
from ips_sim.runs.counts import REPLICATE_LIMIT, SEED_LIMIT
from ips_sim.runs.errors import RunError
from ips_sim.scenario import Scenario, ScenarioError, load_scenario
from ips_sim.scenario.catalogue import (
    DOTTED_ALLOWED,
    PARAMETERS,
    Key,
    dotted_keys,
    nearest_dotted,
)
from ips_sim.scenario.checking import UNKNOWN, Said, Unknown, check
from ips_sim.scenario.contradictions import CONTRADICTORY, KIND, READ_BY, unread
from ips_sim.scenario.errors import Told
from ips_sim.scenario.layer import check_values
from ips_sim.scenario.library import experiment_path
from ips_sim.scenario.reader import Node, from_python, inside, mapping, read_file, to_python
from ips_sim.scenario.schema import Allowed, OneOf, Title, Whole, whole_number
from ips_sim.scenario.sources import named_beside
from ips_sim.scenario.vary import vary

CALIBRATED = "calibrated parameters"
"""What the factor is called that moves all calibrated parameters together."""
_MOST_POINTS = 2**20
_PRIOR, _POSTERIOR = "prior", "posterior"
_FACTOR = (
    "a list of two values or more, a range such as {low: 10, high: 60}, or `prior`; `posterior` "
    f"for {PARAMETERS} that are calibrated"
)

Dotted = Annotated[str, OneOf(tuple(dotted_keys()), DOTTED_ALLOWED, nearest_dotted)]
_Varied = Annotated[str, OneOf((*dotted_keys(), PARAMETERS), DOTTED_ALLOWED, nearest_dotted)]
_Figure = Annotated[
    str, OneOf(tuple(one.name for one in FIGURES), "the name of an outcome or a measure")
]
_Values = Annotated[list[Any], MinLen(2), Allowed("a list of two values or more")]
_Points = Annotated[Whole, Field(ge=2, le=_MOST_POINTS)]


class RangeSaid(Said):
    """A range of a factor, or the values that it takes."""

    low: float | None = Field(default=None, description="The low end.")
    high: float | None = Field(default=None, description="The high end.")
    steps: Annotated[Whole, Field(ge=2, le=10_000)] | None = Field(
        default=None, description="How many values a grid takes, the ends among them."
    )
    scale: Literal["uniform", "logarithmic"] = Field(
        default="uniform", description="How values are spread between the ends."
    )
    values: _Values | None = Field(default=None, description="The values, in place of a range.")
    unit: str | None = Field(default=None, description="The unit, to have it checked.")


class BoundSaid(Said):
    """What an outcome has to reach, or not to exceed."""

    at_least: float | None = None
    at_most: float | None = None


class GoalSaid(Said):
    """What the best region of a sweep is sought for."""

    maximise: _Figure | None = None
    minimise: _Figure | None = None
    where: dict[_Figure, BoundSaid] = Field(default_factory=dict)


class ExperimentFile(Said):
    """What sweeps and sensitivity analyses have in common."""

    title: Title = Field(description="Short name on one line, used in figures.")
    base: Annotated[str, Allowed("the name of a scenario file or of a shipped scenario")] = Field(
        description="The scenario around which things are varied."
    )
    set: dict[Dotted, Any] | None = Field(
        default=None, description="Values by dotted name that hold at all points."
    )
    factors: Annotated[
        dict[
            _Varied,
            Annotated[_Values | RangeSaid | Literal["prior", "posterior"], Allowed(_FACTOR)],
        ],
        MinLen(1),
        Allowed("a mapping of names to values or ranges"),
    ] = Field(default_factory=dict, description="What is varied, and how far.")
    linked: dict[
        str, Annotated[dict[Dotted, _Values], MinLen(1), Allowed("a mapping of names to lists")]
    ] = Field(default_factory=dict, description="Several things that move together, by label.")
    seed: Annotated[Whole, Field(ge=0, le=SEED_LIMIT - 1)] = 1
    outcomes: (
        Annotated[list[_Figure], MinLen(1), Allowed("a list of outcomes or measures")] | None
    ) = Field(default=None, description="What figures and indices are about; runs hold all.")


class SweepFile(ExperimentFile):
    """A sweep: scenarios at many points, and where they come out best."""

    design: DesignKind = Field(default="grid", description="How points are chosen.")
    points: _Points | None = Field(default=None, description="How many, where that is free.")
    replicates: Annotated[Whole, Field(ge=1, le=REPLICATE_LIMIT - 1)] = 100
    draws: Annotated[Whole, Field(ge=1, le=10_000)] = 1
    goal: GoalSaid | None = Field(default=None, description="What the best region is sought for.")


class SensitivityFile(ExperimentFile):
    """A sensitivity analysis: what moves the outcomes, and by how much."""

    methods: Annotated[
        list[Annotated[Method, Allowed(f"a list of {', '.join(METHODS)}")]] | Method,
        Allowed(f"a list of {', '.join(METHODS)}"),
    ] = Field(description="How indices are worked out.")
    groups: dict[str, Annotated[list[str], MinLen(1), Allowed("a list of names of factors")]] = (
        Field(default_factory=dict, description="Factors that are counted together, by label.")
    )
    points: Annotated[Whole, Field(ge=LEAST_GROUPS, le=_MOST_POINTS)] | None = Field(
        default=None, description="Of pawn, delta and regional."
    )
    samples: Annotated[Whole, Field(ge=LEAST_GROUPS, le=_MOST_POINTS)] = Field(
        default=512, description="Base samples of Sobol's indices."
    )
    second_order: bool = Field(default=False, description="Whether pairs are looked at too.")
    trajectories: Annotated[Whole, Field(ge=LEAST_GROUPS, le=10_000)] = Field(
        default=20, description="Of Morris's screening."
    )
    levels: Annotated[Whole, Field(ge=2, le=20)] = Field(
        default=4, description="Of Morris's grid; an even number."
    )
    resamples: Annotated[Whole, Field(ge=10, le=10_000)] = Field(
        default=200, description="Bootstrap samples behind each interval."
    )
    replicates: Annotated[Whole, Field(ge=1, le=REPLICATE_LIMIT - 1)] = 10


FILES: Mapping[Kind, type[ExperimentFile]] = {"sweep": SweepFile, "sensitivity": SensitivityFile}


def load_experiment(source: str | Path | Mapping[str, Any], kind: Kind) -> Experiment:
    """Read and check an experiment.

    Parameters
    ----------
    source
        A file or the name of one that ships; the scenario that it names lies beside it, unless
        that ships. Or a mapping with a file's keys, whose scenario is looked for in the current
        folder.
    kind
        What it is to be used for.

    Raises
    ------
    ScenarioError
        With every mistake found.
    """
    if not isinstance(source, str | Path | Mapping):
        told = Told("experiment")
        told.tell(None, "", describe(source), "a path, or a mapping with the keys of a file")
        raise ScenarioError(told.mistakes)
    if isinstance(source, Mapping):
        made = _experiment(Told("experiment"), from_python(source), kind, Path(), "")
    else:
        path, where = experiment_path(source), str(source)
        parsed = read_file(path, where, "an experiment (YAML)")
        told = Told(where, parsed.mistakes)
        made = _experiment(told, parsed.root, kind, path.parent, parsed.header)
    return made


def experiment_of(manifest: Mapping[str, Any]) -> Experiment:
    """Give the experiment of a manifest, to run it with the sources as they are now.

    Raises
    ------
    ScenarioError
        If the sources have changed so that it is none any more.
    """
    said = manifest["experiment"]
    # The scenario that was run has what `set` says.
    plain = {name: value for name, value in said.items() if name not in ("set", "summary")}
    made = _experiment(
        Told("manifest"),
        from_python(plain),
        manifest["kind"],
        Path(),
        said["summary"],
        load_scenario(manifest["base"]),
    )
    return replace(made, said=said, seed=manifest["seed"], replicates=manifest["replicates_asked"])


def _experiment(
    told: Told,
    root: Node,
    kind: Kind,
    folder: Path,
    summary: str,
    base: Scenario | None = None,
) -> Experiment:
    """Make an experiment of a tree; raises with all that is wrong with it."""
    _refuse_other_kind(told, root, kind)
    said, mistakes = check(root, FILES[kind], told.where, unknown=_unknown(kind))
    told.mistakes += mistakes
    if not isinstance(root.value, dict):
        told.stop()
    changes = _set(told, root)
    base = base or _base(told, root, said, changes, folder)
    factors = _factors(told, root, said, base)
    if not said["factors"] and not said["linked"] and not {"factors", "linked"} & {*mapping(root)}:
        told.tell(root.line or 1, "factors", "nothing", "factors: what is varied, and how far")
    methods = said.get("methods") or ()
    methods = tuple(one for one in METHODS if one in methods)
    given = {"pawn", "delta", "regional"} & set(methods)
    points = said["points"] or (1024 if given else 256)
    _designed(told, root, said, factors, kind)
    for name, count, needed in (
        ("samples", said.get("samples", 0), "sobol" in methods),
        ("points", points, said.get("design") == "sobol"),
    ):
        if needed and count & (count - 1):
            allowed = f"a power of two, such as {1 << count.bit_length()}"
            told.tell(inside(root, name).line, name, f"{count}", allowed)
    if said.get("levels", 0) % 2:
        told.tell(inside(root, "levels").line, "levels", f"{said['levels']}", "an even number")
    groups = _groups(told, root, said.get("groups") or {}, factors)
    goal = _goal(told, root, said.get("goal"))
    told.stop()
    made = Experiment(
        kind=kind,
        title=said["title"],
        summary=summary,
        base=cast(Scenario, base),
        factors=tuple(factors),
        groups=groups,
        design=said.get("design", "grid"),
        points=points,
        methods=methods,
        samples=said.get("samples", 0),
        second_order=said.get("second_order", False),
        trajectories=said.get("trajectories", 0),
        levels=said.get("levels", 0),
        resamples=said.get("resamples", 0),
        seed=said["seed"],
        replicates=said["replicates"],
        draws=said.get("draws", 1),
        outcomes=tuple(dict.fromkeys(said["outcomes"] or [one.name for one in OUTCOMES])),
        goal=goal,
        said={"summary": summary, **cast("dict[str, Any]", to_python(root))},
    )
    _possible(told, root, made)
    told.stop()
    return made


def _refuse_other_kind(told: Told, root: Node, kind: Kind) -> None:
    if kind == "sweep" and isinstance(root.value, dict) and "methods" in root.value:
        found = "methods, which make it a sensitivity analysis"
        allowed = f"a sweep; `ips-sim sensitivity {told.where}` is one"
        told.tell(root.value["methods"].line, "methods", found, allowed)
        told.stop()


def _unknown(kind: Kind) -> Unknown:
    """What to say of an unknown key, which may be one of the other kind of experiment."""
    other: Kind = "sensitivity" if kind == "sweep" else "sweep"
    names = FILES[kind].model_fields

    def unknown(name: str) -> tuple[str, str, str]:
        is_of_other = name in FILES[other].model_fields
        found = f"a key of a {other}" if is_of_other else UNKNOWN
        return found, ", ".join(names), "" if is_of_other else nearest(name, names)

    return unknown


def _set(told: Told, root: Node) -> dict[str, Node]:
    """Values by dotted name that hold at all points."""
    node = inside(root, "set")
    if not isinstance(node.value, dict):
        return {}
    found = {}
    for name, item in node.value.items():
        if name in dotted_keys() and _is_allowed(told, name, item):
            found[name] = item
    return found


def _is_allowed(told: Told, dotted: str, node: Node) -> bool:
    """Check one value as a scenario's file would have it; tells if it is wrong."""
    mistakes = check_values({dotted: node}, told.where)
    told.mistakes += mistakes
    return not mistakes


def _base(
    told: Told, root: Node, said: Mapping[str, Any], changes: Mapping[str, Node], folder: Path
) -> Scenario | None:
    if "base" not in said:
        return None
    source = named_beside(folder, said["base"])
    is_set_right = not any(one.key.startswith("set") for one in told.mistakes)
    values = {name: to_python(value) for name, value in changes.items()} if is_set_right else {}
    lines = {"base": inside(root, "base").line}
    with told.placing(lines | {name: node.line for name, node in changes.items()}, source):
        return load_scenario(source, values)
    return None


def _factors(
    told: Told, root: Node, said: Mapping[str, Any], base: Scenario | None
) -> list[Factor]:
    found: list[tuple[Factor, Node]] = []
    for name, one in _spelled_out(said["factors"]).items():
        node = inside(root, "factors", name if name in said["factors"] else PARAMETERS)
        made = (
            _posterior(told, one, node, base)
            if name == PARAMETERS
            else _factor(told, name, one, node, said.get("design"))
        )
        found += [(made, node)] if made else []
    for label, lists in said["linked"].items():
        node = inside(root, "linked", label)
        made = _linked(told, label, lists, node)
        found += [(made, node)] if made else []
    targets = [name for factor, _ in found for name in factor.targets]
    for factor, node in found:
        for name in set(factor.targets) & set(READ_BY):
            if base and KIND not in targets and base.design.kind != READ_BY[name]:
                one = unread(name, base)
                told.tell(node.line, f"factors.{name}", one.found, one.allowed)
    changes = inside(root, "set").value
    for factor, node in found:
        for name in factor.targets:
            if targets.count(name) > 1:
                targets = [one for one in targets if one != name]
                told.tell(node.line, name, "in two factors", "each name in one factor")
            if isinstance(changes, dict) and name in changes:
                found_twice = "a factor that `set` gives a value for all points"
                told.tell(changes[name].line, f"set.{name}", found_twice, "one of the two")
    return [factor for factor, _ in found]


def _spelled_out(factors: Mapping[str, Any]) -> dict[str, Any]:
    """Put every parameter that has a prior in the place of ``parameters: prior``."""
    found: dict[str, Any] = {}
    for name, one in factors.items():
        if name == PARAMETERS and one == _PRIOR:
            for parameter, info in load_parameters().items():
                dotted = f"{name}.{parameter}"
                if info.distribution != "fixed" and dotted not in factors:
                    found[dotted] = one
        else:
            found[name] = one
    return found


def _factor(
    told: Told, name: str, said: Any, node: Node, design: DesignKind | None
) -> Factor | None:
    key, key_inside = dotted_keys()[name], f"factors.{name}"
    made = Factor(name, (name,), key.unit, key.meaning)
    if isinstance(said, str):
        span = _prior(told, name, said, node)
        return None if span is None else replace(made, range=span)
    listed = node
    if isinstance(said, dict):
        if said["unit"] not in (None, key.unit):
            line = inside(node, "unit").line
            allowed = key.unit or "no unit"
            told.tell(line, f"{key_inside}.unit", describe(said["unit"]), allowed)
        if said["values"] is None:
            span = _range(told, key, said, node)
            return None if span is None else replace(made, range=span)
        listed = inside(node, "values")
    levels = _levels(told, name, listed)
    if design != "list":  # there, values stand in rows
        _once(told, key_inside, [(value,) for value in levels], listed)
    return replace(made, levels=tuple((value,) for value in levels)) if levels else None


def _levels(told: Told, name: str, node: Node) -> list[Any]:
    """The values of a list, each as its key has it; none if one is wrong."""
    items = node.value if isinstance(node.value, list) else []
    if not all([_is_allowed(told, name, item) for item in items]):
        return []
    is_whole = dotted_keys()[name].kind == "whole number"
    return [whole_number(to_python(item)) if is_whole else to_python(item) for item in items]


def _once(told: Told, key: str, levels: Sequence[tuple[Any, ...]], node: Node) -> None:
    items = node.value if isinstance(node.value, list) else []
    for place, level in enumerate(levels):
        if level in levels[:place]:
            shown = ", ".join(str(value) for value in level)
            line = items[place].line if place < len(items) else node.line
            told.tell(line, key, f"{shown} a second time", "each value once")


def _range(told: Told, key: Key, said: Mapping[str, Any], node: Node) -> Range | None:
    key_inside = f"factors.{key.dotted}"
    if key.kind not in ("number", "whole number"):
        told.tell(node.line, key_inside, "a range", f"a list of values, each {key.allowed}")
        return None
    given = node.value if isinstance(node.value, dict) else {}
    for end in ("low", "high"):
        if end not in given:
            told.tell(node.line, key_inside, f"a range without {end}", "both low and high")
    ends = [said[end] for end in ("low", "high") if said[end] is not None]
    right = [
        _is_allowed(told, key.dotted, inside(node, end))
        for end in ("low", "high")
        if said[end] is not None
    ]
    if len(ends) < 2 or not all(right):
        return None
    low, high = ends
    if low >= high:
        found = f"low {low:g} and high {high:g}"
        told.tell(node.line, key_inside, found, "a low end below the high end")
    elif said["scale"] == "logarithmic" and low <= 0:
        told.tell(node.line, key_inside, f"low {low:g} on a logarithmic scale", "above 0")
    return Range(low, high, key.kind == "whole number", said["scale"], steps=said["steps"] or 0)


def _prior(told: Told, name: str, said: str, node: Node) -> Range | None:
    key_inside = f"factors.{name}"
    section, _, parameter = name.partition(".")
    if section != PARAMETERS or said != _PRIOR:
        told.tell(node.line, key_inside, said, "a list or a range: only parameters have priors")
        return None
    known = load_parameters()[parameter]
    if known.distribution == "fixed":
        allowed = "a range: this parameter is fixed, without prior"
        told.tell(node.line, key_inside, _PRIOR, allowed)
        return None
    return Range(known.low, known.high, False, known.distribution, known.prior_centre)


def _posterior(told: Told, said: Any, node: Node, base: Scenario | None) -> Factor | None:
    """All calibrated parameters as one factor, which is one of their draws."""
    key_inside = f"factors.{PARAMETERS}"
    if said != _POSTERIOR:
        allowed = (
            f"{_PRIOR}, for each that has one, {_POSTERIOR}, for the calibrated draws, or "
            f"single parameters as {PARAMETERS}.<name>"
        )
        told.tell(node.line, key_inside, describe(node.value), allowed)
        return None
    draws = posterior_draws(base.fitted_variant) if base is not None else ()
    if base is not None and not draws:
        allowed = "draws that ship with this version"
        told.tell(node.line, key_inside, "no calibrated draws", allowed)
    if not draws:
        return None
    return Factor(
        CALIBRATED,
        tuple(f"{PARAMETERS}.{name}" for name in draws[0]),
        "",
        "all calibrated parameters, drawn together",
        levels=tuple(tuple(draw.values()) for draw in draws),
    )


def _linked(told: Told, label: str, lists: Mapping[str, Any], node: Node) -> Factor | None:
    """Several names that move together, value by value."""
    levels = [_levels(told, name, inside(node, name)) for name in lists]
    if not levels or not all(levels):
        return None
    lengths = [len(values) for values in levels]
    if len(set(lengths)) > 1:
        found = "lists of " + " and ".join(map(str, lengths)) + " values"
        told.tell(node.line, f"linked.{label}", found, "lists of one length")
        return None
    rows = list(zip(*levels, strict=True))
    _once(told, f"linked.{label}", rows, node)
    described = [dotted_keys()[name] for name in lists]
    return Factor(
        label,
        tuple(lists),
        described[0].unit,
        "; ".join(one.meaning for one in described),
        levels=tuple(rows),
    )


def _designed(
    told: Told, root: Node, said: Mapping[str, Any], factors: Sequence[Factor], kind: Kind
) -> None:
    """See that the factors say what the design needs of them."""
    design = said.get("design")
    if design is None:
        return
    if said["points"] is not None and design in ("grid", "list"):
        found = f"{said['points']} with the design {design}"
        line = inside(root, "points").line
        told.tell(line, "points", found, "no number of points: a matter of lists")
    if design == "grid":
        for one in factors:
            node = inside(root, "factors", one.name)
            has_steps = isinstance(node.value, dict) and "steps" in node.value
            is_right = one.range is None or one.range.low < one.range.high
            if one.range is not None and is_right and not has_steps:
                line = node.line or inside(root, "factors", PARAMETERS).line
                allowed = "in a grid, a list of values or a range with steps"
                told.tell(line, f"factors.{one.name}", "a range without steps", allowed)
    if design == "list" and factors:
        line = inside(root, "design").line
        lengths = {len(one.levels) for one in factors}
        if 0 in lengths or len(lengths) > 1:
            allowed = "in a list, for each factor a list of values, all of one length"
            told.tell(line, "factors", "ranges, or lists of different length", allowed)
        elif len(told.mistakes) == 0:
            rows = list(zip(*(one.levels for one in factors), strict=True))
            _once(told, "factors", rows, inside(root, "factors"))


def _groups(
    told: Told, root: Node, said: Mapping[str, Any], factors: Sequence[Factor]
) -> dict[str, tuple[str, ...]]:
    names = [one.name for one in factors]
    seen: set[str] = set()
    for label, members in said.items():
        node, key = inside(root, "groups", label), f"groups.{label}"
        if label in names:
            told.tell(node.line, key, "the name of a factor", "a name of its own")
        for member, item in zip(members, node.value, strict=False):  # type: ignore[call-overload]
            if member not in names:
                meant = nearest(member, names)
                told.tell(item.line, key, describe(member), "a factor's name", meant)
            elif member in seen:
                found = f"{member} a second time"
                told.tell(item.line, key, found, "each factor in one group")
            seen.add(member)
    return {label: tuple(members) for label, members in said.items()}


def _goal(told: Told, root: Node, said: Mapping[str, Any] | None) -> Goal | None:
    if said is None:
        return None
    line = inside(root, "goal").line
    largest, smallest = said["maximise"], said["minimise"]
    if largest and smallest:
        told.tell(line, "goal", "maximise and minimise", "one of the two")
    bounds = [
        Bound(name, one["at_least"], one["at_most"])
        for name, one in said["where"].items()
        if one["at_least"] is not None or one["at_most"] is not None
    ]
    if not largest and not smallest and not bounds:
        told.tell(line, "goal", "nothing to reach", "maximise, minimise or where")
    return Goal(largest or smallest or "", bool(largest), tuple(bounds))


def _possible(told: Told, root: Node, made: Experiment) -> None:
    """Tell of points whose values can't go together, one message for each thing that can't be."""
    told_of: dict[tuple[str, str], list[str]] = {}
    try:
        points = distinct_points(made, CONTRADICTORY)
    except RunError as error:
        told.tell(inside(root, "factors").line, "factors", str(error), f"at most {MOST_POINTS:,}")
        return
    for values in points:
        try:
            vary(made.base, values)
        except ScenarioError as error:
            (one,) = error.mistakes
            # What is allowed may end in advice that holds for one point alone.
            same = (one.key, one.allowed.partition(";")[0])
            told_of.setdefault(same, []).append(one.found)
    owners = {name: factor.name for factor in made.factors for name in factor.targets}
    for (key, allowed), found in told_of.items():
        node = inside(root, "factors" if owners[key] == key else "linked", owners[key])
        more = f", and {len(found) - 1} more that can't be" if len(found) > 1 else ""
        told.tell(node.line, key, f"a point with {found[0]}{more}", allowed)
