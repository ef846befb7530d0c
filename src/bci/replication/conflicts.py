"""What cannot be kept together: every smallest conflict, and every largest set without one.

Convex sets in :math:`k` dimensions meet if any :math:`k + 1` of them do (Helly), so that no smallest conflict
of linear statements about :math:`k` free weights has more than :math:`k + 1` members.

References
----------
Reiter, R. (1987). A theory of diagnosis from first principles. Artificial Intelligence 32, 57-95.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence


def conflicts(
    names: Sequence[str], feasible: Callable[[tuple[str, ...]], bool]
) -> tuple[tuple[str, ...], ...]:
    """Every smallest set that is not feasible: any smaller part of it is.

    Whatever can be kept leaves out a member of each conflict (a hitting set). As long as leaving out a
    smallest hitting set of the conflicts known so far does not make the rest feasible, the rest holds another
    conflict; when all do, there is none left to find.

    Parameters
    ----------
    names
        What may be kept.
    feasible
        Whether some of them, in the order of `names`, can be kept together. Parts of a feasible set must be
        feasible.

    Returns
    -------
    tuple
        Conflicts by size, then in the order of `names`; none where all can be kept.

    Examples
    --------
    >>> conflicts("abcd", lambda kept: not {"a", "b"} <= {*kept} and "d" not in kept)
    (('d',), ('a', 'b'))
    """
    seen: dict[tuple[str, ...], bool] = {}

    def keeps(kept: tuple[str, ...]) -> bool:
        if kept not in seen:
            seen[kept] = feasible(kept)
        return seen[kept]

    known: list[tuple[str, ...]] = []
    while True:
        rests = (tuple(n for n in names if n not in hit) for hit in hitting_sets(known))
        conflict = next((rest for rest in rests if not keeps(rest)), None)
        if conflict is None:
            order = {name: i for i, name in enumerate(names)}
            return tuple(sorted(known, key=lambda found: (len(found), [order[name] for name in found])))
        for name in conflict:
            smaller = tuple(n for n in conflict if n != name)
            if not keeps(smaller):
                conflict = smaller
        known.append(conflict)


def hitting_sets(sets: Iterable[Iterable[str]]) -> list[frozenset[str]]:
    """Every smallest set with a member of each of the sets: without any of its members it misses one.

    Examples
    --------
    >>> sorted(map(sorted, hitting_sets(["ab", "bc"])))
    [['a', 'c'], ['b']]
    """
    found: list[frozenset[str]] = [frozenset()]
    for members in sets:
        grown = {hit if hit & {*members} else hit | {name} for hit in found for name in members}
        found = [hit for hit in grown if not any(other < hit for other in grown)]
    return found


def largest_sets(
    found: Sequence[Sequence[str]], names: Sequence[str], radius: Callable[[tuple[str, ...]], float]
) -> tuple[tuple[str, ...], ...]:
    """The largest sets that can be kept, that with the largest ball first, then in the order of the file."""
    hits = hitting_sets(found)
    fewest = min(len(hit) for hit in hits)
    order = {name: i for i, name in enumerate(names)}
    sets = [tuple(name for name in names if name not in hit) for hit in hits if len(hit) == fewest]
    sets.sort(key=lambda kept: [order[name] for name in kept])
    # Radii that differ by less than a programme's tolerance must not decide.
    return tuple(sets if len(sets) == 1 else sorted(sets, key=lambda kept: -round(radius(kept), 6)))
