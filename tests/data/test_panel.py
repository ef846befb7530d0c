"""The shipped figures: counted again from their events, and against the tables they were taken from."""

import csv
from collections import Counter

import pytest

from bci.data.panel import check_folder
from bci.model.measures import VARIABLES


def test_the_shipped_folder_is_sound():
    panel = check_folder()
    assert list(panel.definitions) == [
        *("arms_trade", "energy_trade", "military_exercises", "official_visits", "trade", "un_voting")
    ]


@pytest.mark.parametrize("name", ["military_exercises", "official_visits"])
def test_yearly_counts_are_those_of_the_events(panel, name):
    """A plain loop over the list: each event once, if its kind counts."""
    events = panel.definitions[name].events
    assert events is not None
    with (panel.folder / events.file).open(encoding="utf-8", newline="") as stream:
        listed = {
            (row["event"], row["date"][:4]) for row in csv.DictReader(stream) if row["kind"] in events.kinds
        }
    counted = Counter(int(year) for _, year in listed)
    counts = panel.observations[name].loc[("CHN", "RUS"), "count"]
    assert {year: counted[year] for year in counts.index} == counts.to_dict()


def test_no_event_counts_in_two_years(panel):
    for name in ("military_exercises", "official_visits"):
        events = panel.events(name)
        assert events.assign(year=events["date"].str[:4]).groupby("event")["year"].nunique().max() == 1


def test_gaps_stay_gaps(panel):
    values = panel.values().loc[("CHN", "RUS")]
    missing = {name: values.index[values[name].isna()].tolist() for name in values}
    assert missing["energy_trade"] == [1992, 1993, 1994, 1996, 2021, 2022, 2023]
    assert missing["trade"] == [2021]
    assert not any(missing[name] for name in values if name not in ("energy_trade", "trade"))


def test_one_vintage_of_arms_transfers_to_2019(panel):
    sources = panel.observations["arms_trade"].loc[("CHN", "RUS"), "source"]
    assert set(sources.loc[:2019]) == {"sipri_360"}
    assert "sipri_360" not in set(sources.loc[2020:])


def test_lower_bounds_and_single_mentions_are_graded_c(panel):
    for name, frame in panel.observations.items():
        marked = frame[frame["note"].str.contains("lower bound")]
        assert set(marked["quality"]) <= {"C"}, name
    assert panel.observations["energy_trade"]["note"].str.contains("lower bound").sum() == 4


def test_a_zero_that_rests_on_absence_says_so(panel):
    for name in ("military_exercises", "official_visits"):
        frame = panel.observations[name]
        assert (frame.loc[frame["count"] == 0, "note"] != "").all()


def test_every_source_is_described_and_used(panel):
    tables = [frame["source"] for frame in panel.observations.values()]
    lists = [panel.events(name)["source"] for name in ("military_exercises", "official_visits")]
    used = {i for column in [*tables, *lists] for ids in column for i in ids.split(";") if i}
    assert used == set(panel.sources)


def test_calibrated_scales_say_so_and_why(panel):
    basis = {name: definition.scale.basis for name, definition in panel.definitions.items()}
    assert basis.pop("arms_trade") == "definition"
    assert set(basis.values()) == {"calibrated"}
    assert all(len(definition.scale.note) > 80 for definition in panel.definitions.values())


def test_every_variable_of_a_measure_is_declared(panel):
    for definition in panel.definitions.values():
        wanted = VARIABLES[definition.measure.method]
        assert any(set(names) <= set(definition.variables) for names in wanted)


COLUMNS = {
    "arms_trade": ("arms_share_of_chn_imports", "arms_share_of_rus_exports"),
    "trade": ("trade_share_of_chn_total", "trade_share_of_rus_total"),
    "energy_trade": ("crude_share_of_chn_oil_imports", "crude_share_of_rus_oil_exports"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_shares_are_those_of_the_reference_series(panel, reference, name):
    with (reference / "data/china-russia/recommended_wide.csv").open(newline="") as stream:
        series = {int(row["year"]): row for row in csv.DictReader(stream)}
    values = panel.values().loc[("CHN", "RUS"), name]
    for year, row in series.items():
        a, b = (row[column] for column in COLUMNS[name])
        if a and b:
            # The reference shares are printed to six decimals, the figures of arms trade are whole.
            tolerance = 1e-6 + 1e-3 * (float(a) * float(b)) ** 0.5
            assert values[year] == pytest.approx((float(a) * float(b)) ** 0.5, abs=min(tolerance, 2e-6))
        else:
            assert year not in values.index or values[year] != values[year]


@pytest.mark.parametrize(
    ("name", "column"), [("military_exercises", "exercises_core"), ("official_visits", "meetings_top_level")]
)
def test_counts_are_those_of_the_reference_series(panel, reference, name, column):
    with (reference / "data/china-russia/recommended_wide.csv").open(newline="") as stream:
        series = {int(row["year"]): float(row[column]) for row in csv.DictReader(stream)}
    assert panel.values().loc[("CHN", "RUS"), name].to_dict() == series


def test_joint_counts_of_votes_are_those_of_the_reference_turned_round(panel, reference):
    """The reference has Russia's vote first; here China stands first, as in the dyad."""
    codes = {"yes": 1, "abstain": 2, "no": 3}
    ours = panel.observations["un_voting"].loc[("CHN", "RUS")]
    found = 0
    with (reference / "data/unga/china_russia_annual.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            wanted = (row["source"], row["by"], row["rule"]) == ("voeten", "session", "contested_pairwise")
            if wanted and int(row["year"]) in ours.index:
                found += 1
                for china, x in codes.items():
                    for russia, y in codes.items():
                        assert ours.loc[int(row["year"]), f"{china}_{russia}"] == int(row[f"n{y}{x}"])
    assert found == len(ours) == 32
