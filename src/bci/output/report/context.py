"""What a report tells of: scores, how sure they are, what stands behind them, what was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from bci import numbers
from bci.countries import dyad as read_dyad
from bci.countries import name as country_name
from bci.data.dyads import Dyad
from bci.errors import InputError
from bci.model.bands import is_partial
from bci.model.definitions import GRADES
from bci.model.periods import Span, label
from bci.numbers import ends, listed, number, signed
from bci.output.about import about_line, caveats, is_calibrated
from bci.output.screen.sensitivity import SETTLED
from bci.replication.findings import Findings, load_findings
from bci.replication.verdicts import Verdicts, check_findings
from bci.results import records
from bci.scoring.explanation import MOST_INDICATORS, absences, explain
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.summary import Sensitivity, sensitivity

#: More dyads than this are no reading; they are a table.
MOST_DYADS = 8
#: Periods that stand side by side: more would leave the page.
MOST_ACROSS = 10
#: More periods than this are counted, not listed, in a sentence.
MOST_LISTED = 6
#: A change that is printed as nothing is none.
LEAST = 0.0005
MISSING = "n/a"
REFUSED = "refused"

ARTICLE = (
    "Papageorgiou, M., and Vysotskaya Guedes Vieira, A. (2023). Assessing the Changing Sino-Russian "
    "Relationship: A Longitudinal Analysis of Bilateral Cooperation in the Post-Cold War Period. Europe-Asia "
    "Studies 76 (4), 632-658. https://doi.org/10.1080/09668136.2023.2276677"
)

Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Study:
    """What a report is written from.

    Attributes
    ----------
    scores, sure
        The scores, and what other weights could make of them.
    verdicts, findings
        What was published about one of the dyads, and whether it holds; None where nothing was.
    """

    scores: Scores
    sure: Sensitivity
    verdicts: Verdicts | None
    findings: Findings | None


def study(scores: Scores, *, within: float = 0.5, findings: Findings | None = None) -> Study:
    """All that a report tells of some scores.

    Parameters
    ----------
    scores
        Of at most eight dyads.
    within
        Half-width of the box around each weight, as for `bci.sensitivity`.
    findings
        What was published; the shipped statements where None. They are checked where their dyad is among
        the scores, and those of a panel.

    Raises
    ------
    InputError
        If there are more dyads than can be read about.
    """
    if len(scores.dyads) > MOST_DYADS:
        message = (
            f"would be on {len(scores.dyads):,} dyads, and takes at most {MOST_DYADS}; choose with "
            "--dyad A-B, or let bci score --top N or --country NAME rank them"
        )
        raise InputError.at("report", message)
    findings = findings or load_findings()
    sure = sensitivity(scores, within=within)
    if scores.panel is None or read_dyad(findings.dyad) not in scores.dyads:
        return Study(scores, sure, None, None)
    return Study(scores, sure, check_findings(scores.panel, scores.scheme, findings), findings)


def context(study: Study) -> dict[str, Any]:
    """What the template puts into words, by name; numbers are rounded in tables and lists alone."""
    scores = study.scores
    accounts = [*_accounts(study)]
    periods = [period for account in accounts for period in account["periods"]]
    errors = [p["sure"]["agree_error"] for p in periods if p["sure"]["agree_error"] is not None]
    who = _who(scores.dyads[0]) if len(scores.dyads) == 1 else listed([_who(d, "-") for d in scores.dyads])
    years = f"{scores.periods[0][0]}-{scores.periods[-1][1]}"
    heading = who if len(accounts) <= 2 else f"{len(accounts)} pairs of states"
    cited = {" ".join(text.split()) for each in scores.definitions.values() for text in each.references}
    index = [[a["who"], *(_score(period, scores) for period in a["periods"])] for a in accounts]
    return {
        "title": f"Bilateral cooperation of {heading}, {years}",
        "who": who,
        "years": years,
        "study": study,
        "scores": scores,
        "scheme": scores.scheme,
        "bands": [f"{plain(word)} from {edge:g}" for word, edge in scores.scheme.bands.items()],
        "means": [_mean(scores.scheme.mean(level)) for level in ("indicators", "dimensions")],
        "minimum_coverage": f"{scores.scheme.missing.minimum_coverage:.0%}",
        "calibrated": [name for name in scores.scheme.indicators if is_calibrated(scores, name)],
        "accounts": accounts,
        "side_by_side": _across("Index of every dyad", scores, index),
        "bounds": scores.index.low is not None,
        "least_change": LEAST,
        "most_listed": MOST_LISTED,
        "largest_error": max(errors, default=0.0),
        "settled": SETTLED if any(period["settled"] for period in periods) else "",
        "published_on": study.findings and _who(read_dyad(study.findings.dyad)),
        "totals": study.verdicts and records(study.verdicts.totals()),
        "notes": [note.removeprefix("note: ") for note in caveats(scores)],
        # The article stands in the definitions in their own style, so it is not listed a second time.
        "references": [ARTICLE, *sorted(t for t in cited if "10.1080/09668136.2023.2276677" not in t)],
        "sources": _sources(scores),
        "about": about_line(scores),
        "ends": ends,
        "titled": partial(_titled, scores),
        "named": partial(_named, scores),
    }


def _accounts(study: Study) -> Iterator[dict[str, Any]]:
    """What is told of each dyad; a period is its row of `bci.score`, ``sure`` that of `bci.sensitivity`."""
    scores = study.scores
    rows: dict[tuple[Dyad, Span], list[Row]] = {}
    for row in records(scores.columns(details=True)):
        rows.setdefault(_key(row), []).append(row)
    sure = {_key(row): row for row in records(study.sure.to_frame()) if row["level"] == "index"}
    weights = _weights_that_matter(study.sure)
    for dyad in scores.dyads:
        periods: list[dict[str, Any]] = []
        for span in scores.periods:
            partial_rows = [bool(is_partial(row["coverage"])) for row in rows[dyad, span]]
            periods.append(
                {
                    **rows[dyad, span][0],
                    "period": label(span),
                    "span": span,
                    "rows": rows[dyad, span],
                    "partial": partial_rows[0],
                    # Under bounds nothing has a score that lacks data, so there is nothing to settle.
                    "settled": scores.index.low is None and any(partial_rows),
                    "sure": sure[dyad, span],
                    "matters": weights.get((dyad, span), []),
                }
            )
        yield _account(scores, dyad, periods)


def _account(scores: Scores, dyad: Dyad, periods: list[dict[str, Any]]) -> dict[str, Any]:
    who = _who(dyad)
    scored = [period for period in periods if period["score"] is not None]
    steps = [
        {"move": b["score"] - a["score"], "words": f"{b['period']} ({signed(b['score'] - a['score'])})"}
        for a, b in pairwise(periods)
        if a["score"] is not None and b["score"] is not None
    ]
    changes = [(b["band"], b["period"]) for a, b in pairwise(scored) if a["band"] != b["band"]]
    dimensions = [row for row in scored[-1]["rows"] if row["level"] == "dimension"] if scored else []
    known = sorted((r for r in dimensions if r["score"] is not None), key=lambda r: r["score"], reverse=True)
    explained = bool(scored) and len(scores.scheme.indicators) <= MOST_INDICATORS
    cells, coverage = [], []
    for (level, name), *rows in zip(scores.names, *(period["rows"] for period in periods), strict=True):
        mark = " (calibrated)" if level == "indicator" and is_calibrated(scores, name) else ""
        words = ("– " if level == "indicator" else "") + _titled(scores, name) + mark
        cells.append([words, *(_score(row, scores) for row in rows)])
        if level != "dimension":
            coverage.append([_titled(scores, name), *(percent(row["coverage"]) for row in rows)])
    quality = [[f"quality {g}", *(percent(p.get(f"quality_{g.lower()}")) for p in periods)] for g in GRADES]
    return {
        "who": who,
        "periods": periods,
        "scored": scored,
        "steps": steps,
        "rises": [step for step in steps if step["move"] >= LEAST],
        "falls": [step for step in steps if step["move"] <= -LEAST],
        "entered": [f"{plain(band)} in {period}" for band, period in changes],
        "change": _change(scores, dyad, scored) if explained and len(scored) > 1 else None,
        "dimensions": [f"{plain(r['name'])} {number(r['score'])} ({plain(r['band'])})" for r in known],
        "without_score": [plain(row["name"]) for row in dimensions if row["score"] is None],
        "parts": [*_parts(scores, dyad, scored[-1]["span"])] if explained else [],
        "scores": _across(f"Scores of {who}", scores, cells),
        "coverage": _across(f"Coverage of {who}", scores, coverage),
        "quality": _across(f"Share of the index of {who} by quality of the data", scores, quality),
    }


def _change(scores: Scores, dyad: Dyad, scored: Sequence[Row]) -> dict[str, Any] | None:
    """What moved the index from its first period to its last; None where these share no indicator."""
    spans = scored[0]["span"], scored[-1]["span"]
    rows = records(explain(scores, spans[1], since=spans[0], dyad=dyad).to_frame())
    whole, away = rows[0]["change"], absences(rows, spans)
    # What counts in neither period has no part in the change.
    parts = [row for row in rows if row["level"] == "indicator" and len(away[row["name"]]) < 2]
    if any(row["contribution"] is None for row in parts):
        return None
    parts.sort(key=lambda row: row["contribution"], reverse=whole >= 0)
    words = []
    for row in parts:
        why = "".join(f" ({reason})" for reason in away[row["name"]])
        words.append(f"{_named(scores, row['name'])} {signed(row['contribution'])}{why}")
    return {"size": whole, "parts": words, "joined": any(away[row["name"]] for row in parts)}


def _parts(scores: Scores, dyad: Dyad, span: Span) -> Iterator[list[str]]:
    """What the index of a period is made of."""
    index, *rows = records(explain(scores, span, dyad=dyad).to_frame())
    above = index
    for row in rows:
        if row["level"] == "dimension":
            above = row
            continue
        unit = f" ({row['unit']})" if row["unit"] else ""
        value = MISSING if row["value"] is None else f"{row['value']:.4g}{unit}"
        weight, part = percent(row["weight"]), number(row["contribution"])
        # Neither is a zero that was found.
        if row["score"] is None:
            part = MISSING
        elif above["score"] is None:
            weight, part = REFUSED, REFUSED
        yield [_titled(scores, row["name"]), value, str(row["scale"]), _number(row["score"]), weight, part]
    yield ["index", "", "", _number(index["score"]), percent(index["weight"]), number(index["contribution"])]


def _weights_that_matter(sure: Sensitivity) -> dict[tuple[Dyad, Span], list[str]]:
    """The weights that move the index most when halved and doubled: several where they move it equally."""
    rows: dict[tuple[Dyad, Span], list[Row]] = {}
    for row in records(sure.weights().query("name == 'index'")):
        if row["swing"] is not None:
            rows.setdefault(_key(row), []).append(row)
    most = {key: max(row["swing"] for row in own) for key, own in rows.items()}
    # Sums of the same weights in another order differ in the last bits.
    return {
        key: [row["weight"] for row in own if row["swing"] >= most[key] - 1e-12] for key, own in rows.items()
    }


def _sources(scores: Scores) -> dict[str, Any]:
    """The sources behind the years and dyads of the report, by their terms; and those not described."""
    panel, ids = scores.panel, set[str]()
    if panel is None:
        return {"by_licence": {}, "unknown": []}
    for name in scores.scheme.indicators:
        frame = panel.observations[name]
        a, b, year = (frame.index.get_level_values(part) for part in range(3))
        for (start, end), dyad in ((span, dyad) for span in scores.periods for dyad in scores.dyads):
            cells = frame["source"][(a == dyad[0]) & (b == dyad[1]) & (year >= start) & (year <= end)]
            ids |= {one for cell in set(cells) for one in cell.split(";") if one}
    described = panel.sources if (panel.folder / "sources.yaml").exists() else {}
    by_licence: dict[str, list[str]] = {}
    for one in sorted(ids & set(described)):
        source = described[one]
        words = f"{source.title}. {source.publisher}. {source.place} ({source.vintage})"
        by_licence.setdefault(source.licence, []).append(words)
    return {"by_licence": dict(sorted(by_licence.items())), "unknown": sorted(ids - set(described))}


def _across(caption: str, scores: Scores, rows: Sequence[Sequence[str]]) -> list[tuple[Any, ...]]:
    """Captions, heads and rows of tables with a column a period; several where there are many periods."""
    periods, tables = [*map(label, scores.periods)], []
    for first in range(0, len(periods), MOST_ACROSS):
        part = periods[first : first + MOST_ACROSS]
        above = caption if len(part) == len(periods) else f"{caption}: {part[0]} to {part[-1]}"
        own = [[row[0], *row[first + 1 : first + 1 + MOST_ACROSS]] for row in rows]
        tables.append((above, ["", *part], own))
    return tables


def _score(row: Row, scores: Scores) -> str:
    """A score with its band; a star where it rests on partial data; its reach where that is all there is."""
    if row["score"] is not None:
        starred = bool(is_partial(row["coverage"]))
        return numbers.score(row["score"], plain(row["band"]), partial=starred)
    bounded = scores.index.low is not None and row["low"] is not None
    return " to ".join(ends(row["low"], row["high"], 3)) if bounded else MISSING


def _titled(scores: Scores, name: str) -> str:
    """The title of an indicator; of anything without one of its own, the name."""
    titles = [definition.title for definition in scores.definitions.values()]
    own = scores.definitions[name].title if name in scores.definitions else ""
    return own if own and titles.count(own) == 1 else plain(name)


def _named(scores: Scores, name: str) -> str:
    """The same inside a sentence."""
    if name in scores.scheme.tree:
        return f"the {plain(name)} dimension"
    words = _titled(scores, name)
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _who(dyad: Dyad, between: str = " and ") -> str:
    return between.join(map(country_name, dyad))


def _mean(method: str | float) -> str:
    return f"{method} mean" if isinstance(method, str) else f"power mean with exponent {method:g}"


def plain(name: str) -> str:
    """A word of a scheme as a reader knows it."""
    return name.replace("_", " ")


def percent(share: float | None) -> str:
    """A share in per cent, or ``n/a``; what is whole but for rounding is whole."""
    return MISSING if share is None else numbers.percent(round(share, 12))


def _number(value: float | None) -> str:
    return MISSING if value is None else number(value)


def _key(row: Row) -> tuple[Dyad, Span]:
    return (row["iso3_a"], row["iso3_b"]), (row["period_start"], row["period_end"])
