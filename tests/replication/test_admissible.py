"""The weights that findings allow: small regions worked out by hand, and the shipped one walked through."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from made_up import HALVES, findings, scheme, values

import bci
from bci.data.panel import Panel
from bci.model.scheme import scheme_text
from bci.replication.admissible import Allowed, allowed_weights, centre_scheme, conflicts, hitting_sets
from bci.replication.findings import Findings, load_findings
from bci.replication.verdicts import Judge

NAN = math.nan


def said(last: int, *rows: tuple[str, str, int, str, str]) -> Findings:
    """Findings by id, name, year, type and claim, each of a single year; a trend runs from 1992 on."""
    return findings(
        last,
        *(
            (name, about, (1992 if kind == "trend" else year, year), kind, claim)
            for name, about, year, kind, claim in rows
        ),
    )


TREE = {"a": (1, {"ia": 1}), "b": (1, {"ib": 1}), "c": (2, {"ic": 1})}


def ranges(allowed: Allowed) -> list[tuple[float, float]]:
    frame = allowed.to_frame()
    return list(zip(frame["low"], frame["high"], strict=True))


def test_two_findings_on_three_dimensions():
    # Years: 1992 a 0, b .5, c 1; 1993 a 0, b 1, c 0.
    # high in 1992: .5 b + c >= .5 = .5 (a + b + c), that is c >= a.  low in 1993: b < .5.
    # The corners: (0, 0, 1), (1/2, 0, 1/2), (1/4, 1/2, 1/4), (0, 1/2, 1/2).
    # The largest circle touches a = 0, b = 0 and c = a. In the plane of a + b + c = 1 a weight of k is a
    # distance of k / sqrt(2/3) from its own zero, and c - a = d one of d / sqrt(2). So a = b = k and
    # c - a = sqrt(2) k / sqrt(2/3) = sqrt(3) k; they add up to 1: k = 1 / (3 + sqrt(3)) = .2113.
    # b = .2113 leaves .2887 to b = .5, more than k.
    data = values(ia=[0, 0], ib=[0.5, 1], ic=[1, 0])
    findings = said(1993, ("F", "index", 1992, "band", "high"), ("G", "index", 1993, "band", "low"))
    allowed = allowed_weights(data, scheme(TREE, HALVES), findings)
    k = 1 / (3 + math.sqrt(3))
    assert ranges(allowed) == pytest.approx(np.array([(0, 1 / 2), (0, 1 / 2), (1 / 4, 1)]), abs=1e-5)
    assert allowed.centre == pytest.approx([k, k, (1 + math.sqrt(3)) * k], abs=1e-5)
    assert allowed.radius == pytest.approx(k / math.sqrt(2 / 3), abs=1e-5)
    assert (allowed.shape, allowed.conflicts, allowed.kept, allowed.failing) == ("full", (), ("F", "G"), ())
    frame = allowed.to_frame()
    assert frame["low_by"].tolist() == ["", "", "F;G"]
    assert frame["high_by"].tolist() == ["F", "G", ""]
    assert frame["scheme"].tolist() == [0.25, 0.25, 0.5]
    assert "Some weightings keep all 2 together." in allowed.in_words()


CORNERS = {"ia": [1, 0, 0, 0.5], "ib": [0, 1, 0, 0.5], "ic": [0, 0, 1, 0.6]}
THREE = {"low": 0, "middle": 0.4, "high": 0.75}
A = ("A", "index", 1992, "band_at_least", "middle")
B = ("B", "index", 1993, "band_at_least", "middle")
C = ("C", "index", 1994, "band_at_least", "middle")
D = ("D", "index", 1995, "band", "high")
E = ("E", "index", 1992, "band", "low")


def test_a_pair_and_a_triple_that_cannot_be_kept_together():
    # A: a >= .4, B: b >= .4, C: c >= .4: each pair can be kept, all three add up to 1.2.
    # E: a < .4, against A. D: .5 a + .5 b + .6 c >= .75, when it is .6 at most.
    # Without A and D: b >= .4, c >= .4, a triangle with the corners (.2, .4, .4), (0, .6, .4), (0, .4, .6).
    # Its sides are equal, so the centre is the mean of the corners, at a = 1/15 from the side a = 0.
    allowed = allowed_weights(values(**CORNERS), scheme(TREE, THREE), said(1995, A, B, C, D, E))
    assert allowed.conflicts == (("D",), ("A", "E"), ("A", "B", "C"))
    assert allowed.largest == (("B", "C", "E"),)
    assert ranges(allowed) == pytest.approx(np.array([(0, 0.2), (0.4, 0.6), (0.4, 0.6)]), abs=1e-5)
    assert allowed.centre == pytest.approx([1 / 15, 7 / 15, 7 / 15], abs=1e-5)
    assert allowed.radius == pytest.approx(1 / 15 / math.sqrt(2 / 3), abs=1e-5)
    words = allowed.in_words()
    assert "No weighting keeps all 5 together: their region is empty." in words
    assert "At most 3 can be kept, without A, D." in words


def test_of_equally_large_sets_the_roomiest_comes_first():
    # A, B, C: any two can be kept, in triangles of one size: the order of the file decides.
    allowed = allowed_weights(values(**CORNERS), scheme(TREE, THREE), said(1995, A, B, C))
    assert allowed.largest == (("A", "B"), ("A", "C"), ("B", "C"))
    # a >= .75 and a < .75 exclude each other: a small triangle, and the rest, which holds a larger circle.
    two = ("F", "index", 1992, "band", "high"), ("G", "index", 1992, "order", "index < high")
    allowed = allowed_weights(values(**CORNERS), scheme(TREE, THREE), said(1995, *two))
    assert allowed.largest == (("G",), ("F",))


def test_where_many_circles_are_as_large_the_centre_is_in_the_middle():
    # a < .4: the circle of diameter .4 / sqrt(2/3) fits between a = 0 and a = .4 and slides along. It touches
    # the sides b = 0 and c = 0 at its ends, so the middle has b = c: (.2, .4, .4).
    allowed = allowed_weights(values(**CORNERS), scheme(TREE, THREE), said(1995, E))
    assert allowed.centre == pytest.approx([0.2, 0.4, 0.4], abs=1e-5)
    assert allowed.radius == pytest.approx(0.2 / math.sqrt(2 / 3), abs=1e-5)


def test_a_flat_region_and_a_point():
    # 1992: .5 b + c >= .5 and <= .5 is c = a, a line from (0, 1, 0) to (1/2, 0, 1/2); its middle is
    # (1/4, 1/2, 1/4). 1993: b >= .5 and <= .5 cuts it there.
    data = values(ia=[0, 0], ib=[0.5, 1], ic=[1, 0])
    line = ("F", "index", 1992, "band", "high"), ("G", "index", 1992, "order", "index <= high")
    point = ("H", "index", 1993, "band", "high"), ("I", "index", 1993, "order", "index <= high")
    allowed = allowed_weights(data, scheme(TREE, HALVES), said(1993, *line))
    assert (allowed.shape, allowed.radius) == ("flat", pytest.approx(0, abs=1e-6))
    assert allowed.centre == pytest.approx([1 / 4, 1 / 2, 1 / 4], abs=1e-5)
    assert ranges(allowed) == pytest.approx(np.array([(0, 1 / 2), (0, 1), (0, 1 / 2)]), abs=1e-5)
    assert "their region is flat" in allowed.in_words()
    allowed = allowed_weights(data, scheme(TREE, HALVES), said(1993, *line, *point))
    assert allowed.shape == "point"
    assert ranges(allowed) == pytest.approx(np.array([(0.25, 0.25), (0.5, 0.5), (0.25, 0.25)]), abs=1e-5)
    assert "their region is a single point" in allowed.in_words()


def test_a_single_weight_is_a_point():
    alone = scheme({"a": (1, {"ia": 1})}, HALVES)
    allowed = allowed_weights(values(ia=[0, 1]), alone, said(1993, ("F", "index", 1992, "band", "low")))
    assert allowed.findings["kind"].tolist() == ["fixed"]
    assert (allowed.shape, ranges(allowed), allowed.centre.tolist()) == ("point", [(1, 1)], [1])


def test_what_does_not_depend_on_weights_or_is_not_linear_or_cannot_be_told():
    data = values(ia=[0, 1, 0], ib=[0.5, 0.5, NAN], ic=[0.25, 0.25, 0.25])
    rows = [
        ("dimension", "a", 1992, "band", "low"),
        ("path", "index", 1994, "trend", "not_monotone"),
        ("absent", "index", 1992, "order", "index > d"),
        ("missing", "b", 1994, "band", "low"),
        ("same", "index", 1992, "order", "c < b"),
    ]
    allowed = allowed_weights(data, scheme(TREE, HALVES), said(1994, *rows))
    found = allowed.findings.set_index("id")
    assert found["kind"].to_dict() == {
        "dimension": "fixed",
        "path": "not linear",
        "absent": "cannot tell",
        "missing": "cannot tell",
        "same": "fixed",
    }
    assert found.loc["missing", "why"] == "b is missing in 1994"
    assert "one of several things" in found.loc["path", "why"]
    # 1992 to 1994 at the centre (1/3 each): .25, .583, .125: up and down.
    assert found.loc["path", "centre"] is True
    assert found["alone"].tolist() == [None] * 5
    assert allowed.centre == pytest.approx([1 / 3, 1 / 3, 1 / 3])


INSIDE = {"d": (1, {"x": 1, "y": 1, "z": 1}), "e": (1, {"w": 1})}


def test_weights_inside_a_dimension_where_a_member_is_missing():
    # 1992: x .2, y .8, z missing. (.2 x + .8 y) / (x + y) >= .5 is -.3 x + .3 y >= 0, y >= x; and half of the
    # weight must rest on data: x + y >= 1/2. So z <= 1/2, x <= 1/2 (at x = y = 1/2), y >= 1/4 (at z = 1/2).
    data = values(x=[0.2], y=[0.8], z=[NAN], w=[0.5])
    findings = said(1992, ("F", "d", 1992, "band", "high"))
    allowed = allowed_weights(data, scheme(INSIDE, HALVES), findings, which="indicators")
    assert allowed.findings["kind"].tolist() == ["linear"]
    expected = [(0, 1 / 2), (1 / 4, 1), (0, 1 / 2), (1, 1)]
    assert ranges(allowed) == pytest.approx(np.array(expected), abs=1e-5)


def test_dimension_weights_where_a_dimension_is_missing():
    # The same with dimensions: (.2 a + .8 b) / (a + b) >= .5 and a + b >= 1/2.
    data = values(ia=[0.2], ib=[0.8], ic=[NAN])
    even = scheme({name: (1, inside) for name, (_, inside) in TREE.items()}, HALVES)
    allowed = allowed_weights(data, even, said(1992, ("F", "index", 1992, "band", "high")))
    expected = [(0, 1 / 2), (1 / 4, 1), (0, 1 / 2)]
    assert ranges(allowed) == pytest.approx(np.array(expected), abs=1e-5)


def test_scores_with_missing_members_that_can_and_cannot_be_compared():
    # z is missing in 1992 and 1993; only y is there in 1994; all are in 1995.
    data = values(
        x=[0.2, 0.3, NAN, 0.9], y=[0.8, 0.6, 0.4, 0.1], z=[NAN, NAN, NAN, 0.5], w=[0.5, 0.5, 0.5, 0.5]
    )
    loose = scheme(INSIDE, HALVES, missing={"rule": "reweight", "minimum_coverage": 0})
    rows = [
        ("alike", "d", 1993, "trend", "1993-1993 > 1992-1992"),
        ("single", "d", 1994, "trend", "1994-1994 < 1992-1992"),
        ("unlike", "d", 1995, "trend", "1995-1995 > 1992-1992"),
        ("constant", "d", 1994, "band", "low"),
        ("index", "index", 1992, "band", "high"),
        ("indices", "index", 1995, "trend", "1995-1995 > 1992-1992"),
    ]
    allowed = allowed_weights(data, loose, said(1995, *rows), which="indicators")
    found = allowed.findings.set_index("id")
    assert found["kind"].to_dict() == {
        "alike": "linear",
        "single": "linear",
        "unlike": "not linear",
        # Whatever y weighs, the score is its own; but with nothing on y there is none.
        "constant": "linear",
        "index": "linear",
        "indices": "not linear",
    }
    assert found.loc["unlike", "why"] == (
        "members are missing in 1992 and 1995, which multiplies weights with weights"
    )


@pytest.mark.parametrize("rule", [{"rule": "reweight", "minimum_coverage": c} for c in (0.0, 0.4, 0.7)])
def test_every_weighting_of_a_grid_is_judged_alike_by_rows_and_by_scoring(rule):
    # Values are missing in every pattern; what the rows say of a weighting is what checking its scheme says,
    # as long as the same scores are there as under the scheme.
    data = values(
        x=[0.2, NAN, 0.7, 0.3], y=[0.8, 0.6, NAN, 0.1], z=[NAN, 0.1, 0.4, 0.6], w=[0.5, 0.3, 0.9, NAN]
    )
    inside = {"d": (1.0, {"x": 1.0, "y": 1.0, "z": 2.0}), "e": (2.0, {"w": 1.0})}
    rows = [
        *((f"d-{year}", "d", year, "band", "high") for year in range(1992, 1996)),
        *((f"index-{year}", "index", year, "band_at_least", "high") for year in range(1992, 1996)),
        ("rise", "d", 1995, "trend", "1992-1993 >= 1994-1995"),
        ("fall", "index", 1993, "trend", "1992-1993 < 1994-1995"),
        ("order", "d", 1992, "order", "d > e"),
        ("gradual", "index", 1993, "trend", "no_abrupt_change"),
        ("steady", "d", 1993, "trend", "nondecreasing"),
    ]
    base, findings = scheme(inside, HALVES, missing=rule), said(1995, *rows)
    regions = {}
    for finding in findings.findings:
        alone = findings.model_copy(update={"findings": [finding]})
        allowed = allowed_weights(data, base, alone, which="indicators")
        if allowed.kept:
            regions[finding.id] = allowed.region
    assert len(regions) >= 4
    judged: set[tuple[bool, bool | None]] = set()
    # No point of these lies on an edge, where rounding decides.
    for x, y in itertools.product(np.linspace(0.031, 0.931, 7), np.linspace(0.0373, 0.9373, 7)):
        if x + y > 0.96:
            continue
        point, tree = np.array([x, y, 1 - x - y, 1]), {**inside, "d": (1, {"x": x, "y": y, "z": 1 - x - y})}
        verdicts = bci.check_findings(data, scheme(tree, HALVES, missing=rule), findings).verdicts
        for verdict in verdicts:
            if verdict.finding.id not in regions:
                continue
            normals, least = regions[verdict.finding.id]
            keeps = bool((normals @ point >= least).all())
            judged.add((keeps, verdict.holds))
            if keeps or verdict.holds is not True:
                assert keeps is (verdict.holds is True), (verdict.finding.id, point)
            else:
                # Only by way of an index that goes without a dimension which it has under the scheme.
                assert verdict.finding.name == "index", (verdict.finding.id, point)
                assert rule["minimum_coverage"] > 0
    assert {(True, True), (False, False)} <= judged


def test_other_means_are_refused():
    geometric = scheme(TREE, HALVES, aggregation={"indicators": "arithmetic", "dimensions": "geometric"})
    with pytest.raises(bci.InputError, match="scheme hand: the mean of dimensions is not arithmetic"):
        allowed_weights(values(ia=[0.5], ib=[0.5], ic=[0.5]), geometric)


def test_classes_without_a_finding_are_refused():
    findings = said(1992, ("F", "index", 1992, "band", "low"))
    with pytest.raises(bci.InputError, match="none is INFERRED; give other classes"):
        allowed_weights(values(ia=[0], ib=[0], ic=[0]), scheme(TREE, HALVES), findings, classes=("INFERRED",))


def test_conflicts_are_all_smallest_sets_that_fail():
    # Against every subset, for set systems of which the smallest conflicts are known.
    names = "abcdef"
    for forbidden in ([], ["a"], ["ab", "bc", "ca"], ["abc", "cde", "ef", "b"], ["abcdef"]):
        bad = [frozenset(conflict) for conflict in forbidden]
        found = conflicts(names, lambda kept, bad=bad: not any(conflict <= {*kept} for conflict in bad))
        smallest = {one for one in bad if not any(other < one for other in bad)}
        assert {frozenset(conflict) for conflict in found} == smallest
        subsets = (frozenset(s) for n in range(7) for s in itertools.combinations(names, n))
        hitting = [s for s in subsets if all(s & conflict for conflict in smallest)]
        minimal = {s for s in hitting if not any(other < s for other in hitting)}
        assert set(hitting_sets(found)) == minimal


@pytest.fixture(scope="module")
def dimensions(panel: Panel) -> Allowed:
    return allowed_weights(panel)


@pytest.fixture(scope="module")
def indicators(panel: Panel) -> Allowed:
    return allowed_weights(panel, which="indicators")


def judge_and_scores(panel: Panel) -> tuple[Judge, dict[Any, np.ndarray]]:
    findings = load_findings()
    judge = Judge(findings, bci.score(panel, period=findings.spans))
    return judge, {span: row.copy() for span, row in judge.table.items()}


def test_the_shipped_scheme_fails_two_that_other_dimension_weights_keep(dimensions):
    assert dimensions.failing == ("index-1995-2019-growth", "index-1992-2019-rise")
    assert dimensions.conflicts == ()
    assert dimensions.findings["kind"].value_counts().to_dict() == {"linear": 8, "fixed": 28}
    # By hand: from 2004-2007 to 2008-2011, -.0834 military + .0016 economic + .0283 political >= 0; in
    # 1992-1995, .1827 military + .1014 economic + .3741 political < .25. Both tight, with the weights adding
    # up to 1: military .174, economic .333, political .493.
    frame = dimensions.to_frame().set_index("name")
    assert frame.loc["military", "high"] == pytest.approx(0.174, abs=5e-4)
    assert frame.loc["economic", "low"] == pytest.approx(0.333, abs=5e-4)
    assert dimensions.shape == "full"


def test_dimension_weights_walked_through_on_a_grid(panel, dimensions):
    judge, scores = judge_and_scores(panel)
    columns = [judge.names.index(name) for name in ("military", "economic", "political")]
    kept = [finding for finding in judge.findings.findings if finding.id in dimensions.kept]
    normals, least = dimensions.region
    inside = []
    for i, j in itertools.product(range(41), repeat=2):
        if i + j > 40:
            continue
        weights = np.array([i, j, 40 - i - j]) / 40
        for span, row in scores.items():
            judge.table[span][0] = row[columns] @ weights
        holds = all(judge.verdict(finding).holds for finding in kept)
        assert holds is bool((normals @ weights >= least).all()), weights
        if holds:
            inside.append(weights)
    assert 50 < len(inside) < 300
    frame = dimensions.to_frame()
    # No grid point lies outside the ranges, and the grid comes within a step of their ends.
    assert (np.min(inside, axis=0) >= frame["low"] - 1e-9).all()
    assert (np.max(inside, axis=0) <= frame["high"] + 1e-9).all()
    assert (np.min(inside, axis=0) - frame["low"]).max() < 1 / 40
    assert (frame["high"] - np.max(inside, axis=0)).max() < 1 / 40


def test_the_ball_lies_in_the_region_and_is_the_largest(dimensions, indicators):
    rng = np.random.default_rng(0)
    for allowed in (dimensions, indicators):
        parents = allowed.to_frame()["parent"]
        normals = np.vstack([allowed.region[0], np.eye(len(parents))])
        least = np.append(allowed.region[1], np.zeros(len(parents)))
        # Directions in which the weights of each parent go on adding up to 1.
        means = np.array([(parents == parent) / (parents == parent).sum() for parent in parents])
        steps = rng.normal(size=(5000, len(parents)))
        steps -= steps @ means
        steps *= allowed.radius / np.linalg.norm(steps, axis=1)[:, None]
        ball = allowed.centre + 0.9999 * steps
        assert (ball @ normals.T >= least).all()
        # Room is the distance to the nearest side of the region: nowhere is there more than at the centre.
        reach = np.linalg.norm(normals - normals @ means, axis=1)
        moving = reach > 1e-9
        others = allowed.centre + steps * rng.uniform(0, 3, size=(5000, 1))
        room = ((others @ normals.T - least)[:, moving] / reach[moving]).min(axis=1)
        assert 0.9 * allowed.radius < room.max() <= allowed.radius + 1e-9


def test_indicator_weights_walked_through_around_the_region(panel, indicators):
    judge, scores = judge_and_scores(panel)
    at = {name: judge.names.index(name) for name in judge.names}
    kept = [finding for finding in judge.findings.findings if finding.id in indicators.kept]
    normals, least = indicators.region
    frame = indicators.to_frame().set_index("name")
    first, second = (
        ["arms_trade", "trade", "un_voting"],
        ["military_exercises", "energy_trade", "official_visits"],
    )
    # Odd ends, so that no point lies on an edge, where rounding decides.
    axes = [
        np.linspace(frame.loc[name, "low"] - 0.0041, frame.loc[name, "high"] + 0.0053, 10) for name in first
    ]
    judged = []
    for shares in map(np.array, itertools.product(*axes)):
        for span, row in scores.items():
            parts = shares * row[[at[n] for n in first]] + (1 - shares) * row[[at[n] for n in second]]
            judge.table[span][[at["military"], at["economic"], at["political"]]] = parts
            judge.table[span][0] = parts.mean()
        holds = all(judge.verdict(finding).holds for finding in kept)
        weights = np.column_stack([shares, 1 - shares]).ravel()
        assert holds is bool((normals @ weights >= least).all()), weights
        judged.append(holds)
    assert 5 < sum(judged) < len(judged) - 5


def test_four_indicator_findings_exclude_each_other(indicators):
    # Three dimensions of two indicators leave three directions: no smallest conflict has more than four.
    assert indicators.findings["kind"].value_counts().to_dict() == {
        "linear": 24,
        "fixed": 11,
        "not linear": 1,
    }
    assert {len(conflict) for conflict in indicators.conflicts} == {4}
    assert all("military-2008-2015-decrease" in conflict for conflict in indicators.conflicts)
    (given_up,) = {*indicators.findings.query("kind == 'linear'")["id"]} - {*indicators.kept}
    assert given_up == "military-2008-2015-decrease"
    path = indicators.findings.set_index("id").loc["military-1992-2019-not-monotone"]
    assert (path["kind"], path["centre"]) == ("not linear", True)


@pytest.mark.parametrize("which", ["dimensions", "indicators"])
def test_the_centre_as_a_file_keeps_what_is_kept(which, request, panel, tmp_path):
    allowed: Allowed = request.getfixturevalue(which)
    centre = centre_scheme(allowed)
    path = tmp_path / "centre.yaml"
    path.write_text(scheme_text(centre), encoding="utf-8")
    read = bci.load_weights(path)
    assert read == centre
    assert (
        read.name
        == {"dimensions": "papageorgiou-equal-centre", "indicators": "papageorgiou-equal-centre-inside"}[
            which
        ]
    )
    verdicts = bci.check_findings(panel, read).verdicts
    holding = {verdict.finding.id for verdict in verdicts if verdict.holds}
    assert {*allowed.kept} <= holding
    said_of_centre = allowed.findings.set_index("id")["centre"].to_dict()
    assert {name for name, holds in said_of_centre.items() if holds} == holding & {*said_of_centre}
    frame = allowed.to_frame()
    for parent, name, share in zip(frame["parent"], frame["name"], frame["centre"], strict=True):
        inside = read.dimensions[name].weight if which == "dimensions" else read.tree[parent][name]
        assert inside == pytest.approx(share, abs=5e-4)


def test_a_result_shows_itself_and_does_not_change(dimensions):
    assert "military" in repr(dimensions)
    assert dimensions.in_words().splitlines()[0] in dimensions._repr_html_()
    frame, findings = dimensions.to_frame(), dimensions.findings
    frame["low"], findings["kept"] = -1, False
    assert dimensions.to_frame()["low"].min() == 0
    assert dimensions.findings["kept"].sum() == 8
