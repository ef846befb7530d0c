"""What was published, checked: every statement, what the default scheme makes of it, and the grammar."""

import csv

import pytest

import bci
from bci.model.scheme import Scheme
from bci.replication.findings import Finding, Findings, load_findings
from bci.replication.verdicts import WORDS, flipped_verdicts
from bci.sensitivity_analysis.one_at_a_time import without

NAMES = {
    "BCI": "index",
    "military exercises": "military_exercises",
    "energy interdependence": "energy_trade",
    "UN voting similarity": "un_voting",
    "official visits": "official_visits",
}

# Thirty-two published statements in one plain reading each, without those that need a tolerance no source
# gives. The shipped findings hold stricter readings of some of them besides; they are tested further down.
STATEMENTS = [
    ("index", (1992, 1995), "band", "limited"),
    ("index", (1992, 2007), "trend", "nondecreasing; 2004-2007 > 1992-1995"),
    ("index", (2008, 2019), "trend", "nondecreasing"),
    ("index", (1995, 2019), "trend", "nondecreasing"),
    ("index", (2014, 2019), "trend", "2015-2019 >= 2010-2014; 2016-2019 >= 2012-2015"),
    ("index", (1992, 2019), "order", "index < comprehensive"),
    ("index", (1992, 2019), "trend", "2016-2019 > 1992-1995"),
    ("political", (1992, 2019), "trend", "2016-2019 > 1992-1995"),
    ("political", (2000, 2003), "band", "comprehensive"),
    ("political", (2004, 2019), "band_at_least", "comprehensive"),
    ("political", (1992, 2019), "order", "political > economic"),
    ("political", (1992, 2019), "order", "political > military"),
    ("economic", (1992, 2019), "order", "economic < comprehensive"),
    ("military", (1992, 2019), "order", "military < comprehensive"),
    ("military", (1992, 1995), "band", "limited"),
    ("military", (1996, 1999), "trend", "1996-1999 > 1992-1995"),
    ("military", (2008, 2015), "trend", "2008-2011 < 2004-2007; 2012-2015 < 2004-2007"),
    ("military", (2016, 2019), "trend", "2016-2019 > 2012-2015"),
    ("military", (1992, 2019), "trend", "not_monotone"),
    ("economic", (1992, 1995), "band", "limited"),
    ("economic", (1996, 2003), "trend", "1996-1999 < 1992-1995; 2000-2003 < 1992-1995"),
    (
        "economic",
        (2004, 2015),
        "trend",
        "2004-2007 > 2000-2003; 2008-2011 > 2004-2007; 2012-2015 > 2008-2011",
    ),
    ("economic", (2016, 2019), "band", "enhanced"),
    ("economic", (2012, 2019), "order", "economic > military"),
    ("economic", (2011, 2011), "order", "economic <= military"),
    ("military_exercises", (1992, 1999), "band", "limited"),
    ("military_exercises", (2016, 2019), "band", "enhanced"),
    ("energy_trade", (1992, 2003), "band", "limited"),
    ("energy_trade", (2016, 2019), "band", "comprehensive"),
    ("un_voting", (1992, 1999), "band", "moderate"),
    ("un_voting", (2000, 2019), "band", "enhanced"),
    ("official_visits", (2008, 2019), "band", "comprehensive"),
]


def finding(name: str, period: tuple[int, int], kind: str, claim: str) -> Finding:
    """A finding of our own; annual where a year or the note of the published row asks for it."""
    annual = period[0] == period[1] or claim == "economic > military"
    each = "year" if annual else "both" if name == "official_visits" else "period"
    level = "index" if name == "index" else "dimension" if name in bci.load_weights().tree else "indicator"
    content = {"id": f"{name}-{period[0]}-{claim}", "level": level, "name": name, "period": period}
    said = {"statement": claim, "class": "STATED", "sources": ["seed"]}
    return Finding.model_validate({**content, "type": kind, "claim": claim, "each": each, **said})


def of(*rows: tuple[str, tuple[int, int], str, str]) -> Findings:
    return load_findings().model_copy(update={"findings": [finding(*row) for row in rows]})


def test_at_least_thirty_of_thirty_two_statements_hold():
    assert len(STATEMENTS) == 32
    verdicts = bci.check_findings(findings=of(*STATEMENTS)).verdicts
    failing = [verdict.finding.id for verdict in verdicts if verdict.holds is not True]
    assert failing == ["index-1995-nondecreasing", "economic-2011-economic <= military"]


def test_every_published_row_is_there_and_unchanged(reference):
    with (reference / "data/published-findings.csv").open(encoding="utf-8", newline="") as stream:
        published = list(csv.DictReader(stream))
    findings = load_findings().findings
    assert len(findings) == len(published)
    for ours, row in zip(findings, published, strict=True):
        note = row["quote_free_note"]
        marks = [m for m in ("STATED-AMBIGUOUS", "STATED", "INFERRED") if note.startswith(m)]
        assert ours.class_ == marks[0].removeprefix("STATED-")
        assert ours.period == (int(row["period_start"]), int(row["period_end"]))
        assert ours.name == NAMES.get(row["name"], row["name"])
        assert (ours.type, ours.claim) == (row["claim_type"], row["claim"].replace("BCI", "index"))
        assert len(ours.sources) == len(row["source"].split(" | "))


def test_failures_are_shown_with_the_reason():
    verdicts = bci.check_findings().verdicts
    failing = {verdict.finding.id: verdict.finding.note for verdict in verdicts if verdict.holds is False}
    assert set(failing) == {
        "index-2008-2019-rise",
        "index-1995-2019-growth",
        "index-1992-2019-rise",
        "economic-2011-not-above-military",
    }
    assert all("With the default scheme this fails" in note for note in failing.values())


def test_totals_by_class():
    totals = bci.check_findings().totals().set_index("class")
    assert totals.loc["all"].tolist() == [45, 41, 4, 0]
    assert totals.loc["STATED"].tolist() == [36, 34, 2, 0]


def test_a_calibrated_number_is_marked():
    rows = ("arms_trade", (1992, 1995), "band", "moderate"), ("trade", (1992, 1995), "band", "limited")
    assert [v.calibrated for v in bci.check_findings(findings=of(*rows)).verdicts] == [False, True]


def test_what_a_scheme_does_not_score_cannot_be_told():
    row = ("trade", (1992, 1995), "band", "limited")
    (verdict,) = bci.check_findings(weights="four-indicators", findings=of(row)).verdicts
    assert (verdict.holds, verdict.found) == (None, "trade is not in the scheme four-indicators")


def test_a_missing_score_cannot_be_told():
    row = ("energy_trade", (1992, 1992), "band", "limited")
    (verdict,) = bci.check_findings(findings=of(row)).verdicts
    assert (verdict.holds, verdict.found) == (None, "energy_trade is missing in 1992")


def test_a_band_of_another_name_cannot_be_told():
    content = bci.load_weights().model_dump(mode="json", by_alias=True) | {"bands": {"low": 0, "high": 0.5}}
    row = ("index", (1992, 1995), "band", "limited")
    (verdict,) = bci.check_findings(weights=Scheme.model_validate(content), findings=of(row)).verdicts
    assert verdict.holds is None


@pytest.mark.parametrize(
    ("kind", "claim", "holds"),
    [
        ("band", "moderate", False),
        ("band_at_least", "limited", True),
        ("order", "index < moderate", True),
        ("order", "index >= moderate", False),
        ("trend", "1996-1999 > 1992-1995", True),
        ("trend", "1996-1999 <= 1992-1995", False),
        ("trend", "1996-1999 > 1992-1995; 1996-1999 < 1992-1995", False),
    ],
)
def test_the_grammar_can_say_no(kind, claim, holds):
    (verdict,) = bci.check_findings(findings=of(("index", (1992, 1995), kind, claim))).verdicts
    assert verdict.holds is holds


@pytest.mark.parametrize(("atom", "holds"), [("nondecreasing", False), ("not_monotone", True)])
def test_paths_over_periods(atom, holds):
    # Arms trade rises to 2000-2003, falls to 2012-2015, and rises again.
    (verdict,) = bci.check_findings(findings=of(("arms_trade", (1992, 2019), "trend", atom))).verdicts
    assert verdict.holds is holds


def test_an_abrupt_change_is_beyond_the_tolerance():
    findings = of(("index", (1992, 2019), "trend", "no_abrupt_change"))
    assert bci.check_findings(findings=findings).verdicts[0].holds is True
    strict = findings.model_copy(update={"abrupt": 0.1})
    # 1992-1995 to 1996-1999 is a step of .1035
    assert bci.check_findings(findings=strict).verdicts[0].holds is False


def test_other_periods_than_the_scheme_has_are_scored_for_the_findings():
    content = bci.load_weights().model_dump(mode="json", by_alias=True) | {"periods": "annual"}
    assert bci.check_findings(weights=Scheme.model_validate(content)).totals()["hold"].iloc[-1] == 41


def test_a_finding_that_no_period_lies_in_cannot_be_told():
    (verdict,) = bci.check_findings(findings=of(("index", (1993, 1994), "band", "limited"))).verdicts
    assert (verdict.holds, verdict.found) == (None, "no period that is tested lies inside 1993-1994")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"period": [1995, 1992]}, "period 1995-1992 ends before it starts"),
        ({"type": "trend", "claim": "1995-1994 > 1996-1999"}, "1995-1994 ends before it starts"),
    ],
)
def test_years_turned_round_are_refused(change, words):
    content = finding("index", (1992, 1995), "band", "limited").model_dump(by_alias=True)
    with pytest.raises(ValueError, match=words):
        Finding.model_validate(content | change)


def test_findings_without_findings_or_with_an_odd_dyad_are_refused():
    content = load_findings().model_dump(by_alias=True)
    with pytest.raises(ValueError, match="at least 1 item"):
        Findings.model_validate(content | {"findings": []})
    with pytest.raises(ValueError, match="no known country"):
        Findings.model_validate(content | {"dyad": "CHN-XXX"})


def test_verdicts_that_turn_are_those_of_checking_again(panel, scores):
    findings = load_findings()
    flips = flipped_verdicts(scores, findings)
    before = {v.finding.id: WORDS[v.holds] for v in bci.check_findings(panel, scores.scheme).verdicts}
    for name, level in (("official_visits", "indicator"), ("military", "dimension")):
        reduced = without(scores.scheme, name)
        assert reduced is not None
        after = {v.finding.id: WORDS[v.holds] for v in bci.check_findings(panel, reduced).verdicts}
        turned = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
        listed = flips[flips["dropped"] == name]
        assert turned
        assert {row["id"]: (row["before"], row["after"]) for _, row in listed.iterrows()} == turned
        assert set(listed["level"]) == {level}
    classes = {finding.id: finding.class_ for finding in findings.findings}
    assert flips["class"].tolist() == [classes[key] for key in flips["id"]]
    # What is about a member itself cannot be told without it.
    own = flips[(flips["dropped"] == "military") & flips["id"].str.startswith("military-")]
    assert (own["after"] == "cannot tell").all()
