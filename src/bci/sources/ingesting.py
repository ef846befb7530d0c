"""Raw files, each of a format that was recognised -> figures of indicators."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bci.errors import InputError, NoFigures, Problem
from bci.files import digest
from bci.sources.events import event_list, leader_travel
from bci.sources.figures import Ingested
from bci.sources.formats import FORMATS
from bci.sources.raw import Raw
from bci.sources.recognise import Recognised
from bci.sources.rules import RULES, Rules
from bci.sources.trade import comtrade, imf

#: Rules that count for some formats or indicators alone: what these are called, they, and the options.
ONLY = (
    (
        "roll calls",
        {"un_voting"},
        ("roll_calls", "absent", "amendments", "vote_year", "minimum_roll_calls", "fewest_states"),
    ),
    ("reports of both sides", {comtrade.FORMAT.name, imf.FORMAT.name}, ("reported_by",)),
    ("products", {"energy_trade"}, ("products", "amount")),
    (
        "a list of events",
        {event_list.FORMAT.name, leader_travel.FORMAT.name},
        ("kinds", "levels", "multilateral", "same_within", "covers", "covers_years"),
    ),
)


def ingest(
    files: Sequence[Recognised], rules: Rules, *, indicators: Sequence[str] = ()
) -> tuple[list[Ingested], tuple[str, ...]]:
    """Everything that can be made of the files, one result an indicator and source.

    Parameters
    ----------
    files
        From `recognise`. Files of one format and source are read together.
    rules
        What to take from them. Where ``sources`` gives a file no id, its figures are recorded under that of
        its source: the name of the format, or ``<indicator>_list`` for lists of events.
    indicators
        Only these; all that the files can give where empty.

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
    _refuse_rules_without_files(rules, files)
    rules = replace(rules, met=set())
    results: list[Ingested] = []
    problems: list[Problem] = []
    nothing: list[Problem] = []
    for (name, source_id), raws in _together(files, rules.sources).items():
        form = FORMATS[name]
        assert form.ingest is not None
        of_format = _cut(rules, rules.years.get(name))
        companions = [file.raw for file in files if file.format.name in form.companions]
        for indicator in form.indicators:
            if indicators and indicator not in indicators:
                continue
            try:
                of_it = [raw for raw in raws if form.belongs is None or form.belongs(raw) == indicator]
                if not of_it:
                    continue
                result = form.ingest(indicator, of_it, companions, of_format)
            except NoFigures as error:
                nothing += error.problems
            except InputError as error:
                problems += error.problems
            else:
                results.append(_recorded(result, source_id or result.source_id, of_it))
    if problems:
        raise InputError(problems)
    if not results:
        wanted = f" of {', '.join(indicators)}" if indicators else ""
        message = f"hold no figures{wanted} of the dyads and years asked for; give files that do"
        raise InputError([*nothing, Problem("raw files", 0, 0, message)])
    _refuse_unmet(rules)
    return results, tuple(map(str, nothing))


def _together(files: Iterable[Recognised], ids: Mapping[str, str]) -> dict[tuple[str, str], list[Raw]]:
    """Raw files by format and the id they are to be recorded under, if one was given; no companions."""
    groups: dict[tuple[str, str], list[Raw]] = {}
    for file in files:
        if file.format.ingest is not None:
            path = file.raw.path
            key = (file.format.name, ids.get(file.raw.place, ids.get(path.name, "")))
            groups.setdefault(key, []).append(file.raw)
    return groups


def refuse_without_effect(rules: Rules, files: Sequence[Recognised], indicators: Sequence[str]) -> None:
    """Refuse rules for formats or indicators that are not asked for.

    Raises
    ------
    InputError
        With every such rule.
    """
    problems: list[Problem] = []
    given = f"the files given are of {', '.join(sorted({file.format.name for file in files}))}"
    if indicators:
        given += f", and --indicator asks for {', '.join(indicators)}"
    wanted = {
        name
        for file in files
        for indicator in file.format.indicators
        if not indicators or indicator in indicators
        for name in (file.format.name, indicator)
    }
    for what, needed, names_of_rules in ONLY:
        for name in names_of_rules:
            value = getattr(rules, name)
            if value != getattr(Rules, name) and not needed & wanted:
                shown = value if isinstance(value, str | int) else ", ".join(map(str, sorted(value)))
                message = f"has no effect without {what} ({', '.join(sorted(needed))}); {given}"
                problems.append(Problem(RULES[name][1].names, 0, 0, f"{shown}: {message}"))
    if rules.roll_calls == "all" and rules.fewest_states != Rules.fewest_states and "un_voting" in wanted:
        message = (
            f"{rules.fewest_states}: has no effect where all roll calls count; leave out --roll-calls all"
        )
        problems.append(Problem("--fewest-states", 0, 0, message))
    if problems:
        raise InputError(problems)


def _refuse_rules_without_files(rules: Rules, files: Sequence[Recognised]) -> None:
    """Refuse rules for formats and files that are not given."""
    given = {file.format.name for file in files}
    formats = f"the files given are of {', '.join(sorted(given))}"
    problems = [
        Problem("--years", 0, 0, f"{name!r} has no effect: {formats}")
        for name in rules.years
        if name not in given
    ]
    names = {name for file in files for name in (file.raw.place, file.raw.path.name)}
    problems += [
        Problem("--source", 0, 0, f"{name!r} is not among the raw files")
        for name in rules.sources
        if name not in names
    ]
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
