"""Published statements against scores: what was said, what we get, whether it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bci.countries import dyad as read_dyad
from bci.data.panel import Panel
from bci.model import bands
from bci.model.periods import Span, label
from bci.model.scheme import DEFAULT, Scheme, scale_of
from bci.replication.findings import CLASSES, OPERATORS, Finding, Findings, compared_spans, load_findings
from bci.results import Result, Short, records
from bci.scoring.scores import Scores, score_spans
from bci.scoring.scoring import score
from bci.sensitivity_analysis.one_at_a_time import reduced_scores

#: What a verdict is called.
WORDS = {True: "holds", False: "fails", None: "cannot tell"}


@dataclass(frozen=True)
class Verdict:
    """A finding and what became of it.

    Attributes
    ----------
    finding
        The published statement.
    found
        What the scores say.
    holds
        Whether the statement holds; None where the scheme or the data cannot tell.
    calibrated
        Whether a calibrated number stands behind the scores it is about.
    """

    finding: Finding
    found: str
    holds: bool | None
    calibrated: bool

    def to_dict(self) -> dict[str, Any]:
        """The verdict as a flat record."""
        finding = self.finding
        return {
            "id": finding.id,
            "level": finding.level,
            "name": finding.name,
            "period_start": finding.period[0],
            "period_end": finding.period[1],
            "statement": finding.statement,
            "class": finding.class_,
            "found": self.found,
            "holds": self.holds,
            "calibrated": self.calibrated,
            "sources": finding.sources,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Verdicts(Result):
    """Verdicts on all findings.

    Attributes
    ----------
    verdicts
        One a finding, in the order of the file.
    """

    verdicts: tuple[Verdict, ...] = field(repr=False)

    def totals(self) -> pd.DataFrame:
        """How many findings of each class hold, fail, or cannot be told."""
        held = [verdict.holds for verdict in self.verdicts]
        classes = [verdict.finding.class_ for verdict in self.verdicts]
        rows = []
        for name in (*CLASSES, "all"):
            inside = [h for h, c in zip(held, classes, strict=True) if name in (c, "all")]
            rows.append((name, len(inside), inside.count(True), inside.count(False), inside.count(None)))
        return pd.DataFrame(rows, columns=["class", "findings", "hold", "fail", "cannot_tell"])

    def short(self) -> Short:
        """How many findings hold, and the statements that do not."""
        totals = records(self.totals())
        rows = [[str(value) for value in row.values()] for row in totals]
        others = [v for v in self.verdicts if not v.holds]
        note = "; ".join(f"{WORDS[v.holds]}: {v.finding.statement} ({v.found})" for v in others)
        return Short([head.replace("_", " ") for head in totals[0]], rows, note)


def check_findings(
    data: Panel | pd.DataFrame | None = None,
    weights: Scheme | str | Path = DEFAULT,
    findings: Findings | None = None,
) -> Verdicts:
    """Check what was published against the scores of a scheme.

    Parameters
    ----------
    data, weights
        As for `bci.score`.
    findings
        The statements; the shipped ones on China and Russia where None.

    Returns
    -------
    Verdicts

    Notes
    -----
    The periods are those of the findings, whatever periods the scheme has. A comparison of two spans is one
    of their scores, each the mean of its years with data. What a scheme does not score cannot be told; it is
    never counted as holding.

    Examples
    --------
    >>> verdicts = check_findings()
    >>> verdicts.totals().set_index("class").loc["all", "findings"]
    np.int64(45)
    """
    findings = load_findings() if findings is None else findings
    scores = score(data, weights, period=findings.spans, dyads=[findings.dyad])
    judge = Judge(findings, scores)
    verdicts = tuple(judge.verdict(finding) for finding in findings.findings)
    frame = pd.DataFrame([verdict.to_dict() for verdict in verdicts])
    frame["sources"] = frame["sources"].str.join(";")
    return Verdicts(frame, verdicts)


def flipped_verdicts(scores: Scores, findings: Findings) -> pd.DataFrame:
    """Findings whose verdict changes without an indicator or a dimension.

    Returns
    -------
    pd.DataFrame
        A row a ``dropped`` member and finding: ``id``, ``class``, and ``before`` and ``after``, each
        ``holds``, ``fails`` or ``cannot tell``.
    """
    data = scores.panel if scores.panel is not None else scores.values
    before = check_findings(data, scores.scheme, findings).verdicts
    rows = [
        (level, name, was.finding.id, was.finding.class_, WORDS[was.holds], WORDS[now.holds])
        for level, name, reduced in reduced_scores(scores)
        for was, now in zip(before, check_findings(data, reduced.scheme, findings).verdicts, strict=True)
        if was.holds is not now.holds
    ]
    return pd.DataFrame(rows, columns=["level", "dropped", "id", "class", "before", "after"])


class _Missing(Exception):
    """A score that a finding needs is not there."""


class Judge:
    """The scores that the findings ask for, by name and span."""

    def __init__(self, findings: Findings, scores: Scores) -> None:
        self.findings = findings
        self.scores = scores
        self.periods = findings.spans
        self.years = [(year, year) for year in range(findings.periods.from_, findings.periods.to + 1)]
        spans = sorted({*self.periods, *self.years, *self._compared()})
        on_spans = score_spans(scores, spans)
        row = on_spans.row(read_dyad(findings.dyad), spans[0])
        self.table = dict(zip(spans, on_spans.column("score")[row : row + len(spans)], strict=True))
        self.names = [name for _, name in scores.names]
        self.edges = scores.scheme.bands
        self.words = list(self.edges)

    def _compared(self) -> Iterator[Span]:
        for finding in self.findings.findings:
            for compared in map(compared_spans, finding.atoms if finding.type == "trend" else ()):
                if compared:
                    yield from (compared[0], compared[2])

    def verdict(self, finding: Finding) -> Verdict:
        rule = {"order": self._order, "trend": self._trend}.get(finding.type, self._band)
        try:
            scored, holds = rule(finding)
        except _Missing as missing:
            scored, holds = str(missing), None
        return Verdict(finding, scored, holds, self._calibrated(finding))

    def score(self, name: str, span: Span) -> float:
        if name not in self.names:
            raise _Missing(f"{name} is not in the scheme {self.scores.scheme.name}")
        value = float(self.table[span][self.names.index(name)])
        if np.isnan(value):
            raise _Missing(f"{name} is missing in {label(span)}")
        return value

    def edge(self, word: str) -> float:
        if word not in self.edges:
            raise _Missing(f"{word} is no band of the scheme {self.scores.scheme.name}")
        return self.edges[word]

    def spans(self, finding: Finding, *, inside: bool = True) -> list[Span]:
        """Periods inside the period (or touching it), its years, or both."""
        start, end = finding.period
        periods = [
            (a, b)
            for a, b in self.periods
            if (start <= a and b <= end if inside else a <= end and start <= b)
        ]
        years = [(year, year) for year in range(start, end + 1)]
        spans = {"period": periods, "year": years, "both": periods + years}[finding.each]
        if not spans:
            raise _Missing(f"no period that is tested lies inside {label(finding.period)}")
        return spans

    def _band(self, finding: Finding) -> tuple[str, bool]:
        self.edge(finding.claim)
        wanted = self.words.index(finding.claim)
        spans = self.spans(finding)
        values = np.array([self.score(finding.name, span) for span in spans])
        reached = bands.band(values, np.array(list(self.edges.values())))
        held = reached >= wanted if finding.type == "band_at_least" else reached == wanted
        shown = zip(spans, values, reached, strict=True)
        return "; ".join(f"{label(s)} {v:.3f} {self.words[b]}" for s, v, b in shown), bool(held.all())

    def _order(self, finding: Finding) -> tuple[str, bool]:
        left, sign, right = finding.sides
        scored, held = [], []
        for span in self.spans(finding):
            low = self.score(left, span)
            high = self.score(right, span) if right in self.names else self.edge(right)
            held.append(OPERATORS[sign](low, high))
            if not held[-1] or right in self.names:
                scored.append(f"{label(span)} {low:.3f} against {high:.3f}")
            else:
                scored.append(f"{label(span)} {low:.3f}")
        return "; ".join(scored), all(held)

    def _trend(self, finding: Finding) -> tuple[str, bool]:
        scored, held = zip(*(self._atom(finding, atom) for atom in finding.atoms), strict=True)
        return "; ".join(dict.fromkeys(scored)), all(held)

    def _atom(self, finding: Finding, atom: str) -> tuple[str, bool]:
        if compared := compared_spans(atom):
            first, sign, second = compared
            a, b = self.score(finding.name, first), self.score(finding.name, second)
            return f"{label(first)} {a:.3f} against {label(second)} {b:.3f}", OPERATORS[sign](a, b)
        spans = self.spans(finding, inside=False)
        path = np.array([self.score(finding.name, span) for span in spans])
        if len(path) < 2:
            raise _Missing(f"{finding.name} has nothing to compare within {label(finding.period)}")
        shown = f"{label((spans[0][0], spans[-1][1]))}: {', '.join(f'{value:.3f}' for value in path)}"
        steps = np.diff(path)
        return shown, {
            "nondecreasing": bool((steps >= 0).all()),
            "not_monotone": bool((steps > 0).any() and (steps < 0).any()),
            "no_abrupt_change": bool((np.abs(steps) <= self.findings.abrupt).all()),
        }[atom]

    def _calibrated(self, finding: Finding) -> bool:
        """Whether an indicator under any name of the finding is read on a calibrated scale."""
        names = {finding.name, *re.findall(r"\w+", finding.claim if finding.type == "order" else "")}
        tree = self.scores.scheme.tree
        below = {
            "index": self.scores.scheme.indicators,
            **{name: tuple(members) for name, members in tree.items()},
            **{name: (name,) for name in self.scores.scheme.indicators},
        }
        return any(
            scale_of(self.scores.scheme, self.scores.definitions, indicator).basis == "calibrated"
            for name in names
            for indicator in below.get(name, ())
        )
