"""Orders and constraints as text, read into what a sampler keeps to.

An order, ``military > economic > political``, becomes the positions of its members, the heaviest first. A
constraint, ``military >= 2*economic``, becomes linear limits on their shares. Either stays among the members
of one parent: dimensions, or the indicators of one dimension.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bci.arrays import Array
from bci.errors import InputError, Problem, suggestion

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<relation>[<>]=?|==?)"
    r"|(?P<sign>[+-])|(?P<times>\*)|(?P<space>\s+)|(?P<odd>.)",
    re.DOTALL,
)
_TERMS = {("number",), ("name",), ("number", "times", "name"), ("name", "times", "number")}


class Limit(NamedTuple):
    """A linear limit on shares, ``normal @ shares <= most``, in the words of who set it."""

    normal: Array
    most: float
    text: str


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


class _Sum(NamedTuple):
    """One side of a constraint: a sum of shares and a number."""

    normal: Array
    number: float
    text: str


def read_constraint(text: str, members: Sequence[str], line: int = 1) -> list[Limit]:
    """Read a constraint on the shares of some members, e.g. ``military >= 2*economic + 0.1``.

    Sums of numbers, members and their multiples, compared by ``>=`` or ``<=`` (``>`` and ``<`` say the same
    of a draw); a chain of several comparisons gives as many limits.

    Parameters
    ----------
    text
        The constraint.
    members
        Names of the members, in the order of their shares.
    line
        Where it stands among the constraints, counted from 1, for what an error says.

    Raises
    ------
    InputError
        With the position of the first part that cannot be read, or of the first unknown name.

    Examples
    --------
    >>> (limit,) = read_constraint("military >= 2*economic + 0.1", ["military", "economic"])
    >>> limit.normal, limit.most
    (array([-1.,  2.]), -0.1)
    """
    tokens = _tokens(text)
    end = _Token("end", "", len(text) + 1)
    sides: list[list[_Token]] = [[]]
    relations = []
    for token in tokens:
        if token.kind == "relation":
            relations.append(token)
            sides.append([])
        else:
            sides[-1].append(token)
        if token.text in {"=", "=="}:
            message = "an equation leaves nothing to draw from; give a range, e.g. 0.19 <= military <= 0.21"
            raise _unreadable(message, line, token)
    if not relations:
        raise _unreadable("compares nothing; write e.g. military >= 0.2", line, end)
    sums = [_sum(side, after, members, line) for side, after in zip(sides, [*relations, end], strict=True)]
    limits = []
    for relation, (left, right) in zip(relations, pairwise(sums), strict=True):
        least, most = (right, left) if relation.text.startswith(">") else (left, right)
        words = f"{left.text} {relation.text} {right.text}"
        limits.append(Limit(least.normal - most.normal, most.number - least.number, words))
    if not any(token.kind == "name" for token in tokens):
        raise _unreadable(f"names no member; there are {', '.join(members)}", line, tokens[0])
    return limits


def _tokens(text: str) -> list[_Token]:
    tokens = (_Token(str(m.lastgroup), m.group(), m.start() + 1) for m in _TOKEN.finditer(text))
    return [token for token in tokens if token.kind != "space"]


def _sum(tokens: Sequence[_Token], after: _Token, members: Sequence[str], line: int) -> _Sum:
    normal, number = np.zeros(len(members)), 0.0
    terms: list[list[_Token]] = [[]]
    signs = [1]
    for i, token in enumerate(tokens):
        if token.kind == "sign":
            signs.append(-1 if token.text == "-" else 1)
            terms.append([])
            if i == 0:
                del signs[0], terms[0]
        else:
            terms[-1].append(token)
    for sign, term in zip(signs, terms, strict=True):
        if tuple(token.kind for token in term) not in _TERMS:
            written = " ".join(token.text for token in term)
            trouble = f"{written!r} cannot be read" if term else "a number or a member is missing here"
            message = f"{trouble}; write 0.2, military or 2*military"
            raise _unreadable(message, line, term[0] if term else after)
        factor, name = float(sign), None
        for token in term:
            if token.kind == "number":
                factor *= float(token.text)
            elif token.kind == "name":
                name = token
        if not np.isfinite(factor):
            raise _unreadable("is too large a number", line, term[0])
        if name is None:
            number += factor
        elif name.text in members:
            normal[members.index(name.text)] += factor
        else:
            raise _unreadable(_unknown(name.text, members), line, name)
    return _Sum(
        normal, number, "".join(f" {t.text} " if t.kind == "sign" else t.text for t in tokens).strip()
    )


def _unreadable(message: str, line: int, token: _Token) -> InputError:
    return InputError.at("constraints", message, line, token.column)


def _unknown(name: str, known: Sequence[str]) -> str:
    return f"{name!r} has no weight to draw.{suggestion(name, known)} There are {', '.join(known)}"


def read_limits(texts: Sequence[str], groups: Sequence[Sequence[str]]) -> list[list[Limit]]:
    """What is set for each group of members."""
    limits: list[list[Limit]] = [[] for _ in groups]
    problems: list[Problem] = []
    for line, text in enumerate(texts, start=1):
        names = [token for token in _tokens(text) if token.kind == "name"]
        try:
            i = _home([name.text for name in names], groups)
            if i is None:
                stranger = next(name for name in names if _home([names[0].text, name.text], groups) is None)
                raise _unreadable(_astray(names[0].text, stranger.text, groups), line, stranger)
            limits[i] += read_constraint(text, groups[i], line)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return limits


def read_orders(texts: Sequence[str], groups: Sequence[Sequence[str]]) -> list[list[list[int]]]:
    """Positions of the members of each chain, by the group they belong to."""
    chains: list[list[list[int]]] = [[] for _ in groups]
    problems = []
    seen: set[str] = set()
    for line, text in enumerate(texts, start=1):
        names = [name.strip() for name in text.split(">")]
        i = _home(names, groups)
        if len(names) < 2 or not all(names):
            message = f"{text!r} is no order; write e.g. military > economic > political"
        elif i is None:
            stranger = next(name for name in names if _home([names[0], name], groups) is None)
            message = _astray(names[0], stranger, groups)
        elif len(set(names)) < len(names) or seen & set(names):
            twice = next(name for j, name in enumerate(names) if name in seen or name in names[:j])
            message = f"{twice!r} is named twice; name each member once, or give constraints instead"
        else:
            seen |= set(names)
            chains[i].append([groups[i].index(name) for name in names])
            continue
        problems.append(Problem("order", line, 1, message))
    if problems:
        raise InputError(problems)
    return chains


def _home(names: Sequence[str], groups: Sequence[Sequence[str]]) -> int | None:
    """The group that holds all the names; the first one where there are no names."""
    return next((i for i, group in enumerate(groups) if set(names) <= set(group)), None)


def _astray(first: str, name: str, groups: Sequence[Sequence[str]]) -> str:
    """Why a name cannot stand beside the first one."""
    known = [member for group in groups for member in group]
    for word in (first, name):
        if word not in known:
            return _unknown(word, known)
    return f"{first!r} and {name!r} share no parent; compare dimensions, or the indicators of one dimension"
