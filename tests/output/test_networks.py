"""Scores as networks: what is written is read back, by a plain reader and by networkx."""

import csv
import io
import math
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from made_up import NAN, dyad_years, scheme

import bci
from bci.cli import export
from bci.output.networks import FORMS, edge_list, graphml
from bci.scoring.scores import Scores

GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture(scope="module")
def made() -> Scores:
    """Dyads of countries with accents, apostrophes and ampersands; one of them without a score."""
    rows = {
        ("BIH", "CIV", 2000): [0.2, 0.4],
        ("BIH", "STP", 2000): [0.9, NAN],
        ("CIV", "STP", 2000): [NAN, NAN],
        ("BIH", "CIV", 2001): [0.3, 0.3],
        ("BIH", "STP", 2001): [1.0, 1.0],
        ("CIV", "STP", 2001): [0.0, 0.1],
    }
    of = scheme({"only": (1, {"alpha": 1, "beta": 1})}, {"limited": 0, "enhanced": 0.5})
    return bci.score(dyad_years(rows, ["alpha", "beta"]), of)


def test_an_edge_list_small_enough_to_check_by_hand(made):
    # Alone beside one other, half missing: .9 of a score that may be (.9 + 0) / 2 to (.9 + 1) / 2.
    assert edge_list(bci.rank(made, period="2000"), "").splitlines() == [
        "source,target,weight,band,coverage,low,high,percentile,period_start,period_end",
        "BIH,STP,0.9,enhanced,0.5,0.45,0.95,100.0,2000,2000",
        f"BIH,CIV,{(0.2 + 0.4) / 2},limited,1.0,{(0.2 + 0.4) / 2},{(0.2 + 0.4) / 2},0.0,2000,2000",
    ]


def test_an_edge_list_holds_every_scored_dyad_of_every_period_unrounded(made):
    listed = list(csv.DictReader(io.StringIO(edge_list(bci.rank(made, "alpha"), ""))))
    found = {(row["source"], row["target"], int(row["period_start"])): float(row["weight"]) for row in listed}
    assert found == {
        ("BIH", "CIV", 2000): 0.2,
        ("BIH", "STP", 2000): 0.9,
        ("BIH", "CIV", 2001): 0.3,
        ("BIH", "STP", 2001): 1.0,
        ("CIV", "STP", 2001): 0.0,
    }


@pytest.mark.parametrize("period", ["2000", "2001"])
def test_networkx_reads_the_same_graph(made, period, tmp_path):
    networkx: Any = pytest.importorskip("networkx")
    ranking = bci.rank(made, period=period)
    file = tmp_path / "made.graphml"
    file.write_text(graphml(ranking, "scheme <made-up> & co"), encoding="utf-8")
    graph = networkx.read_graphml(file)
    assert not graph.is_directed()
    assert not graph.is_multigraph()
    assert graph.graph["about"] == "scheme <made-up> & co"
    assert (graph.graph["period"], graph.graph["score"]) == (period, "index")
    frame = ranking.to_frame()
    assert graph.number_of_edges() == len(frame)
    for row in frame.to_dict("records"):
        edge = graph.edges[row["iso3_a"], row["iso3_b"]]
        kept = ("band", "coverage", "low", "high", "percentile")
        assert edge == {"weight": row["score"], **{name: row[name] for name in kept}}
    assert {code: node["name"] for code, node in graph.nodes(data=True)} == {
        "BIH": "Bosnia and Herzegovina",
        "CIV": "Côte d'Ivoire",
        "STP": "São Tomé and Príncipe",
    }
    assert all(node["iso3"] == code for code, node in graph.nodes(data=True))


def test_graphml_declares_what_it_uses_and_leaves_out_what_is_missing(scores):
    # A single dyad has no percentile.
    text = graphml(bci.rank(scores, period="1992-1995"), "about")
    root = ElementTree.fromstring(text.encode())
    declared = {(key.get("for"), key.get("id")) for key in root.iter(f"{GRAPHML}key")}
    for owner in ("graph", "node", "edge"):
        for element in root.iter(GRAPHML + owner):
            used = {data.get("key") for data in element.findall(f"{GRAPHML}data")}
            assert {(owner, name) for name in used} <= declared
    (edge,) = root.iter(f"{GRAPHML}edge")
    values = {data.get("key"): data.text for data in edge}
    assert set(values) == {"weight", "band", "coverage", "low", "high"}
    assert float(values["weight"] or NAN) == scores.get("index", (1992, 1995))
    assert not any(math.isnan(float(values[name] or NAN)) for name in ("coverage", "low", "high"))


def test_nobody_scored_is_an_empty_graph(made):
    nobody = bci.score(made.values, made.scheme, period="2002-2003")
    root = ElementTree.fromstring(graphml(bci.rank(nobody), "about").encode())
    assert not list(root.iter(f"{GRAPHML}node"))
    assert edge_list(bci.rank(nobody), "").count("\n") == 1


def test_graphml_asks_for_one_period(made):
    words = re.escape("holds one period, but the scores are of 2000, 2001; choose one, as in --period 2001")
    with pytest.raises(bci.InputError, match=words):
        graphml(bci.rank(made), "about")


def test_the_command_offers_every_form():
    assert set(export.NETWORKS) == set(FORMS)
