"""What a finding says, in a form that can be computed: comparisons of scores."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from bci.model.periods import Span
from bci.replication.findings import Finding, compared_spans
from bci.replication.verdicts import Judge

Place = tuple[str, Span]


class Comparison(NamedTuple):
    """``score(left) - score(right) sign bound``; without a right, ``score(left) sign bound``."""

    left: Place
    sign: str
    right: Place | None
    bound: float


class Claim(NamedTuple):
    """What a finding says: all of the comparisons, and that none of the paths only rises or only falls."""

    all_of: tuple[Comparison, ...]
    not_monotone: tuple[tuple[Place, ...], ...] = ()

    @property
    def places(self) -> set[Place]:
        """The scores it is about."""
        compared = {place for c in self.all_of for place in (c.left, c.right) if place is not None}
        return compared.union(*self.not_monotone)


def claim_of(finding: Finding, judge: Judge) -> Claim:
    """A finding as comparisons of scores, for one that can be told."""
    if finding.type == "trend":
        parts = [_atom(finding, atom, judge) for atom in finding.atoms]
        compared = tuple(comparison for part in parts for comparison in part.all_of)
        return Claim(compared, tuple(path for part in parts for path in part.not_monotone))
    if finding.type == "order":
        return Claim(tuple(_ordered(finding, span, judge) for span in judge.spans(finding)))
    edges, number = list(judge.edges.values()), judge.words.index(finding.claim)
    limits = [(">=", edges[number])]
    if finding.type == "band" and number + 1 < len(edges):
        limits.append(("<", edges[number + 1]))
    places = [(finding.name, span) for span in judge.spans(finding)]
    return Claim(tuple(Comparison(place, sign, None, edge) for place in places for sign, edge in limits))


def _ordered(finding: Finding, span: Span, judge: Judge) -> Comparison:
    left, sign, right = finding.sides
    if right in judge.names:
        return Comparison((left, span), sign, (right, span), 0.0)
    return Comparison((left, span), sign, None, judge.edge(right))


def _atom(finding: Finding, atom: str, judge: Judge) -> Claim:
    if compared := compared_spans(atom):
        first, sign, second = compared
        return Claim((Comparison((finding.name, first), sign, (finding.name, second), 0.0),))
    path = tuple((finding.name, span) for span in judge.spans(finding, inside=False))
    if atom == "not_monotone":
        return Claim((), (path,))
    abrupt = judge.findings.abrupt
    limits = {"nondecreasing": [(">=", 0.0)], "no_abrupt_change": [("<=", abrupt), (">=", -abrupt)]}[atom]
    return Claim(tuple(Comparison(b, sign, a, limit) for a, b in pairwise(path) for sign, limit in limits))
