"""Orders and constraints as text, read into what a sampler keeps to.

An order, ``military > economic > political``, becomes the positions of its members, the heaviest first. A
constraint, ``military >= 2*economic``, becomes linear limits on their shares. Either stays among the members
of one parent: dimensions, or the indicators of one dimension.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bci.arrays import Array
from bci.errors import InputError, Problem, suggestion

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<relation>[<>]=?|==?)"
    r"|(?P<sign>[+-])|(?P<times>\*)|(?P<space>\s+)|(?P<odd>.)|(?P<end>\Z)",
    re.DOTALL,
)
_TERMS = {("number",), ("name",), ("number", "times", "name"), ("name", "times", "number")}

_Token = re.Match[str]
_Groups = Sequence[Sequence[str]]


class Limit(NamedTuple):
    """A linear limit on shares, ``normal @ shares <= most``, in the words of who set it."""

    normal: Array
    most: float
    text: str


def read_constraint(text: str, members: Sequence[str], line: int = 1) -> list[Limit]:
    """Read a constraint on the shares of some members, e.g. ``military >= 2*economic + 0.1``.

    Sums of numbers, members and their multiples, compared by ``>=`` or ``<=`` (``>`` and ``<`` say the same
    of a draw); a chain of several comparisons gives as many limits.

    Parameters
    ----------
    text
        The constraint; it names none but the members.
    members
        Names of the members, in the order of their shares.
    line
        Where it stands among the constraints, counted from 1, for what an error says.

    Raises
    ------
    InputError
        With the position of the first part that cannot be read.

    Examples
    --------
    >>> (limit,) = read_constraint("military >= 2*economic + 0.1", ["military", "economic"])
    >>> limit.normal, limit.most
    (array([-1.,  2.]), -0.1)
    """
    tokens = _tokens(text)
    for token in tokens:
        if token.group() in ("=", "=="):
            message = "an equation leaves nothing to draw from; give a range, e.g. 0.19 <= military <= 0.21"
            raise _unreadable(message, line, token)
    sides = list(_split(tokens, "relation"))
    if len(sides) == 1:
        raise _unreadable("compares nothing; write e.g. military >= 0.2", line, tokens[-1])
    sums = [_sum(side, members, line) for side in sides]
    if not any(token.lastgroup == "name" for token in tokens):
        raise _unreadable(f"names no member; there are {', '.join(members)}", line, tokens[0])
    limits = []
    for (*_, relation), (left, before), (right, after) in zip(sides, sums, sums[1:], strict=False):
        least, most = (right, left) if relation.group().startswith(">") else (left, right)
        words = f"{before} {relation.group()} {after}"
        limits.append(Limit(least[:-1] - most[:-1], float(most[-1] - least[-1]), words))
    return limits


def _tokens(text: str) -> list[_Token]:
    return [token for token in _TOKEN.finditer(text) if token.lastgroup != "space"]


def _split(tokens: Sequence[_Token], kind: str) -> Iterator[Sequence[_Token]]:
    """Runs of tokens, each with the one that ends it: one of the kind, or the last of all."""
    ends = [i for i, token in enumerate(tokens[:-1], start=1) if token.lastgroup == kind]
    for start, end in pairwise([0, *ends, len(tokens)]):
        yield tokens[start:end]


def _sum(side: Sequence[_Token], members: Sequence[str], line: int) -> tuple[Array, str]:
    """What the members are multiplied with, then the number beside them; and the sum as text."""
    factors, sign = np.zeros(len(members) + 1), 1.0
    for i, (*term, after) in enumerate(_split(side, "sign")):
        # A sum may begin with a sign.
        if term or i or after.lastgroup != "sign":
            if tuple(token.lastgroup for token in term) not in _TERMS:
                written = " ".join(token.group() for token in term)
                trouble = f"{written!r} cannot be read" if term else "a number or a member is missing here"
                message = f"{trouble}; write 0.2, military or 2*military"
                raise _unreadable(message, line, term[0] if term else side[-1])
            parts = {token.lastgroup: token.group() for token in term}
            factor = sign * float(parts.get("number", 1))
            if not np.isfinite(factor):
                raise _unreadable("is too large a number", line, term[0])
            factors[members.index(parts["name"]) if "name" in parts else -1] += factor
        sign = -1.0 if after.group() == "-" else 1.0
    words = (f" {token.group()} " if token.lastgroup == "sign" else token.group() for token in side[:-1])
    return factors, "".join(words).strip()


def _unreadable(message: str, line: int, token: _Token) -> InputError:
    return InputError.at("constraints", message, line, token.start() + 1)


def read_limits(texts: Sequence[str], groups: _Groups) -> list[list[Limit]]:
    """What is set for each group of members."""
    limits: list[list[Limit]] = [[] for _ in groups]

    def read(text: str, line: int) -> None:
        names = [token for token in _tokens(text) if token.lastgroup == "name"]
        columns = [token.start() + 1 for token in names]
        i = _home([token.group() for token in names], groups, "constraints", line, columns)
        limits[i].extend(read_constraint(text, groups[i], line))

    _read_all(texts, read)
    return limits


def read_orders(texts: Sequence[str], groups: _Groups) -> list[list[list[int]]]:
    """Positions of the members of each chain, by the group they belong to."""
    chains: list[list[list[int]]] = [[] for _ in groups]
    seen: set[str] = set()

    def read(text: str, line: int) -> None:
        names = [name.strip() for name in text.split(">")]
        if len(names) < 2 or not all(names):
            message = f"{text!r} is no order; write e.g. military > economic > political"
            raise InputError.at("order", message, line, 1)
        i = _home(names, groups, "order", line, [1] * len(names))
        for j, name in enumerate(names):
            if name in seen or name in names[:j]:
                message = f"{name!r} is named twice; name each member once, or give constraints instead"
                raise InputError.at("order", message, line, 1)
        seen.update(names)
        chains[i].append([groups[i].index(name) for name in names])

    _read_all(texts, read)
    return chains


def _read_all(texts: Sequence[str], read: Callable[[str, int], None]) -> None:
    """Read every text, then raise with everything that is wrong."""
    problems: list[Problem] = []
    for line, text in enumerate(texts, start=1):
        try:
            read(text, line)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def _home(names: Sequence[str], groups: _Groups, place: str, line: int, columns: Sequence[int]) -> int:
    """The group that holds all the names, the first one where there are none."""
    homes = {name: i for i, group in enumerate(groups) for name in group}
    for name, column in zip(names, columns, strict=True):
        if name not in homes:
            message = f"{name!r} has no weight to draw.{suggestion(name, homes)}"
            raise InputError.at(place, f"{message} There are {', '.join(homes)}", line, column)
        if homes[name] != homes[names[0]]:
            message = f"{names[0]!r} and {name!r} share no parent"
            message += "; compare dimensions, or the indicators of one dimension"
            raise InputError.at(place, message, line, column)
    return homes[names[0]] if names else 0
