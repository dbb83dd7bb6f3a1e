"""Reading experiment files: every mistake at once, with its line, before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from ips_sim.analysis.experiments.experiment import (
    DESIGNS,
    METHODS,
    Bound,
    DesignKind,
    Experiment,
    Goal,
    Kind,
    Method,
)
from ips_sim.analysis.experiments.factors import Factor, Range, Scale
from ips_sim.evidence.draws import posterior_draws
from ips_sim.evidence.parameters import ParameterInfo, load_parameters
from ips_sim.model.outcomes import FIGURES, OUTCOMES
from ips_sim.runs.counts import REPLICATE_LIMIT, SEED_LIMIT
from ips_sim.scenario import Mistake, Scenario, ScenarioError, load_scenario
from ips_sim.scenario.catalogue import Key, keys, nearest, nearest_key
from ips_sim.scenario.errors import describe
from ips_sim.scenario.layer import check_layer
from ips_sim.scenario.reader import Node, Refused, from_python, read_file, to_python
from ips_sim.scenario.sources import OVERRIDE
from ips_sim.scenario.vary import PARAMETERS

_SHARED_KEYS = ("title", "base", "set", "factors", "linked", "seed", "replicates", "outcomes")
_OWN_KEYS: Mapping[Kind, tuple[str, ...]] = {
    "sweep": ("design", "points", "draws", "goal"),
    "sensitivity": (
        "methods",
        "groups",
        "points",
        "samples",
        "second_order",
        "trajectories",
        "levels",
        "resamples",
    ),
}
_RANGE_KEYS = ("low", "high", "steps", "scale", "values", "prior", "unit")
_PRIOR, _POSTERIOR = "prior", "posterior"
CALIBRATED = "calibrated parameters"
"""What the factor is called that moves all calibrated parameters together."""
_MOST_POINTS = 2**20
_WORDS = TypeVar("_WORDS", bound=str)

Described = Key | ParameterInfo


def load_experiment(source: str | Path | Mapping[str, Any], kind: Kind) -> Experiment:
    """Read and check an experiment.

    Parameters
    ----------
    source
        A file, beside which the scenario lies that it names, unless that ships; or a mapping with
        a file's keys, whose scenario is looked for in the current folder.
    kind
        What it is to be used for.

    Raises
    ------
    ScenarioError
        With every mistake found.
    """
    if isinstance(source, Mapping):
        checker = _Checker("experiment", kind, [])
        experiment = checker.experiment(from_python(source), Path(), "")
    else:
        path, where = Path(source), str(source)
        parsed = read_file(path, where)
        checker = _Checker(where, kind, parsed.mistakes)
        experiment = checker.experiment(parsed.root, path.parent, parsed.header)
    if experiment is None or checker.mistakes:
        raise ScenarioError(sorted(checker.mistakes, key=lambda one: one.line or 0))
    return experiment


def experiment_of(manifest: Mapping[str, Any]) -> Experiment:
    """Give the experiment of a manifest, to run it with the sources as they are now.

    Raises
    ------
    ScenarioError
        If the sources have changed so that it is none any more.
    """
    said, kind = manifest["experiment"], manifest["kind"]
    checker = _Checker("manifest", kind, [])
    # The scenario that was run has what `set` says.
    plain = {name: value for name, value in said.items() if name not in ("set", "summary")}
    made = checker.experiment(from_python(plain), Path(), said["summary"], manifest["base"])
    if made is None or checker.mistakes:
        raise ScenarioError(checker.mistakes)
    return replace(made, said=said, seed=manifest["seed"], replicates=manifest["replicates_asked"])


def _spelled_out(factors: Mapping[str, Node]) -> dict[str, Node]:
    """Put every parameter that has a prior in the place of ``parameters: prior``."""
    found: dict[str, Node] = {}
    for name, node in factors.items():
        if name == PARAMETERS and node.value == _PRIOR:
            for parameter, info in load_parameters().items():
                dotted = f"{name}.{parameter}"
                if info.distribution != "fixed" and dotted not in factors:
                    found[dotted] = node
        else:
            found[name] = node
    return found


class _Checker:
    def __init__(self, where: str, kind: Kind, mistakes: list[Mistake]) -> None:
        self.where = where
        self.kind = kind
        self.mistakes = mistakes

    def tell(
        self, line: int | None, key: str, found: str, allowed: str, suggestion: str = ""
    ) -> None:
        self.mistakes.append(Mistake(self.where, line, key, found, allowed, suggestion))

    def experiment(
        self, root: Node, folder: Path, summary: str, base: Mapping[str, Any] | None = None
    ) -> Experiment | None:
        top = self._top(root)
        if top is None:
            return None
        title = self._title(top.get("title"))
        changes = self._set(top.get("set"))
        scenario = (
            load_scenario(base)
            if base is not None
            else self._base(top.get("base"), changes, folder)
        )
        factors = self._factors(top, changes, scenario)
        design = self._word(top.get("design"), "design", DESIGNS, "grid")
        self._designed(factors, design, top)
        methods = self._methods(top)
        groups = self._groups(top.get("groups"), factors)
        is_free = self.kind == "sensitivity" or design in ("latin_hypercube", "sobol")
        given = {"pawn", "delta", "regional"} & set(methods)
        points = self._whole(top, "points", 2, _MOST_POINTS, 1024 if given else 256)
        if "points" in top and not is_free:
            found = f"{describe(top['points'].value)} with the design {design}"
            self.tell(top["points"].line, "points", found, "no number of points: a matter of lists")
        samples = self._whole(top, "samples", 2, _MOST_POINTS, 512)
        for name, count, needed in (
            ("samples", samples, "sobol" in methods),
            ("points", points, self.kind == "sweep" and design == "sobol"),
        ):
            if needed and count & (count - 1) and name in top:
                allowed = f"a power of two, such as {1 << count.bit_length()}"
                self.tell(top[name].line, name, f"{count}", allowed)
        made = Experiment(
            kind=self.kind,
            title=title,
            summary=summary,
            base=cast(Scenario, scenario),
            factors=tuple(factors),
            groups=groups,
            design=design,
            points=points,
            methods=methods,
            samples=samples,
            second_order=self._yes_or_no(top, "second_order", default=False),
            trajectories=self._whole(top, "trajectories", 2, 10_000, 20),
            levels=self._levels(top),
            resamples=self._whole(top, "resamples", 10, 10_000, 200),
            seed=self._whole(top, "seed", 0, SEED_LIMIT - 1, 1),
            replicates=self._whole(
                top, "replicates", 1, REPLICATE_LIMIT - 1, 10 if self.kind == "sensitivity" else 100
            ),
            draws=self._whole(top, "draws", 1, 10_000, 1),
            outcomes=self._outcomes(top.get("outcomes")),
            goal=self._goal(top.get("goal")),
            said={"summary": summary, **cast("dict[str, Any]", to_python(root))},
        )
        return None if self.mistakes else made

    def _top(self, root: Node) -> dict[str, Node] | None:
        if isinstance(root.value, Refused):
            return None
        allowed = (*_SHARED_KEYS, *_OWN_KEYS[self.kind])
        if not isinstance(root.value, dict):
            self.tell(root.line, "", describe(root.value), f"a mapping with {', '.join(allowed)}")
            return None
        other: Kind = "sensitivity" if self.kind == "sweep" else "sweep"
        if self.kind == "sweep" and "methods" in root.value:
            line = root.value["methods"].line
            found = "methods, which make it a sensitivity analysis"
            self.tell(line, "methods", found, f"a sweep; `ips-sim sensitivity {self.where}` is one")
            return None
        known: dict[str, Node] = {}
        for name, node in root.value.items():
            if name in allowed:
                if not isinstance(node.value, Refused):
                    known[name] = node
            elif name in _OWN_KEYS[other]:
                self.tell(node.line, name, f"a key of a {other}", ", ".join(allowed))
            else:
                self.tell(
                    node.line, name, "an unknown key", ", ".join(allowed), nearest(name, allowed)
                )
        needed = ["base", *(["methods"] if self.kind == "sensitivity" else [])]
        for name in needed:
            if name not in root.value:
                self.tell(root.line or 1, name, "nothing", f"{name}, which every {self.kind} has")
        if "factors" not in root.value and "linked" not in root.value:
            self.tell(root.line or 1, "factors", "nothing", "factors: what is varied, and how far")
        return known

    def _title(self, node: Node | None) -> str:
        if node is None:
            self.tell(1, "title", "nothing", "a title, since figures use it")
            return ""
        if not isinstance(node.value, str) or not 0 < len(node.value) <= 120:
            self.tell(node.line, "title", describe(node.value), "one line of 1 to 120 characters")
            return ""
        return node.value

    def _base(self, node: Node | None, changes: dict[str, Node], folder: Path) -> Scenario | None:
        if node is None:
            return None
        if not isinstance(node.value, str):
            allowed = "the name of a scenario file or of a shipped scenario"
            self.tell(node.line, "base", describe(node.value), allowed)
            return None
        beside = folder / node.value
        source: str | Path = beside if beside.is_file() else node.value
        try:
            if any(not mistake.key or mistake.key == "set" for mistake in self.mistakes):
                return load_scenario(source)
            return load_scenario(
                source, {name: to_python(value) for name, value in changes.items()}
            )
        except ScenarioError as error:
            for one in error.mistakes:
                if one.where == OVERRIDE and one.key in changes:
                    line = changes[one.key].line
                    self.mistakes.append(replace(one, where=self.where, line=line))
                elif not one.key and one.where == str(source):
                    self.tell(node.line, "base", one.found, one.allowed, one.suggestion)
                else:
                    self.mistakes.append(one)
            return None

    def _set(self, node: Node | None) -> dict[str, Node]:
        """Values by dotted name that hold at all points."""
        if node is None or node.value is None:
            return {}
        if not isinstance(node.value, dict):
            allowed = "a mapping of dotted names to values"
            self.tell(node.line, "set", describe(node.value), allowed)
            return {}
        found: dict[str, Node] = {}
        for name, item in node.value.items():
            if isinstance(item.value, Refused) or self._known(name, "set", item.line) is None:
                continue
            if self._is_allowed(name, item):
                found[name] = item
        return found

    def _known(self, dotted: str, inside: str, line: int | None) -> Described | None:
        """What is known of a dotted name; tells if it is nothing."""
        section, _, name = dotted.partition(".")
        if dotted in keys():
            return keys()[dotted]
        parameters = load_parameters()
        if section == PARAMETERS and name in parameters:
            return parameters[name]
        if section == PARAMETERS:
            near = nearest(name, parameters)
            meant = f"parameters.{near} ({parameters[near].unit})" if near else ""
        else:
            meant = nearest_key(name or section, None)
            bare = [key for key in keys().values() if key.name == (name or section)]
            if bare:
                meant = f"{bare[0].dotted} ({bare[0].unit or bare[0].allowed})"
            elif (name or section) in parameters:
                meant = f"parameters.{name or section}"
        allowed = (
            "the dotted name of a lever, a setting or a parameter, see `ips-sim show schema` and "
            "`ips-sim show parameters`"
        )
        self.tell(line, f"{inside}.{dotted}", "an unknown name", allowed, meant)
        return None

    def _is_allowed(self, dotted: str, node: Node) -> bool:
        """Check one value as a scenario's file would have it; tells if it is wrong."""
        section, _, name = dotted.partition(".")
        if isinstance(node.value, Refused):
            return False
        tree = Node({section: Node({name: node}, node.line)}, node.line)
        _, mistakes = check_layer(tree, self.where)
        self.mistakes += mistakes
        return not mistakes

    def _factors(
        self, top: Mapping[str, Node], changes: Mapping[str, Node], base: Scenario | None
    ) -> list[Factor]:
        found: list[Factor] = []
        lines: dict[str, int | None] = {}
        for name, node in _spelled_out(self._mapping(top.get("factors"), "factors")).items():
            if name == PARAMETERS:
                factor = self._posterior(node, base)
            else:
                known = self._known(name, "factors", node.line)
                factor = None if known is None else self._factor(name, known, node)
            if factor is not None:
                found.append(factor)
                lines.update(dict.fromkeys(factor.targets, node.line))
        for label, node in self._mapping(top.get("linked"), "linked").items():
            factor = self._linked(label, node)
            if factor is not None:
                found.append(factor)
                lines.update(dict.fromkeys(factor.targets, node.line))
        targets = [name for factor in found for name in factor.targets]
        for name in dict.fromkeys(targets):
            if targets.count(name) > 1:
                self.tell(lines[name], name, "in two factors", "each name in one factor")
            if name in changes:
                found_twice = "a factor that `set` gives a value for all points"
                self.tell(changes[name].line, f"set.{name}", found_twice, "one of the two")
        return found

    def _mapping(self, node: Node | None, key: str) -> dict[str, Node]:
        if node is None:
            return {}
        if not isinstance(node.value, dict) or not node.value:
            self.tell(
                node.line, key, describe(node.value), "a mapping of names to values or ranges"
            )
            return {}
        return {
            name: item for name, item in node.value.items() if not isinstance(item.value, Refused)
        }

    def _factor(self, name: str, known: Described, node: Node) -> Factor | None:
        made = Factor(name, (name,), known.unit, known.meaning)
        if node.value == _PRIOR:
            span = self._prior(name, known, node)
            return None if span is None else replace(made, range=span)
        if isinstance(node.value, list):
            levels = self._values(name, node)
            return replace(made, levels=tuple((value,) for value in levels)) if levels else None
        if not isinstance(node.value, dict):
            allowed = "a list of values, a range such as {low: 10, high: 60}, or `prior`"
            self.tell(node.line, f"factors.{name}", describe(node.value), allowed)
            return None
        fields = node.value
        for field, item in fields.items():
            if field not in _RANGE_KEYS:
                meant = nearest(field, _RANGE_KEYS)
                allowed = ", ".join(_RANGE_KEYS)
                self.tell(item.line, f"factors.{name}.{field}", "an unknown key", allowed, meant)
        unit = fields.get("unit")
        if unit is not None and unit.value != known.unit:
            allowed = known.unit or "no unit"
            self.tell(unit.line, f"factors.{name}.unit", describe(unit.value), allowed)
        if "values" in fields:
            levels = self._values(name, fields["values"])
            return replace(made, levels=tuple((value,) for value in levels)) if levels else None
        span = self._range(name, known, node, fields)
        return None if span is None else replace(made, range=span)

    def _values(self, name: str, node: Node) -> list[object]:
        if not isinstance(node.value, list) or len(node.value) < 2:
            allowed = "a list of two values or more"
            self.tell(node.line, f"factors.{name}", describe(node.value), allowed)
            return []
        if not all([self._is_allowed(name, item) for item in node.value]):
            return []
        return [to_python(item) for item in node.value]

    def _range(
        self, name: str, known: Described, node: Node, fields: Mapping[str, Node]
    ) -> Range | None:
        inside = f"factors.{name}"
        kind = known.kind if isinstance(known, Key) else "number"
        if kind not in ("number", "whole number"):
            allowed = f"a list of values, each {known.allowed if isinstance(known, Key) else ''}"
            self.tell(node.line, inside, "a range", allowed)
            return None
        ends = []
        for end in ("low", "high"):
            item = fields.get(end)
            if item is None:
                self.tell(node.line, inside, f"a range without {end}", "both low and high")
            elif isinstance(item.value, str) or not self._is_allowed(name, item):
                if isinstance(item.value, str):
                    self.tell(item.line, f"{inside}.{end}", describe(item.value), "a number")
            else:
                ends.append(float(cast(float, item.value)))
        if len(ends) < 2:
            return None
        scales: tuple[Scale, ...] = ("uniform", "logarithmic")
        scale = self._word(fields.get("scale"), f"{inside}.scale", scales, "uniform")
        if ends[0] >= ends[1]:
            found = f"low {ends[0]:g} and high {ends[1]:g}"
            self.tell(node.line, inside, found, "a low end below the high end")
        if scale == "logarithmic" and ends[0] <= 0:
            self.tell(node.line, inside, f"low {ends[0]:g} on a logarithmic scale", "above 0")
        steps = self._whole(dict(fields), "steps", 2, 10_000, 0, inside)
        return Range(ends[0], ends[1], kind == "whole number", scale, steps=steps)

    def _prior(self, name: str, known: Described, node: Node) -> Range | None:
        inside = f"factors.{name}"
        if isinstance(known, Key):
            allowed = "a list or a range: only parameters have priors"
            self.tell(node.line, inside, "prior", allowed)
            return None
        if known.distribution == "fixed":
            self.tell(node.line, inside, "prior", "a range: this parameter is fixed, without prior")
            return None
        return Range(known.low, known.high, False, known.distribution, known.prior_centre)

    def _posterior(self, node: Node, base: Scenario | None) -> Factor | None:
        """All calibrated parameters as one factor, which is one of their draws."""
        if node.value != _POSTERIOR:
            allowed = (
                f"{_PRIOR}, for each that has one, {_POSTERIOR}, for the calibrated draws, or "
                f"single parameters as {PARAMETERS}.<name>"
            )
            self.tell(node.line, f"factors.{PARAMETERS}", describe(node.value), allowed)
            return None
        draws = posterior_draws(base.fitted_variant) if base is not None else ()
        if base is not None and not draws:
            allowed = "draws that ship with this version"
            self.tell(node.line, f"factors.{PARAMETERS}", "no calibrated draws", allowed)
        if not draws:
            return None
        return Factor(
            CALIBRATED,
            tuple(f"{PARAMETERS}.{name}" for name in draws[0]),
            "",
            "all calibrated parameters, drawn together",
            levels=tuple(tuple(draw.values()) for draw in draws),
        )

    def _linked(self, label: str, node: Node) -> Factor | None:
        """Several names that move together, value by value."""
        lists = self._mapping(node, f"linked.{label}")
        levels: list[list[object]] = []
        described: list[Described] = []
        for name, item in lists.items():
            known = self._known(name, f"linked.{label}", item.line)
            values = [] if known is None else self._values(name, item)
            if known is not None and values:
                levels.append(values)
                described.append(known)
        if not levels or len(levels) < len(lists):
            return None
        lengths = [len(values) for values in levels]
        if len(set(lengths)) > 1:
            found = "lists of " + " and ".join(map(str, lengths)) + " values"
            self.tell(node.line, f"linked.{label}", found, "lists of one length")
            return None
        return Factor(
            label,
            tuple(lists),
            described[0].unit,
            "; ".join(one.meaning for one in described),
            levels=tuple(zip(*levels, strict=True)),
        )

    def _designed(
        self, factors: Sequence[Factor], design: DesignKind, top: Mapping[str, Node]
    ) -> None:
        """See that the factors say what the design needs of them."""
        line = top["design"].line if "design" in top else None
        if self.kind == "sensitivity" or not factors:
            return
        if design == "grid":
            for one in factors:
                if one.range is not None and not one.range.steps:
                    allowed = "in a grid, a list of values or a range with steps"
                    self.tell(line, f"factors.{one.name}", "a range without steps", allowed)
        if design == "list":
            lengths = {len(one.levels) for one in factors}
            if 0 in lengths or len(lengths) > 1:
                allowed = "in a list, for each factor a list of values, all of one length"
                self.tell(line, "factors", "ranges, or lists of different length", allowed)

    def _methods(self, top: Mapping[str, Node]) -> tuple[Method, ...]:
        node = top.get("methods")
        if node is None:
            return ()
        items = node.value if isinstance(node.value, list) else [node]
        allowed = f"a list of {', '.join(METHODS)}"
        found = []
        for item in items or [node]:
            if item.value not in METHODS:
                meant = nearest(str(item.value), METHODS)
                self.tell(item.line, "methods", describe(item.value), allowed, meant)
            else:
                found.append(item.value)
        return tuple(one for one in METHODS if one in found)

    def _groups(self, node: Node | None, factors: Sequence[Factor]) -> dict[str, tuple[str, ...]]:
        if node is None:
            return {}
        names = [one.name for one in factors]
        groups: dict[str, tuple[str, ...]] = {}
        seen: set[object] = set()
        for label, item in self._mapping(node, "groups").items():
            key = f"groups.{label}"
            if not isinstance(item.value, list) or not item.value:
                self.tell(item.line, key, describe(item.value), "a list of names of factors")
                continue
            if label in names:
                self.tell(item.line, key, "the name of a factor", "a name of its own")
            for member in item.value:
                if member.value not in names:
                    meant = nearest(str(member.value), names)
                    self.tell(member.line, key, describe(member.value), "a factor's name", meant)
                elif member.value in seen:
                    found = f"{member.value} a second time"
                    self.tell(member.line, key, found, "each factor in one group")
                seen.add(member.value)
            groups[label] = tuple(str(member.value) for member in item.value)
        return groups

    def _outcomes(self, node: Node | None) -> tuple[str, ...]:
        known = [one.name for one in FIGURES]
        if node is None:
            return tuple(one.name for one in OUTCOMES)
        if not isinstance(node.value, list) or not node.value:
            self.tell(node.line, "outcomes", describe(node.value), "a list of outcomes or measures")
            return ()
        for item in node.value:
            if item.value not in known:
                self._no_outcome(item, "outcomes", item.value)
        return tuple(dict.fromkeys(str(item.value) for item in node.value))

    def _no_outcome(self, node: Node, key: str, found: object) -> None:
        known = [one.name for one in FIGURES]
        meant = nearest(str(found), known)
        self.tell(node.line, key, describe(found), "the name of an outcome or a measure", meant)

    def _goal(self, node: Node | None) -> Goal | None:
        if node is None:
            return None
        fields = self._mapping(node, "goal")
        known = [one.name for one in FIGURES]
        allowed = ("maximise", "minimise", "where")
        sought = [name for name in ("maximise", "minimise") if name in fields]
        for name, item in fields.items():
            if name not in allowed:
                meant = nearest(name, allowed)
                self.tell(item.line, f"goal.{name}", "an unknown key", ", ".join(allowed), meant)
            elif name != "where" and item.value not in known:
                self._no_outcome(item, f"goal.{name}", item.value)
        if len(sought) > 1:
            self.tell(node.line, "goal", "maximise and minimise", "one of the two")
        bounds = []
        for name, item in self._mapping(fields.get("where"), "goal.where").items():
            if name not in known:
                self._no_outcome(item, f"goal.where.{name}", name)
            bound = self._bound(name, item)
            if bound is not None:
                bounds.append(bound)
        if fields and not sought and not bounds:
            self.tell(node.line, "goal", "nothing to reach", "maximise, minimise or where")
        outcome = str(fields[sought[0]].value) if sought else ""
        return Goal(outcome, "maximise" in sought, tuple(bounds))

    def _bound(self, name: str, node: Node) -> Bound | None:
        key = f"goal.where.{name}"
        ends: dict[str, float] = {}
        for end, item in self._mapping(node, key).items():
            number = item.value
            if end not in ("at_least", "at_most"):
                meant = nearest(end, ("at_least", "at_most"))
                self.tell(item.line, f"{key}.{end}", "an unknown key", "at_least, at_most", meant)
            elif isinstance(number, bool) or not isinstance(number, int | float):
                self.tell(item.line, f"{key}.{end}", describe(number), "a number")
            else:
                ends[end] = float(number)
        return Bound(name, ends.get("at_least"), ends.get("at_most")) if ends else None

    def _word(
        self, node: Node | None, key: str, allowed: Sequence[_WORDS], default: _WORDS
    ) -> _WORDS:
        if node is None:
            return default
        if node.value not in allowed:
            meant = nearest(str(node.value), allowed)
            self.tell(node.line, key, describe(node.value), " or ".join(allowed), meant)
            return default
        return cast(_WORDS, node.value)

    def _whole(
        self,
        fields: Mapping[str, Node],
        name: str,
        low: int,
        high: int,
        default: int,
        inside: str = "",
    ) -> int:
        node = fields.get(name)
        if node is None:
            return default
        key = f"{inside}.{name}" if inside else name
        if isinstance(node.value, bool) or not isinstance(node.value, int):
            allowed = f"a whole number from {low:,} to {high:,}"
            self.tell(node.line, key, describe(node.value), allowed)
            return default
        if not low <= node.value <= high:
            self.tell(node.line, key, f"{node.value}", f"a whole number from {low:,} to {high:,}")
            return default
        return node.value

    def _levels(self, top: Mapping[str, Node]) -> int:
        levels = self._whole(top, "levels", 2, 20, 4)
        if levels % 2:
            self.tell(top["levels"].line, "levels", f"{levels}", "an even number")
        return levels

    def _yes_or_no(self, top: Mapping[str, Node], name: str, *, default: bool) -> bool:
        node = top.get(name)
        if node is None:
            return default
        if not isinstance(node.value, bool):
            self.tell(node.line, name, describe(node.value), "true or false")
            return default
        return node.value
