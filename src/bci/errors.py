"""What a user's mistake looks like: many located problems in one message."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake, where it stands, and what to do about it.

    Attributes
    ----------
    place
        The file (or ``DataFrame``, ``--dyad`` ...) that holds the mistake.
    line, column
        Position in that file, counted from 1; 0 where there is none.
    message
        What was found, what is allowed, what to do.
    """

    place: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        position = f":{self.line}:{self.column}" if self.line else ""
        return f"{self.place}{position}: {self.message}"


class InputError(ValueError):
    """Everything that is wrong with what the user gave, at once.

    Attributes
    ----------
    problems
        The problems, in the order of file, line and column.

    Examples
    --------
    >>> print(InputError([Problem("weights.yaml", 3, 24, "weight is -0.2; give 0 or more")]))
    weights.yaml:3:24: weight is -0.2; give 0 or more
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def at(cls, place: str, message: str, line: int = 0, column: int = 0) -> InputError:
        """An error with a single problem."""
        return cls([Problem(place, line, column, message)])

    @classmethod
    def all(cls, place: str, messages: Iterable[str]) -> None:
        """Raise with every message about one place, if there are any."""
        problems = [Problem(place, 0, 0, message) for message in messages]
        if problems:
            raise cls(problems)


class NoFigures(InputError):
    """A source holds nothing of the dyads and years that were asked for."""


class Faults(ValueError):
    """Several mistakes inside one value, each with its location in that value.

    Attributes
    ----------
    faults
        Pairs of location (keys and positions from the value inwards) and message.
    """

    faults: tuple[tuple[tuple[str | int, ...], str], ...]

    def __init__(self, faults: Iterable[tuple[tuple[str | int, ...], str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(message for _, message in self.faults))

    @classmethod
    def refuse(cls, faults: Iterable[tuple[tuple[str | int, ...], str]]) -> None:
        """Raise if there are any."""
        found = cls(faults)
        if found.faults:
            raise found


class CountryError(ValueError):
    """A name or code that is not exactly one country."""


def suggestion(word: str, allowed: Iterable[str], likeness: float = 0.6) -> str:
    """`` Did you mean 'x'?`` for the nearest allowed word that is alike enough (0 to 1), or nothing.

    Examples
    --------
    >>> suggestion("wieght", ["weight", "indicators"])
    " Did you mean 'weight'?"
    >>> suggestion("zzz", ["weight"])
    ''
    """
    nearest = difflib.get_close_matches(word, list(allowed), n=1, cutoff=likeness)
    return f" Did you mean {nearest[0]!r}?" if nearest else ""
