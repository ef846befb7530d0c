"""Whole outputs of commands on the shipped data: exit code, stdout and stderr, 80 columns wide.

``python tests/golden.py --write`` writes them anew to ``tests/golden``; read what has changed.
"""

import shlex
import sys

from click.testing import CliRunner
from house import TESTS

from bci.cli.group import group
from bci.files import shipped

FOLDER = TESTS / "golden"
CASES = {
    "help": "--help",
    "score": "score --format table",
    "score_csv": "score --period 2012-2015,2016-2019 --format csv",
    "score_json": "score --period 2016-2019 --format json",
    "score_markdown": "score --period 2012-2015,2016-2019 --format markdown",
    "score_latex": "score --period 2012-2015,2016-2019 --format latex",
    "score_details": "score --period 1992-1995 --details --format csv",
    "score_ranking": "score --top 3 --to 2023 --period 2016-2019,2020-2023 --format table",
    "score_help": "score --help",
    "compare": "compare papageorgiou-equal political-first --changes --format table",
    "compare_fails": "compare papageorgiou-equal military-first --fail-on-band-change -p 1992-1995 -f csv",
    "explain": "explain 2016-2019 --format table",
    "explain_change": "explain 2008-2011 2016-2019 --format table",
    "explain_csv": "explain 1992-1995 --format csv",
    "replicate": "replicate --format table",
    "replicate_fails": "replicate --weights plain-scales --fail-under 41 --format csv",
    "sensitivity": "sensitivity --format table",
    "sensitivity_dimensions": "sensitivity --dimensions --period 1992-1995,2016-2019 --format table",
    "sensitivity_shares": "sensitivity --table shares --period 2016-2019 --format table",
    "sensitivity_tipping": "sensitivity --table tipping --period 2016-2019 --format table",
    "sensitivity_importance": "sensitivity --table importance --period 2016-2019 --format table",
    "sensitivity_allowed": "sensitivity --table allowed --format table",
    "sensitivity_calibration": "sensitivity --table calibration --format table",
    "sensitivity_help": "sensitivity --help",
    "sensitivity_refused": "sensitivity --table tipping --seed 4",
    "validate": "validate political-first --format table",
    "indicators": "indicators --format table",
    "indicators_energy_trade": "indicators energy_trade",
    "codes": "codes 'Viet Nam' Burma USSR 20 --format table",
    "codes_some": "codes Atlantis China Korea --format csv",
    "export_edges": "export --as edges --period 2012-2015,2016-2019",
    "export_latex": "export --as latex --period 2012-2015,2016-2019 --caption Mine --label tab:mine",
    "export_refused": "export --as excel -o scores.xls",
    "report": "report --period 2012-2015,2016-2019",
    "unknown_command": "scor",
    "unknown_scheme": "score --weights politcal-first",
}


def output(words: str) -> str:
    """What a command says, without the place of the shipped files."""
    done = CliRunner(env={"COLUMNS": "80"}).invoke(group, shlex.split(words), prog_name="bci")
    parts = [f"$ bci {words}\n", f"exit {done.exit_code}\n"]
    parts += [f"--- {name}\n{text}" for name in ("stdout", "stderr") if (text := getattr(done, name))]
    return "".join(parts).replace(str(shipped("indicators").parent), "SHIPPED")


def write() -> None:
    """Write all outputs anew."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.txt"):
        path.unlink()
    for name, words in CASES.items():
        (FOLDER / f"{name}.txt").write_text(output(words), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python tests/golden.py --write")
    write()
