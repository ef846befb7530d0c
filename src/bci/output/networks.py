"""Scores as networks: dyads as edges, by a list of them or as GraphML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from bci.countries import name as country_name
from bci.errors import InputError
from bci.model.periods import label
from bci.output.tables import render
from bci.results import records
from bci.scoring.ranking import Ranking

#: Columns of an edge list, and of the ranking they are taken from.
COLUMNS = {
    "source": "iso3_a",
    "target": "iso3_b",
    "weight": "score",
    "band": "band",
    "coverage": "coverage",
    "low": "low",
    "high": "high",
    "percentile": "percentile",
    "period_start": "period_start",
    "period_end": "period_end",
}
NODE = ("iso3", "name")
EDGE = ("weight", "band", "coverage", "low", "high", "percentile")
GRAPH = ("period", "score", "about")
WORDS = {*NODE, *GRAPH, "band"}


def edge_list(ranking: Ranking, about: str) -> str:
    """CSV of all periods, one row a dyad and period with a score, unrounded; what is missing is empty."""
    return render({name: ranking.columns[column] for name, column in COLUMNS.items()}, "csv")


def graphml(ranking: Ranking, about: str) -> str:
    """One period as an undirected graph: dyads with a score as edges, their countries as nodes.

    References
    ----------
    GraphML Project Group. The GraphML File Format, http://graphml.graphdrawing.org.
    """
    if len(ranking.periods) > 1:
        known = ", ".join(map(label, ranking.periods))
        message = (
            f"GraphML holds one period, but the scores are of {known}; "
            f"choose one, as in --period {label(ranking.periods[-1])}"
        )
        raise InputError.at("period", message)
    return "\n".join(_graphml(ranking, about)) + "\n"


#: What `bci export` writes.
FORMS: Mapping[str, Callable[[Ranking, str], str]] = {"edges": edge_list, "graphml": graphml}


def _graphml(ranking: Ranking, about: str) -> Iterator[str]:
    edges = records(ranking.columns)
    countries = sorted({edge[side] for edge in edges for side in ("iso3_a", "iso3_b")})
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
        'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">'
    )
    for owner, names in (("graph", GRAPH), ("node", NODE), ("edge", EDGE)):
        for name in names:
            kind = "string" if name in WORDS else "double"
            yield f'  <key id="{name}" for="{owner}" attr.name="{name}" attr.type="{kind}"/>'
    yield '  <graph edgedefault="undirected">'
    (period,) = ranking.periods
    yield from _data("    ", {"period": label(period), "score": ranking.name, "about": about})
    for iso3 in countries:
        yield f"    <node id={quoteattr(iso3)}>"
        yield from _data("      ", {"iso3": iso3, "name": country_name(iso3)})
        yield "    </node>"
    for edge in edges:
        yield f"    <edge source={quoteattr(edge['iso3_a'])} target={quoteattr(edge['iso3_b'])}>"
        yield from _data("      ", {name: edge[COLUMNS[name]] for name in EDGE})
        yield "    </edge>"
    yield "  </graph>"
    yield "</graphml>"


def _data(indent: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Attributes; one that is missing is left out."""
    for name, value in values.items():
        if value is not None:
            yield f'{indent}<data key="{name}">{escape(str(value))}</data>'
