"""Scores as Stata and Parquet: read back, they hold what bci.score gives, with labels and missing values."""

import json

import numpy as np
import pandas as pd
import pytest
from made_up import default_scheme, dyad_years
from pyarrow import parquet

import bci
from bci.output.about import about
from bci.output.stata_and_parquet import DESCRIPTIONS, write_parquet, write_stata
from bci.scoring.scores import Scores


@pytest.fixture(scope="module")
def partial(panel: bci.Panel) -> Scores:
    """Scores with missing ones, no score in the highest band, and a band that none lies in."""
    return bci.score(panel, period="1985-1990,1992-1995,2018-2030")


def test_a_stata_file_holds_the_tidy_scores(partial, tmp_path):
    path = tmp_path / "scores.dta"
    write_stata(partial, path)
    frame, wanted = pd.read_stata(path, convert_categoricals=False), partial.to_frame(details=True)
    assert list(frame) == list(wanted)
    for name in ("iso3_a", "iso3_b", "period_start", "period_end", "level", "name"):
        assert frame[name].tolist() == wanted[name].tolist()
    for name in list(wanted)[8:]:
        # No rounding, and missing is Stata's missing.
        np.testing.assert_array_equal(frame[name].to_numpy(), wanted[name].to_numpy(dtype=float))
    # All ten names before the data begin, and more after they end.
    assert frame["score"].isna().sum() > 10
    with pd.read_stata(path, convert_missing=True, iterator=True) as reader:
        raw = reader.read(convert_categoricals=False)
    assert {str(cell) for cell in raw["score"] if not isinstance(cell, float)} == {"."}


def test_bands_are_labelled_codes_also_where_no_score_lies(partial, tmp_path):
    path = tmp_path / "scores.dta"
    write_stata(partial, path)
    with pd.read_stata(path, iterator=True) as reader:
        frame = reader.read(convert_categoricals=False)
        (labels,) = reader.value_labels().values()
        described, about_file = reader.variable_labels(), reader.data_label
    assert labels == {1: "limited", 2: "moderate", 3: "enhanced", 4: "comprehensive"}
    words = frame["band"].map(labels)
    wanted = partial.to_frame(details=True)["band"]
    assert words.where(words.notna(), None).tolist() == wanted.where(wanted.notna(), None).tolist()
    assert described == {name: DESCRIPTIONS[name] for name in frame}
    assert about_file.startswith("scheme papageorgiou-equal 1 (")


def test_labels_of_a_band_without_any_score_are_kept(panel, tmp_path):
    path = tmp_path / "scores.dta"
    write_stata(bci.score(panel, period="1985-1990"), path)
    with pd.read_stata(path, iterator=True) as reader:
        assert reader.read(convert_categoricals=False)["band"].isna().all()
        assert [len(labels) for labels in reader.value_labels().values()] == [4]


def test_names_and_labels_are_what_stata_takes():
    for name, said in DESCRIPTIONS.items():
        assert name.isascii()
        assert name.isidentifier()
        assert len(name) <= 32
        assert len(said) <= 80
    assert len({name[:32] for name in DESCRIPTIONS}) == len(DESCRIPTIONS)


def test_columns_of_all_kinds_of_scores_are_described(scores):
    rows = {("CHN", "RUS", 2000): [0.1] * 6, ("DEU", "FRA", 2000): [np.nan] * 6}
    several = bci.score(dyad_years(rows, scores.scheme.indicators), scores.scheme, period="2000")
    assert "percentile" in several.columns(details=True)
    assert {*scores.columns(details=True), *several.columns(details=True)} == set(DESCRIPTIONS)


def test_a_parquet_file_holds_the_tidy_scores_and_what_they_rest_on(partial, tmp_path):
    path = tmp_path / "scores.parquet"
    write_parquet(partial, path)
    pd.testing.assert_frame_equal(
        pd.read_parquet(path), partial.to_frame(details=True), check_dtype=False, check_exact=True
    )
    schema = parquet.read_schema(path)
    assert json.loads(schema.metadata[b"bci"]) == about(partial)
    assert b"pandas" not in schema.metadata
    kinds = {field.name: str(field.type) for field in schema}
    assert kinds["period_start"] == "int64"
    # Whole or not, and present or not: a column has the same type in every file.
    assert {kinds[name] for name in list(kinds)[8:]} == {"double"}
    assert kinds["score"] == "double"
    assert kinds["band"] == kinds["name"] == "string"


def test_the_types_of_parquet_do_not_depend_on_the_figures(panel, tmp_path):
    schemas = []
    for period in ("1985-1990", "1992-1995"):
        path = tmp_path / f"{period}.parquet"
        write_parquet(bci.score(panel, period=period), path)
        schemas.append(parquet.read_schema(path).remove_metadata())
    assert schemas[0] == schemas[1]


@pytest.mark.parametrize("write", [write_stata, write_parquet])
def test_nothing_is_replaced_without_force(write, partial, tmp_path):
    path = tmp_path / "scores"
    path.write_text("mine")
    with pytest.raises(bci.InputError, match="exists already; give --force to replace it"):
        write(partial, path)
    assert path.read_text() == "mine"
    write(partial, path, force=True)
    assert path.read_bytes()[:4] in (b"<sta", b"PAR1")
    assert [file.name for file in tmp_path.iterdir()] == ["scores"]


def test_a_scheme_with_a_long_name_and_many_bands(panel, tmp_path):
    scheme = default_scheme(name="x" * 300, bands={f"band_{i}": i / 50 for i in range(50)})
    path = tmp_path / "scores.dta"
    write_stata(bci.score(panel, scheme), path)
    with pd.read_stata(path, iterator=True) as reader:
        reader.read(convert_categoricals=False)
        assert [len(labels) for labels in reader.value_labels().values()] == [50]
        assert len(reader.data_label) == 80
