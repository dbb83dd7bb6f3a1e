"""Reading calibration files: every mistake at once, with its line, before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ips_sim.analysis.calibration.fit import FitPlan
from ips_sim.analysis.calibration.posterior import LEAST_STEPS, draws_to_choose_from
from ips_sim.analysis.calibration.space import Pin
from ips_sim.evidence.draws import VARIANTS
from ips_sim.evidence.parameters import ParameterInfo, load_parameters
from ips_sim.runs.counts import SEED_LIMIT
from ips_sim.scenario import Mistake, ScenarioError
from ips_sim.scenario.catalogue import nearest
from ips_sim.scenario.errors import describe
from ips_sim.scenario.reader import LARGEST_FILE_BYTES, Node, Refused, parse, read_text

KEYS = (
    "title",
    "seed",
    "points",
    "draws",
    "steps",
    "left_out_draws",
    "free",
    "variants",
)
PIN_KEYS = ("centre", "sd")
NAMED_VARIANTS = tuple(name for name in VARIANTS if name)
LEAST_FREE = 2
"""The sampler moves along differences between chains and needs several of them."""
MOST_POINTS = 2**16
MOST_STEPS = 1_000_000
MOST_DRAWS = 100_000


@dataclass(frozen=True)
class Calibration:
    """What a calibration file says.

    Attributes
    ----------
    title, summary
        What it is called, and the comment at the top of the file.
    plan
        What it does.
    """

    title: str
    summary: str
    plan: FitPlan


def load_calibration(path: Path) -> Calibration:
    """Read and check a calibration file.

    Raises
    ------
    ScenarioError
        With every mistake found.
    """
    where = str(path)
    text = read_text(path, where, "a calibration file (YAML)", LARGEST_FILE_BYTES)
    parsed = parse(text.encode(), where)
    checker = _Checker(where, parsed.mistakes)
    found = checker.calibration(parsed.root, parsed.header)
    if found is None or checker.mistakes:
        raise ScenarioError(sorted(checker.mistakes, key=lambda one: one.line or 0))
    return found


class _Checker:
    def __init__(self, where: str, mistakes: list[Mistake]) -> None:
        self.where = where
        self.mistakes = mistakes

    def tell(
        self, line: int | None, key: str, found: str, allowed: str, suggestion: str = ""
    ) -> None:
        self.mistakes.append(Mistake(self.where, line, key, found, allowed, suggestion))

    def calibration(self, root: Node, summary: str) -> Calibration | None:
        if isinstance(root.value, Refused):
            return None
        if not isinstance(root.value, dict):
            self.tell(root.line, "", describe(root.value), f"a mapping with {', '.join(KEYS)}")
            return None
        top = self._known(root.value, "", KEYS)
        free = self._free(top.get("free"))
        points = self._whole(top, "points", 2, MOST_POINTS)
        if points & (points - 1):
            found, allowed = f"{points}", f"a power of two, such as {1 << points.bit_length()}"
            self.tell(top["points"].line, "points", found, allowed)
        plan = FitPlan(
            free=free,
            points=points,
            draws=self._whole(top, "draws", 2, MOST_DRAWS),
            steps=self._whole(top, "steps", LEAST_STEPS, MOST_STEPS),
            left_out_draws=self._whole(top, "left_out_draws", 1, MOST_DRAWS),
            seed=self._whole(top, "seed", 0, SEED_LIMIT - 1),
            variants=self._variants(top.get("variants"), free),
        )
        title = self._title(top.get("title"))
        if not self.mistakes:
            self._enough_steps(plan, top)
        return None if self.mistakes else Calibration(title, summary, plan)

    def _known(
        self, found: Mapping[str, Node], inside: str, allowed: Sequence[str]
    ) -> dict[str, Node]:
        """Keep the keys that are known; tells of all others."""
        known = {}
        for name, node in found.items():
            if name not in allowed:
                near, every = nearest(name, allowed), ", ".join(allowed)
                self.tell(node.line, f"{inside}{name}", "an unknown key", every, near)
            elif not isinstance(node.value, Refused):
                known[name] = node
        return known

    def _title(self, node: Node | None) -> str:
        allowed = "one line of 1 to 120 characters"
        if node is None:
            self.tell(1, "title", "nothing", allowed)
            return ""
        if not isinstance(node.value, str) or not 0 < len(node.value) <= 120:
            self.tell(node.line, "title", describe(node.value), allowed)
            return ""
        return node.value

    def _whole(self, top: Mapping[str, Node], name: str, low: int, high: int) -> int:
        allowed = f"a whole number from {low:,} to {high:,}"
        node = top.get(name)
        if node is None:
            self.tell(1, name, "nothing", allowed)
            return low
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.tell(node.line, name, describe(value), allowed)
            return low
        return value

    def _free(self, node: Node | None) -> tuple[str, ...]:
        allowed = (
            f"a list of {LEAST_FREE} or more parameters that are not fixed, "
            "see `ips-sim show parameters`"
        )
        if node is None:
            self.tell(1, "free", "nothing", allowed)
            return ()
        if not isinstance(node.value, list) or len(node.value) < LEAST_FREE:
            self.tell(node.line, "free", describe(node.value), allowed)
            return ()
        parameters = load_parameters()
        can_be_free = [name for name, one in parameters.items() if one.distribution != "fixed"]
        found: list[str] = []
        for item in node.value:
            name = item.value
            if isinstance(name, Refused):
                continue
            if not isinstance(name, str) or name not in parameters:
                near = nearest(name, can_be_free) if isinstance(name, str) else ""
                self.tell(item.line, "free", describe(name), "a parameter", near)
            elif name not in can_be_free:
                self.tell(item.line, "free", f"{name}, which is fixed", "a parameter with a prior")
            elif name in found:
                self.tell(item.line, "free", f"{name} a second time", "each parameter once")
            else:
                found.append(name)
        return tuple(found)

    def _variants(self, node: Node | None, free: Sequence[str]) -> dict[str, dict[str, Pin]]:
        if node is None or node.value is None:
            return {}
        if not isinstance(node.value, dict):
            allowed = f"a mapping with {', '.join(NAMED_VARIANTS)}"
            self.tell(node.line, "variants", describe(node.value), allowed)
            return {}
        found = {}
        for name, said in self._known(node.value, "variants.", NAMED_VARIANTS).items():
            inside = f"variants.{name}"
            if not isinstance(said.value, dict) or not said.value:
                allowed = "a mapping of free parameters to {centre: ..., sd: ...}"
                self.tell(said.line, inside, describe(said.value), allowed)
                continue
            pins = {}
            for parameter, item in self._known(said.value, f"{inside}.", free).items():
                pin = self._pin(load_parameters()[parameter], item, f"{inside}.{parameter}")
                if pin is not None:
                    pins[parameter] = pin
            found[name] = pins
        return found

    def _pin(self, info: ParameterInfo, node: Node, key: str) -> Pin | None:
        if info.distribution == "lognormal":
            self.tell(node.line, key, "a parameter on the log scale", "one on its own scale")
            return None
        if not isinstance(node.value, dict):
            self.tell(node.line, key, describe(node.value), "{centre: ..., sd: ...}")
            return None
        numbers = {}
        said = self._known(node.value, f"{key}.", PIN_KEYS)
        for name, low, high in (
            ("centre", info.low, info.high),
            ("sd", 0.0, info.high - info.low),
        ):
            allowed = f"a number from {low:g} to {high:g} ({info.unit})"
            item = said.get(name, Node(None, node.line))
            value = item.value
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number or not low <= float(str(value)) <= high or (name, value) == ("sd", 0):
                self.tell(item.line, f"{key}.{name}", describe(value), allowed)
            else:
                numbers[name] = float(str(value))
        return Pin(**numbers) if len(numbers) == len(PIN_KEYS) else None

    def _enough_steps(self, plan: FitPlan, top: Mapping[str, Node]) -> None:
        """Refuse a plan whose chains would not hold the draws that it wants to keep."""
        free, short = len(plan.free), plan.steps // 2
        for key, wanted, there in (
            ("draws", plan.draws, draws_to_choose_from(free, plan.steps)),
            ("points", 3 * plan.points // 2, draws_to_choose_from(free, short)),
            ("left_out_draws", plan.left_out_draws, draws_to_choose_from(free, short, 1)),
        ):
            if wanted > there:
                found = f"{plan.steps}, from which {key} would take {wanted} of {there} draws"
                self.tell(top["steps"].line, "steps", found, "more steps, or fewer draws or points")
