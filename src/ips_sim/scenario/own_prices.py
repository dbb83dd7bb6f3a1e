"""Own prices of a scenario file: keys of the table of unit costs, with price year and currency."""

from __future__ import annotations

from typing import Any

from ips_sim.evidence import UnitCost, price_index, unit_costs
from ips_sim.evidence.likely import nearest
from ips_sim.evidence.mistakes import describe
from ips_sim.scenario.catalogue import Key, meant_value
from ips_sim.scenario.checking import check
from ips_sim.scenario.errors import Told
from ips_sim.scenario.reader import Node, Refused
from ips_sim.scenario.schema import Price

PRICES = "prices"
"""The section of a file that says own prices."""
YEAR_OF_RESULTS = "report_price_year"
COMMON = ("price_year", "currency", "usd_per_unit")
"""Keys that hold for every price of a file which says nothing else."""
DOLLARS = "USD"

_ALLOWED = "a mapping of unit costs to numbers, see the table of unit costs"


def price_key(name: str) -> Key:
    """Give a unit cost as a key of a file."""
    cost = unit_costs()[name]
    unit = cost.unit.replace("US dollars", "money") if cost.price_year else cost.unit
    words = f"a number from 0 to {cost.most:,.12g} ({unit})"
    return Key(PRICES, name, "number", 0.0, cost.most, cost.unit, cost.note, words=words)


def price_names() -> list[str]:
    """Give the unit costs that a scenario may say."""
    return [name for name in unit_costs() if name != YEAR_OF_RESULTS]


def check_prices(told: Told, node: Node | None) -> dict[str, Node]:
    """Check the prices that a source says.

    Returns
    -------
    dict of str to Node
        By dotted name, each a mapping with the fields of `Price`.
    """
    if node is None or node.value is None or isinstance(node.value, Refused):
        return {}
    if not isinstance(node.value, dict):
        told.tell(node.line, PRICES, describe(node.value), _ALLOWED)
        return {}
    said = {name: one for name, one in node.value.items() if name in COMMON}
    common = _checked(told, Node({"value": Node(0.0), **said}, node.line), PRICES)
    found: dict[str, Node] = {}
    for name, one in node.value.items():
        if name in COMMON or isinstance(one.value, Refused):
            continue
        dotted = f"{PRICES}.{name}"
        if name not in price_names():
            meant = nearest(name, [*price_names(), *COMMON])
            allowed = f"a unit cost, or {', '.join(COMMON)}"
            told.tell(one.line, dotted, "an unknown key", allowed, _with_unit(meant))
            continue
        mapping = one.value if isinstance(one.value, dict) else {"value": one}
        if not _is_allowed(told, unit_costs()[name], mapping, one, dotted) or common is None:
            continue
        if unit_costs()[name].price_year is not None:
            # What the file says of all its prices holds where one says nothing else.
            mapping = {**said, **mapping}
        price = _checked(told, Node(mapping, one.line), dotted)
        if price is not None:
            fields = {key: Node(value, one.line) for key, value in price.items()}
            found[dotted] = Node(fields, one.line)
    return found


def _with_unit(name: str) -> str:
    known = unit_costs().get(name)
    return f"{name} ({known.unit})" if known else name


def _checked(told: Told, node: Node, where: str) -> dict[str, Any] | None:
    """Check one price, or what holds for all of a file; None where there is a mistake."""
    price, mistakes = check(node, Price, told.where, where)
    told.mistakes += mistakes
    if mistakes:
        return None
    years = price_index()
    lines = node.value if isinstance(node.value, dict) else {}
    if price["price_year"] is not None and price["price_year"] not in years:
        allowed = f"a year from {min(years)} to {max(years)}, for which there is a price index"
        line, found = lines["price_year"].line, str(price["price_year"])
        told.tell(line or node.line, f"{where}.price_year", found, allowed)
        return None
    is_dollars, rate = price["currency"] == DOLLARS, price["usd_per_unit"]
    if is_dollars and rate != 1.0:
        found = f"{rate:g} US dollars for a US dollar"
        told.tell(node.line, where, found, "another currency, or no usd_per_unit")
        return None
    if not is_dollars and "usd_per_unit" not in lines:
        found = f"{price['currency']} without an exchange rate"
        told.tell(node.line, where, found, f"usd_per_unit as well, or currency {DOLLARS}")
        return None
    return price


def _is_allowed(
    told: Told, cost: UnitCost, mapping: dict[str, Node], node: Node, dotted: str
) -> bool:
    """Say whether a price goes with its row of the table of unit costs."""
    key = price_key(cost.key)
    said = mapping.get("value", Node(None, node.line))
    value: Any = said.value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= cost.most:
        if not isinstance(value, Refused):
            meant = meant_value(value, key)
            told.tell(said.line or node.line, dotted, describe(value), key.allowed, meant)
        return False
    given = [name for name in COMMON if name in mapping]
    if cost.price_year is None and any(
        mapping[name].value not in (None, DOLLARS, 1.0) for name in given
    ):
        allowed = f"a value alone ({cost.unit})"
        told.tell(node.line, dotted, f"{given[0]} of what is no price", allowed)
        return False
    return True
