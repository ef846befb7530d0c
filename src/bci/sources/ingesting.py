"""Raw files -> figures of indicators: each file is recognised by its header, then read by its source."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bci.errors import InputError, NoFigures, Problem, suggestion
from bci.files import digest
from bci.sources.arms import sipri_register, sipri_tables
from bci.sources.events import event_list, leader_travel
from bci.sources.figures import Ingested
from bci.sources.formats import Format
from bci.sources.raw import Raw, beginning
from bci.sources.recognise import refuse_other_tables, same_files
from bci.sources.rules import Rules
from bci.sources.trade import baci, comtrade, cow_trade, imf
from bci.sources.votes import roll_calls, un_library, unvotes, voeten, vote_matrix

#: The formats that list events, to which kinds and levels apply.
EVENTS = frozenset({event_list.FORMAT.name, leader_travel.FORMAT.name})

FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (
        voeten.FORMAT,
        unvotes.FORMAT,
        un_library.FORMAT,
        vote_matrix.FORMAT,
        roll_calls.FORMAT,
        sipri_tables.FORMAT,
        sipri_register.FORMAT,
        cow_trade.FORMAT,
        imf.FORMAT,
        comtrade.FORMAT,
        baci.FORMAT,
        baci.COUNTRY_CODES,
        event_list.FORMAT,
        leader_travel.FORMAT,
    )
}


@dataclass(frozen=True)
class Recognised:
    """A raw file and its format."""

    raw: Raw
    format: Format


class _Unknown(InputError):
    """A file is of no known format."""


def recognise(
    paths: Iterable[Path], advance: Callable[[int], object] = lambda read: None
) -> list[Recognised]:
    """The format of each file, by its header and by nothing else.

    Raises
    ------
    InputError
        With every file that is of no known format, of more than one, or the same as another.
    """
    found: list[Recognised] = []
    problems: list[Problem] = []
    unknown: list[Problem] = []
    for path in paths:
        try:
            found.append(_recognised(path, advance))
        except _Unknown as error:
            unknown += error.problems
        except InputError as error:
            problems += error.problems
    problems += same_files({file.raw.path: file.format.name for file in found})
    if unknown:
        # The long list is told once, in the last of them.
        *others, last = sorted(unknown)
        known = "; ".join(f"{form.name}: {form.looks}" for form in FORMATS.values())
        problems += [*others, replace(last, message=f"{last.message}. Known are {known}")]
    if problems:
        raise InputError(problems)
    return found


def ingest(
    files: Sequence[Recognised],
    rules: Rules,
    *,
    indicators: Sequence[str] = (),
    years: Mapping[str, tuple[int, int]] | None = None,
    source_ids: Mapping[Path, str] | None = None,
) -> tuple[list[Ingested], tuple[str, ...]]:
    """Everything that can be made of the files, one result an indicator and source.

    Parameters
    ----------
    files
        From `recognise`. Files of one format and source are read together.
    indicators
        Only these; all that the files can give where empty.
    years
        First and last year to take from a format, by its name.
    source_ids
        The id under which the figures of a file are recorded, where it is not the one that its source has:
        the name of the format, or ``<indicator>_list`` for lists of events.

    Returns
    -------
    results, nothing
        And which files hold nothing of the dyads and years asked for.

    Raises
    ------
    InputError
        With every problem in any of the files; if none holds anything that is asked for; or with every rule
        that has no effect on these files.
    """
    _refuse_rules_without_files(rules, years or {}, files)
    rules = replace(rules, met=set())
    results: list[Ingested] = []
    problems: list[Problem] = []
    nothing: list[Problem] = []
    for (name, source_id), raws in _together(files, source_ids or {}).items():
        form = FORMATS[name]
        assert form.ingest is not None
        own = _cut(rules, (years or {}).get(name))
        companions = [file.raw for file in files if file.format.name in form.companions]
        for indicator in form.indicators:
            if indicators and indicator not in indicators:
                continue
            try:
                mine = [raw for raw in raws if form.belongs is None or form.belongs(raw) == indicator]
                if not mine:
                    continue
                result = form.ingest(indicator, mine, companions, own)
            except NoFigures as error:
                nothing += error.problems
            except InputError as error:
                problems += error.problems
            else:
                results.append(_recorded(result, source_id or result.source_id, mine))
    if problems:
        raise InputError(problems)
    if not results:
        wanted = f" of {', '.join(indicators)}" if indicators else ""
        message = f"hold no figures{wanted} of the dyads and years asked for; give files that do"
        raise InputError([*nothing, Problem("raw files", 0, 0, message)])
    _refuse_unmet(rules)
    return results, tuple(map(str, nothing))


def _recognised(path: Path, advance: Callable[[int], object]) -> Recognised:
    first = beginning(path, "cp1252")
    if not first:
        raise InputError.at(str(path), "is empty")
    rows = [cells for _, cells in first]
    claims = [(form, at) for form in FORMATS.values() if (at := form.find_header(rows)) is not None]
    if len(claims) == 1:
        (form, at), *_ = claims
        header = tuple(cell.strip() for cell in rows[at])
        title = tuple(tuple(cells) for cells in rows[:at])
        return Recognised(
            Raw(path, header, first[at][0], title, form.encoding, form.loose_end, advance), form
        )
    if claims:
        names = " and ".join(form.name for form, _ in claims)
        raise InputError.at(
            str(path), f"has a header of {names}; take out the columns of one", first[0][0], 1
        )
    refuse_other_tables(str(path), rows)
    found = ",".join(rows[0])[:80]
    raise _Unknown.at(str(path), f"is of no known format (its first line is {found!r})", first[0][0], 1)


def _together(
    files: Iterable[Recognised], source_ids: Mapping[Path, str]
) -> dict[tuple[str, str], list[Raw]]:
    """Raw files by format and the id they are to be recorded under, if one was given; no companions."""
    groups: dict[tuple[str, str], list[Raw]] = {}
    for file in files:
        if file.format.ingest is not None:
            key = (file.format.name, source_ids.get(file.raw.path, ""))
            groups.setdefault(key, []).append(file.raw)
    return groups


def _refuse_rules_without_files(rules: Rules, years: Iterable[str], files: Sequence[Recognised]) -> None:
    """Refuse rules for formats of which no file is given."""
    given = {file.format.name for file in files}
    there = f"the files given are of {', '.join(sorted(given))}"
    problems = [
        Problem("--years", 0, 0, f"{name!r} has no effect: {there}") for name in years if name not in given
    ]
    for option, chosen in (("--kind", rules.kinds), ("--level", rules.levels)):
        if chosen and not given & EVENTS:
            message = (
                f"{', '.join(chosen)}: has no effect without a list of events ({', '.join(sorted(EVENTS))})"
            )
            problems.append(Problem(option, 0, 0, f"{message}; {there}"))
    if problems:
        raise InputError(problems)


def _refuse_unmet(rules: Rules) -> None:
    """Refuse names to read or to leave out that stand in none of the files read."""
    message = "stands in none of the files read; give it as the file spells it (710, not China)"
    problems = [
        Problem(option, 0, 0, f"{name!r} {message}")
        for option, names in (("--reading", rules.readings), ("--leave-out", rules.left_out))
        for name in names
        if name not in rules.met
    ]
    if problems:
        raise InputError(problems)


def _cut(rules: Rules, years: tuple[int, int] | None) -> Rules:
    if years is None:
        return rules
    start = years[0] if rules.start is None else max(rules.start, years[0])
    end = years[1] if rules.end is None else min(rules.end, years[1])
    return replace(rules, start=start, end=end)


def _recorded(result: Ingested, source_id: str, raws: Sequence[Raw]) -> Ingested:
    """The same with the files it was read from, under the id it is to be recorded by."""
    digests = [digest(raw.path) for raw in raws]
    named = (f"{raw.path.name} (SHA-256 {sha[:12]})" for raw, sha in zip(raws, digests, strict=True))
    read = ", ".join(named)
    if len(raws) > 8:
        together = hashlib.sha256("".join(digests).encode()).hexdigest()
        read = f"{len(raws)} files, {raws[0].path.name} to {raws[-1].path.name} (SHA-256 {together[:12]})"
    vintage = "; ".join(filter(None, [result.source.vintage, f"read from {read}"]))
    source = result.source.model_copy(update={"vintage": vintage})
    events = result.events
    if events is not None:
        events = {**events, "source": [source_id] * len(events["source"])}
    return replace(result, source_id=source_id, source=source, events=events)


def check_names(names: Iterable[str], known: Iterable[str], place: str) -> None:
    """Refuse names of formats or indicators that there are not."""
    problems = [
        Problem(
            place, 0, 0, f"{name!r} is not known; give one of {', '.join(known)}.{suggestion(name, known)}"
        )
        for name in names
        if name not in known
    ]
    if problems:
        raise InputError(problems)
