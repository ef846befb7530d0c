"""The same figures and schemes, written otherwise, are read the same; whatever else is read or refused."""

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from house import INDICATORS, SCHEME, SOUND, run
from hypothesis import given, settings
from hypothesis import strategies as st

import bci


def cells_quoted(raw: bytes) -> bytes:
    written = io.StringIO()
    rows = csv.reader(io.StringIO(raw.decode()))
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return written.getvalue().encode()


LIKE: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "byte order mark": ("*", lambda raw: b"\xef\xbb\xbf" + raw),
    "CRLF line ends": ("*", lambda raw: raw.replace(b"\n", b"\r\n")),
    "CR line ends, as on old Macs": ("*", lambda raw: raw.replace(b"\n", b"\r")),
    "no line end at the end": ("*", lambda raw: raw.rstrip(b"\n")),
    "blank lines at the end": ("*", lambda raw: raw + b"\n\n \n"),
    "rows of nothing but commas": ("*.csv", lambda raw: raw + b",,,,,,,,\n,,\n"),
    "all cells quoted": ("*.csv", cells_quoted),
    "a comma in a note": (
        "trade.csv",
        lambda raw: raw.replace(b"no figure", b'"none, as yet; 3,5 ""or so"""'),
    ),
    "a line end in a note": ("trade.csv", lambda raw: raw.replace(b"no figure", b'"no\nfigure"')),
    "names for codes": ("*.csv", lambda raw: raw.replace(b"CHN,RUS", b"China,Russia")),
    "long names": (
        "*.csv",
        lambda raw: raw.replace(b"CHN,RUS", b'"China, P.R.: Mainland",Russian Federation'),
    ),
    "codes of two letters": ("*.csv", lambda raw: raw.replace(b"CHN,RUS", b" cn , ru ")),
    "rows turned round": (
        "*.csv",
        lambda raw: b"".join([*raw.splitlines(True)[:1], *raw.splitlines(True)[:0:-1]]),
    ),
    "keys in quotes": (
        "*.yaml",
        lambda raw: raw.replace(b"cow:", b'"cow":').replace(b"  title:", b"  'title':"),
    ),
    "comments": ("*.yaml", lambda raw: b"# a\n" + raw.replace(b"\n", b" # b\n")),
}


@pytest.mark.parametrize("how", LIKE)
def test_the_same_written_otherwise_is_read_the_same(tmp_path, how):
    pattern, turned = LIKE[how]
    shutil.copytree(SOUND, tmp_path, dirs_exist_ok=True)
    before = {path: path.read_bytes() for path in tmp_path.rglob(pattern) if path.is_file()}
    after = {path: turned(raw) for path, raw in before.items()}
    assert before != after
    for path, raw in after.items():
        path.write_bytes(raw)
    for command in (["validate", "scheme.yaml"], ["score", "-w", "scheme.yaml"]):
        *args, scheme = command
        there, here = (
            run(*args, folder / scheme, "-i", folder / "indicators", "-f", "csv")
            for folder in (SOUND, tmp_path)
        )
        assert here.exit_code == 0, here.stderr
        assert here.stdout == there.stdout


def test_an_empty_cell_is_missing_and_no_zero():
    values = bci.load_indicators(INDICATORS).values()["trade"]
    assert values.isna().to_dict() == {("CHN", "RUS", year): year == 1994 for year in range(1992, 1996)}
    lines = run("score", "-i", INDICATORS, "-w", SCHEME, "-f", "csv").stdout.splitlines()
    (trade,) = [line for line in lines if line.startswith("CHN,RUS,1994,1995,indicator,trade,")]
    assert trade.endswith(",0.5")


@pytest.mark.parametrize("dyad", ["NA-NO", "no:na", "NAM-NOR", "Namibia-Norway"])
def test_namibia_and_norway_are_countries(tmp_path, dyad):
    shutil.copytree(INDICATORS, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("*.csv"):
        path.write_bytes(path.read_bytes().replace(b"CHN,RUS", b"NA,NO"))
    result = run("score", "-i", tmp_path, "-w", SCHEME, "-f", "csv", "--dyad", dyad)
    assert result.exit_code == 0, result.stderr
    there = run("score", "-i", INDICATORS, "-w", SCHEME, "-f", "csv")
    assert result.stdout == there.stdout.replace("CHN,RUS", "NAM,NOR")


def test_yaml_is_read_as_it_looks(tmp_path):
    path = tmp_path / "scheme.yaml"
    path.write_text(
        "'name': NO\n"
        '"version": 020\n'
        "periods: annual\n"
        "dimensions:\n"
        '  economic: {"weight": 1e-3, indicators: {"trade": 1}}\n'
        "  political: {weight: 3e-3, indicators: {nuclear: .5}}\n"
        "bands: {low: 0}\n"
    )
    scheme = bci.load_weights(path)
    assert (scheme.name, scheme.version) == ("NO", 20)
    assert [scheme.overall_weight(name) for name in ("trade", "nuclear")] == pytest.approx([0.25, 0.75])
    assert run("score", "-i", INDICATORS, "-w", path).exit_code == 0


SPLINTERS = [
    "", " ", "\t", "\n", "\r", ",", ";", ":", ": ", "- ", '"', "'", "{", "}", "[", "]", "#", "%", "&a ", "*a",
    "!!set ", "|", "? ", "<<: ", "---\n", "\\", '"\\ud800"', '"\\U99999999"', "\0", "\x07", "\ufeff", "²²²²",
    "١", "é", "\u2028", "null", "NO", "NaN", ".inf", "-1", "0", "1", "1e308", "5e-324", "1e999", "1_0",
    "9" * 400, "1992", "1799", "CHN", "Korea", "min_max", "vote_similarity", "[" * 300,
]  # fmt: skip
FILES = sorted(path.relative_to(SOUND).as_posix() for path in SOUND.rglob("*") if path.is_file())
splinters = st.sampled_from([splinter.encode() for splinter in SPLINTERS]) | st.binary(max_size=2)
edits = st.tuples(st.integers(0, 800), st.sampled_from(["a word", 0, 1, 5]), splinters)


def edited(raw: bytes, place: int, cut: str | int, splinter: bytes) -> bytes:
    """The text with a splinter for one of its words, or for so many bytes."""
    start = place % (len(raw) + 1)
    end = start + cut if isinstance(cut, int) else start
    words = list(re.finditer(rb"[^\s,:{}\[\]]+", raw))
    if cut == "a word" and words:
        start, end = words[place % len(words)].span()
    return raw[:start] + splinter + raw[end:]


@settings(max_examples=80)
@given(st.sampled_from(FILES), st.lists(edits, min_size=1, max_size=2))
def test_any_mutation_is_read_or_refused(name, changes):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copytree(SOUND, folder, dirs_exist_ok=True)) / name
        raw = path.read_bytes()
        for change in changes:
            raw = edited(raw, *change)
        path.write_bytes(raw)
        indicators, scheme = Path(folder) / "indicators", Path(folder) / "scheme.yaml"
        if name == "findings.yaml":
            result = run("replicate", "-i", indicators, "-w", scheme, "--findings", path)
        else:
            result = run("validate", scheme, "-i", indicators)
    assert result.exit_code in (0, 3), (result.exception, raw)
    if result.exit_code == 3:
        assert result.stdout == ""
        assert result.stderr.endswith("Nothing was written.\n")
