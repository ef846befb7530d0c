"""The report: every number is the run's own, both forms say the same, and nothing breaks out of it."""

import base64
import hashlib
import math
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from house import cases, read, run
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import default_scheme, dyad_years

import bci
from bci.data.panel import Panel
from bci.output.report import report, study
from bci.output.templates import escaped
from bci.scoring.scores import Scores

NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?%?")
SECTIONS = ("Result", "Would other weights tell another story?", "Does it agree with what was published?")


@pytest.fixture(scope="module")
def told(scores: Scores) -> dict[str, str]:
    """The report on China and Russia in both forms."""
    found = study(scores)
    return {form: report(found, form) for form in ("html", "markdown")}


def section(text: str, head: str) -> str:
    """One section of a Markdown report."""
    start = text.index(f"\n## {head}\n")
    end = text.find("\n## ", start + 4)
    return text[start : end if end > 0 else None]


def numbers(text: str) -> set[str]:
    """Every number of a text, without periods and dates and without signs of markup."""
    text = re.sub(r"\b\d{4}-\d{4}\b|\b(19|20)\d\d\b", " ", text.replace("\\", ""))
    return set(NUMBER.findall(text))


def printed(values: Any) -> set[str]:
    """Every way in which a report prints some numbers."""
    found = set()
    for value in np.asarray(values, dtype=float).ravel():
        if not math.isnan(value):
            found |= {format(value, form) for form in (".3f", ".2f", "+.3f", ".4g", "+z.3f", ".0%", ".1%")}
            found.add(f"{abs(value):.3f}")
            # The ends of ranges are rounded outwards.
            found |= {f"{end(round(100 * value, 9)) / 100:.2f}" for end in (math.floor, math.ceil)}
    return found


def computed(scores: Scores) -> set[str]:
    """Every number that the results hold, by the library's own tables."""
    last = scores.periods[-1]
    frames = [
        scores.to_frame(details=True),
        bci.sensitivity(scores).to_frame(),
        bci.explain(scores, last).to_frame(),
        bci.explain(scores, last, since=scores.periods[0]).to_frame(),
    ]
    found: set[str] = set()
    for frame in frames:
        found |= printed(frame.select_dtypes("number").to_numpy())
    index = [scores.get("index", period) for period in scores.periods]
    found |= printed(np.diff(index))
    found |= {str(sum(b > a for a, b in pairwise(index))), str(sum(b < a for a, b in pairwise(index)))}
    found |= {str(len(index) - 1), str(len(index))}
    sure = bci.sensitivity(scores).to_frame().query("level == 'index'")
    found.add(str(int((sure["agree"] > 0.5).sum())))
    verdicts = bci.check_findings(scores.panel, scores.scheme)
    found |= {str(n) for n in verdicts.totals().iloc[:, 1:].to_numpy().ravel()}
    found |= {str(sum(verdict.calibrated for verdict in verdicts.verdicts))}
    for verdict in verdicts.verdicts:
        found |= numbers(verdict.found)
    return found


def test_every_number_of_the_findings_stands_in_the_results(told, scores):
    known = computed(scores)
    scales = {f"{x:g}" for d in scores.definitions.values() for point in d.scale.anchors for x in point}  # type: ignore[union-attr]
    # The ends of the scale of every score, and the box of half the weight on either side.
    said = {"0", "1", "50%"}
    for head in SECTIONS:
        found = numbers(section(told["markdown"], head))
        assert len(found) > 10
        assert found - known - scales - said == set(), head


def test_every_share_of_the_data_stands_in_the_results(told, scores):
    frame = scores.to_frame(details=True)
    shares = {
        f"{v:.0%}" for v in frame[["coverage", "quality_a", "quality_b", "quality_c"]].to_numpy().ravel()
    }
    found = numbers(section(told["markdown"], "How good are the data?").split("To bear in mind")[0])
    assert len(found) > 10
    assert found <= shares


def with_values(panel: Panel, change: Any) -> Scores:
    """The shipped data with other values, as a plain frame."""
    frame = panel.values()[list(bci.load_weights().indicators)]
    return bci.score(change(frame.copy()))


def test_other_data_give_other_numbers(told, panel):
    def halved(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(energy_trade=frame["energy_trade"] / 2, arms_trade=frame["arms_trade"] * 0.9)

    changed = with_values(panel, halved)
    text = report(study(changed), "markdown")
    assert f"the index is {changed.get('index', (2016, 2019)):.3f} on a scale" in text
    for head in SECTIONS[:2]:
        assert numbers(section(text, head)) - {"0", "1", "50%", "17%"} != numbers(
            section(told["markdown"], head)
        ) - {"0", "1", "50%", "17%"}
    index = {f"{changed.get('index', period):.3f}" for period in changed.periods}
    before = {f"{bci.score().get('index', period):.3f}" for period in changed.periods}
    # No index of the old data is left but those that are also scores of the new ones.
    scored = printed(changed.to_frame()["score"])
    assert index <= numbers(section(text, "Result"))
    assert not (before - scored) & numbers(section(text, "Result"))


def test_another_scheme_gives_other_numbers_and_its_own_name(panel):
    scores = bci.score(panel, "political-first")
    text = report(study(scores), "markdown")
    assert "The scheme is political-first, version 1." in text
    assert f"the index is {scores.get('index', (2016, 2019)):.3f} on a scale" in text
    assert {"12%", "25%"} <= numbers(section(text, "Question"))
    known = computed(scores) | {"0", "1", "50%"}
    assert numbers(section(text, SECTIONS[1])) <= known
    held = bci.check_findings(panel, scores.scheme).totals().iloc[-1]
    assert f"{held['hold']} hold under this scheme, {held['fail']} fail" in text


def test_a_falling_index_is_said_to_fall(panel):
    # The same figures with the years turned round.
    turned = with_values(panel, lambda f: f.set_axis(f.index[::-1]).sort_index())
    periods = [period for period in turned.periods if not math.isnan(turned.get("index", period))]
    text = section(report(study(turned), "markdown"), "Result")
    change = turned.get("index", periods[-1]) - turned.get("index", periods[0])
    assert change < 0
    assert f"the index falls by {-change:.3f}." in text


def words(text: str) -> list[str]:
    return re.findall(r"[\w.%*]+", text)


def test_both_forms_say_the_same(told):
    markdown = re.sub(r"^\| [:-].*\|$", "", told["markdown"], flags=re.MULTILINE)
    markdown = re.sub(r"^\*{1,2}(.*?)\*{1,2}$", r"\1", markdown, flags=re.MULTILINE)
    plain = re.sub(r"\\(.)", r"\1", markdown).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    assert words(" ".join(read(told["html"]).words)) == words(plain)


def test_the_page_asks_for_nothing_and_allows_nothing(told):
    reading = read(told["html"])
    tags = {tag for tag, _ in reading.elements}
    assert not tags & {"script", "img", "link", "iframe", "object", "form", "base"}
    policy = next(
        a["content"] for _, a in reading.elements if a.get("http-equiv") == "Content-Security-Policy"
    )
    style = re.search("<style>(.*)</style>", told["html"], re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not any("style" in attributes for _, attributes in reading.elements)
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    assert len(told["html"]) < 150_000


def test_the_page_can_be_listened_to(told):
    reading = read(told["html"])
    assert reading.elements[0] == ("html", {"lang": "en"})
    levels = [int(tag[1]) for tag, _ in reading.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(
        attributes.get("scope") in ("col", "row") for tag, attributes in reading.elements if tag == "th"
    )
    tables = [tag for tag, _ in reading.elements].count("table")
    assert [tag for tag, _ in reading.elements].count("caption") == tables
    assert all(
        a.get("aria-label") for tag, a in reading.elements if tag == "svg" or a.get("role") == "region"
    )


def test_the_same_run_gives_the_same_report(told, scores):
    assert report(study(scores), "html") == told["html"]


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Figures of China and Russia, and of a dyad without any."""
    folder = tmp_path_factory.mktemp("starter") / "mine"
    assert run("init", str(folder), "--dyad", "IND-RUS").exit_code == 0
    return folder / "indicators"


def test_a_dyad_without_data_has_no_zero_and_no_findings(starter):
    scores = bci.score(starter, dyads="IND-RUS")
    text = report(study(scores), "markdown")
    assert "India and Russia have no index in any period: too little is known" in text
    found = section(text, "Result")
    assert found.count("n/a") == len(scores.names) * len(scores.periods) + 1
    assert "0.000" not in text
    assert "published statements about" not in text
    assert "without an index there is nothing to weigh otherwise." in text
    assert "every weighting is tried" not in text
    assert "calibrated to CHN-RUS; other dyads are read on them" in text


def test_findings_are_those_of_their_own_dyad_among_several(starter):
    text = report(study(bci.score(starter)), "markdown")
    assert "### India and Russia" in text
    assert "45 published statements about China and Russia" in text
    assert "Bilateral cooperation of China-Russia and India-Russia" in text.splitlines()[0]
    assert "*Index of every dyad*" in text


def made_up(dyads: int, seed: int = 0, gaps: float = 0.2) -> pd.DataFrame:
    """Values of some dyads and all indicators, with gaps."""
    rng = np.random.default_rng(seed)
    partners = ["BRA", "CAN", "DEU", "EGY", "FRA", "GBR", "IND", "JPN", "KEN", "MEX"][:dyads]
    labels = [("AUS", partner, year) for partner in partners for year in range(2000, 2012)]
    values = rng.random((len(labels), 6))
    values[rng.random(values.shape) < gaps] = np.nan
    frame = dyad_years(dict(zip(labels, values, strict=True)), bci.load_weights().indicators)
    return frame.assign(military_exercises=frame["military_exercises"].mul(5).round())


def test_eight_dyads_are_told_and_nine_refused_with_advice():
    eight = bci.score(made_up(8), period="4-year", start=2000, end=2011)
    text = report(study(eight), "markdown")
    assert text.count("\n### Australia and ") == 16
    assert text.startswith("# Bilateral cooperation of 8 pairs of states, 2000-2011")
    assert "The values were given as a table; it names no sources." in text
    with pytest.raises(
        bci.InputError, match=r"9 dyads, and takes at most 8; choose with --dyad A-B, or let bci"
    ):
        study(bci.score(made_up(9), period="4-year", start=2000, end=2011))


@settings(max_examples=12)
@given(
    seed=st.integers(0, 10_000),
    gaps=st.sampled_from([0.0, 0.3, 0.7, 0.95, 1.0]),
    rule=st.sampled_from(["reweight", "strict", "bounds"]),
    mean=st.sampled_from(["arithmetic", "geometric", "minimum"]),
    period=st.sampled_from(["4-year", "2000-2011", "6-year"]),
)
def test_whatever_is_missing_there_is_a_report_without_nonsense(seed, gaps, rule, mean, period):
    own = default_scheme(missing={"rule": rule}, aggregation={"indicators": mean, "dimensions": mean})
    scores = bci.score(made_up(2, seed, gaps), own, period=period, start=2000, end=2011)
    text = report(study(scores), "markdown")
    assert not re.search(r"\b(nan|None|inf)\b", text)
    for dyad in scores.dyads:
        for span in scores.periods:
            value = scores.get("index", span, "-".join(dyad))
            assert math.isnan(value) or f"{value:.3f}" in section(text, "Result")
    read(report(study(scores), "html"))


def test_what_is_missing_contributes_no_zero(panel):
    # In 2021 China's share of trade is unknown and energy is not covered: no score of the economic dimension.
    text = section(report(study(bci.score(panel, period="2021-2021")), "markdown"), "Result")
    (trade,) = [line for line in text.splitlines() if line.startswith("| Overall trade interdependence |")]
    assert trade.startswith("| Overall trade interdependence | n/a | ")
    assert trade.endswith("| n/a | 0% | n/a |")
    assert "Without a score: economic." in text


def test_many_periods_stand_in_several_tables(panel):
    scores = bci.score(panel, period="annual")
    text = section(report(study(scores), "markdown"), "Result")
    assert len(scores.periods) == 28
    for span in ("1992 to 2001", "2002 to 2011", "2012 to 2019"):
        assert text.count(f"*Scores of China and Russia: {span}*") == 1
    cells = [
        cell
        for line in text.splitlines()
        if re.match(r"\| index \| \d", line)
        for cell in line.split(" | ")[1:]
    ]
    assert len(cells) == 28


def test_bounds_are_told_as_bounds(panel):
    scores = bci.score(panel, default_scheme(missing={"rule": "bounds"}), period="1992-1995,1996-1999")
    text = section(report(study(scores), "markdown"), "Result")
    row = scores.to_frame().query("name == 'index' and period_start == 1996").iloc[0]
    low = f"{math.floor(1000 * row['low']) / 1000:.3f}"
    high = f"{math.ceil(1000 * row['high']) / 1000:.3f}"
    assert f"in 1996-1999 it lies between {low} and {high}." in text
    assert f"| {low} to {high} |" in text
    assert "Two numbers: the lowest and the highest score" in text


def test_other_means_are_drawn_and_say_so(panel):
    own = default_scheme(aggregation={"indicators": "geometric", "dimensions": "geometric"})
    text = report(study(bci.score(panel, own, period="2016-2019")), "markdown")
    assert "The shares come from draws; their standard error is at most" in text
    assert "geometric mean" in section(text, "Question")


def test_a_gap_in_the_middle_breaks_the_line_and_counts_no_step():
    frame = made_up(1, gaps=0.0)
    frame.loc[(slice(None), slice(None), range(2004, 2008)), :] = np.nan
    scores = bci.score(frame, period="4-year", start=2000, end=2011)
    told = study(scores)
    page = report(told, "html")
    assert page.count("<polyline") == 2
    text = section(report(told, "markdown"), "Result")
    assert "From period to period" not in text
    assert "| n/a |" in text


HOSTILE = (
    "</style><script>alert(1)</script><img src=x onerror=alert(1)> | `x` [a](javascript:alert(1)) "
    '\u202eabc "q"'
)


def test_names_from_files_stay_text(panel):
    definitions = {
        name: d.model_copy(update={"title": HOSTILE + name, "limits": HOSTILE * 20, "unit": HOSTILE})
        for name, d in panel.definitions.items()
    }
    own = default_scheme(description=HOSTILE)
    found = study(bci.score(replace(panel, definitions=definitions), own))
    page = report(found, "html", title=HOSTILE)
    tags = {tag for tag, _ in read(page).elements}
    assert not tags & {"script", "img"}
    assert 'href="javascript' not in page
    text = report(found, "markdown", title=HOSTILE)
    assert "<script" not in text
    assert "[a](" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    counts = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert counts <= {5, 6, 7, 8, 9}


@pytest.mark.parametrize(("text", "expected"), cases("escaped_markdown"))
def test_markup_is_escaped_where_it_would_be_markup(text, expected):
    assert escaped(text) == expected


def test_the_command_writes_by_the_ending(tmp_path):
    page, text = tmp_path / "r.html", tmp_path / "r.md"
    assert run("report", "-o", str(page), "--title", "Two giants").exit_code == 0
    assert '<h1 dir="auto">Two giants</h1>' in page.read_text()
    done = run("report", "-o", str(text))
    assert f"wrote {text}" in done.stderr
    assert run("report", "--quiet").stdout == text.read_text()
    wrong = run("report", "-o", str(tmp_path / "r.docx"))
    assert wrong.exit_code == 2
    assert "the ending of r.docx tells no form of a report; use one of .html, .htm, .md" in wrong.stderr


def test_the_box_is_the_one_that_was_asked_for(scores):
    text = run("report", "--quiet", "--within", "0.1").stdout
    row = bci.sensitivity(scores, within=0.1).to_frame().query("level == 'index'").iloc[-1]
    low, high = math.floor(100 * row["low_within"]) / 100, math.ceil(100 * row["high_within"]) / 100
    assert f"within 10% of its share it stays between {low:.2f} and {high:.2f}." in text


def test_a_change_between_periods_that_share_no_indicator_is_told_without_its_parts(panel):
    frame = panel.values()[list(bci.load_weights().indicators)] * np.nan
    frame.loc[("CHN", "RUS", 1996), "trade"], frame.loc[("CHN", "RUS", 2000), "un_voting"] = 0.01, 0.9
    scores = bci.score(frame, period="1996,2000", minimum_coverage=0.1)
    text = report(study(scores), "markdown")
    assert "rises 1 and falls 0 of 1 times" in text
    assert "contribute" not in text
    with pytest.raises(bci.InputError, match="1996 and 2000 have no indicator in common"):
        bci.plot(scores, "change")
