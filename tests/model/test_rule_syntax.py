"""The rules say nothing that a driver or a processor could understand in its own way."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from ips_sim.evidence import units
from ips_sim.model import entities, rules
from ips_sim.model.arrays import (
    EMPLOYER,
    LEVERS,
    PEOPLE,
    PLACE,
    RELATIONSHIP,
    SEEKER,
    SITE,
    SPECIALIST,
    STAFF,
)
from tests.model.rule_syntax import Source, complaints, read, read_file

FOLDER = Path(str(rules.__file__)).parent
SOURCES = {path.stem: read_file(path) for path in sorted(FOLDER.glob("*.py"))}
NAMES = frozenset(name for source in SOURCES.values() for name in source.rules)
UNITS = read_file(Path(str(units.__file__)))
CONSTANTS = {
    name: whole for one in (*SOURCES.values(), UNITS) for name, whole in one.constants.items()
}
ENUMS = frozenset(
    name
    for name, kind in vars(entities).items()
    if isinstance(kind, type) and issubclass(kind, int)
)
WHOLE = frozenset(
    name
    for dtype in (
        EMPLOYER,
        LEVERS,
        PEOPLE,
        PLACE,
        RELATIONSHIP,
        SEEKER,
        SITE,
        SPECIALIST,
        STAFF,
    )
    for name in dtype.names or ()
    if dtype[name].kind == "i"
)
# What rules may import: each other, the things they are about, and plain mathematics.
ALLOWED_IMPORTS = (
    "__future__",
    "collections.abc",
    "enum",
    "math",
    "typing",
    "ips_sim.evidence.units",
    "ips_sim.model.entities",
    "ips_sim.model.luck",
    "ips_sim.model.parameters",
    "ips_sim.model.rules",
    "ips_sim.scenario.schema",
)


@pytest.mark.parametrize("module", [name for name, one in SOURCES.items() if one.rules])
def test_rules_use_only_what_is_the_same_everywhere(module: str) -> None:
    assert complaints(SOURCES[module], NAMES, ENUMS, WHOLE, CONSTANTS) == []


@pytest.mark.parametrize("module", [name for name in SOURCES if name not in ("registry",)])
def test_rules_import_only_what_they_are_about(module: str) -> None:
    imported: set[str] = set()
    for node in ast.walk(SOURCES[module].tree):
        if isinstance(node, ast.Import):
            imported.update(one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    strangers = [
        name
        for name in imported
        if not any(name == one or name.startswith(f"{one}.") for one in ALLOWED_IMPORTS)
    ]
    assert strangers == []


def test_every_function_of_the_rules_is_registered_and_read() -> None:
    """A helper that is not marked would be missing from the compiled driver, and unread here."""
    defined = [
        node.name
        for source in SOURCES.values()
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef) and source.name != "registry.py"
    ]
    assert Counter(defined) == Counter(function.__name__ for function in rules.RULES)
    assert max(Counter(defined).values()) == 1
    assert set(defined) == NAMES


def test_no_rule_asks_which_programme_it_is_in() -> None:
    words = {"title", "summary", "scenario", "principle", "principles", "programme_name"}
    for source in SOURCES.values():
        for function in source.rules.values():
            named = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
            named |= {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
            assert not named & words, f"{source.name}: {function.name}"


# The reader itself, on miniature rules.

HEAD = "import math\nHALF = 0.5\nMONTHS = 12\nROW = Weekly.WAITING.value\n\n@rule\n"


def said(body: str, arguments: str = "seeker: JobSeekerFields, parameters: Parameters, luck: Luck"):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    text = f'{HEAD}def act({arguments}) -> float:\n    """Act."""\n{lines}'
    known = frozenset({"act", "other", "happens"})
    return complaints(
        read("mine.py", text), known, frozenset({"Work"}), frozenset({"tenure_weeks"})
    )


@pytest.mark.parametrize(
    "body",
    [
        "seeker.interest = min(1.0, seeker.interest + HALF * luck.symptoms)",
        "return math.sqrt(abs(seeker.symptoms)) / (1.0 + parameters.half_hours)",
        "for _ in range(seeker.tenure_weeks):\n    seeker.interest = seeker.interest * HALF",
        "if seeker.work == Work.NONE and not luck.symptoms < 1.0:\n    return 0.0\nreturn -1.0",
        "if luck.offer < math.exp(seeker.symptoms):\n    seeker.jobs_held = 1",
        "odds = math.exp(-seeker.symptoms)\nseeker.has_job = luck.offer * (1.0 + odds) < odds",
        "share = HALF\nshare = share * math.log(seeker.symptoms)\nreturn luck.offer < share",
        "other(seeker, seeker.symptoms)\nreturn happens(luck.offer, HALF, seeker.symptoms)",
        "seeker.tenure_weeks = (seeker.tenure_weeks + 1) * MONTHS // MONTHS % MONTHS",
        "return 1.0 if seeker.work == Work.NONE else float(int(seeker.symptoms))",
        "if math.exp(seeker.symptoms) > luck.offer and not luck.offer > 1.0:\n    other(seeker)",
    ],
)
def test_good_rules_pass(body: str) -> None:
    assert said(body) == []


def test_a_row_of_figures_may_be_added_to() -> None:
    assert said("row[ROW] += 1.0", "row: Row") == []


THINGS = "things: Sequence[EmployerFields], lucks: Sequence[Luck], shares: Sequence[float], at: int"


@pytest.mark.parametrize(
    "body",
    [
        "one = things[at]\none.vacancies = one.vacancies + 1",
        "luck = lucks[at]\nreturn luck.offer",
        "for row in range(at):\n    one = things[row]\n    one.vacancies = 0\none = things[at]",
    ],
)
def test_a_row_of_things_may_have_a_name(body: str) -> None:
    assert said(body, THINGS) == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("luck = lucks[at]\nluck.offer = 1.0", "writes to luck"),
        ("one = shares[at]\nreturn one.offer", "no field of a thing"),
        ("one = at\nreturn one.offer", "no field of a thing"),
        ("one = things[at]\none = lucks[at]\none.vacancies = 0", "writes to one"),
        ("one = things[at]\none = 1.0\none.vacancies = 0", "writes to one"),
        ("one = things[at]\nfor one in range(at):\n    one.vacancies = 0", "writes to one"),
    ],
)
def test_a_name_that_is_not_only_that_of_a_row_is_refused(body: str, complaint: str) -> None:
    assert any(complaint in one for one in said(body, THINGS)), said(body, THINGS)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("return seeker.symptoms ** HALF", "operator Pow"),
        ("seeker.symptoms **= HALF", "operator Pow"),
        ("seeker.symptoms //= HALF", "operator FloorDiv"),
        ("return seeker.symptoms // HALF", "FloorDiv of something that may not be whole"),
        ("return seeker.symptoms % 1.0", "Mod of something that may not be whole"),
        ("return (seeker.tenure_weeks - 1) % MONTHS", "Mod of something that may not be whole"),
        ("return seeker.tenure_weeks << 1", "operator LShift"),
        ("return ~seeker.tenure_weeks", "operator Invert"),
        ("return seeker.symptoms is None", "operator Is"),
        ("return round(seeker.symptoms)", "call of round"),
        ("return sum(seeker.symptoms)", "call of sum"),
        ("return math.gamma(seeker.symptoms)", "call of math.gamma"),
        ("return math.hypot(1.0, 1.0)", "call of math.hypot"),
        ("return math.pow(1.0, 1.0)", "call of math.pow"),
        ("return pow(1.0, 1.0)", "call of pow"),
        ("return numpy.exp(1.0)", "call of numpy.exp"),
        ("return seeker.live()", "call of seeker.live"),
        ("return unmarked(seeker)", "call of unmarked"),
        ("return other(seeker=seeker)", "arguments by keyword"),
        ("return min([1.0])", "List is not for rules"),
        ("return max(*seeker)", "Starred is not for rules"),
        ("return seeker.symptoms + 0.3", "literal 0.3"),
        ("return HALF * -2", "literal 2"),
        ("return 'a'", "literal 'a'"),
        ("return None", "literal None"),
        ("return elsewhere", "elsewhere, which is no argument"),
        ("return math.pi", "math.pi"),
        ("while luck.offer < 1.0:\n    seeker.interest = 0.0", "While is not for rules"),
        ("for one in seeker:\n    seeker.interest = 0.0", "something else than a range"),
        ("for one in range(1):\n    seeker.interest = 0.0\nelse:\n    return 1.0", "with else"),
        ("with seeker:\n    return 1.0", "With is not for rules"),
        ("try:\n    return 1.0\nfinally:\n    return 0.0", "Try is not for rules"),
        ("assert seeker", "Assert is not for rules"),
        ("import random", "Import is not for rules"),
        ("global HALF", "Global is not for rules"),
        ("def inner():\n    return 1.0", "FunctionDef is not for rules"),
        ("return [one for one in seeker]", "ListComp is not for rules"),
        ("return lambda: 1.0", "Lambda is not for rules"),
        ("return (high := 1.0)", "NamedExpr is not for rules"),
        ("return f'{seeker}'", "JoinedStr is not for rules"),
        ("high = low = 1.0", "several targets"),
        ("high, low = 1.0, 0.0", "writes to (high, low)"),
        ("seeker.symptoms", "an expression that does nothing"),
        ("parameters.half_hours = 1.0", "writes to parameters"),
        ("luck.offer = 1.0", "writes to luck"),
        ("seeker.employer.vacancies = 0", "writes to seeker.employer.vacancies"),
        ("seeker.interest = math.exp(seeker.symptoms)", "exp or log enters seeker.interest"),
        ("seeker.interest += math.log(seeker.symptoms)", "exp or log enters seeker.interest"),
        ("return math.exp(seeker.symptoms)", "exp or log is returned"),
        ("return int(math.exp(seeker.symptoms))", "exp or log is returned"),
        ("return luck.offer < 1.0 or math.log(seeker.symptoms)", "exp or log is returned"),
        (
            "return math.exp(seeker.symptoms) if luck.offer < 1.0 else 0.0",
            "exp or log is returned",
        ),
        ("odds = math.exp(seeker.symptoms)\nreturn 1.0 - odds", "exp or log is returned"),
        (
            "odds = 0.0\nfor _ in range(MONTHS):\n    seeker.interest = odds\n"
            "    share = 1.0 + odds\n    odds = math.exp(seeker.symptoms) * share",
            "exp or log enters seeker.interest",
        ),
        (
            "odds = 1.0\nodds += math.exp(seeker.symptoms)\nother(seeker, odds)",
            "passed on to other",
        ),
        ("other(seeker, math.exp(seeker.symptoms))", "passed on to other"),
        ("for _ in range(int(math.exp(1.0))):\n    other(seeker)", "passed on to range"),
    ],
)
def test_bad_rules_are_refused(body: str, complaint: str) -> None:
    assert any(complaint in one for one in said(body)), said(body)


def test_an_index_from_exp_is_refused() -> None:
    assert any("is an index" in one for one in said("return row[int(math.exp(1.0))]", "row: Row"))


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        ("def act(*seekers: float) -> float:", "starred"),
        ("def act(seeker: JobSeekerFields, half: float = 1.0) -> float:", "defaults"),
        ("def act(*, seeker: JobSeekerFields) -> float:", "keyword only"),
    ],
)
def test_bad_arguments_are_refused(head: str, complaint: str) -> None:
    source: Source = read("mine.py", f'@rule\n{head}\n    """Act."""\n    return 1.0\n')
    found = complaints(source, frozenset(), frozenset(), frozenset())
    assert any(complaint in one for one in found)


def test_a_rule_without_a_sentence_is_refused() -> None:
    source = read("mine.py", "@rule\ndef act(luck: Luck) -> float:\n    return 1.0\n")
    assert complaints(source, frozenset(), frozenset(), frozenset()) == [
        "mine.py:act: no sentence on what happens in life"
    ]


def test_functions_that_are_no_rules_are_left_alone() -> None:
    source = read("mine.py", "def helper(x):\n    return x ** 2\n")
    assert complaints(source, frozenset(), frozenset(), frozenset()) == []
