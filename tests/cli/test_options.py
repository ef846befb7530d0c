"""No option is passed over in silence: each changes what comes out, or is refused with what takes it."""

import shlex
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import pytest
from click.testing import CliRunner
from house import RAW, cases

from bci.cli.commands import COMMANDS
from bci.cli.group import group
from bci.cli.sensitivity_tables import TABLES, Draws, takers

#: A call of each command in which most of its options count.
CALLS = {
    "score": "score",
    "compare": "compare papageorgiou-equal political-first",
    "explain": "explain 2016-2019",
    "replicate": "replicate",
    "sensitivity": "sensitivity -p 2012-2015,2016-2019",
    "explore": "explore -o page.html",
    "validate": "validate",
    "indicators": "indicators trade",
    "ingest": "ingest raw -o data --fewest-states 5",
    "codes": "codes MNG",
    "plot": "plot index -o a.svg -p 2016-2019",
    "export": "export --as edges",
    "report": "report -p 2016-2019",
    "verify": "verify run.json",
    "init": "init mine",
    "schema": "schema weights",
}
#: How an option is given, in whatever command; a folder and files of other contents are there.
GIVEN = {
    "--weights": "--weights plain-scales",
    "--indicators": "--indicators other",
    "--dyad": "--dyad FRA-DEU",
    "--period": "--period 1996-1999,2000-2003",
    "--from": "--from 2018",
    "--to": "--to 2010",
    "--minimum-coverage": "--minimum-coverage 0.95",
    "--findings": "--findings none.yaml",
    "--title": "--title Mine",
    "--within": "--within 20%",
    "--format": "--format json",
    "--output": "--output a.md",
    "--quiet": "--quiet",
    "--record": "--record r.json",
}
DRAWN, TABLE = "sensitivity -t draws --draws 20 -p 2016-2019", "sensitivity -p 2016-2019 -f table"
PARTNERS = "plot partners -o a.svg -p 2016-2019"
#: Options of one command, or that need another call; `base => what is added`.
SPECIAL = {
    "score --top": "score => --top 3",
    "score --country": "score => --country China",
    "score --by": "score --top 3 => --by trade",
    "score --details": "score => --details",
    "compare --changes": "compare papageorgiou-equal political-first => --changes",
    "compare --fail-on-band-change": "compare papageorgiou-equal political-first => --fail-on-band-change",
    "replicate --fail-under": "replicate => --fail-under 45",
    "sensitivity --period": "sensitivity => -p 2016-2019",
    "sensitivity --from": "sensitivity => --from 2005",
    "sensitivity --to": "sensitivity => --to 2010",
    "sensitivity --table": "sensitivity -p 2016-2019 => --table shares",
    "sensitivity --dimensions": f"{TABLE} => --dimensions",
    "sensitivity --draws": f"{DRAWN} => --draws 30",
    "sensitivity --kind": f"{DRAWN} => --kind dirichlet --spread 20%",
    "sensitivity --spread": f"{DRAWN} --kind box --spread 20% => --spread 30%",
    "sensitivity --order": f"{DRAWN} --kind ordered --order 'military>economic' "
    "=> --order 'trade>energy_trade'",
    "sensitivity --constraint": f"{DRAWN} --kind constrained --constraint 'military>=0.2' "
    "=> --constraint 'economic<=0.3'",
    "sensitivity --levels": f"{DRAWN} => --levels dimensions",
    "sensitivity --seed": f"{DRAWN} => --seed 1",
    "sensitivity --variants": "sensitivity -t choices -p 2016-2019 --limit 800 => --variants few.yaml",
    "sensitivity --limit": "sensitivity -t choices -p 2016-2019 => --limit 3",
    "sensitivity --require-stable": "sensitivity -p 2016-2019 => --require-stable 90%",
    "sensitivity --write-centre": "sensitivity -t allowed => --write-centre centre.yaml",
    "explore --period": "explore -o page.html => -p annual",
    "plot --period": "plot index -o a.svg -p 2016-2019 => -p 2012-2015",
    "plot --within": "plot index -o a.svg -p 2016-2019 => --within 0.2",
    "plot --minimum-coverage": "plot index -o a.svg -p 1992-1995 => --minimum-coverage 0.95",
    "plot --country": f"{PARTNERS} --country China => --country Russia",
    "plot --by": f"{PARTNERS} --country China => --by trade",
    "plot --top": f"{PARTNERS} --country China => --top 0",
    "plot --width": "plot index -o a.svg -p 2016-2019 => --width 4",
    "export --as": "export --as edges => --as markdown",
    "export --country": "export --as edges => --country France",
    "export --by": "export --as edges => --by trade",
    "export --caption": "export --as markdown => --caption Mine",
    "export --label": "export --as markdown => --label tab:mine",
    "codes --system": "codes MNG => --system iso3",
    "codes --year": "codes --system iso2 CS => --year 1985",
    "verify --tolerance": "verify bare.json => --tolerance",
    "explore --output": "explore -o page.html => -o other.html",
    "plot --output": "plot index -o a.svg -p 2016-2019 => -o b.svg",
    "init --dyad": "init mine => --dyad IND-RUS",
    "ingest --output": "ingest raw/visits.csv -o data => -o other",
    "ingest --force": "ingest raw/visits.csv -o old => --force",
    "ingest --fewest-states": "ingest raw/votes.csv -o data => --fewest-states 5",
}
#: Options of `ingest` with a value by which the made-up files give something else.
INGESTED = (
    *("--form csv.gz", "--indicator trade", "--dyad CHN-RUS", "--country China", "--from 1995", "--to 2011"),
    *("--absent abstain", "--amendments drop", "--vote-year calendar"),
    *("--minimum-roll-calls 3", "--reported-by exporter", "--product 2709", "--amount quantity"),
    *("--kind exercise", "--level 'heads of state'", "--multilateral exclude", "--same-within 30"),
    *("--covers all", "--covers-years 2005-2015", "--years comtrade=2014-2014", "--source mine=visits.csv"),
    *("--reading 2=CAN", "--leave-out 2"),
)
SPECIAL |= {f"ingest {given.split()[0]}": f"{CALLS['ingest']} => {given}" for given in INGESTED}
SPECIAL["ingest --roll-calls"] = "ingest raw/votes.csv -o data => --roll-calls all"
#: What `ingest` reads.
RAW_FILES = (
    "voeten/votes.csv",
    "event_list/visits.csv",
    "comtrade/energy.csv",
    "cow_trade/Dyadic_COW_4.0.csv",
)
#: The same numbers by however many processes; and commands that say nothing beside their answer.
WITHOUT_EFFECT = {"sensitivity --jobs", "codes --quiet", "indicators --quiet", "verify --quiet"}


def options() -> list[str]:
    """Every option of every command."""
    context = click.Context(group)
    return [
        f"{name} {max(option.opts, key=len)}"
        for name in COMMANDS
        for option in group.get_command(context, name).params  # type: ignore[union-attr]
        if isinstance(option, click.Option)
    ]


@cache
def outcome(words: str) -> tuple[object, ...]:
    """Exit code, both streams and all files of a call in a folder of its own."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        Path("few.yaml").write_text(
            "factors:\n  means:\n    as_is: {}\n    other: {aggregation: {dimensions: geometric}}\n"
        )
        for ending in ("json", "svg", "md"):
            Path(f"there.{ending}").write_text("mine")
        if "ingest" in words:
            Path("raw").mkdir()
            Path("old").mkdir()
            Path("old/official_visits.csv").write_text("mine")
            for name in RAW_FILES:
                shutil.copy(RAW / name, "raw")
        runner = CliRunner(env={"COLUMNS": "200"})
        if "verify" in words:
            runner.invoke(group, ["score", "-q", "--record", "run.json"])
            text = Path("run.json").read_text()
            start = text.index('"result"')
            Path("bare.json").write_text(
                f'{text[:start]}"result": {{"sha256": "{"0" * 64}", "lines": null}}}}'
            )
        done = runner.invoke(group, shlex.split(words))
        files = {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr, tuple(sorted(files.items()))


@pytest.mark.parametrize("option", sorted(set(options()) - WITHOUT_EFFECT))
def test_every_option_changes_what_comes_out(option):
    command, flag = option.split()
    if command == "plot":
        pytest.importorskip("matplotlib")
    if flag == "--force" and command != "ingest":
        ending = {"plot": "svg", "report": "md"}.get(command, "json")
        base, added = f"{CALLS[command]} -o there.{ending}", "--force"
    elif flag == "--date":
        base, added = f"{CALLS[command]} --record r.json", "--date 2026-01-02"
    else:
        base, _, added = SPECIAL.get(option, f"{CALLS[command]} => {GIVEN.get(flag)}").partition(" => ")
    assert outcome(base) != outcome(f"{base} {added}"), f"{base} | {added}"


ARGUMENTS = {
    "within": "--within 20%", "dimensions": "--dimensions", "kind": "--kind flat", "draws": "--draws 5",
    "spread": "--spread 20%", "order": "--order 'a > b'", "constraint": "--constraint 'a >= 0.1'",
    "levels": "--levels both", "seed": "--seed 4", "jobs": "--jobs 2", "variants": "--variants few.yaml",
    "limit": "--limit 5", "write_centre": "--write-centre c.yaml", "dyads": "--dyad CHN-RUS",
    "period": "--period annual", "start": "--from 2000", "end": "--to 2010",
}  # fmt: skip


def test_every_option_of_a_table_is_tried_here():
    assert takers().keys() == ARGUMENTS.keys()
    assert set(Draws.__dataclass_fields__) <= ARGUMENTS.keys()


@pytest.mark.parametrize("table", TABLES)
def test_options_of_other_tables_are_refused_with_the_tables_that_take_them(table):
    for name, tables in takers().items():
        if table not in tables:
            code, stdout, stderr, _ = outcome(f"sensitivity --table {table} {ARGUMENTS[name]}")
            flag = ARGUMENTS[name].split()[0]
            assert (code, stdout) == (2, "")
            assert f"{flag} belongs to --table {tables[0]}" in str(stderr)
            assert str(stderr).endswith(f", not to {table}\n")


@pytest.mark.parametrize(
    ("given", "without"),
    [
        ("--roll-calls all --absent abstain --amendments drop", "roll calls (un_voting)"),
        ("--vote-year calendar --minimum-roll-calls 3 --fewest-states 5", "roll calls (un_voting)"),
        ("--reported-by exporter", "reports of both sides (comtrade, imf)"),
        ("--product 2709 --amount quantity", "products (energy_trade)"),
        ("--kind x --level x --multilateral exclude", "a list of events (event_list, leader_travel)"),
        ("--same-within 30 --covers all --covers-years 2005-2015", "a list of events"),
    ],
)
def test_rules_of_other_raw_files_are_refused_all_at_once(given, without):
    for files in ("raw/Dyadic_COW_4.0.csv", "raw --indicator arms_trade"):
        code, _, stderr, _ = outcome(f"ingest {files} -o data {given}")
        *problems, _ = str(stderr).splitlines()
        assert code == 3
        assert len(problems) == given.count("--")
        assert all(f"has no effect without {without}" in problem for problem in problems)


def test_how_few_states_suffice_counts_only_where_roll_calls_are_judged():
    code, _, stderr, _ = outcome("ingest raw/votes.csv -o data --roll-calls all --fewest-states 5")
    assert code == 3
    assert "--fewest-states: 5: has no effect where all roll calls count" in str(stderr)


@pytest.mark.parametrize(
    ("words", "message"),
    cases("an_option_without_effect_is_refused"),
)
def test_an_option_without_effect_is_refused(words, message):
    code, stdout, stderr, _ = outcome(words)
    assert code in (2, 3)
    assert stdout == ""
    assert message in str(stderr)
