"""Reads the source of rules and says what in it might differ between drivers or processors.

A rule is plain Python for one driver and is compiled for the other, and both must agree to the
bit.  Whatever is not known to do so is refused, instead of forbidding what is known not to.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FUNCTIONS = frozenset({"min", "max", "abs", "int", "float", "len", "range"})
MATH = frozenset({"sqrt", "floor", "exp", "log"})
# The last bit of these depends on the processor and on who compiled the mathematics library.
UNSURE = frozenset({"exp", "log"})
# What things of the world are annotated with; luck, levers and parameters are not to be written.
WRITABLE_SUFFIX = "Fields"
WRITABLE = frozenset({"Row"})
PLAIN = frozenset({"int", "float", "bool"})

_STATEMENTS = (
    ast.Return,
    ast.Assign,
    ast.AugAssign,
    ast.If,
    ast.For,
    ast.Expr,
)
_EXPRESSIONS = (
    ast.BoolOp,
    ast.BinOp,
    ast.UnaryOp,
    ast.IfExp,
    ast.Compare,
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.Name,
    ast.Constant,
)
_OPERATORS = (
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.USub,
    ast.Not,
    ast.And,
    ast.Or,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.Load,
    ast.Store,
)
# Exact for whole numbers, but rounded differently by the two drivers for others.
_WHOLE_OPERATORS = (ast.FloorDiv, ast.Mod)


@dataclass(frozen=True)
class Source:
    """A module of rules.

    Attributes
    ----------
    name
        For messages.
    tree
        Its syntax tree.
    rules
        The functions marked as rules, by name.
    constants
        Names of numbers at module level, and whether each is a whole number.
    """

    name: str
    tree: ast.Module
    rules: Mapping[str, ast.FunctionDef]
    constants: Mapping[str, bool]


@dataclass
class _Known:
    """What is known while a rule is read: where it stands, and the names in it."""

    where: str
    rules: frozenset[str]
    enums: frozenset[str]
    constants: Mapping[str, bool]
    whole_fields: frozenset[str]
    annotations: dict[str, str]
    returns: str
    unsure: set[str] = field(default_factory=set)
    locals: set[str] = field(default_factory=set)


def read(name: str, text: str) -> Source:
    """Parse a module and find its rules and constants."""
    tree = ast.parse(text)
    rules = {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(one, ast.Name) and one.id == "rule" for one in node.decorator_list)
    }
    constants: dict[str, bool] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                constants.update(_constants(target, node.value))
    return Source(name, tree, rules, constants)


def read_file(path: Path) -> Source:
    """Parse a file of rules."""
    return read(path.name, path.read_text(encoding="utf-8"))


def _constants(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, bool]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=True):
            yield from _constants(one, other)
    elif isinstance(target, ast.Name):
        if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
            yield from _constants(target, value.operand)
        elif isinstance(value, ast.Constant) and type(value.value) in (int, float):
            yield target.id, isinstance(value.value, int)
        elif isinstance(value, ast.Attribute) and value.attr == "value":  # of an IntEnum's member
            yield target.id, True


def complaints(
    source: Source,
    rules: frozenset[str],
    enums: frozenset[str],
    whole_fields: frozenset[str],
    elsewhere: Mapping[str, bool] | None = None,
) -> list[str]:
    """Everything in a module's rules that is not known to be the same everywhere.

    Parameters
    ----------
    source
        The module.
    rules
        Names of all rules, those of other modules too.
    enums
        Names of the enumerations whose members rules may use.
    whole_fields
        Fields, levers and the like that are whole numbers.
    elsewhere
        Constants of other modules of rules, as in `Source.constants`; usable where imported.
    """
    found: list[str] = []
    imported = {
        alias.name
        for node in source.tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    constants = dict(source.constants)
    constants.update((name, whole) for name, whole in (elsewhere or {}).items() if name in imported)
    for name, function in source.rules.items():
        annotations = {
            one.arg: ast.unparse(one.annotation) if one.annotation else ""
            for one in function.args.args
        }
        known = _Known(
            where=f"{source.name}:{name}",
            rules=rules,
            enums=enums,
            constants=constants,
            whole_fields=whole_fields,
            annotations=annotations,
            returns=ast.unparse(function.returns) if function.returns else "",
        )
        found += [f"{known.where}: {said}" for said in _function(function, known)]
    return found


def _function(function: ast.FunctionDef, known: _Known) -> Iterator[str]:
    arguments = function.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults:
        yield "arguments that are starred, by keyword only or have defaults"
    body = function.body
    if ast.get_docstring(function):
        body = body[1:]
    else:
        yield "no sentence on what happens in life"
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                known.locals.add(node.id)
    known.annotations.update(_rows(body, known.annotations))
    _find_unsure(body, known)
    for statement in body:
        yield from _statement(statement, known)


def _rows(body: list[ast.stmt], annotations: Mapping[str, str]) -> dict[str, str]:
    """Local names for a row of a sequence of things, and what kind of thing each is."""
    kinds: dict[str, set[str]] = {}
    for node in (one for statement in body for one in ast.walk(statement)):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Subscript(value=ast.Name(id=things))
            ):
                whole = annotations.get(things, "")
                kinds.setdefault(name, set()).add(
                    whole.removeprefix("Sequence[").removesuffix("]")
                    if whole.startswith("Sequence[")
                    else ""
                )
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)):
                kinds.setdefault(name, set()).add("")
            case ast.For(target=ast.Name(id=name)):
                kinds.setdefault(name, set()).add("")
    return {name: min(kind) for name, kind in kinds.items() if len(kind) == 1 and min(kind)}


def _find_unsure(body: list[ast.stmt], known: _Known) -> None:
    """Find the names that ever hold something made of exp or log."""
    nodes = [node for statement in body for node in ast.walk(statement)]
    while True:
        before = len(known.unsure)
        for node in nodes:
            if isinstance(node, ast.Assign | ast.AugAssign) and is_unsure(node.value, known.unsure):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                known.unsure.update(one.id for one in targets if isinstance(one, ast.Name))
        if len(known.unsure) == before:
            return


def is_unsure(node: ast.AST, names: set[str]) -> bool:
    """Whether the last bit of an expression depends on the processor; that of a decision not."""
    match node:
        case ast.Compare():
            return False
        case ast.UnaryOp(op=ast.Not()):
            return False
        case ast.Name(id=name):
            return name in names
        case ast.Call(func=ast.Attribute(value=ast.Name(id="math"), attr=name)) if name in UNSURE:
            return True
        case ast.IfExp(body=body, orelse=other):
            return is_unsure(body, names) or is_unsure(other, names)
    return any(is_unsure(child, names) for child in ast.iter_child_nodes(node))


def _statement(node: ast.stmt, known: _Known) -> Iterator[str]:
    line = f"line {node.lineno}"
    if not isinstance(node, _STATEMENTS):
        yield f"{line}: {type(node).__name__} is not for rules"
        return
    match node:
        case ast.Assign(targets=targets, value=value):
            if len(targets) != 1:
                yield f"{line}: several targets"
            for target in targets:
                yield from _target(target, value, known)
            yield from _expression(value, known)
        case ast.AugAssign(target=target, op=operator, value=value):
            yield from _target(target, value, known)
            yield from _expression(value, known)
            if not isinstance(operator, _OPERATORS):
                yield f"{line}: operator {type(operator).__name__}"
        case ast.Return(value=value):
            if value is not None:
                yield from _expression(value, known)
                if is_unsure(value, known.unsure):
                    yield f"{line}: a value of exp or log is returned"
        case ast.If(test=test, body=body, orelse=other):
            yield from _expression(test, known)
            for statement in (*body, *other):
                yield from _statement(statement, known)
        case ast.For(target=target, iter=over, body=body, orelse=other):
            if not isinstance(target, ast.Name):
                yield f"{line}: a loop over more than numbers"
            match over:
                case ast.Call(func=ast.Name(id="range")):
                    yield from _expression(over, known)
                case _:
                    yield f"{line}: a loop over something else than a range"
            if other:
                yield f"{line}: a loop with else"
            for statement in body:
                yield from _statement(statement, known)
        case ast.Expr(value=value):
            if not isinstance(value, ast.Call):
                yield f"{line}: an expression that does nothing"
            yield from _expression(value, known)


def _target(target: ast.expr, value: ast.expr, known: _Known) -> Iterator[str]:
    line = f"line {target.lineno}"
    match target:
        case ast.Name():
            return
        case ast.Attribute(value=ast.Name(id=thing)) | ast.Subscript(value=ast.Name(id=thing)):
            kind = known.annotations.get(thing, "")
            if not kind.endswith(WRITABLE_SUFFIX) and kind not in WRITABLE:
                yield f"{line}: writes to {thing}, which is no thing of the world"
            if isinstance(target, ast.Subscript):
                yield from _expression(target.slice, known)
        case _:
            yield f"{line}: writes to {ast.unparse(target)}"
    if is_unsure(value, known.unsure):
        yield f"{line}: a value of exp or log enters {ast.unparse(target)}"


def _expression(node: ast.expr, known: _Known) -> Iterator[str]:
    line = f"line {node.lineno}"
    if not isinstance(node, _EXPRESSIONS):
        yield f"{line}: {type(node).__name__} is not for rules"
        return
    match node:
        case ast.Constant(value=value):
            if not isinstance(value, bool | int | float) or (
                not isinstance(value, bool) and value not in (0, 1)
            ):
                yield f"{line}: literal {value!r} instead of a name"
            return
        case ast.Name(id=name):
            if name not in known.locals | set(known.annotations) | set(known.constants):
                yield f"{line}: {name}, which is no argument, local name or named number"
            return
        case ast.Attribute(value=ast.Name(id=thing)):
            if thing not in known.enums and known.annotations.get(thing, "int") in PLAIN:
                yield f"{line}: {ast.unparse(node)}, which is no field of a thing"
            return
        case ast.Call():
            yield from _call(node, known)
            return
        case ast.BinOp(op=operator, left=left, right=right):
            if isinstance(operator, _WHOLE_OPERATORS):
                if not (_is_whole(left, known) and _is_whole(right, known)):
                    yield f"{line}: {type(operator).__name__} of something that may not be whole"
            elif not isinstance(operator, _OPERATORS):
                yield f"{line}: operator {type(operator).__name__}"
        case ast.UnaryOp(op=operator):
            if not isinstance(operator, _OPERATORS):
                yield f"{line}: operator {type(operator).__name__}"
        case ast.Compare(ops=operators):
            for one in operators:
                if not isinstance(one, _OPERATORS):
                    yield f"{line}: operator {type(one).__name__}"
        case ast.Subscript(slice=index) if is_unsure(index, known.unsure):
            yield f"{line}: a value of exp or log is an index"
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _expression(child, known)


def _call(node: ast.Call, known: _Known) -> Iterator[str]:
    line = f"line {node.lineno}"
    if node.keywords:
        yield f"{line}: arguments by keyword"
    is_rule = False
    match node.func:
        case ast.Name(id=name) if name in known.rules:
            is_rule = True
        case ast.Name(id=name) if name in FUNCTIONS:
            is_rule = name == "range"
        case ast.Attribute(value=ast.Name(id="math"), attr=name) if name in MATH:
            pass
        case _:
            yield f"{line}: call of {ast.unparse(node.func)}"
    for argument in node.args:
        if is_rule and is_unsure(argument, known.unsure):
            yield f"{line}: a value of exp or log is passed on to {ast.unparse(node.func)}"
        yield from _expression(argument, known)


def _is_whole(node: ast.expr, known: _Known) -> bool:
    """Whether an expression is surely a whole number; those of the calendar are never negative."""
    match node:
        case ast.Constant(value=value):
            return type(value) is int
        case ast.Name(id=name):
            return known.constants.get(name, False) or known.annotations.get(name) == "int"
        case ast.Attribute(attr=name):
            return name in known.whole_fields
        case ast.BinOp(op=operator, left=left, right=right):
            kept = isinstance(operator, ast.Add | ast.Mult | ast.FloorDiv | ast.Mod)
            return kept and _is_whole(left, known) and _is_whole(right, known)
    return False
