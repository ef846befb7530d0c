"""The only reader of YAML: strict, and it knows the line and column of every value.

YAML 1.2: ``NO`` is the text "NO" (Norway), ``1e-3`` is a number, ``020`` is 20. Keys are text; a key that
stands twice, an alias or a tag is an error rather than a surprise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bci.errors import Faults, InputError, Problem, suggestion
from bci.files import read_text

if TYPE_CHECKING:
    from pydantic import BaseModel
    from ruamel.yaml.nodes import MappingNode, Node

    Model = TypeVar("Model", bound=BaseModel)

Location = tuple[str | int, ...]

_KEY = re.compile(r"^([A-Za-z0-9_.-]+):", re.MULTILINE)
_SCALARS: Mapping[str, Callable[[str], Any]] = {
    "null": lambda text: None,
    "bool": lambda text: text.lower() == "true",
    "int": lambda text: int(text, 0 if text[:2] in ("0x", "0o") else 10),
    "float": lambda text: float(text.replace(".inf", "inf").replace(".nan", "nan").replace(".NaN", "nan")),
    "str": str,
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
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    place, text = str(path), read_text(path)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = " ".join(str(part) for part in (error.context, error.problem) if part)
        raise InputError.at(place, f"is not valid YAML: {reason}", line, column) from None
    except YAMLError as error:
        raise InputError.at(place, f"is not valid YAML: {error}", 1, 1) from None
    if root is None:
        raise InputError.at(place, "is empty", 1, 1)

    reading = _Reading(place)
    data = reading.plain(root, ())
    if reading.problems:
        raise InputError(reading.problems)
    return Document(place, data, reading.marks, reading.key_marks)


class _Reading:
    """What gathers while the nodes of one file become plain values."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.marks: dict[Location, tuple[int, int]] = {}
        self.key_marks: dict[Location, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def plain(self, node: Node, location: Location) -> Any:
        self.marks[location] = _mark(node)
        if node.anchor is not None:
            self.refuse(node, f"anchor &{node.anchor}: write the value out instead")
            return None
        if node.id == "mapping":
            return {key: self.plain(value, (*location, key)) for key, value in self.pairs(node, location)}
        if node.id == "sequence":
            return [self.plain(item, (*location, i)) for i, item in enumerate(node.value)]
        kind = str(node.tag).rpartition(":")[2]
        try:
            return _SCALARS[kind](node.value)
        except (KeyError, ValueError):
            self.refuse(node, f"{node.value!r} would be read as {kind}; put it in quotes")
            return None

    def pairs(self, node: MappingNode, location: Location) -> Iterator[tuple[str, Node]]:
        for key, value in node.value:
            if key.id != "scalar":
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
    return frozenset(_KEY.findall(read_text(path)))


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
        case "missing":
            return document.problem(location[:-1], f"the key {location[-1]} is missing")
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
            message = details["msg"].removeprefix("Input should be ")
            shown = repr(found) if isinstance(found, str | int | float | None) else type(found).__name__
            return document.problem(location, f"must be {message} (found {shown})")


def _keys(model: type[BaseModel]) -> set[str]:
    """Every key that any part of the format knows: enough to find what a misspelt one meant."""
    schema = model.model_json_schema(by_alias=True)
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}
