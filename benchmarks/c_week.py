"""The compiled driver against the same week in C.

Rules and the order of the week are translated by their syntax.  They are so plain that this is the
port that one would write by hand: records are structs, lists of things are pointers, numbers are
double or int64.  Only chance is written by hand, with vectors of eight lanes where the processor
has them.  It is called with the arrays of the compiled driver, and what comes out is the same to
the bit, or nothing is told.
"""

from __future__ import annotations

import ast
import ctypes
import enum
import inspect
import subprocess
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import worlds
from benchmarks.measuring import Figure
from ips_sim.model import arrays, world
from ips_sim.model.compiled import driver, execute
from ips_sim.model.philox import KEY_STEPS, MULTIPLIERS, NUMBER_BITS
from ips_sim.model.rules import RULES

COMPILER = (
    *("gcc", "-std=gnu11", "-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno"),
    *("-fno-trapping-math", "-shared", "-fPIC"),
)

RECORDS: Mapping[str, np.dtype[Any]] = {
    "JobSeekerFields": arrays.SEEKER,
    "GivenFields": arrays.GIVEN,
    "SpecialistFields": arrays.SPECIALIST,
    "EmployerFields": arrays.EMPLOYER,
    "RelationshipFields": arrays.RELATIONSHIP,
    "SiteFields": arrays.SITE,
    "Levers": arrays.LEVERS,
    "Staff": arrays.STAFF,
    "People": arrays.PEOPLE,
    "Place": arrays.PLACE,
    "Parameters": arrays.PARAMETERS,
    "Luck": arrays.LUCK,
    "StartLuck": arrays.START_LUCK,
    "PlaceLuck": arrays.PLACE_LUCK,
    "PlaceStartLuck": arrays.PLACE_START_LUCK,
    "StaffLuck": arrays.STAFF_LUCK,
    "SiteLuck": arrays.SITE_LUCK,
    "SitePhase": arrays.record_type(world.SitePhase),
    "SiteRun": arrays.record_type(driver.SiteRun),
}
TUPLES = {"Stage": driver.Stage, "Chance": driver.Chance, "World": driver.World}
_SCALARS = {"int": "int64_t", "float": "double", "bool": "bool", "np.uint64": "uint64_t"}
_MEMBERS = {"i": "int64_t", "f": "double", "b": "bool"}

BY_HAND = Path(__file__).with_suffix(".c")
"""Sequences, whole numbers divided as Python does, and chance."""

REPLICATES = 20
WANTED = 1.25
NANO = 1e9


def measure(full: bool) -> Iterator[Figure]:
    """How many times as long as C the compiled driver takes; nothing where there is no gcc."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            in_c = built(Path(folder))
        except FileNotFoundError:
            yield Figure("no gcc to compare with", 0, "")
            return
        for name in ("ips", "traditional"):
            yield _compared(name, {"numba": driver.run_sites, "C": in_c}, 40.0 if full else 8.0)


def _compared(name: str, drivers: Mapping[str, Callable[..., None]], seconds: float) -> Figure:
    scenario = worlds.world(name)
    best = dict.fromkeys(drivers, float("inf"))
    results: dict[str, Any] = {}
    end = time.monotonic() + seconds
    execute.keep_compiled_code()
    try:
        while time.monotonic() < end or not results:
            for which, run in drivers.items():
                timed = _Timed(run)
                vars(execute)["run_sites"] = timed
                results[which] = worlds.run(scenario, REPLICATES)
                best[which] = min(best[which], timed.seconds)
    finally:
        vars(execute)["run_sites"] = driver.run_sites
    numba, in_c = results.values()
    if numba.people.tobytes() != in_c.people.tobytes() or not np.array_equal(
        numba.weekly, in_c.weekly
    ):
        raise AssertionError("the week in C is another one")
    weeks = worlds.person_weeks(scenario, REPLICATES)
    each = {which: NANO * seconds / weeks for which, seconds in best.items()}
    return Figure(
        f"{name}: compiled driver against C with vectors",
        each["numba"] / each["C"],
        "times as long",
        WANTED,
        note=f"{each['numba']:.0f} and {each['C']:.0f} ns a person-week in turns; the same bits",
    )


class _Timed:
    """Runs a driver and keeps the processor time."""

    signatures = (None,)
    """Numba's name for what is compiled: nothing is to be compiled before it is called."""

    def __init__(self, run: Callable[..., None]) -> None:
        self._run = run
        self.seconds = 0.0

    def __call__(self, *arguments: Any) -> None:
        began = time.process_time()
        self._run(*arguments)
        self.seconds += time.process_time() - began


def functions() -> list[Any]:
    """Give what is translated: rules, and the driver's own functions, as Python functions."""
    own = [getattr(one, "py_func", None) for one in vars(driver).values()]
    mine = [one for one in own if one and one.__module__ == driver.__name__]
    return [*RULES, world.visiting_order, world.entry_week, *mine]


def source() -> str:
    """Write the whole program."""
    by_hand = BY_HAND.read_text(encoding="utf-8")
    return "\n".join([*_constants(), by_hand, *_structs(), *_translated()])


def _constants() -> Iterator[str]:
    for name, values in (("MULTIPLIER", MULTIPLIERS), ("STEP", KEY_STEPS)):
        for number, value in enumerate(values):
            yield f"#define {name}_{number} {value}ull"
    yield f"#define NUMBER_BITS {NUMBER_BITS}"
    yield f"#define STRIDES ((const int64_t[]){{{', '.join(str(one) for one in world.STRIDES)}}})"


def _structs() -> Iterator[str]:
    for name, dtype in RECORDS.items():
        fields = "".join(
            f"  {_MEMBERS[dtype[field].kind]} {field};\n" for field in dtype.names or ()
        )
        yield f"typedef struct {{\n{fields}}} {name};"
        yield f'_Static_assert(sizeof({name}) == {dtype.itemsize}, "{name}");'
        yield f"typedef struct {{ {name} *at; int64_t n; }} Many{name};"
    design = "".join(
        f" {_SCALARS[kind]} {name};" for name, kind in _fields_of(driver.Design).items()
    )
    yield f"typedef struct {{{design} }} Design;"
    for name, kind in TUPLES.items():
        fields = "".join(f"  {_type_of(of)} {one};\n" for one, of in _fields_of(kind).items())
        yield f"typedef struct {{\n{fields}}} {name};"


def _fields_of(kind: Any) -> dict[str, str]:
    """Give the annotations of a tuple's fields as they are written."""
    return {name: one.__forward_arg__ for name, one in kind.__annotations__.items()}


def _type_of(annotation: str) -> str:
    """Give the C type of an annotation."""
    named = annotation.removeprefix("Mutable")
    if named in _SCALARS:
        return _SCALARS[named]
    if named == "Sequence[Sequence[Row]]":
        return "Tables"
    if named == "Sequence[Row]":
        return "Floats"
    if named.startswith("Sequence["):
        return "Many" + named[9:-1]
    if named in RECORDS:
        return named + " *"
    return {"None": "void", "Scratch": "int", "tuple[int, int]": "Pair"}.get(named, named)


def _translated() -> Iterator[str]:
    made = [_Function(one) for one in functions()]
    results = {one.name: one.result for one in made}
    bodies = [one.body(results) for one in made]
    for one in made:
        yield f"{one.head};"
    for one, body in zip(made, bodies, strict=True):
        yield f"{one.head}\n{body}"


class _Function:
    """One function: its head, and its body once the results of all are known."""

    def __init__(self, function: Any) -> None:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        assert isinstance(tree, ast.FunctionDef)
        self._tree, self._globals = tree, function.__globals__
        self.name = tree.name
        self.result = _type_of(ast.unparse(tree.returns)) if tree.returns else "void"
        self._arguments = {
            one.arg: _type_of(ast.unparse(one.annotation))
            for one in tree.args.args
            if one.annotation
        }
        arguments = ", ".join(f"{kind} {name}" for name, kind in self._arguments.items())
        kept = "" if self.name == "run_sites" else "static "
        self.head = f"{kept}{self.result} {self.name}({arguments})"

    def body(self, results: Mapping[str, str]) -> str:
        """Translate the body."""
        self._results = results
        self._locals: dict[str, str] = {}
        while True:
            known = dict(self._locals)
            lines = list(self._block(self._tree.body, 1))
            if known == self._locals:
                break
        declared = "".join(f"    {kind} {name};\n" for name, kind in self._locals.items())
        return "{\n" + declared + "\n".join(lines) + "\n}"

    def _block(self, statements: list[ast.stmt], depth: int) -> Iterator[str]:
        indent = "    " * depth
        for one in statements:
            match one:
                case ast.Expr(value=ast.Constant()):
                    pass
                case ast.Expr(value=value):
                    yield f"{indent}{self._value(value)[0]};"
                case ast.Assign(targets=[target], value=value):
                    yield from (indent + line for line in self._assigned(target, value))
                case ast.AugAssign(target=target, op=op, value=value):
                    symbol = {ast.Add: "+", ast.Sub: "-"}[type(op)]
                    yield f"{indent}{self._value(target)[0]} {symbol}= {self._value(value)[0]};"
                case ast.Return(value=None):
                    yield f"{indent}return;"
                case ast.Return(value=ast.Tuple(elts=[first, second])):
                    first_c, second_c = self._value(first)[0], self._value(second)[0]
                    yield f"{indent}return (Pair){{{first_c}, {second_c}}};"
                case ast.Return(value=ast.expr() as value):
                    yield f"{indent}return {self._value(value)[0]};"
                case ast.Continue():
                    yield f"{indent}continue;"
                case ast.If(test=test, body=body, orelse=orelse):
                    yield f"{indent}if ({self._value(test)[0]}) {{"
                    yield from self._block(body, depth + 1)
                    if orelse:
                        yield f"{indent}}} else {{"
                        yield from self._block(orelse, depth + 1)
                    yield f"{indent}}}"
                case ast.While(test=test, body=body):
                    yield f"{indent}while ({self._value(test)[0]}) {{"
                    yield from self._block(body, depth + 1)
                    yield f"{indent}}}"
                case ast.For(target=ast.Name(id=name), iter=ast.Call(args=args), body=body):
                    ends = [self._value(each)[0] for each in args]
                    start, end = ends if len(ends) == 2 else ("0", ends[0])
                    self._locals.setdefault(name, "int64_t")
                    yield f"{indent}{name} = {start};"
                    yield (
                        f"{indent}for (int64_t i_{name} = {name}, e_{name} = {end}; "
                        f"i_{name} < e_{name}; i_{name}++) {{"
                    )
                    yield f"{indent}    {name} = i_{name};"
                    yield from self._block(body, depth + 1)
                    yield f"{indent}}}"
                case _:
                    raise NotImplementedError(ast.unparse(one))

    def _assigned(self, target: ast.expr, value: ast.expr) -> Iterator[str]:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, given in zip(target.elts, value.elts, strict=True):
                yield from self._assigned(one, given)
            return
        code, kind = self._value(value)
        if isinstance(target, ast.Tuple):
            pair = "_".join(each.id for each in target.elts if isinstance(each, ast.Name))
            self._locals[pair] = kind
            yield f"{pair} = {code};"
            for number, each in enumerate(target.elts):
                assert isinstance(each, ast.Name)
                self._know(each.id, "int64_t")
                yield f"{each.id} = {pair}._{number};"
            return
        if isinstance(target, ast.Name):
            self._know(target.id, kind)
            yield f"{target.id} = {code};"
        else:
            yield f"{self._value(target)[0]} = {code};"

    def _know(self, name: str, kind: str) -> None:
        """Give a local the widest of the types that it is given."""
        if name in self._arguments:
            return
        before = self._locals.get(name, kind)
        order = ["bool", "int64_t", "double"]
        if before != kind and before in order and kind in order:
            kind = max(before, kind, key=order.index)
        self._locals[name] = kind

    def _value(self, node: ast.expr) -> tuple[str, str]:
        """Give an expression and its type."""
        match node:
            case ast.Constant(value=bool(value)):
                return str(value).lower(), "bool"
            case ast.Constant(value=value):
                return _number(value)
            case ast.Name(id=name):
                return self._named(name)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Subscript(value=of, slice=index):
                return self._item(of, index)
            case ast.Call():
                return self._call(node)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"!({self._value(operand)[0]})", "bool"
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                code, kind = self._value(operand)
                return f"(-{code})", kind
            case ast.BoolOp(op=op, values=values):
                symbol = " && " if isinstance(op, ast.And) else " || "
                return f"({symbol.join(self._value(each)[0] for each in values)})", "bool"
            case ast.Compare(left=left, ops=ops, comparators=others):
                signs = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
                signs |= {ast.Eq: "==", ast.NotEq: "!="}
                sides = [self._value(each)[0] for each in (left, *others)]
                return (
                    "("
                    + " && ".join(
                        f"{sides[place]} {signs[type(op)]} {sides[place + 1]}"
                        for place, op in enumerate(ops)
                    )
                    + ")",
                    "bool",
                )
            case ast.IfExp(test=test, body=body, orelse=orelse):
                code, kind = self._value(body)
                other, other_kind = self._value(orelse)
                kind = "double" if "double" in (kind, other_kind) else kind
                return f"({self._value(test)[0]} ? {code} : {other})", kind
            case ast.BinOp(left=left, op=op, right=right):
                return self._reckoned(left, op, right)
        raise NotImplementedError(ast.unparse(node))

    def _reckoned(self, left: ast.expr, op: ast.operator, right: ast.expr) -> tuple[str, str]:
        (first, kind), (second, other) = self._value(left), self._value(right)
        is_double = "double" in (kind, other)
        whole = "double" if is_double else "int64_t"
        match op:
            case ast.Div():
                return f"((double){first} / (double){second})", "double"
            case ast.FloorDiv() if not is_double:
                return f"over({first}, {second})", whole
            case ast.Mod() if not is_double:
                return f"mod({first}, {second})", whole
        symbol = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}[type(op)]
        return f"({first} {symbol} {second})", whole

    def _named(self, name: str) -> tuple[str, str]:
        if name in self._arguments:
            return name, self._arguments[name]
        if name in self._locals:
            return name, self._locals[name]
        return _number(self._globals[name])

    def _attribute(self, node: ast.Attribute) -> tuple[str, str]:
        if isinstance(node.value, ast.Name) and node.value.id in self._globals:
            return _number(getattr(self._globals[node.value.id], node.attr))
        code, kind = self._value(node.value)
        if kind.endswith(" *"):
            return f"{code}->{node.attr}", _MEMBERS[RECORDS[kind[:-2]][node.attr].kind]
        whole = driver.Design if kind == "Design" else TUPLES[kind]
        return f"{code}.{node.attr}", _type_of(_fields_of(whole)[node.attr])

    def _item(self, of: ast.expr, index: ast.expr) -> tuple[str, str]:
        if isinstance(of, ast.Name) and of.id == "STRIDES":
            return f"STRIDES[{self._value(index)[0]}]", "int64_t"
        code, kind = self._value(of)
        if isinstance(index, ast.Slice):
            assert index.lower
            first = self._value(index.lower)[0]
            if kind == "Floats":
                return (
                    f"(Floats){{{code}.at + {first} * {code}.columns, {code}.n - {first}, "
                    f"{code}.columns}}",
                    kind,
                )
            assert index.upper
            return f"({kind}){{{code}.at + {first}, {self._value(index.upper)[0]} - {first}}}", kind
        place = self._value(index)[0]
        if kind == "Row":
            return f"{code}[{place}]", "double"
        if kind == "Floats":
            return f"({code}.at + ({place}) * {code}.columns)", "Row"
        if kind == "Tables":
            return (
                f"(Floats){{{code}.at + ({place}) * {code}.rows * {code}.columns, {code}.rows, "
                f"{code}.columns}}",
                "Floats",
            )
        return f"(&{code}.at[{place}])", kind.removeprefix("Many") + " *"

    def _call(self, node: ast.Call) -> tuple[str, str]:
        name = ast.unparse(node.func)
        if name == "len" and ast.unparse(node.args[0]) == "STRIDES":
            return str(len(world.STRIDES)), "int64_t"
        values = [self._value(each) for each in node.args]
        codes = [code for code, _ in values]
        is_double = any(kind == "double" for _, kind in values)
        match name:
            case "int":
                return f"((int64_t){codes[0]})", "int64_t"
            case "float":
                return f"((double){codes[0]})", "double"
            case "len":
                return f"{codes[0]}.n", "int64_t"
            case "math.exp" | "math.sqrt":
                return f"{name.partition('.')[2]}({codes[0]})", "double"
            case "abs":
                return f"{'fabs' if is_double else 'llabs'}({codes[0]})", values[0][1]
            case "min" | "max":
                of = "double" if is_double else "int64_t"
                casts = ", ".join(f"({of}){code}" for code in codes)
                return f"{'LEAST' if name == 'min' else 'MOST'}({casts})", of
            case "Stage":
                return f"(Stage){{{', '.join(codes)}}}", "Stage"
        return f"{name}({', '.join(codes)})", self._results.get(name, "void")


def _number(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return str(value).lower(), "bool"
    if isinstance(value, (int, np.integer, enum.IntEnum)):
        return f"INT64_C({int(value)})" if value >= 0 else f"(-INT64_C({-int(value)}))", "int64_t"
    if isinstance(value, float):
        return value.hex(), "double"
    raise NotImplementedError(repr(value))


class _Many(ctypes.Structure):
    _fields_ = [("at", ctypes.c_void_p), ("n", ctypes.c_int64)]


class _Floats(ctypes.Structure):
    _fields_ = [("at", ctypes.c_void_p), ("n", ctypes.c_int64), ("columns", ctypes.c_int64)]


class _Tables(ctypes.Structure):
    _fields_ = [
        *(("at", ctypes.c_void_p), ("n", ctypes.c_int64)),
        *(("rows", ctypes.c_int64), ("columns", ctypes.c_int64)),
    ]


def _structure(of: Any) -> type[ctypes.Structure]:
    """Make what ctypes calls a tuple of the driver."""
    plain = {"int": ctypes.c_int64, "bool": ctypes.c_bool, "np.uint64": ctypes.c_uint64}

    def of_field(annotation: str) -> Any:
        kind = _type_of(annotation)
        if annotation == "Design":
            return _structure(driver.Design)
        if kind == "Floats":
            return _Floats
        return _Many if kind.startswith("Many") else plain.get(annotation, ctypes.c_int)

    fields = [(name, of_field(kind)) for name, kind in _fields_of(of).items()]
    return type(of.__name__, (ctypes.Structure,), {"_fields_": fields})


def _given(kind: Any, value: Any) -> Any:
    """Fill a structure with arrays and numbers."""
    if kind in (_Many, _Floats, _Tables):
        return kind(value.ctypes.data, *value.shape)
    if issubclass(kind, ctypes.Structure):
        return kind(
            *(_given(of, getattr(value, name)) for name, of, *_ in getattr(kind, "_fields_"))  # noqa: B009
        )
    return kind(0) if kind is ctypes.c_int else kind(value)


def built(folder: Path) -> Callable[..., None]:
    """Translate, compile, and give what stands for `driver.run_sites`.

    Raises
    ------
    OSError, subprocess.CalledProcessError
        If there is no gcc, or it can't compile.
    """
    path, library = folder / "week.c", folder / "week.so"
    path.write_text(source(), encoding="utf-8")
    subprocess.run([*COMPILER, "-o", library, path, "-lm"], check=True)
    run = ctypes.CDLL(str(library)).run_sites
    stage, chance, whole = (_structure(one) for one in TUPLES.values())
    run.argtypes = [_Many, stage, chance, whole, _Tables, ctypes.c_int64, ctypes.c_int64]
    run.restype = None

    def run_sites(
        runs: Any, everything: Any, room: Any, world: Any, weekly: Any, first: int, last: int
    ) -> None:
        run(
            *(_given(_Many, runs), _given(stage, everything), _given(chance, room)),
            *(_given(whole, world), _given(_Tables, weekly), first, last),
        )

    return run_sites
