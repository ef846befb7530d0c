"""``bci export``: every form at the command line, tables for papers, and what is refused."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from house import run

import bci
from bci.cli import export
from bci.output.booktabs import Block, tables
from bci.output.paper import LABEL, latex, markdown

STARTS = {"excel": b"PK\x03\x04", "stata": b"<stata_dta>", "parquet": b"PAR1"}
NEEDS = {"excel": "xlsxwriter", "parquet": "pyarrow"}


def exported(*args: str | Path, columns: int = 80) -> Result:
    return run("export", *args, columns=columns)


@pytest.mark.parametrize("form", STARTS)
def test_a_file_is_written_whole_and_told(form, tmp_path):
    pytest.importorskip(NEEDS.get(form, "pandas"))
    path = tmp_path / f"scores{export.ENDINGS[form]}"
    result = exported("--as", form, "-o", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[0] == f"wrote {path}"
    assert "scheme papageorgiou-equal 1 (" in result.stderr
    assert path.read_bytes().startswith(STARTS[form])
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("form", [*STARTS, "datapackage"])
def test_a_place_that_cannot_be_written_is_a_problem_and_no_traceback(form, tmp_path):
    pytest.importorskip(NEEDS.get(form, "pandas"))
    path = tmp_path / "nowhere" / f"scores{export.ENDINGS.get(form, '')}"
    result = exported("--as", form, "-o", str(path))
    assert result.exit_code == 3
    assert f"{path}: cannot be written: No such file or directory" in result.stderr
    assert "Nothing was written" in result.stderr


def test_a_missing_extra_is_one_line_that_says_what_to_install(tmp_path):
    path = tmp_path / "scores.xlsx"
    code = (
        "import sys; sys.modules['xlsxwriter'] = None\n"
        f"from bci.cli.group import group; group(['export', '--as', 'excel', '-o', {str(path)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 3
    assert "install it with: pip install XlsxWriter" in done.stderr.splitlines()[0]
    assert len(done.stderr.splitlines()) == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--as", "excel"], "excel is written to a file; name it with -o FILE"),
        (["--as", "datapackage"], "datapackage is written to a folder; name it with -o DIR"),
        (["--as", "stata", "-o", "a.csv"], "a.csv has the wrong ending; --as stata writes .dta files"),
        (["--as", "excel", "-o", "a.xls"], "--as excel writes .xlsx files"),
        (["--as", "latex", "--by", "trade"], "--by belongs to edges and graphml, not to latex"),
        (["--as", "stata", "--country", "China"], "--country belongs to edges and graphml, not to stata"),
        (["--as", "edges", "--caption", "x"], "--caption belongs to latex and markdown, not to edges"),
        (["--as", "latex", "--label", "a b"], "'a b' is no label; use letters, digits"),
        (["--as", "spss"], "'spss' is not one of 'excel'"),
    ],
)
def test_options_that_do_not_fit_are_refused(args, words):
    result = exported(*args, columns=200)
    assert result.exit_code == 2
    assert words in result.stderr


def test_one_dyad_of_several_and_a_minimum_coverage_reach_every_form(tmp_path):
    import pandas as pd

    path = tmp_path / "scores.dta"
    args = ["--period", "1992-1995", "--minimum-coverage", "0.9", "--dyad", "Russia:China"]
    assert exported("--as", "stata", *args, "-o", str(path)).exit_code == 0
    frame = pd.read_stata(path).set_index("name")["score"]
    assert pd.isna(frame["economic"])
    assert frame["political"] == bci.score().get("political", (1992, 1995))


def test_an_unknown_dyad_is_told_and_nothing_is_written(tmp_path):
    result = exported("--as", "excel", "--dyad", "IND-PAK", "-o", str(tmp_path / "a.xlsx"))
    assert result.exit_code == 3
    assert "IND-PAK is not in the data" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_run_record_of_an_export_is_verified(tmp_path):
    record = tmp_path / "run.json"
    assert exported("--as", "stata", "-o", str(tmp_path / "a.dta"), "--record", str(record)).exit_code == 0
    result = run("verify", record)
    assert result.exit_code == 0, result.stderr
    assert json.loads(record.read_text(encoding="utf-8"))["command"][:2] == ["bci", "export"]


def structure(text: str) -> tuple[list[str], list[int]]:
    """The environments of a LaTeX table, opened and closed in order, and the columns of every row of it."""
    stack, seen = [], []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if kind == "begin":
            stack.append(name)
            seen.append(name)
        else:
            assert stack.pop() == name
    assert not stack
    rows = [line for line in text.splitlines() if re.search(r"\\\\\*?$", line) and "\\caption" not in line]
    spanned = [sum(int(n) - 1 for n in re.findall(r"\\multicolumn\{(\d+)\}", row)) for row in rows]
    cells = [len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows]
    return seen, [sum(pair) for pair in zip(cells, spanned, strict=True)]


def shown(text: str) -> list[list[str]]:
    """The rows as they are printed: names, then a cell a period."""
    rows = [line.removesuffix(r"\\").strip() for line in text.splitlines() if line.endswith(r" \\")]
    # The heads and what is missing span two columns: make all cells one.
    plain = [re.sub(r"\\multicolumn\{2\}\{c\}\{(.*?)\}", r"\1 & ", row) for row in rows]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)&", row)] for row in plain]
    joined = [[name, *map(" ".join, zip(rest[::2], rest[1::2], strict=True))] for name, *rest in cells]
    return [[re.sub(r"\\enspace |\\", "", cell).replace("--", "-").strip() for cell in row] for row in joined]


def test_a_latex_table_is_one_that_compiles(scores):
    caption = r"50% of R&D_x #1 {a} $b$ ~ ^ \ <i>"
    text = latex(scores, caption, "tab:mine")
    environments, columns = structure(text)
    assert environments == ["table", "tabular"]
    # A name, and two columns for each of seven periods; heads, the dyad and ten names.
    assert text.count(r"{l" + r"r@{\,}l" * 7 + "}") == 1
    assert columns == [15] * (1 + 1 + 10)
    assert [text.count(f"\\{rule}rule") for rule in ("top", "mid", "bottom")] == [1, 1, 1]
    assert (
        r"\caption{50\% of R\&D\_x \#1 \{a\} \$b\$ \textasciitilde{} \textasciicircum{} "
        r"\textbackslash{} \textless{}i\textgreater{}}" in text
    )
    assert text.count(r"\label{tab:mine}") == 1
    assert text.index(r"\caption") < text.index(r"\label")
    # Nothing but the first line and the end of one is a comment, and no sign is left that is a command.
    body = text.partition("\n")[2].replace("0pt}%\n", "0pt}\n")
    assert not re.search(r"(?<!\\)[%#$^~]", body)
    assert not re.search(r"(?<!\\)_", body)
    opened, closed = (len(re.findall(rf"(?<!\\)\{brace}", body)) for brace in "{}")
    assert opened == closed


def test_a_latex_table_prints_the_cells_of_the_table_on_the_screen(scores):
    screen = run("score", "--format", "table", "-q", columns=200).stdout
    dyad, *lines = screen.split("\n\n")[0].splitlines()
    heads, *rows = shown(latex(scores, "", "tab:bci"))
    assert dyad.startswith(r"China and Russia (CHN-RUS), scheme")
    assert heads[1:] == lines[0].split()
    assert [[row[0], *" ".join(row[1:]).split()] for row in rows] == [line.split() for line in lines[1:]]


def test_notes_below_a_latex_table_tell_bands_marks_calibration_and_scheme(scores):
    text = latex(scores, "", "tab:bci")
    notes = re.findall(r"\\par\\smallskip (.*)", text[text.index(r"\end{tabular}") :])
    assert notes[0] == "L limited, M moderate from .25, E enhanced from .5, C comprehensive from .75"
    assert notes[1].startswith(r"CHN-RUS: * rests on partial data: energy\_trade 25\% in 1992--1995, 75\%")
    assert notes[2].startswith(r"scales calibrated to CHN-RUS: military\_exercises, trade, energy\_trade")
    assert notes[3].startswith("scheme papageorgiou-equal 1 (")
    assert len(notes) == 4


def test_latex_tables_of_many_periods_are_parts_that_fit_a_page_and_break_over_pages(panel):
    scores = bci.score(panel, period="annual")
    text = latex(scores, "Mine", "tab:mine")
    environments, columns = structure(text)
    # 28 years: four parts of seven, each of heads, dyad and ten names; heads again below the caption.
    assert environments == ["longtable"] * 4
    assert columns == [15] * (1 + 4 * 12)
    assert text.startswith("% needs \\usepackage{booktabs,longtable}\n")
    assert (text.count(r"\caption{Mine}\label{tab:mine}"), text.count(r"\addtocounter{table}{-1}")) == (1, 3)
    heads = [cell for row in shown(text)[2:] if not row[0] for cell in row[1:]]
    assert heads == [str(year) for year in range(1992, 2020)]


@pytest.mark.parametrize("periods", range(1, 30))
@pytest.mark.parametrize("name", ["trade", "military_exercises", "x" * 60])
def test_no_part_of_a_latex_table_is_wider_than_a_page(periods, name):
    heads = [f"{1990 + 4 * n}-{(93 + 4 * n) % 100:02}" for n in range(periods)]
    text = tables(heads, [Block("a dyad", [("  " + name, [f".5{n % 10}0 M*" for n in range(periods)])])])
    rows = [row for row in shown(text) if row[0]]
    assert [cell for row in rows for cell in row[1:]] == [f".5{n % 10}0 M*" for n in range(periods)]
    for row in rows:
        # 345 pt of text; a digit of footnotesize has 4.25 pt, the space of a column 5 pt.
        width = (len(name) + 1) * 4.25 + 5 + (len(row) - 1) * (7 * 4.25 + 5)
        assert width <= 345 or len(row) == 2


def test_a_table_of_markdown_has_its_caption_label_and_notes(scores):
    text = markdown(scores, "", "tbl:bci")
    table, caption, *notes = text.split("\n\n")
    rows = [line.strip("|").split("|") for line in table.splitlines()]
    assert {len(row) for row in rows} == {10}
    assert len(rows) == 2 + 10
    assert caption == (
        "Table: Bilateral Cooperation Intensity, scheme papageorgiou-equal. Bands: limited from 0, moderate "
        "from 0.25, enhanced from 0.5, comprehensive from 0.75. {#tbl:bci}"
    )
    assert notes[0].startswith(r"CHN-RUS: \* rests on partial data: energy\_trade 25% in 1992-1995")
    assert LABEL.fullmatch("tbl:bci")


@pytest.mark.parametrize("form", export.TABLES)
def test_the_command_prints_the_same_table_as_score_with_caption_and_label(form):
    printed = exported("--as", form, "--caption", "Mine *", "--label", "tab:x", "-q").stdout
    plain = run("score", "--format", form, "-q").stdout.split("\n\n")[0]
    assert plain.strip() in printed
    assert ("\\caption{Mine *}" if form == "latex" else r"Table: Mine \* {#tab:x}") in printed


def test_missing_scores_are_dashes_in_tables_and_never_zeros(panel):
    _, *rows = shown(latex(bci.score(panel, period="1985-1990"), "", "tab:bci"))
    assert len(rows) == 10
    assert all(row[1:] == ["-"] for row in rows)
