"""Published voting scores, and the shipped figures, rebuilt from the roll calls themselves."""

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from sources.votes.test_files import Counts, counts
from trade_files import raw_of

from bci.cli.group import group
from bci.files import shipped
from bci.model.measures import JOINT_COUNTS, vote_similarity
from bci.sources.figures import Ingested
from bci.sources.rules import Rules
from bci.sources.votes import roll_calls, vote_matrix
from bci.sources.votes.ballots import Votes
from bci.sources.votes.counts import contested, ingested, joint_counts
from bci.sources.votes.voeten import country

MATRIX = "votes_voeten_1946_2024_matrix.csv.gz"
CALLS = "rollcalls_voeten_1946_2024.csv.gz"
WITH_ABSENT = "votes_voeten2016_absent_codes_matrix.csv.gz"


def table(path: Path) -> list[dict[str, str]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(content.decode())))


def similar(row: tuple[int, ...], similarity: str = "agree") -> float:
    columns = dict(zip(JOINT_COUNTS, np.array(row, dtype=float)[:, None], strict=True))
    return float(vote_similarity(columns, similarity)[0])


@pytest.fixture(scope="module")
def unga(reference: Path) -> Path:
    return reference / "data/unga"


def voted(matrix: Path, calls: Path) -> Votes:
    return vote_matrix.read([raw_of(matrix, vote_matrix.FORMAT)], [raw_of(calls, roll_calls.FORMAT)], Rules())


@pytest.fixture(scope="module")
def votes(unga: Path) -> Votes:
    return voted(unga / MATRIX, unga / CALLS)


@pytest.fixture(scope="module")
def with_absent(unga: Path, tmp_path_factory: pytest.TempPathFactory) -> Votes:
    """The votes with the absences that an older release records, where the newer one has no vote.

    Of the roll calls that the older release lacks, the grid counts China and Russia, members throughout, as
    absent where there is no vote of theirs.
    """
    older = {row.pop("rcid"): row for row in table(unga / WITH_ABSENT)}
    newer = table(unga / MATRIX)
    path = tmp_path_factory.mktemp("absent") / "votes.csv"
    with path.open("w") as stream:
        stream.write(",".join(newer[0]) + "\n")
        for row in newer:
            before = older.get(row["vote_id"], {"365": "8", "710": "8"})
            absent = {state for state, vote in before.items() if vote == "8"}
            stream.write(",".join(vote or "8" * (state in absent) for state, vote in row.items()) + "\n")
    return voted(path, unga / CALLS)


def figures(votes: Votes, **rules: object) -> Ingested:
    chosen = replace(Rules(), **rules)  # type: ignore[arg-type]
    return ingested("un_voting", votes, chosen, "votes", vote_matrix.SOURCE, "", "votes")


@pytest.fixture(scope="module")
def every(votes: Votes) -> Ingested:
    """All dyads and sessions under the rules of the shipped indicator."""
    return figures(votes)


def test_every_pair_that_voted_in_one_contested_roll_call_of_a_session_has_a_row(votes, every):
    year, of_year = np.unique(every.rows.year, return_counts=True)
    counted = contested(votes.vote)
    expected = {}
    for session in np.unique(votes.session[counted]).tolist():
        cast = np.isin(votes.vote[counted & (votes.session == session)], (1, 2, 3)).astype(np.float32)
        expected[session + 1945] = int(np.triu(cast.T @ cast > 0, 1).sum())
    assert dict(zip(year.tolist(), of_year.tolist(), strict=True)) == expected


def test_agreement_published_for_brazil(unga, every):
    agree = vote_similarity(every.columns)
    keys = zip(every.rows.number.tolist(), every.rows.year.tolist(), agree.tolist(), strict=True)
    found = {(every.rows.dyads[number], year): value for number, year, value in keys}
    published = table(unga / "oracle_voeten_agree_brazil_apr2020.csv.gz")
    assert published
    for row in published:
        a, b = sorted(("BRA", country(row["ccode2"])))
        assert found[(a, b), int(row["session"]) + 1945] == pytest.approx(float(row["agree"]), abs=1e-12)


@pytest.mark.parametrize("session", [47, 58])
def test_joint_counts_of_whole_sessions(unga, votes, session):
    place = {name: i for i, name in enumerate(votes.countries)}
    expected = table(unga / f"dyads_session{session}.csv.gz")
    pairs = np.array([[place[country(row[code])] for code in ("ccode1", "ccode2")] for row in expected])
    vote = votes.vote[(votes.session == session) & contested(votes.vote)]
    names = [f"n{x}{y}" for x in (1, 2, 3) for y in (1, 2, 3)]
    assert joint_counts(vote, pairs).tolist() == [[float(row[name]) for name in names] for row in expected]


def test_kappa_and_pi_of_the_fpsim_documentation(votes):
    # United States and Mexico, 1946, unanimous roll calls kept: 38 joint votes.
    pair = frozenset({("MEX", "USA")})
    (row,) = counts(figures(votes, dyads=pair, roll_calls="all", end=1946)).values()
    assert sum(row) == 38
    assert similar(row, "kappa_squared") == pytest.approx(-0.01222707, abs=5e-9)
    assert similar(row, "pi_nominal") == pytest.approx(-0.02775801, abs=5e-9)
    assert similar(row, "pi_squared") == pytest.approx(-0.017783, abs=5e-7)


def grid(unga: Path, source: str, by: str, rule: str) -> Counts:
    """China and Russia, by year; the grid gives Russia first, the package China (alphabetically)."""
    rows = [
        row
        for row in table(unga / "china_russia_annual.csv")
        if (row["source"], row["by"], row["rule"]) == (source, by, rule)
    ]
    assert rows
    turned = [f"n{y}{x}" for x in (1, 2, 3) for y in (1, 2, 3)]
    return {("CHN", "RUS", int(row["year"])): tuple(int(row[name]) for name in turned) for row in rows}


PAIR = frozenset({("CHN", "RUS")})


@pytest.mark.parametrize("by", ["session", "calendar"])
@pytest.mark.parametrize(("rule", "which"), [("contested_pairwise", "contested"), ("all_pairwise", "all")])
def test_china_and_russia_under_each_rule(unga, votes, by, rule, which):
    found = counts(figures(votes, dyads=PAIR, roll_calls=which, vote_year=by, end=2023))
    assert found == {key: row for key, row in grid(unga, "voeten", by, rule).items() if key[2] <= 2023}


@pytest.mark.parametrize("by", ["session", "calendar"])
def test_china_and_russia_with_absence_as_abstention(unga, with_absent, by):
    haege = {"roll_calls": "all", "absent": "abstain", "start": 1972, "end": 2015}
    found = counts(figures(with_absent, dyads=PAIR, vote_year=by, **haege))
    expected = grid(unga, "voeten", by, "haege_absent_as_abstain")
    assert found == {key: row for key, row in expected.items() if 1972 <= key[2] <= 2015}


def matches(unga: Path, votes: Votes, counted: NDArray[np.bool_]) -> Iterator[tuple[str, int, bool]]:
    """Country and session of each published share of votes like Russia's, and whether it is ours."""
    code = {row["cow_abb"]: country(row["ccode"]) for row in table(unga / "countries.csv")}
    published: dict[int, list[tuple[str, float]]] = {}
    for row in table(unga / "oracle_qss_pctagree_1946_2012.csv.gz"):
        if row["PctAgreeRUSSIA"] not in ("", "NA") and row["CountryAbb"] in code:
            published.setdefault(int(row["Year"]) - 1945, []).append(
                (code[row["CountryAbb"]], float(row["PctAgreeRUSSIA"]))
            )
    place = {name: i for i, name in enumerate(votes.countries)}
    for session, rows in published.items():
        vote = votes.vote[(votes.session == session) & counted & contested(votes.vote)]
        pairs = np.array([[place[name], place["RUS"]] for name, _ in rows])
        columns = dict(zip(JOINT_COUNTS, joint_counts(vote, pairs).T, strict=True))
        same = np.abs(vote_similarity(columns, "identical") - [share for _, share in rows]) < 5e-7
        yield from ((name, session, hit) for (name, _), hit in zip(rows, same.tolist(), strict=True))


def test_identical_shares_of_voeten_2013(unga, votes):
    # The release of 2013 lacks the votes that later ones added to sessions 52-67, mostly on amendments and
    # paragraphs; they are the ones on which nothing is said whether the vote was important.
    facts = {row["vote_id"]: row for row in table(unga / CALLS)}
    added = np.array([facts[ident]["importantvote"] == "" for ident in votes.roll_calls])
    assert set(votes.session[added & (votes.session < 68)].tolist()) == {*range(52, 68)}
    with_added = list(matches(unga, votes, np.ones(len(added), dtype=bool)))
    without = list(matches(unga, votes, ~added))
    china = {session: hit for name, session, hit in without if name == "CHN"}
    assert sum(hit for name, _, hit in with_added if name == "CHN") < sum(china.values())
    assert {session for session, hit in china.items() if not hit} <= {59, 60}
    assert sum(hit for *_, hit in without) > 0.95 * len(without)
    # A roll call seems to have moved between sessions 59 and 60; elsewhere one state a session differs.
    missed = [session for _, session, hit in without if not hit]
    assert max(missed.count(session) for session in set(missed) - {59, 60}) == 1


def as_released(unga: Path, folder: Path) -> tuple[list[Path], list[Path]]:
    """Roll calls of sessions 47-74 as the R package has them, those of sessions 75-78 as Voeten's file."""
    facts = {row["vote_id"]: row for row in table(unga / CALLS) if int(row["session"]) >= 47}
    names = {row["ccode"]: row["unvotes_name"] for row in table(unga / "countries.csv")}
    (_, *states), *rows = csv.reader(io.StringIO(gzip.decompress((unga / MATRIX).read_bytes()).decode()))
    words = {"1": "yes", "2": "abstain", "3": "no"}
    cast = ["rcid,country,country_code,vote\n"]
    calls = ["rcid,session,importantvote,date,unres,amend,para\n"]
    late = ["resid,ccode,session,date,year,vote\n"]
    for ident, *votes in (row for row in rows if row[0] in facts):
        fact = facts[ident]
        session, date = fact["session"], fact["date"]
        held = [(state, vote) for state, vote in zip(states, votes, strict=True) if vote]
        if int(session) <= 74:
            marks = ",".join(fact[name] or "NA" for name in ("amend", "para"))
            calls.append(f"{ident},{session},0,{date},{fact['unres']},{marks}\n")
            cast += [f'{ident},"{names[state]}",NA,{words[vote]}\n' for state, vote in held]
        else:
            late += [f"{ident},{state},{session},{date},2022,{vote}\n" for state, vote in held]
    paths = [folder / name for name in ("unvotes.csv", "un_roll_calls.csv", "UNVotes.csv")]
    for path, lines in zip(paths, (cast, calls, late), strict=True):
        path.write_text("".join(lines))
    return paths[:2], paths[2:]


def test_the_shipped_figures_are_rebuilt_byte_for_byte(unga, tmp_path):
    package, release = as_released(unga, tmp_path)
    words = ["--source", f"voeten_2021={package[0]}", "--source", f"voeten_2024={release[0]}"]
    words += ["--dyad", "RUS-CHN", "--from", "1992", "--to", "2023", "-o", str(tmp_path / "made")]
    done = CliRunner().invoke(group, ["ingest", *map(str, [*package, *release]), *words])
    assert done.exit_code == 0, done.stderr
    rebuilt = tmp_path / "made" / "un_voting.csv"
    assert rebuilt.read_bytes() == (shipped("indicators") / "un_voting.csv").read_bytes()
    assert "covers 1992-2019" in done.stderr
    assert "covers 2020-2023" in done.stderr
