"""Directed flows: two reports joined, totals, and the fold to dyads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bci.errors import InputError
from bci.model.definitions import Indicator, Source
from bci.sources import flows
from bci.sources.figures import Ingested
from bci.sources.flows import Array, Flows, consistent_totals, mirrored, totals
from bci.sources.rules import Rules

NAN = np.nan
SOURCE = Source(title="made up", publisher="nobody", place="nowhere", licence="free", vintage="none")
#: China, Russia, United States; rows export, columns import.
AMOUNT = np.array([[[NAN, 30.0, 100.0], [20.0, NAN, 5.0], [50.0, 0.0, NAN]]])
THREE = ("CHN", "RUS", "USA")


def folded(
    known: Flows, rules: Rules | None = None, indicator: str = "trade", direction: str = "pooled"
) -> Ingested:
    return flows.ingested(
        indicator,
        "made_up",
        SOURCE,
        known,
        rules or Rules(),
        unit="million USD",
        definition="Made up.",
        limits="None.",
        direction=direction,  # type: ignore[arg-type]
        remarks=("read",),
    )


def test_a_cube_becomes_dyads_with_both_flows_and_all_totals():
    made = folded(Flows(THREE, (2000,), AMOUNT))
    assert made.rows.dyads == (("CHN", "RUS"), ("CHN", "USA"), ("RUS", "USA"))
    assert made.rows.number.tolist() == [0, 1, 2]
    assert made.rows.year.tolist() == [2000] * 3
    columns = {name: column.tolist() for name, column in made.columns.items()}
    assert columns == {
        "flow_ab": [30, 100, 5],
        "flow_ba": [20, 50, 0],
        "exports_a": [130, 130, 25],  # China 30 + 100, Russia 20 + 5
        "imports_a": [70, 70, 30],  # China 20 + 50, Russia 30 + 0
        "exports_b": [25, 50, 50],  # Russia 20 + 5, United States 50 + 0
        "imports_b": [30, 105, 105],  # Russia 30 + 0, United States 100 + 5
    }
    assert made.remarks == ("read", "3 dyad-years of 3 dyads")


def test_the_definition_is_a_whole_one_and_says_what_was_done():
    made = folded(Flows(THREE, (1999, 2000), np.concatenate([AMOUNT, AMOUNT])), indicator="arms_trade")
    definition = Indicator.model_validate(dict(made.definition))
    assert definition.id == "arms_trade"
    assert definition.measure.model_dump() == {
        "method": "mutual_share",
        "mean": "geometric",
        "flows": "pooled",
    }
    assert (definition.coverage.from_, definition.coverage.to) == (1999, 2000)
    assert set(definition.variables) == set(made.columns)
    assert "sum over the partners" in definition.variables["exports_a"].description
    assert (definition.definition, definition.limits) == ("Made up.", "None.")


def test_totals_of_the_source_are_taken_and_never_filled_up():
    known = Flows(THREE, (2000,), AMOUNT, exports=np.array([[200.0, NAN, 60.0]]))
    made = folded(known)
    np.testing.assert_array_equal(made.columns["exports_a"], [200, 200, NAN])
    np.testing.assert_array_equal(made.columns["imports_a"], [70, 70, 30])
    assert "as the source gives it" in made.definition["variables"]["exports_b"]["description"]


def test_a_country_of_which_nothing_is_known_has_no_total():
    amount = AMOUNT.copy()
    amount[0, 1, :] = NAN
    np.testing.assert_array_equal(totals(Flows(THREE, (2000,), amount), "exports"), [[130, NAN, 50]])


def test_a_row_stands_where_one_flow_is_known_and_its_other_flow_is_missing():
    amount = np.full((1, 3, 3), NAN)
    amount[0, 2, 0] = 7.0
    made = folded(Flows(THREE, (2000,), amount))
    assert made.rows.dyads == (("CHN", "USA"),)
    assert np.isnan(made.columns["flow_ab"]).tolist() == [True]
    assert made.columns["flow_ba"].tolist() == [7]
    assert made.remarks[1:] == (
        "1 dyad-years of 1 dyads",
        "1 dyad-years know only one of their two flows, so that their value is missing",
    )


@pytest.mark.parametrize(
    ("rules", "rows"),
    [
        (Rules(dyads=frozenset({("CHN", "RUS")})), [("CHN", "RUS", 1999), ("CHN", "RUS", 2000)]),
        (Rules(dyads=frozenset({("CHN", "RUS")}), start=2000), [("CHN", "RUS", 2000)]),
        (Rules(countries=frozenset({"RUS"}), end=1999), [("CHN", "RUS", 1999), ("RUS", "USA", 1999)]),
    ],
)
def test_rules_choose_rows_and_leave_totals_alone(rules, rows):
    known = Flows(THREE, (1999, 2000), np.concatenate([AMOUNT, AMOUNT]))
    made = folded(known, rules)
    pairs = [made.rows.dyads[number] for number in made.rows.number]
    assert [(*pair, year) for pair, year in zip(pairs, made.rows.year.tolist(), strict=True)] == rows
    assert made.columns["exports_a"][0] == 130


def test_nothing_asked_for_is_an_error_and_not_an_empty_file():
    for known in (Flows(THREE, (2000,), AMOUNT), Flows((), (), np.empty((0, 0, 0)))):
        with pytest.raises(InputError, match="made_up: holds no flow of the dyads and years asked for"):
            folded(known, Rules(start=2001))


@pytest.mark.parametrize(
    ("total", "kept", "raised", "dropped"),
    [
        (100.0, 100, 0, 0),
        (99.0, 100, 1, 0),  # 1 below, 1 per cent
        (98.9, NAN, 0, 1),
        (0.0, NAN, 0, 1),
        (NAN, NAN, 0, 0),
    ],
)
def test_a_total_below_its_part_is_raised_within_rounding_and_missing_beyond(total, kept, raised, dropped):
    amount = np.array([[[NAN, 100.0], [0.0, NAN]]])
    known = Flows(("CHN", "RUS"), (2000,), amount, exports=np.array([[total, 5.0]]))
    mended, *counts = consistent_totals(known, "exports")
    np.testing.assert_array_equal(mended, [[kept, 5]])
    assert counts == [raised, dropped]


def test_one_unit_is_rounding_even_of_a_small_total():
    known = Flows(
        ("CHN", "RUS"), (2000,), np.array([[[NAN, 2.0], [0.0, NAN]]]), imports=np.array([[0.0, 1.0]])
    )
    assert consistent_totals(known, "imports")[0].tolist() == [[0, 2]]
    made = folded(known)
    assert "1 totals lay below" in made.remarks[-1]


def report(amount: list[list[float]], countries: tuple[str, ...], year: int = 2000) -> Flows:
    return Flows(countries, (year,), np.array([amount]))


@pytest.mark.parametrize(
    ("exports", "imports", "importer", "exporter", "mean"),
    [
        ((10, 8), (12, 7), (12, 7), (10, 8), (11, 7.5)),  # (10 + 12) / 2, (8 + 7) / 2
        # Where one side did not report the other counts; a reported zero is a report.
        ((10, NAN), (NAN, 7), (10, 7), (10, 7), (10, 7)),
        ((10, 3), (0, 3), (0, 3), (10, 3), (5, 3)),
    ],
)
def test_whose_report_counts(exports, imports, importer, exporter, mean):
    two = [report([[NAN, china], [russia, NAN]], ("CHN", "RUS")) for china, russia in (exports, imports)]
    for reported_by, expected in (("importer", importer), ("exporter", exporter), ("mean", mean)):
        joined = mirrored(*two, Rules(reported_by=reported_by))  # type: ignore[arg-type]
        assert (joined.amount[0, 0, 1], joined.amount[0, 1, 0]) == expected, reported_by


def test_countries_and_years_of_two_reports_are_united():
    exports = report([[NAN, 1], [2, NAN]], ("CHN", "RUS"), 1999)
    imports = report([[NAN, 3], [4, NAN]], ("BRA", "CHN"), 2001)
    joined = mirrored(exports, imports, Rules())
    assert (joined.countries, joined.years) == (("BRA", "CHN", "RUS"), (1999, 2001))
    expected = np.full((2, 3, 3), NAN)
    expected[0, 1, 2], expected[0, 2, 1], expected[1, 0, 1], expected[1, 1, 0] = 1, 2, 3, 4
    np.testing.assert_array_equal(joined.amount, expected)


def test_totals_come_from_a_countrys_own_report():
    square = np.array([[[NAN, 1.0], [2.0, NAN]]])
    two = ("CHN", "RUS")
    exports = Flows(two, (2000,), square, np.array([[10.0, NAN]]), np.array([[11.0, 12.0]]))
    imports = Flows(two, (2000,), square, np.array([[20.0, 21.0]]), np.array([[NAN, 22.0]]))
    joined = mirrored(exports, imports, Rules())
    assert joined.exports is not None
    assert joined.imports is not None
    assert (joined.exports.tolist(), joined.imports.tolist()) == ([[10, 21]], [[11, 22]])
    bare = mirrored(
        Flows(two, (2000,), square, np.array([[10.0, NAN]])), Flows(two, (2000,), square), Rules()
    )
    np.testing.assert_array_equal(np.array(bare.exports), [[10, NAN]])
    assert bare.imports is None


def test_one_report_alone_is_that_report():
    only = report([[NAN, 1], [2, NAN]], ("CHN", "RUS"))
    assert mirrored(only, None, Rules()) is only
    assert mirrored(None, only, Rules()) is only
    with pytest.raises(ValueError, match="neither"):
        mirrored(None, None, Rules())


@st.composite
def cubes(draw: st.DrawFn) -> Array:
    size = draw(st.integers(2, 5))
    cells = st.one_of(st.just(NAN), st.just(0.0), st.floats(0.5, 1e6))
    amount = np.array(draw(st.lists(cells, min_size=2 * size**2, max_size=2 * size**2)))
    amount = amount.reshape(2, size, size)
    amount[:, np.arange(size), np.arange(size)] = NAN
    return amount


@given(cubes())
def test_every_row_is_what_a_loop_over_the_cube_finds(amount):
    names = ("ABW", "AFG", "AGO", "AIA", "ALA")[: amount.shape[1]]
    expected = {}
    for t, year in enumerate((2000, 2001)):
        for i, a in enumerate(names):
            for j, b in enumerate(names):
                if i < j and not (np.isnan(amount[t, i, j]) and np.isnan(amount[t, j, i])):
                    sums = []
                    for side in (amount[t, i, :], amount[t, :, i], amount[t, j, :], amount[t, :, j]):
                        known = [float(cell) for cell in side if not np.isnan(cell)]
                        sums.append(sum(known) if known else NAN)
                    expected[a, b, year] = [amount[t, i, j], amount[t, j, i], *sums]
    if not expected:
        with pytest.raises(InputError):
            folded(Flows(names, (2000, 2001), amount))
        return
    made = folded(Flows(names, (2000, 2001), amount))
    pairs = [made.rows.dyads[number] for number in made.rows.number]
    keys = [(*pair, year) for pair, year in zip(pairs, made.rows.year.tolist(), strict=True)]
    assert keys == sorted(expected)
    found = np.column_stack(list(made.columns.values()))
    np.testing.assert_allclose(found, [expected[key] for key in keys], rtol=1e-12)
