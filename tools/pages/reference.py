"""Reference pages of commands and of the Python API, from the code itself."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from tools.pages.markdown import code, fenced, table

_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
_WORDS_OF_TYPES: Mapping[Any, str] = {
    str: "WORD",
    int: "NUMBER",
    float: "NUMBER",
    Path: "PATH",
}
_PREFIXES: Mapping[Any, str] = {
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}
_MARKED = re.compile(r"``(.+?)``")


def command_texts() -> list[tuple[str, str]]:
    """Give name and reference of every command, in the order of ``--help``."""
    import typer

    from ips_sim.cli import app

    root: Any = typer.main.get_command(app)
    texts = []
    for name, command in root.commands.items():
        for full, one in _leaves(f"ips-sim {name}", command):
            texts.append((full, _command_text(full, one)))
    return texts


def _leaves(name: str, command: Any) -> list[tuple[str, Any]]:
    inner: Mapping[str, Any] | None = getattr(command, "commands", None)
    if inner is None:
        return [(name, command)]
    return [leaf for word, one in inner.items() for leaf in _leaves(f"{name} {word}", one)]


def _command_text(name: str, command: Any) -> str:
    hints = typing.get_type_hints(inspect.unwrap(command.callback))
    words = [name]
    rows = []
    for one in command.params:
        if one.param_type_name == "argument":
            shown = one.name.upper() + ("..." if one.nargs == -1 else "")
            words.append(shown if one.required else f"[{shown}]")
            rows.append(
                (
                    code(shown),
                    _sentence(one.help),
                    "required" if one.required else _default(one) or "none",
                )
            )
        elif one.name != "help":
            rows.append((_option(one, hints[one.name]), _sentence(one.help), _default(one)))
    usage = fenced("text", " ".join([*words, "[OPTIONS]"]))
    parts = [inspect.cleandoc(command.help or ""), usage]
    if rows:
        parts.append(table(("argument or option", "meaning", "default"), rows))
    return "\n\n".join(parts)


def _option(one: Any, hint: Any) -> str:
    flag = ", ".join(one.opts)
    if one.is_flag:
        return code(flag)
    if one.metavar:
        return code(f"{flag} {one.metavar}")
    kinds = [kind for kind in typing.get_args(hint) or (hint,) if kind is not type(None)]
    return code(f"{flag} {_WORDS_OF_TYPES[kinds[0]]}")


def _default(one: Any) -> str:
    said = re.search(r"\[default: (.+?)\]", one.help or "")
    if said:
        return said.group(1)
    if getattr(one, "is_flag", False) or one.default is None:
        return ""
    return code(str(one.default))


def _sentence(text: str | None) -> str:
    return re.sub(r"\s*\[default: .+?\]", "", text or "")


def api_texts(public: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Write what is public: functions first, in order of their names, then classes."""
    functions = {name: one for name, one in public.items() if inspect.isfunction(one)}
    classes = {name: one for name, one in public.items() if inspect.isclass(one)}
    texts = {
        name: (fenced("python", _signature(one, f"ips_sim.{name}")), docstring_text(one))
        for name, one in sorted(functions.items())
    }
    return texts | {name: _class_text(one) for name, one in sorted(classes.items())}


def _class_text(kind: type) -> tuple[str, ...]:
    """Write a class: how it is made where its own docstring says with what, and its methods."""
    text = docstring_text(kind)
    made = fenced("python", _signature(kind, kind.__name__)) if "**Parameters**" in text else ""
    methods = _method_texts(kind)
    return (made, text, "**Methods and properties**" if methods else "", methods)


def _signature(function: Callable[..., Any], name: str, *, is_method: bool = False) -> str:
    parameters = list(inspect.signature(function).parameters.values())
    if is_method:
        parameters = parameters[1:]
    parts: list[str] = []
    for one in parameters:
        if (
            one.kind is one.KEYWORD_ONLY
            and "*" not in parts
            and not any(part.startswith("*") for part in parts)
        ):
            parts.append("*")
        prefix = _PREFIXES.get(one.kind, "")
        default = "" if one.default is one.empty else f"={_shown_default(one.default)}"
        parts.append(f"{prefix}{one.name}{default}")
    line = f"{name}({', '.join(parts)})"
    return line if len(line) <= 88 else f"{name}(\n    " + ",\n    ".join(parts) + ",\n)"


def _shown_default(value: object) -> str:
    return value.__name__ if isinstance(value, type) else repr(value)


def docstring_text(thing: object) -> str:
    """Turn a NumPy-style docstring into Markdown."""
    text = inspect.getdoc(thing) or ""
    pieces = _SECTION.split(text)
    parts = [_paragraphs(pieces[0])]
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        parts.append(f"**{title}**")
        if title == "Examples":
            parts.append(fenced("pycon", body))
        else:
            parts.append(_entries(body))
    return "\n\n".join(part for part in parts if part)


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(one.split()) for one in _plain(text).split("\n\n")).strip()


def _entries(body: str) -> str:
    """Turn the names of a section and their indented texts into a list."""
    items: list[list[str]] = []
    for line in body.rstrip().splitlines():
        if line and not line.startswith(" "):
            items.append([line, ""])
        elif line.strip() and items:
            items[-1][1] += f" {line.strip()}"
    lines = []
    for name, said in items:
        names = ", ".join(code(one.strip()) for one in name.split(","))
        lines.append(f"- {names}{': ' if said else ''}{_plain(said).strip()}")
    return "\n".join(lines)


def _plain(text: str) -> str:
    return _MARKED.sub(r"`\1`", text)


def _method_texts(kind: type) -> str:
    """Write a class's own public methods and properties, one a line."""
    lines = []
    for name, thing in vars(kind).items():
        if name.startswith("_") or name == "model_config":
            continue
        if isinstance(thing, property | cached_property):
            getter = thing.fget if isinstance(thing, property) else thing.func
            lines.append(f"- `{name}`: {_first(getter)}")
        elif inspect.isfunction(thing):
            called = _signature(thing, name, is_method=True)
            lines.append(f"- `{' '.join(called.split())}`: {_first(thing)}")
    return "\n".join(lines)


def _first(thing: object) -> str:
    return _plain(" ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split()))
