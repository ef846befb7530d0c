"""Several sources of one indicator as one table, where they measure the same and share no dyad-year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array
from bci.data.dyads import DyadYears, together
from bci.errors import InputError
from bci.sources.figures import Ingested

#: What sources must agree on before their figures may stand in one file, beside the variables' names.
SAME = ("measure", "scale")
#: Texts that say what is true of one source; where sources differ, each is said of its own.
TOLD = ("title", "definition", "unit", "limits")


@dataclass(frozen=True, eq=False)
class Joined:
    """Everything of one indicator.

    Attributes
    ----------
    indicator
        Its id.
    definition
        As in ``indicators/<id>.yaml``.
    rows
        By dyad in alphabetical order and year, each dyad-year once.
    numbers
        The variables, each of shape ``(rows,)``, NaN where missing.
    provenance
        ``source``, ``quality`` and ``note`` of each row; the quality is empty where no variable is known.
    events
        The list of events behind counts by column; None where there is none.
    """

    indicator: str
    definition: Mapping[str, Any]
    rows: DyadYears
    numbers: Mapping[str, Array]
    provenance: Mapping[str, list[str]]
    events: Mapping[str, list[str]] | None


def joined(parts: Sequence[Ingested]) -> Joined:
    """One or more sources of one indicator as one.

    Raises
    ------
    InputError
        If they differ in measure, scale or variables, or hold the same dyad-year.
    """
    definition = _definition(parts)
    rows, places = together([part.rows for part in parts])
    _check_once(parts, rows, places)
    numbers = {name: np.full(len(rows.year), np.nan) for name in definition["variables"]}
    texts = {name: np.full(len(rows.year), "", dtype=object) for name in ("source", "quality", "note")}
    for part, place in zip(parts, places, strict=True):
        for name, column in numbers.items():
            column[place] = part.columns[name]
        for name, cells in (("source", part.source_id), ("quality", part.quality), ("note", part.notes)):
            texts[name][place] = cells
    unknown = np.logical_and.reduce([np.isnan(column) for column in numbers.values()])
    texts["quality"][unknown] = ""
    provenance = {name: cells.tolist() for name, cells in texts.items()}
    events = _events(parts)
    if events is None:
        definition.pop("events", None)
    return Joined(parts[0].indicator, definition, rows, numbers, provenance, events)


def _definition(parts: Sequence[Ingested]) -> dict[str, Any]:
    first = dict(parts[0].definition)
    if len(parts) == 1:
        return first
    ids = [part.source_id for part in parts]
    others = [part.definition for part in parts[1:]]
    differing = [key for key in SAME if any(other[key] != first[key] for other in others)]
    if any(set(other["variables"]) != set(first["variables"]) for other in others):
        differing.append("variables")
    kinds = [part.definition.get("events", {}).get("kinds") for part in parts]
    if any(counted != kinds[0] for counted in kinds):
        differing.append("kinds of events that count")
    if differing:
        message = f"{' and '.join(ids)} differ in {', '.join(differing)}; write them to folders of their own"
        raise InputError.at(parts[0].indicator, message)
    definitions = [part.definition for part in parts]
    first |= {key: _told(ids, [each.get(key, "") for each in definitions]) for key in TOLD}
    first["variables"] = {
        name: {
            key: _told(ids, [each["variables"][name][key] for each in definitions])
            for key in ("unit", "description")
        }
        for name in first["variables"]
    }
    spans = [each["coverage"] for each in definitions]
    first["coverage"] = {
        "from": min(span["from"] for span in spans),
        "to": max(span["to"] for span in spans),
    }
    for key in ("references", "caveats"):
        first[key] = _each_once(item for each in definitions for item in each.get(key, []))
    if kinds[0] is not None:
        rule = _told(ids, [each["events"]["rule"] for each in definitions])
        first["events"] = {**first["events"], "rule": rule}
    return first


def _told(ids: Sequence[str], texts: Sequence[str]) -> str:
    """What all say, or what each says with its source before it."""
    if len(set(texts)) == 1:
        return texts[0]
    return " ".join(f"[{source}] {text}" for source, text in zip(ids, texts, strict=True) if text)


def _each_once(items: Iterable[Any]) -> list[Any]:
    once: list[Any] = []
    for item in items:
        if item not in once:
            once.append(item)
    return once


def _check_once(parts: Sequence[Ingested], rows: DyadYears, places: Sequence[NDArray[np.int64]]) -> None:
    """Refuse dyad-years that two sources hold, or one of them twice."""
    messages = []
    held = np.full(len(rows.year), -1)
    for i, (part, place) in enumerate(zip(parts, places, strict=True)):
        for before in np.unique(held[place[held[place] >= 0]]).tolist():
            both = place[held[place] == before]
            message = f"{_named(rows, both)} stands in {parts[before].source_id} and in {part.source_id}"
            messages.append(f"{message}; cut one of them with --years FORMAT=FROM-TO")
        held[place] = i
        again = np.flatnonzero(np.bincount(place, minlength=len(held)) > 1)
        if len(again):
            messages.append(f"{_named(rows, again)} stands twice in {part.source_id}; take one file out")
    InputError.all(parts[0].indicator, messages)


def _named(rows: DyadYears, which: NDArray[np.int64]) -> str:
    first = which.min()
    a, b = rows.dyads[rows.number[first]]
    more = f" (and {len(which) - 1:,} more)" if len(which) > 1 else ""
    return f"{a}-{b} {rows.year[first]}{more}"


def _events(parts: Sequence[Ingested]) -> Mapping[str, list[str]] | None:
    """All lists as one, under the sources' ids; an event is known by its source where there are several."""
    lists = [(part, part.events) for part in parts if part.events is not None]
    if not lists:
        return None
    columns = _each_once(name for _, events in lists for name in events)
    together: dict[str, list[str]] = {name: [] for name in columns}
    for part, events in lists:
        count = len(events["event"])
        for name, cells in together.items():
            cells_of_part = events.get(name, [""] * count)
            if name == "source":
                cells_of_part = [part.source_id] * count
            elif name == "event" and len(parts) > 1:
                cells_of_part = [f"{part.source_id}:{event}" for event in cells_of_part]
            cells += cells_of_part
    return together
