"""The shipped counts come out of the lists they were made from, by the rules alone."""

import csv
from pathlib import Path

from bci.data.panel import Panel
from bci.sources.events.event_list import FORMAT
from bci.sources.figures import Ingested
from bci.sources.raw import Raw
from bci.sources.rules import Rules

HEADER = ("date", "date_end", "participants", "kind", "level", "place", "source", "quality", "note")
RANKS = {"HoS": "heads of state", "HoG": "heads of government", "FM": "foreign ministers"}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def ingested(path: Path, rows: list[list[str]], *kinds: str) -> Ingested:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    assert FORMAT.ingest is not None
    return FORMAT.ingest(path.stem, [Raw(path, HEADER)], [], Rules(covers_years=(1992, 2023), kinds=kinds))


def check_against_shipped(panel: Panel, result: Ingested) -> None:
    shipped = panel.observations[result.indicator].loc[("CHN", "RUS"), "count"]
    assert result.rows.dyads == (("CHN", "RUS"),)
    found = dict(zip(result.rows.year.tolist(), result.columns["count"].tolist(), strict=True))
    assert found == shipped.to_dict()
    assert sorted(found) == list(range(1992, 2024))


def test_exercises(reference, panel, tmp_path):
    """A drill known only from its announcement does not count, nor do patrols and other forces."""
    rows = [
        [
            *(row["date"], row["date_end"], "China;Russia"),
            "announced only" if row["counted"] == "no" else row["type"],
            *(row["format"], row["location"], row["source"], row["grade"], row["note"]),
        ]
        for row in rows_of(reference / "data" / "china-russia" / "exercises_events.csv")
    ]
    result = ingested(tmp_path / "military_exercises.csv", rows, "armed forces exercise")
    check_against_shipped(panel, result)
    assert result.events is not None
    assert len(result.events["event"]) == len(rows)


def test_visits(reference, panel, tmp_path):
    """Days of one meeting, listed one by one, are joined by date, rank and country alone."""
    rows = []
    for row in rows_of(reference / "data" / "china-russia" / "visits_events.csv"):
        ranks = (row["level"], row["counterpart_level"])
        kind = RANKS[ranks[0]] if ranks[0] == ranks[1] else f"other ranks: {' and '.join(ranks)}"
        country = row["place"] if row["country_visited"] == "third" else row["country_visited"]
        rows.append(
            [
                row["date"],
                row["date_end"],
                "CHN;RUS",
                kind,
                "",
                country,
                row["source"],
                row["grade"],
                row["note"],
            ]
        )
    result = ingested(tmp_path / "official_visits.csv", rows, "heads of state", "heads of government")
    check_against_shipped(panel, result)
    repeated = sum("same event as" in kind for kind in (result.events or {})["kind"])
    assert repeated == 15
