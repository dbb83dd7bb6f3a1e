"""How a life is said in plain, respectful words: people first, no jargon.

What is said stands in ``words.yaml``: what fields and kinds are called, and sentences as templates;
``names.yaml`` holds invented names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ips_sim.model.entities import Benefit, Ending, JobSeekerFields, Problem, Service, Tier, Work
from ips_sim.model.rules.search import WISHES
from ips_sim.scenario.catalogue import person_columns
from ips_sim.scenario.reader import read_file, to_python
from ips_sim.scenario.schema import UNLIMITED_WEEKS
from ips_sim.shown.english import count_or_no, counted, listed

if TYPE_CHECKING:
    from jinja2 import Environment, Template

MOST_DECIMALS = 4
"""Digits after the point of so many in 100, at most."""
_FILE = Path(__file__).with_name("words.yaml")
SAID: Any = to_python(read_file(_FILE, _FILE.name).root)
"""Everything that is said, by the headings of the file."""
NAMES: Any = to_python(read_file(_FILE.with_name("names.yaml"), "names.yaml").root)
"""Invented names, as the file of that name describes them."""
_STEP, _HOLDERS = 101, 3
"""How far the names of another run, and of who holds a post next, lie from those before."""
_ENUMS = {each.__name__: each for each in (Service, Work, Tier, Benefit, Problem, Ending)}
KINDS = {
    name.lower(): {int(each): SAID[name.lower()][each.name.lower()] for each in kinds}
    for name, kinds in _ENUMS.items()
}
"""What the kinds are called, by the name of the field that holds them."""
OUT_OF_100 = frozenset({"trust", "alliance", "work_skill", "preferences_met"}) | {
    name for name, key in person_columns().items() if key.unit == "score"
}
"""Scores between 0 and 1, which are said on a scale to 100."""


def said(template: str, **things: Any) -> str:
    """Fill a template with things; what it has nothing to say of comes out empty."""
    return " ".join(_made(template).render(things).split())


def all_said(templates: Iterable[str], **things: Any) -> list[str]:
    """Fill templates one after the other, and leave out what is empty."""
    return [text for each in templates if (text := said(each, **things))]


@cache
def _made(template: str) -> Template:
    return _environment().from_string(template)


@cache
def _environment() -> Environment:
    """Make what templates may ask for: parts of sentences, kinds, and how things are said."""
    from jinja2 import DictLoader, Environment, StrictUndefined

    environment = Environment(loader=DictLoader(SAID["parts"]), undefined=StrictUndefined)
    environment.globals |= {
        **_ENUMS,
        "assistance": SAID["assistance"],
        "employer_name": employer_name,
        "faded": faded,
        "line_of_work": line_of_work,
        "wishes_met": wishes_met,
    }
    environment.filters |= {
        "chance": in_100,
        "counted": counted,
        "kind": lambda value, field: KINDS[field][value],
        "listed": lambda parts: listed([part for part in parts if part]),
        "lot": lambda decision: lot_against_chance(decision.lot, decision.chance),
        "no": count_or_no,
        "score": score,
    }
    return environment


def score(value: float) -> str:
    """A score between 0 and 1 on a scale to 100."""
    return f"{100 * value:.0f}"


def faded(before: float, after: float, of: str = "interest in work") -> str:
    """How a score moved: both ends on the scale to 100."""
    if score(before) == score(after):
        return f"{of} stayed at {score(after)} of 100"
    moved = "fell" if after < before else "rose"
    return f"{of} {moved} from {score(before)} to {score(after)} of 100"


def in_100(chance: float) -> str:
    """A chance as so many in 100; small ones get a decimal, impossible ones no number."""
    percent = 100 * chance
    if percent == 0:
        return "no chance"
    if percent < 0.1:
        return "a chance below 0.1 in 100"
    return f"a chance of {percent:.{0 if percent >= 9.5 else 1}f} in 100"


def lot_against_chance(lot: float, chance: float) -> str:
    """What chance there was and what was drawn, told apart however near they lie.

    >>> lot_against_chance(0.41, 0.32)
    'a chance of 32 in 100; the lot drawn, 41, was too high by 9'
    """
    if chance == 0:
        return "no chance"
    drawn, needed = told_apart([lot, chance])
    text = f"a chance of {needed} in 100; the lot drawn, {drawn}, was"
    if lot < chance:
        return f"{text} low enough"
    # From the numbers as they are written, so that a reader can check it.
    decimals = len(drawn.partition(".")[2])
    return f"{text} too high by {float(drawn) - float(needed):.{decimals}f}"


def told_apart(numbers: Sequence[float]) -> list[str]:
    """Shares as so many of 100, with as many decimals as it takes to tell the first from the rest.

    >>> told_apart([0.0032, 0.006, 0.0029])
    ['0.32', '0.60', '0.29']
    """
    for decimals in range(MOST_DECIMALS + 1):
        texts = [f"{100 * number:.{decimals}f}" for number in numbers]
        both = list(zip(texts, numbers, strict=True))
        same = any(text == texts[0] and number != numbers[0] for text, number in both)
        if not same and not any(float(text) == 0 < number for text, number in both):
            break
    return texts


def field_in_words(name: str) -> str:
    """What a field is called."""
    return str(SAID["fields"].get(name, name.replace("_", " ")))


def value_in_words(name: str, value: object) -> str:
    """A field's or a lever's value as people say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == UNLIMITED_WEEKS:
        return "unlimited"
    if name == "row":
        return employer_name(int(str(value)))
    if isinstance(value, int):
        return str(KINDS.get(name, {}).get(int(value), f"{int(value):,}"))
    if not isinstance(value, float):
        return str(value)
    if name == "contact_chance":
        return f"{value:.2f} visits a week for each person in search"
    if name in OUT_OF_100:
        return f"{score(value)} of 100"
    if name.endswith("_share"):
        return f"{score(value)} %"
    return f"{int(value):,}" if value == int(value) else f"{value:.2f}".rstrip("0").rstrip(".")


def difference_in_words(name: str, here: object, there: object, than: str = "rather than") -> str:
    """Both values of a field where they differ as people say them; an empty text otherwise.

    >>> difference_in_words("interest", 0.741, 0.3, "against")
    '74 of 100 against 30 of 100'
    >>> difference_in_words("interest", 0.741, 0.739)
    ''
    """
    if here is None:
        return ""
    one, other = value_in_words(name, here), value_in_words(name, there)
    if one == other:
        return ""
    # A long unit is said once.
    number, _, unit = one.partition(" ")
    is_long = unit.count(" ") > 1 and other.endswith(f" {unit}")
    return f"{number if is_long else one} {than} {other}"


def differing(
    fields: Iterable[tuple[str, Any, Any]], than: str, most: int, *, named: bool = False
) -> str:
    """Name what differs, with both values: name, here and there of each.

    What people have a word for comes first.  What reads the same in both is left out, unless all
    that differs does.

    Parameters
    ----------
    most
        So many are named, and the others counted.
    named
        Whether those without a word are named only where there is nothing else.
    """
    known = SAID["fields"]
    differ = {
        name: difference_in_words(name, here, there, than)
        for name, here, there in sorted(fields, key=lambda field: field[0] not in known)
        if here != there
    }
    shown = [name for name in differ if differ[name]] or list(differ)
    if named:
        most = max(1, min(most, sum(name in known for name in shown)))
    parts = [
        f"{field_in_words(name)} ({differ[name] or 'by less than rounding shows'})"
        for name in shown[:most]
    ]
    more = len(shown) - len(parts)
    return listed(
        [*parts, counted(more, "other field" if named else "other thing")] if more else parts
    )


def wishes_met(share: float, unmet: Sequence[str] = ()) -> str:
    """How many of a person's wishes a job meets, and which it does not.

    >>> wishes_met(0.6, ["hours", "distance"])
    '3 of 5 wishes met (not: hours and distance)'
    """
    text = f"{round(share * WISHES)} of {WISHES:.0f} wishes met"
    return f"{text} (not: {listed(unmet)})" if unmet else text


def person_name(number: int, replicate: int = 0, seed: int = 1) -> str:
    """Give the invented name of a person, the same whenever the same person is told of.

    >>> person_name(0), person_name(1)
    ('Alma Apple', 'Bruno Barley')
    """
    first, family = NAMES["first"], NAMES["family"]
    place = number + _STEP * (replicate + _STEP * (seed - 1))
    return f"{first[place % len(first)]} {family[place % len(family)]}"


def specialist_name(post: int, holder: int) -> str:
    """Give the name of whoever holds a post of a team, as the first or after so many others."""
    names = NAMES["specialists"]
    return str(names[(post + _HOLDERS * holder) % len(names)])


def employer_name(row: int) -> str:
    """Give the name of an employer.

    >>> employer_name(0), employer_name(24)
    ('Acorn & Co.', 'Beacon Services')
    """
    words, kinds = NAMES["employers"], NAMES["kinds_of_employers"]
    again = row // (len(words) * len(kinds))
    name = f"{words[row % len(words)]} {kinds[row % len(kinds)]}"
    return f"{name} {again + 1}" if again else name


def line_of_work(kind: int) -> str:
    """Say what a kind of work might be."""
    return str(NAMES["lines"][kind])


def person_in_words(start: JobSeekerFields) -> list[str]:
    """Who a person is at the start: history, health, benefits and wishes, as short phrases."""
    return all_said(SAID["person"], start=start)


def standing(fields: JobSeekerFields) -> str:
    """What a week without events is like, in a few words."""
    return said(SAID["standing"], now=fields)
