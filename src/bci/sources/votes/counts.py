"""Roll calls -> joint counts of every dyad and year, under the rules that the literature differs in.

Counting is a product of matrices; there is no loop over pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bci.arrays import Array, Whole
from bci.data.dyads import Dyad, DyadYears
from bci.errors import InputError, NoFigures
from bci.model.definitions import Source
from bci.model.measures import JOINT_COUNTS
from bci.sources.figures import Ingested, shipped_definition
from bci.sources.raw import Raw
from bci.sources.rules import Rules
from bci.sources.votes.ballots import ABSENT, ABSTAIN, NO, NO_MEMBER, YES, Codes, Votes

Read = Callable[[Sequence[Raw], Sequence[Raw], Rules], Votes]
Ingest = Callable[[str, Sequence[Raw], Sequence[Raw], Rules], Ingested]

FIRST_SESSION_YEAR = 1946


Pairs = NDArray[np.intp]

CAST = np.array([YES, ABSTAIN, NO], dtype=np.int8)


def joint_counts(vote: Codes, pairs: Pairs | None = None) -> Array:
    r"""Joint counts of the votes of pairs of states.

    .. math:: n_{xy}(i, j) = \sum_r [v_{ri} = x] [v_{rj} = y], \qquad x, y \in \{yes, abstain, no\}

    With the indicators :math:`[v_{ri} = x]` side by side in one matrix :math:`Z`, all of these are the
    entries of :math:`Z^T Z`. The product is taken in single precision, which is exact for whole numbers
    below :math:`2^{24}`, far more than there will be roll calls.

    Parameters
    ----------
    vote
        Shape ``(roll calls, states)``: 1 yes, 2 abstain, 3 no; any other code is no vote.
    pairs
        Shape ``(pairs, 2)``: which states; all pairs ``i < j``, in order, where None.

    Returns
    -------
    Array
        Shape ``(pairs, 9)``, in the order of `bci.model.measures.JOINT_COUNTS`, the first state of the pair
        first. Their sum is the number of roll calls in which both voted; it is 0 where there is none.

    Examples
    --------
    Three roll calls: both yes; yes and no; yes and absent.

    >>> joint_counts(np.array([[1, 1], [1, 3], [1, 8]], dtype=np.int8))
    array([[1., 0., 1., 0., 0., 0., 0., 0., 0.]])
    """
    states = vote.shape[1]
    first, second = np.triu_indices(states, 1) if pairs is None else pairs.T
    cast = (vote[:, :, None] == CAST).reshape(len(vote), -1).astype(np.float32)
    joint = (cast.T @ cast).reshape(states, 3, states, 3)
    counts: Array = joint[first, :, second, :].reshape(-1, 9).astype(np.float64)
    return counts


def contested(vote: Codes) -> NDArray[np.bool_]:
    """Whether at least two different votes were cast in each roll call, absence aside.

    Parameters
    ----------
    vote
        Shape ``(roll calls, states)``, all states that the source has.

    Returns
    -------
    NDArray
        Shape ``(roll calls,)``.

    Examples
    --------
    >>> contested(np.array([[1, 1, 8], [1, 2, 1]], dtype=np.int8))
    array([False,  True])
    """
    different = sum((vote == code).any(axis=1).astype(int) for code in CAST)
    return np.asarray(different >= 2)


def absent_as_abstain(vote: Codes) -> Codes:
    """The votes with members' absence (8) read as abstention (2); no member (9) and no record (0) stay.

    References
    ----------
    Häge, F. (2011). Choice or circumstance? Political Analysis 19(3), 287-305.

    Examples
    --------
    >>> absent_as_abstain(np.array([[1, 8, 9, 0]], dtype=np.int8)).tolist()
    [[1, 2, 9, 0]]
    """
    return np.where(vote == ABSENT, np.int8(ABSTAIN), vote)


def ingesting(source_id: str, source: Source, limits: str, read: Read) -> Ingest:
    """How files of one format become the indicator.

    Parameters
    ----------
    limits
        What a reader must know of this source.
    read
        From files, companions and rules to votes.
    """

    def ingest(indicator: str, raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Ingested:
        votes = read(raws, companions, rules)
        return ingested(indicator, votes, rules, source_id, source, limits, raws[0].place)

    return ingest


def ingested(
    indicator: str, votes: Votes, rules: Rules, source_id: str, source: Source, limits: str, place: str
) -> Ingested:
    """Joint counts of all dyads asked for, in all years of the roll calls.

    A dyad-year has a row where the two share as many roll calls that count as the rules ask for. Whether a
    roll call is contested is judged from all states that the source has, before any dyad is looked at.

    Raises
    ------
    InputError
        If the source has no roll call in the years asked for, no dyad asked for has a row, absence is to be
        read as abstention from a source that records none, or contested roll calls are to be told from others
        in a session with records of too few states.
    """
    year = years_of(votes, rules)
    asked = np.array([rules.covers_year(one) for one in year.tolist()], dtype=np.bool_)
    if not len(year):
        raise InputError.at(place, "holds no votes; give a file that does")
    if not asked.any():
        message = f"holds roll calls from {year.min()} to {year.max()} only, none in the years asked for"
        raise NoFigures.at(place, f"{message}; ask for these")
    if rules.absent == "abstain" and not (votes.vote[asked] == ABSENT).any():
        message = (
            "records no absence in the years asked for, so none can be read as abstention; "
            "give a source with absences, or read votes pairwise"
        )
        raise InputError.at(place, message)
    if rules.roll_calls == "contested":
        refuse_few_states(votes, asked, rules.fewest_states, place)
    counted = asked & counting(votes, rules)
    vote = absent_as_abstain(votes.vote) if rules.absent == "abstain" else votes.vote
    wanted = [dyad for dyad in combinations(votes.countries, 2) if rules.wants(dyad)]
    rows, counts, too_few = _by_year(vote[counted], year[counted], votes.countries, wanted, rules)
    if not len(rows.year):
        least = "no roll call"
        if rules.minimum_roll_calls > 1:
            least = f"no year with {rules.minimum_roll_calls} roll calls or more"
        message = f"holds {least} in which both countries of {_named(wanted, rules)} voted"
        raise NoFigures.at(place, f"{message}; ask for other dyads or years, or fewer rules")
    session = rules.vote_year == "session"
    notes = [f"session {one - 1945}" for one in rows.year.tolist()] if session else ""
    return Ingested(
        indicator,
        source_id,
        source,
        rows,
        dict(zip(JOINT_COUNTS, counts.T, strict=True)),
        _definition(indicator, rules, limits, year[asked]),
        "A",
        notes,
        remarks=(*_remarks(votes, rules, asked, counted, rows), *too_few),
    )


def years_of(votes: Votes, rules: Rules) -> Whole:
    """The year each roll call counts for: that in which its session opens, or that of its date."""
    return votes.session + FIRST_SESSION_YEAR - 1 if rules.vote_year == "session" else votes.calendar_year


def counting(votes: Votes, rules: Rules) -> NDArray[np.bool_]:
    """Which roll calls count under the rules, years aside."""
    counts = np.ones(len(votes.vote), dtype=np.bool_)
    if rules.roll_calls == "contested":
        counts &= contested(votes.vote)
    if rules.amendments == "drop":
        counts &= ~votes.amendment
    return counts


def refuse_few_states(votes: Votes, asked: NDArray[np.bool_], fewest: int, place: str) -> None:
    """Refuse to tell contested roll calls from others where a session has records of too few states.

    A file cut down to two states makes every roll call on which these agree look unanimous.
    """
    recorded = (votes.vote > 0) & (votes.vote != NO_MEMBER)
    states = {
        one: int(recorded[asked & (votes.session == one)].any(axis=0).sum())
        for one in np.unique(votes.session[asked]).tolist()
    }
    few = {one: count for one, count in states.items() if count < fewest}
    if few:
        (first, count), *others = few.items()
        more = f", {len(others)} more of few" if others else ""
        message = (
            f"session {first} has records of {count} states{more}; fewer than {fewest} cannot show which "
            "roll calls were contested. Give the whole file and choose with --dyad; or take "
            f"--roll-calls all, or, if the file is whole, --fewest-states {min(few.values())}"
        )
        raise InputError.at(place, message)


def _by_year(
    vote: NDArray[np.int8], year: Whole, countries: tuple[str, ...], wanted: Sequence[Dyad], rules: Rules
) -> tuple[DyadYears, Array, tuple[str, ...]]:
    """Rows with enough joint roll calls, by dyad and year, their nine counts, and how many have too few."""
    place = {country: i for i, country in enumerate(countries)}
    pairs = np.array([(place[a], place[b]) for a, b in wanted], dtype=np.intp).reshape(-1, 2)
    years, numbers, counts, too_few = [], [], [], 0
    for one in np.unique(year).tolist():
        joint = joint_counts(vote[year == one], pairs)
        together = joint.sum(axis=1)
        met = np.flatnonzero(together >= rules.minimum_roll_calls)
        too_few += int(((together > 0) & (together < rules.minimum_roll_calls)).sum())
        years.append(np.full(len(met), one))
        numbers.append(met)
        counts.append(joint[met])
    remarks = (f"dyad-years left out with fewer roll calls than asked for: {too_few}",) if too_few else ()
    if not counts:
        empty = np.empty(0, dtype=np.int64)
        return DyadYears(empty, empty, ()), np.empty((0, 9)), remarks
    number = np.concatenate(numbers)
    order = np.argsort(number, kind="stable")
    known, of_row = np.unique(number[order], return_inverse=True)
    dyads = tuple(wanted[i] for i in known.tolist())
    rows = DyadYears(np.concatenate(years)[order], of_row.astype(np.int64), dyads)
    return rows, np.concatenate(counts)[order], remarks


def _named(wanted: Sequence[Dyad], rules: Rules) -> str:
    if rules.dyads:
        return ", ".join("-".join(dyad) for dyad in sorted(rules.dyads)[:5])
    return "any dyad" if wanted else "any dyad asked for"


def _remarks(
    votes: Votes, rules: Rules, asked: NDArray[np.bool_], counted: NDArray[np.bool_], rows: DyadYears
) -> tuple[str, ...]:
    session, vote = votes.session[asked], votes.vote[asked]
    present = int((vote > 0).any(axis=0).sum())
    remarks = [
        f"{asked.sum()} roll calls of sessions {session.min()} to {session.max()}, {present} states; "
        f"{counted.sum()} count under the rules",
    ]
    if rules.roll_calls == "contested":
        remarks.append(f"roll calls left out as uncontested: {(~contested(vote)).sum()}")
    if rules.amendments == "drop":
        remarks.append(
            f"roll calls left out as on amendments or paragraphs: {votes.amendment[asked].sum()}; "
            f"not marked either way, and kept: {votes.unmarked[asked].sum()}"
        )
    if rules.absent == "abstain":
        remarks.append(f"absences of members read as abstentions: {(votes.vote[counted] == ABSENT).sum()}")
    if votes.repeated:
        remarks.append(f"rows dropped that only repeat another: {votes.repeated}")
    if without := sorted(rules.dyads - set(rows.dyads)):
        remarks.append(f"no joint roll call, hence no row: {', '.join(map('-'.join, without))}")
    return tuple(remarks)


_TEXT: Mapping[str, str] = {
    "contested": (
        "Only contested roll calls count, those in which not all states cast the same vote (Voeten 2013)."
    ),
    "all": "All roll calls count, those in which all states cast the same vote included (Häge 2011).",
    "pairwise": (
        "A roll call from which either country was absent is left out for the pair: absence is not read as "
        "abstention (Voeten 2013)."
    ),
    "abstain": "Absence of a member is read as abstention (Häge 2011).",
    "keep": "Votes on amendments and single paragraphs count where the data hold them.",
    "drop": "Votes marked as on amendments or single paragraphs do not count.",
    "session": (
        "The year is that in which the session opens: session 47 is 1992. Special and emergency sessions "
        "count towards the regular session in course, taken to open on the third Tuesday of September, "
        "where the source does not give them a regular one itself."
    ),
    "calendar": "The year is that of the date of the vote.",
}
_SHIPPED = ("contested", "pairwise", "keep", "session")


def _definition(indicator: str, rules: Rules, limits: str, year: Whole) -> dict[str, Any]:
    """The shipped definition, saying what holds under these rules and for this source."""
    chosen = (rules.roll_calls, rules.absent, rules.amendments, rules.vote_year)
    definition = shipped_definition(indicator)
    definition["definition"] = (
        "Agreement of the two countries in roll-call votes of the United Nations General Assembly. Over "
        "the roll calls in which both voted yes, abstained or voted no, an identical vote counts 1, an "
        "abstention against a yes or a no counts one half, and yes against no counts 0; the value is the "
        "mean, the 'agree' score of the Voeten data and Lijphart's index of agreement divided by 100. "
        f"{' '.join(_TEXT[choice] for choice in chosen)} Resolutions adopted without a vote do not count."
    )
    if rules.absent == "abstain":
        definition["variables"] = {
            name: {**part, "description": part["description"].replace("abstains", "abstains or is absent")}
            for name, part in definition["variables"].items()
        }
    otherwise = (
        ", and under other rules than these: contested roll calls, absence left out for the pair, "
        "amendments kept, years by session"
    )
    scale = f"The scale is calibrated to China and Russia{'' if chosen == _SHIPPED else otherwise}."
    definition["limits"] = (
        f"{limits} Whether a roll call is contested is judged from the states that the source has. {scale} "
        "Agreement depends on the agenda: Voeten himself advises against comparing it over time and offers "
        "ideal points instead. Most resolutions pass without a vote and are invisible. Raw agreement is "
        "high for nearly every pair; chance-corrected measures of the same counts order pairs differently."
    )
    definition["coverage"] = {"from": int(year.min()), "to": int(year.max())}
    return definition
