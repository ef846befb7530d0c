"""Lists of events: counted by hand, by a plain second reading, and refused where they are wrong."""

import csv
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from house import RAW
from hypothesis import given
from hypothesis import strategies as st

from bci.data.panel import check_folder
from bci.errors import InputError
from bci.sources.events.counting import one_event
from bci.sources.events.event_list import FORMAT, belongs
from bci.sources.figures import Ingested
from bci.sources.raw import Raw
from bci.sources.rules import Rules

CASES = RAW / "event_list"
EXERCISES, VISITS = CASES / "military_exercises_made_up.csv", CASES / "visits.csv"
HEADER = "date,date_end,participants,kind,level,place,source,quality,name,note"


def raw_of(path: Path) -> Raw:
    with path.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    assert FORMAT.find_header([header]) == 0
    return Raw(path, tuple(name.strip() for name in header), encoding=FORMAT.encoding)


def ingested(path: Path, **options: Any) -> Ingested:
    assert FORMAT.ingest is not None
    raw = raw_of(path)
    return FORMAT.ingest(belongs(raw), [raw], [], Rules(**options))


def counts(result: Ingested) -> dict[tuple[str, int], int]:
    dyads = ["-".join(result.rows.dyads[i]) for i in result.rows.number]
    return dict(
        zip(
            zip(dyads, result.rows.year.tolist(), strict=True), map(int, result.columns["count"]), strict=True
        )
    )


def written(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "military_exercises.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def refused(path: Path, **options: Any) -> str:
    with pytest.raises(InputError) as error:
        ingested(path, **options)
    return str(error.value)


def row(**cells: str) -> str:
    usual = {"date": "2003-08-06", "participants": "China;Russia", "kind": "drill", "place": "Almaty"}
    return ",".join({**usual, **cells}.get(name, "") for name in HEADER.split(","))


def test_exercises_count_for_each_dyad_in_the_year_they_begin():
    # 2003: Steppe I and Winter Sea (begun on 30 December); 2005: two dated to the month, hence two.
    assert counts(ingested(EXERCISES)) == {
        **{("CHN-IND", 2003): 0, ("CHN-IND", 2004): 0, ("CHN-IND", 2005): 0, ("CHN-IND", 2006): 1},
        **{("CHN-KAZ", 2003): 1, ("CHN-KAZ", 2004): 0, ("CHN-KAZ", 2005): 0, ("CHN-KAZ", 2006): 0},
        **{("CHN-RUS", 2003): 2, ("CHN-RUS", 2004): 0, ("CHN-RUS", 2005): 2, ("CHN-RUS", 2006): 0},
        **{("IND-RUS", 2003): 0, ("IND-RUS", 2004): 0, ("IND-RUS", 2005): 1, ("IND-RUS", 2006): 0},
        **{("KAZ-RUS", 2003): 1, ("KAZ-RUS", 2004): 0, ("KAZ-RUS", 2005): 0, ("KAZ-RUS", 2006): 0},
    }


def test_quality_is_the_worst_of_the_events_and_c_of_a_zero():
    result = ingested(EXERCISES)
    of = dict(zip(counts(result), result.quality, strict=True))
    # B (Steppe I) and A (Winter Sea) give B.
    assert (of["CHN-RUS", 2003], of["CHN-RUS", 2005], of["CHN-RUS", 2004]) == ("B", "C", "C")
    assert of["IND-RUS", 2005] == "B"


def test_only_chosen_kinds_levels_and_bilateral_events_count():
    coast = counts(ingested(EXERCISES, kinds=("coast guard exercise",)))
    assert {key for key, count in coast.items() if count} == {("IND-RUS", 2005)}
    assert coast["CHN-RUS", 2003] == 0
    strategic = counts(ingested(EXERCISES, levels=("strategic",)))
    assert {key: count for key, count in strategic.items() if count} == {("CHN-RUS", 2005): 2}
    bilateral = counts(ingested(EXERCISES, multilateral="exclude"))
    assert (bilateral["CHN-RUS", 2003], bilateral["CHN-KAZ", 2003]) == (1, 0)


def test_a_zero_stands_only_where_the_rules_say_that_the_list_covers():
    listed = counts(ingested(EXERCISES))
    assert ("IND-KAZ", 2005) not in listed
    everyone = counts(ingested(EXERCISES, covers="all"))
    assert {key: n for key, n in everyone.items() if key[0] == "IND-KAZ"} == {
        ("IND-KAZ", year): 0 for year in range(2003, 2007)
    }
    chosen = counts(ingested(EXERCISES, covers=frozenset({"JPN"}), start=2005, end=2005))
    assert chosen == {(dyad, 2005): 0 for dyad in ("CHN-JPN", "IND-JPN", "JPN-KAZ", "JPN-RUS")}


def test_the_same_meeting_listed_twice_within_two_days_is_one():
    # Heads of state in Moscow: 1-2 May and 4 May are one (two days after the end), 7 May is three days on.
    # Foreign ministers in Moscow and heads of state in Beijing on 4 May are others: 2 + 1 + 1.
    assert counts(ingested(VISITS))["CHN-RUS", 2010] == 4
    # Within three days all of Moscow is one; within one day all are apart.
    assert counts(ingested(VISITS, same_within=3))["CHN-RUS", 2010] == 3
    assert counts(ingested(VISITS, same_within=1))["CHN-RUS", 2010] == 5
    assert counts(ingested(VISITS, levels=("heads of state",)))["CHN-RUS", 2010] == 3


def test_entries_without_a_place_are_never_joined(tmp_path):
    path = written(tmp_path, row(place=""), row(place="", name="again"))
    assert counts(ingested(path)) == {("CHN-RUS", 2003): 2}


def test_an_entry_that_does_not_count_hides_none_that_does(tmp_path):
    lines = row(participants="China;Russia;India"), row(date="2003-08-07")
    assert counts(ingested(written(tmp_path, *lines), multilateral="exclude"))["CHN-RUS", 2003] == 1


def test_the_list_tells_why_an_entry_does_not_count():
    events = ingested(VISITS, levels=("heads of state",)).events
    assert events is not None
    assert list(zip(events["event"], events["date"], events["kind"], strict=True))[:5] == [
        ("E0001", "2010-05-01", "meeting"),
        ("E0002", "2010-05-04", "meeting (not counted: level)"),
        ("E0003", "2010-05-04", "meeting"),
        ("E0004", "2010-05-04", "meeting (same event as E0001)"),
        ("E0005", "2010-05-07", "meeting"),
    ]
    # The list's own source is kept, in the note.
    assert (set(events["source"]), events["note"][0]) == ({"official_visits_list"}, "news_a")


@pytest.mark.parametrize("path", [EXERCISES, VISITS])
@pytest.mark.parametrize(
    "options",
    [{}, {"multilateral": "exclude"}, {"covers": "all", "same_within": 9}, {"start": 2004, "end": 2011}],
)
def test_the_written_folder_is_sound(tmp_path, path, options):
    """The counts are those of the list beside them, as `check_folder` recounts it."""
    result = ingested(path, **options)
    name, rows = result.indicator, list(counts(result).items())
    assert result.events is not None
    files = {
        f"{name}.csv": [
            ["iso3_a", "iso3_b", "year", "count", "source", "quality", "note"],
            *(
                [*key[0].split("-"), key[1], n, f"{name}_list", q, ""]
                for (key, n), q in zip(rows, result.quality, strict=True)
            ),
        ],
        f"{name}_events.csv": [list(result.events), *zip(*result.events.values(), strict=True)],
    }
    for file, lines in files.items():
        with (tmp_path / file).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(lines)
    (tmp_path / f"{name}.yaml").write_text(json.dumps(result.definition), encoding="utf-8")
    source = json.dumps({**result.source.model_dump(), "vintage": "made up"})
    (tmp_path / "sources.yaml").write_text(f"{name}_list: {source}", encoding="utf-8")
    assert len(check_folder(tmp_path).observations[name]) == len(rows)


def test_numbers_of_events_do_not_depend_on_the_order_of_rows(tmp_path):
    header, *lines = EXERCISES.read_text(encoding="utf-8").splitlines()
    again = ingested(written(tmp_path, *reversed(lines), header=header))
    assert again.events == ingested(EXERCISES).events
    assert counts(again) == counts(ingested(EXERCISES))


WRONG = {
    "8 August 2003": (
        row(date="8 August 2003"),
        "2:1: date: '8 August 2003' is no date; write 2003, 2003-08",
    ),
    "no such day": (row(date="2003-02-30"), "2:1: date: '2003-02-30' is no date"),
    "no date": (row(date=""), "2:1: date: '' is no date"),
    "either order": (row(date="3/4/2003"), "2:1: date: '3/4/2003' may name the month or the day first"),
    "early end": (row(date_end="2003-08-05"), "2:2: date_end: 2003-08-05 lies before the begin, 2003-08-06"),
    "early year": (row(date_end="2002"), "2:2: date_end: 2002 lies before the begin"),
    "unknown": (
        row(participants="China;Rusia"),
        "2:3: participants: 'Rusia' is no known country. Did you mean 'Russia'?",
    ),
    "bloc": (row(participants="China;SCO"), "an organisation is none, so name its members that took part"),
    "commas": (row(participants='"China, Russia"'), "separate countries by ';'"),
    "one": (row(participants="China;"), "2:3: participants: names fewer than two countries"),
    "twice": (
        row(participants="China;CHN;Russia"),
        "2:3: participants: 'CHN' is CHN, who stands here already",
    ),
    "no kind": (row(kind=""), "2:4: kind: is empty; every event needs one"),
    "marked": (row(kind="drill (not counted: level)"), "2:4: kind: 'drill (not counted: level)' reads as if"),
    "grade": (row(quality="D"), "2:8: quality: 'D' is not allowed; give A, B or C"),
    "short": ("2003,China;Russia", "2:1: 2 fields where the header has 10"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_cells_are_refused_where_they_stand(tmp_path, name):
    line, words = WRONG[name]
    path = written(tmp_path, line)
    assert f"{path}:{words}" in (message := refused(path)) or words in message
    assert message.startswith(f"{path}:2:")


def test_all_problems_are_told_at_once(tmp_path):
    path = written(tmp_path, row(date="x"), row(), row(participants="y;z"))
    assert [line.split(":")[1] for line in refused(path).splitlines()] == ["2", "4", "4"]


def test_wrong_options_and_columns_are_refused(tmp_path):
    assert "--kind: 'dril' is none of the kinds in the list: drill. Did you mean 'drill'?" in refused(
        written(tmp_path, row()), kinds=("dril",)
    )
    assert "--level: 'heads' is none of the levels" in refused(written(tmp_path, row()), levels=("heads",))
    twice = written(tmp_path, f"{row()},2003", header=f"{HEADER},Date")
    assert refused(twice) == f"{twice}:1:11: column 'Date' stands twice, in columns 1 and 11; keep one"
    assert "holds no event" in refused(written(tmp_path))
    assert "holds no event" in refused(written(tmp_path, row()), start=2010)


def test_a_list_says_which_indicator_it_is_for(tmp_path):
    assert [belongs(raw_of(path)) for path in (EXERCISES, VISITS)] == [
        "military_exercises",
        "official_visits",
    ]
    nameless = tmp_path / "list.csv"
    nameless.write_text(EXERCISES.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(InputError, match=r"list\.csv:1:1: belongs to no indicator: give the file a column"):
        belongs(raw_of(nameless))
    both = written(
        tmp_path, f"{row()},official_visits", f"{row()},military_exercises", header=f"{HEADER},indicator"
    )
    with pytest.raises(InputError, match=r":3:11: indicator: military_exercises after official_visits"):
        belongs(raw_of(both))


def test_dates_with_slashes_are_read_in_the_one_order_that_fits(tmp_path):
    path = written(tmp_path, row(date="8/6/2003"), row(date="8/26/2003"))
    events = ingested(path).events
    assert events is not None
    assert events["date"] == ["2003-08-06", "2003-08-26"]


def test_what_is_left_out_still_makes_an_event_multilateral(tmp_path):
    path = written(tmp_path, row(participants="China;Russia;NATO"), row(participants="China;NATO"))
    result = ingested(path, left_out=frozenset({"NATO"}))
    assert counts(result) == {("CHN-RUS", 2003): 1}
    assert any(
        "1 entries left out: they name fewer than two countries" in remark for remark in result.remarks
    )
    bilateral = ingested(path, left_out=frozenset({"NATO"}), multilateral="exclude")
    assert counts(bilateral) == {("CHN-RUS", 2003): 0}


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 5)), min_size=1, max_size=12), st.integers(0, 4))
def test_events_are_the_connected_stretches_of_days(entries, within):
    """Second route: days covered, each stretched by `within`, and the gaps between them."""
    spans = sorted((begin, begin + length) for begin, length in entries)
    days = sorted({day for begin, end in spans for day in range(begin, end + within + 1)})
    # A stretch that begins the day after another's margin is another event, though no day lies between.
    starts = [begin for begin, _ in spans]
    gaps = sum(after - before > 1 for before, after in pairwise(days))
    touching = sum(
        all(end + within < begin for other, end in spans if other < begin) and begin - 1 in days
        for begin in set(starts)
    )
    numbers = one_event(np.array(starts), np.array([end for _, end in spans]), within)
    assert numbers[-1] + 1 == 1 + gaps + touching
