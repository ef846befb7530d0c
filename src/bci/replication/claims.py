"""What a finding says, in a form that can be computed: comparisons of scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from bci.data.panel import Panel
from bci.errors import InputError
from bci.model.periods import Span
from bci.model.scheme import Scheme
from bci.replication.findings import Class, Finding, Findings, compared_spans
from bci.replication.verdicts import Judge, Verdict
from bci.scoring.scores import Scores
from bci.scoring.scoring import score

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


class Claims(NamedTuple):
    """Findings of some classes beside the scores of a scheme.

    Attributes
    ----------
    scores
        On the periods of the findings.
    findings
        Those of the classes.
    verdicts
        One a finding.
    by_id
        What the findings say, of those that can be told.
    """

    scores: Scores
    findings: Findings
    verdicts: tuple[Verdict, ...]
    by_id: Mapping[str, Claim]

    @property
    def places(self) -> set[Place]:
        """Every score that the claims are about."""
        return {place for claim in self.by_id.values() for place in claim.places}

    @property
    def spans(self) -> list[Span]:
        """Every span that the claims are about, and the periods of the findings."""
        return sorted({span for _, span in self.places} | set(self.findings.spans))


def claims_of(
    data: Panel | pd.DataFrame, scheme: Scheme, findings: Findings, classes: Sequence[Class]
) -> Claims:
    """The findings of some classes as claims on the scores of a scheme.

    Raises
    ------
    InputError
        If no finding is of these classes, and as `bci.score`.
    """
    chosen = findings.model_copy(update={"findings": [f for f in findings.findings if f.class_ in classes]})
    if not chosen.findings:
        raise InputError.at("findings", f"none is {' or '.join(classes)}; give other classes")
    scores = score(data, scheme, period=chosen.spans, dyads=[chosen.dyad])
    judge = Judge(chosen, scores)
    verdicts = tuple(map(judge.verdict, chosen.findings))
    claims = {v.finding.id: claim_of(v.finding, judge) for v in verdicts if v.holds is not None}
    return Claims(scores, chosen, verdicts, claims)


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
