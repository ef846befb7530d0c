"""The only reader and writer of YAML: strict, and it knows the line and column of every value.

YAML 1.2: ``NO`` is the text "NO" (Norway), ``1e-3`` is a number, ``020`` is 20. Keys are text; a key that
stands twice, an alias or a tag is an error rather than a surprise.
"""

from __future__ import annotations

import json
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bci.errors import Faults, InputError, Problem, suggestion
from bci.files import position_after, read_text

if TYPE_CHECKING:
    from pydantic import BaseModel

    Node = Any  # the nodes of ruamel.yaml are untyped
    Model = TypeVar("Model", bound=BaseModel)

Location = tuple[str | int, ...]

#: Columns of the lines that are written.
WIDTH = 100

_KEY = re.compile(r"""^(["']?)([A-Za-z0-9_.-]+)\1 *:""", re.MULTILINE)
_NO_CHARACTER = re.compile(r"\\U(?!000|0010)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
#: Words that YAML, or an older YAML, takes for something else than text.
_NO_TEXT = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_CORE = "tag:yaml.org,2002:"
_SCALARS: Mapping[str, Callable[[str], Any]] = {
    "null": lambda text: None,
    "bool": lambda text: text.lower() == "true",
    "int": lambda text: int(text, 0 if text[:2] in ("0x", "0o") else 10),
    "float": lambda text: float(text.lower().replace(".inf", "inf").replace(".nan", "nan")),
    "str": str,
}
_WANTED = {
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "text; put it in quotes if it is meant as text",
    "float_type": "a number without quotes",
    "int_type": "a whole number without quotes",
}


@dataclass(frozen=True)
class Document:
    """A YAML file as plain values, and where each of them stands.

    Attributes
    ----------
    place
        The file's name as the user gave it.
    data
        Mappings, lists, text, numbers, booleans and None.
    marks
        Line and column, counted from 1, of each value by its location, e.g. ``("bands", "moderate")``.
    key_marks
        The same of each key.
    """

    place: str
    data: Any
    marks: Mapping[Location, tuple[int, int]]
    key_marks: Mapping[Location, tuple[int, int]]

    def problem(self, location: Location, message: str, *, at_key: bool = False) -> Problem:
        """A problem at a location, or at the nearest thing above it that the file does hold."""
        known: Location = ()
        for step in location:
            # Validators put the name of the alternative they tried between the keys; it marks nothing here.
            if (*known, step) in self.marks:
                known = (*known, step)
        line, column = self.key_marks[known] if at_key else self.marks[known]
        path = ".".join(map(str, known))
        return Problem(self.place, line, column, f"{path}: {message}" if path else message)


def read(path: Path) -> Document:
    """Read one YAML file.

    Raises
    ------
    InputError
        With every duplicate key, odd key, alias and tag of the file; or the first error of syntax.
    """
    place, text = str(path), read_text(path)
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("%"):
            # %YAML 1.1 would turn NO into false and 020 into 16.
            raise InputError.at(place, "directives are not read; take the line out", number, 1)
    reading = _Reading(place)
    try:
        data = reading.plain(_root(place, text), ())
    except RecursionError:
        raise InputError.at(place, "is nested too deeply; is it the right file?", 1, 1) from None
    if reading.problems:
        raise InputError(reading.problems)
    return Document(place, data, reading.marks, reading.key_marks)


def _root(place: str, text: str) -> Node:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError

    try:
        with warnings.catch_warnings():
            # It warns of an anchor that stands twice, but anchors are refused anyway.
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        begun = f"{error.context} begun in line {error.context_mark.line + 1}," if error.context_mark else ""
        reason = f"{begun} {error.problem}".strip()
        raise InputError.at(place, f"is not valid YAML: {reason}", line, column) from None
    except YAMLError as error:
        # Only a character that YAML forbids comes without a mark; its position is counted from the start.
        where, reason = position_after(text[: getattr(error, "position", 0)]), str(error).partition("\n")[0]
        raise InputError.at(place, f"is not valid YAML: {reason}", *where) from None
    except (OverflowError, ValueError):
        where = position_after(_NO_CHARACTER.split(text, maxsplit=1)[0])
        raise InputError.at(place, "is not valid YAML: this escape is no character", *where) from None
    if root is None:
        raise InputError.at(place, "is empty; it must hold keys with values", 1, 1)
    return root


class _Reading:
    """What gathers while the nodes of one file become plain values."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.marks: dict[Location, tuple[int, int]] = {}
        self.key_marks: dict[Location, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def plain(self, node: Node, location: Location) -> Any:
        self.marks[location] = _mark(node)
        kind = str(node.tag).removeprefix(_CORE)
        if node.anchor is not None:
            self.refuse(node, f"anchor &{node.anchor}: write the value out instead")
            return None
        if node.id != "scalar" and kind not in ("map", "seq"):
            self.refuse(node, f"tag {kind}: write the value without it")
            return None
        if node.id == "mapping":
            return {key: self.plain(value, (*location, key)) for key, value in self.pairs(node, location)}
        if node.id == "sequence":
            return [self.plain(item, (*location, i)) for i, item in enumerate(node.value)]
        if _SURROGATE.search(node.value):
            self.refuse(node, "an escape is half a character; write the character itself")
            return None
        try:
            return _SCALARS[kind](node.value)
        except (KeyError, ValueError):
            self.refuse(node, f"{node.value!r} would be read as {kind}; put it in quotes, without a tag")
            return None

    def pairs(self, node: Node, location: Location) -> Iterator[tuple[str, Node]]:
        for key, value in node.value:
            if key.id != "scalar" or key.anchor is not None or _SURROGATE.search(key.value):
                self.refuse(key, "a key must be plain text")
                continue
            here = (*location, key.value)
            if here in self.key_marks:
                first = self.key_marks[here][0]
                self.refuse(key, f"key {key.value!r} stands twice (first in line {first}); keep one")
                continue
            self.key_marks[here] = _mark(key)
            yield key.value, value

    def refuse(self, node: Node, message: str) -> None:
        self.problems.append(Problem(self.place, *_mark(node), message))


def _mark(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def top_keys(path: Path) -> frozenset[str]:
    """The keys at the left margin of a YAML file, without reading the rest of it.

    Forty times faster than a full reading, and enough to see whether a source id is known.
    """
    return frozenset(key for _, key in _KEY.findall(read_text(path)))


def check(document: Document, model: type[Model]) -> Model:
    """`document` as a `model`, or every place where it is not one.

    Raises
    ------
    InputError
        With each unknown key ("did you mean ..."), missing key, wrong type and value out of range.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise InputError(
            problem for details in error.errors() for problem in _problems(document, details, model)
        ) from None


def _problems(document: Document, details: Any, model: type[BaseModel]) -> Iterator[Problem]:
    raised = details.get("ctx", {}).get("error")
    if isinstance(raised, Faults):
        for inside, message in raised.faults:
            yield document.problem((*details["loc"], *inside), message)
    else:
        yield _problem(document, details, model)


def _problem(document: Document, details: Any, model: type[BaseModel]) -> Problem:
    found, location = details["input"], details["loc"]
    match details["type"]:
        case "extra_forbidden":
            key = str(location[-1])
            meant = suggestion(key, _keys(model)) or " It is not part of this format."
            return document.problem(location, f"unknown key.{meant}", at_key=True)
        case "missing" if isinstance(location[-1], int):
            return document.problem(location[:-1], f"needs {location[-1] + 1} or more entries")
        case "missing":
            return document.problem(location[:-1], f"the key {location[-1]} is missing")
        case "too_short":
            return document.problem(location, f"needs {details['ctx']['min_length']} or more entries")
        case "too_long":
            return document.problem(location, f"takes at most {details['ctx']['max_length']} entries")
        case "greater_than_equal" | "less_than_equal" as kind:
            (bound,) = details["ctx"].values()
            side = kind.partition("_")[0]
            message = f"must be {side} than or equal to {bound:g} (found {_shown(found)})"
            return document.problem(location, message)
        case "string_pattern_mismatch":
            message = f"{found!r} is not allowed; it must match {details['ctx']['pattern']}"
            return document.problem(location, message, at_key=location[-1] == "[key]")
        case "literal_error" | "union_tag_invalid":
            context = details["ctx"]
            allowed = context.get("expected") or context["expected_tags"]
            word = str(context.get("tag", found))
            meant = suggestion(word, re.findall(r"[\w-]+", allowed))
            return document.problem(location, f"{word!r} is not allowed; give {allowed}.{meant}")
        case "union_tag_not_found":
            return document.problem(location, f"needs the key {details['ctx']['discriminator']}")
        case "value_error":
            return document.problem(location, str(details["ctx"]["error"]))
        case _:
            wanted = _WANTED.get(details["type"]) or details["msg"].removeprefix("Input should be ")
            return document.problem(location, f"must be {wanted} (found {_shown(found)})")


def _shown(found: Any) -> str:
    if isinstance(found, dict | list):
        return "keys with values" if isinstance(found, dict) else "a list"
    return "nothing" if found is None else repr(found)


def _keys(model: type[BaseModel]) -> set[str]:
    """Every key that any part of the format knows: enough to find what a misspelt one meant."""
    schema = model.model_json_schema(by_alias=True)
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}


def flow(value: Any) -> str:
    """A value in one line of YAML that reads back as the same value; text in quotes."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(inside)}" for key, inside in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    # YAML counts some signs as ends of lines that JSON leaves as they are.
    written = json.dumps(value, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in written)


def block(content: Mapping[str, Any], indent: str = "") -> str:
    """Keys and values as YAML that reads back as the same, one key a line, long text folded.

    Examples
    --------
    >>> print(block({"id": "trade", "coverage": {"from": 1992, "to": 2020}, "limits": "None."}), end="")
    id: trade
    coverage: {from: 1992, to: 2020}
    limits: "None."
    """
    return "".join(f"{indent}{key}:{_after_key(value, indent)}\n" for key, value in content.items())


def _after_key(value: Any, indent: str) -> str:
    inside = indent + "  "
    if isinstance(value, str):
        return " " + _text(value, inside)
    line = flow(value)
    if len(line) + len(inside) <= WIDTH or not isinstance(value, Mapping | list | tuple) or not value:
        return f" {line}"
    if isinstance(value, Mapping):
        return "\n" + block(value, inside).rstrip("\n")
    items = (_text(item, inside + "  ") if isinstance(item, str) else flow(item) for item in value)
    return "".join(f"\n{inside}- {item}" for item in items)


def _text(text: str, indent: str) -> str:
    """Text as a plain word, folded over several lines where it is long, else in quotes."""
    if _WORD.fullmatch(text) and text not in _NO_TEXT:
        return text
    # Folding joins lines by one space, so only text with no other space between words comes back the same.
    if len(text) + len(indent) <= WIDTH or text != " ".join(text.split()) or not text.isprintable():
        return flow(text)
    lines = textwrap.wrap(text, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    return ">-" + "".join(f"\n{indent}{line}" for line in lines)
