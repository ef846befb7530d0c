"""Folders written from sources: read back the same, sound, and whole or not at all."""

import csv
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bci.data.dyads import DyadYears
from bci.data.panel import check_folder, load_indicators, read_sources
from bci.errors import InputError
from bci.model.definitions import Indicator, Source
from bci.sources.figures import Ingested, shipped_definition
from bci.sources.write import write_folder
from bci.yamlfile import block, read

SOURCE = Source(title="Made up", publisher="Nobody", place="-", licence="none", vintage="2026")
DYADS = (("CHN", "RUS"), ("FRA", "GBR"))
FORMS = ["csv", "csv.gz", "parquet"]
VARIABLES = {
    name: {"unit": "US dollars", "description": f"The {name}."} for name in ("flow", "total_a", "total_b")
}
TRADE = shipped_definition("trade") | {
    "measure": {"method": "mutual_share"},
    "variables": VARIABLES,
    "coverage": {"from": 1990, "to": 1991},
}


def trade(source: str = "one", years: tuple[int, ...] = (1991, 1990), **changed: Any) -> Ingested:
    """Two dyads in two years, out of order, with gaps."""
    rows = DyadYears(np.repeat(years, 2), np.tile([1, 0], len(years)), DYADS)
    count = len(rows.year)
    columns = {
        "flow": np.array([0.1, 5181.0, np.nan, 0.0] * count)[:count],
        "total_a": np.array([1e22, 1e4, np.nan, 7.0] * count)[:count],
        "total_b": np.array([1 / 3, 6000.5, np.nan, np.nan] * count)[:count],
    }
    span = {"from": min(years), "to": max(years)}
    definition = TRADE | {"coverage": span} | changed
    return Ingested(
        "trade", source, SOURCE, rows, columns, definition, "B", [f"row {i}" for i in range(count)]
    )


def visits(source: str = "list") -> Ingested:
    """One dyad, two events in one year and none in the other."""
    events = {
        "iso3_a": ["CHN", "CHN"],
        "iso3_b": ["RUS", "RUS"],
        "event": ["E1", "E2"],
        "date": ["1990-03-01", "1990-05"],
        "name": ["first, in Beijing", "second"],
        "kind": ["visit", "visit"],
        "place": ["", ""],
        "source": [source, source],
        "quality": ["A", "A"],
        "note": ["", ""],
    }
    listed = {"file": "official_visits_events.csv", "kinds": ["visit"], "rule": "All count."}
    definition = shipped_definition("official_visits") | {"coverage": {"from": 1990, "to": 1991}}
    rows = DyadYears(np.array([1990, 1991]), np.array([0, 0]), DYADS[:1])
    return Ingested(
        *("official_visits", source, SOURCE, rows, {"count": np.array([2.0, 0.0])}),
        definition | {"events": listed},
        events=events,
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_written_folder_is_sound_and_reads_back_the_same(tmp_path, form):
    files = write_folder(tmp_path / "new", [trade(), visits()], form=form, absent=["un_voting"], force=False)
    assert [path.name for path in files] == [
        *(f"official_visits.{form}", "official_visits.yaml", "official_visits_events.csv", "sources.yaml"),
        *(f"trade.{form}", "trade.yaml", "un_voting.csv"),
    ]
    assert sorted((tmp_path / "new").iterdir()) == files
    assert list(tmp_path.iterdir()) == [tmp_path / "new"]
    panel = check_folder(tmp_path / "new")
    assert panel.definitions["trade"] == Indicator.model_validate(TRADE)
    assert panel.sources == {"one": SOURCE, "list": SOURCE}
    frame = panel.observations["trade"]
    assert frame.index.tolist() == [
        *(("CHN", "RUS", 1990), ("CHN", "RUS", 1991), ("FRA", "GBR", 1990), ("FRA", "GBR", 1991))
    ]
    assert frame["note"].tolist() == ["row 3", "row 1", "row 2", "row 0"]
    assert np.nan_to_num(frame["flow"], nan=-1).tolist() == [0, 5181, -1, 0.1]
    assert np.nan_to_num(frame["total_b"], nan=-1).tolist() == [-1, 6000.5, -1, 1 / 3]
    # A row without any figure has no quality.
    assert frame["quality"].tolist() == ["B", "B", "", "B"]
    assert panel.observations["un_voting"].empty


def test_figures_are_written_as_people_write_them(tmp_path):
    write_folder(tmp_path, [trade()], form="csv", force=False)
    with (tmp_path / "trade.csv").open(newline="") as stream:
        assert list(csv.reader(stream)) == [
            ["iso3_a", "iso3_b", "year", "flow", "total_a", "total_b", "source", "quality", "note"],
            ["CHN", "RUS", "1990", "0", "7", "", "one", "B", "row 3"],
            ["CHN", "RUS", "1991", "5181", "10000", "6000.5", "one", "B", "row 1"],
            ["FRA", "GBR", "1990", "", "", "", "one", "", "row 2"],
            ["FRA", "GBR", "1991", "0.1", "1e+22", "0.3333333333333333", "one", "B", "row 0"],
        ]


FIGURES = st.one_of(
    st.just(float("nan")), st.integers(0, 10**16).map(float), st.floats(1e-30, 1e30, allow_nan=False)
)


@settings(max_examples=60)
@given(figures=st.lists(FIGURES, min_size=1, max_size=30), form=st.sampled_from(FORMS))
def test_every_figure_comes_back_exactly(figures, form):
    years = np.arange(1990, 1990 + len(figures))
    flow = np.array(figures)
    definition = TRADE | {"coverage": {"from": 1990, "to": 2030}}
    one = Ingested(
        *("trade", "one", SOURCE, DyadYears(years, np.zeros(len(years), dtype=np.int64), DYADS[:1])),
        {"flow": flow, "total_a": flow, "total_b": np.full(len(flow), 1e30)},
        definition,
    )
    with tempfile.TemporaryDirectory() as made:
        write_folder(Path(made) / "new", [one], form=form, force=False)
        numbers = load_indicators(Path(made) / "new").figures["trade"].numbers
    np.testing.assert_array_equal(numbers["flow"], flow)
    np.testing.assert_array_equal(numbers["total_a"], flow)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300) | st.text("ab :#-\n'\"", max_size=300)
LONG = st.lists(st.text("abc:#'\"é&*!-", min_size=1, max_size=12), min_size=20, max_size=60).map(" ".join)


@settings(max_examples=120)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
        st.recursive(
            TEXT | LONG | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False),
            lambda inside: (
                st.lists(inside, max_size=4)
                | st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), inside, max_size=4)
            ),
            max_leaves=6,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_written_as_yaml_reads_back_the_same(content):
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "some.yaml"
        path.write_text(block(content), encoding="utf-8")
        assert read(path).data == content


def test_long_text_is_folded_and_short_words_stand_plain(tmp_path):
    write_folder(tmp_path, [trade()], form="csv", force=False)
    lines = (tmp_path / "trade.yaml").read_text().splitlines()
    assert lines[0] == "id: trade"
    assert "definition: >-" in lines
    assert "coverage: {from: 1990, to: 1991}" in lines
    folded = lines[lines.index("definition: >-") + 1 :]
    assert all(len(line) <= 100 for line in folded[: folded.index("unit: share")])


def test_two_sources_of_one_indicator_become_one_file(tmp_path):
    later = trade("two", (1993, 1992), limits="Later years only.")
    write_folder(tmp_path, [later, trade()], form="csv", force=False)
    panel = check_folder(tmp_path)
    frame, definition = panel.observations["trade"], panel.definitions["trade"]
    assert frame["source"].loc[("CHN", "RUS")].tolist() == ["one", "one", "two", "two"]
    # The union of 1990-1991 and 1992-1993.
    assert (definition.coverage.from_, definition.coverage.to) == (1990, 1993)
    # What is said of one source is said as of that source; what both say is said once.
    assert definition.limits == f"[two] Later years only. [one] {TRADE['limits']}"
    assert definition.definition == TRADE["definition"]
    assert list(panel.sources) == ["one", "two"]


def test_lists_of_events_of_two_sources_stay_apart(tmp_path):
    one, two = visits("one"), visits("two")
    rows = DyadYears(np.array([1992, 1993]), np.array([0, 0]), DYADS[:1])
    assert two.events is not None
    events = {**two.events, "date": ["1992", "1992-01-01"], "level": ["state", ""]}
    definition = {**two.definition, "coverage": {"from": 1992, "to": 1993}}
    later = replace(two, rows=rows, events=events, definition=definition)
    write_folder(tmp_path, [one, later], form="csv", force=False)
    panel = check_folder(tmp_path)
    assert panel.observations["official_visits"]["count"].tolist() == [2, 0, 2, 0]
    listed = panel.events("official_visits")
    assert listed["event"].tolist() == ["one:E1", "one:E2", "two:E1", "two:E2"]
    assert listed["source"].tolist() == ["one", "one", "two", "two"]
    assert listed["level"].tolist() == ["", "", "state", ""]


def test_the_same_dyad_year_in_two_sources_is_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        write_folder(tmp_path / "new", [trade("one"), trade("two", (1991, 1992))], form="csv", force=False)
    assert str(caught.value) == (
        "trade: CHN-RUS 1991 (and 1 more) stands in one and in two; "
        "cut one of them with --years FORMAT=FROM-TO"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"measure": {"method": "mutual_share", "mean": "smaller"}}, "measure"),
        ({"scale": TRADE["scale"] | {"anchors": [[0, 0], [1, 1]]}}, "scale"),
        ({"variables": VARIABLES | {"share_a": {"unit": "share", "description": "A share."}}}, "variables"),
    ],
    ids=["measure", "scale", "variables"],
)
def test_sources_that_measure_otherwise_are_not_joined(tmp_path, changed, words):
    both = [trade("one"), trade("two", (1992,), **changed)]
    with pytest.raises(InputError, match=f"trade: one and two differ in {words}; write them to folders of"):
        write_folder(tmp_path, both, form="csv", force=False)


def test_one_id_for_two_sources_is_refused(tmp_path):
    other = replace(visits("one"), source=SOURCE.model_copy(update={"title": "Another"}))
    with pytest.raises(InputError, match="source one: stands for two sources, Made up and Another"):
        write_folder(tmp_path, [trade("one"), other], form="csv", force=False)


def test_existing_files_are_refused_all_at_once(tmp_path):
    write_folder(tmp_path, [trade(), visits()], form="csv", force=False)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(InputError) as caught:
        write_folder(tmp_path, [trade()], form="parquet", absent=["un_voting"], force=False)
    refused = [
        f"{tmp_path / name}: exists already; give --force to replace it"
        for name in ("sources.yaml", "trade.csv", "trade.yaml")
    ]
    assert str(caught.value).splitlines() == refused
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_force_replaces_an_indicator_in_whatever_form_and_keeps_the_rest(tmp_path):
    write_folder(tmp_path, [trade(), visits()], form="csv", force=False)
    write_folder(tmp_path, [trade("two")], form="parquet", absent=["official_visits"], force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("official_visits.csv", "sources.yaml", "trade.parquet", "trade.yaml")
    ]
    panel = check_folder(tmp_path)
    assert set(panel.observations["trade"]["source"]) == {"two"}
    assert panel.observations["official_visits"].empty
    assert set(read_sources(tmp_path / "sources.yaml")) == {"one", "two", "list"}


def test_what_goes_wrong_leaves_nothing_behind(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="file: is not a folder; name one to write to"):
        write_folder(tmp_path / "file", [trade()], form="csv", force=True)
    broken = replace(trade(), definition=TRADE | {"unit": 5})
    with pytest.raises(InputError, match="unit: must be text"):
        write_folder(tmp_path / "new", [broken], form="csv", force=False)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "mine"
