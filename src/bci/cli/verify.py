"""``bci verify``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bci.cli.options import INDICATORS, OUTPUT, Request, described, takes
from bci.cli.recording import INPUTS, RECORDED
from bci.cli.rerunning import run_again
from bci.errors import InputError, suggestion

#: Checks that decide the exit code. Versions and files are told: other ones may give the same result.
DECISIVE = ("options", "result")


@described(
    "verify",
    "RECORD is what --record wrote. The command is run again up to its result, on the record's own "
    "scheme and the data named in it; it writes nothing. Exit 0: the result and the options are the "
    "same; 4: they are not; 3: the record is broken, or something it needs is not here.",
    "bci verify run.json",
    "bci verify run.json --tolerance --format json",
)
@takes(
    click.argument("record", type=click.Path(path_type=Path)),
    INDICATORS,
    click.option("--tolerance", is_flag=True, help="Count numbers within 1e-12 of one another as the same."),
    OUTPUT,
)
def command(request: Request, record: Path, tolerance: bool) -> None:
    import numpy as np

    from bci.cli import verifying
    from bci.cli.record import canonical, read_record, versions
    from bci.files import is_folder
    from bci.output.tables import render

    indicators = request.indicators
    read, place, folder = read_record(record), str(record), record.absolute().parent
    _check_command(read.command, place)
    if indicators is None and read.data.folder is not None:
        indicators = str(folder / read.data.folder)
        if not is_folder(Path(indicators)):
            raise InputError.at(indicators, "is not here; name the folder of the data with --indicators DIR")
    inputs: dict[str, Path] = {
        name: verifying.input_path(name, file, folder, INPUTS[name]) for name, file in read.inputs.items()
    }
    with TemporaryDirectory() as into:
        parent = click.get_current_context().parent
        assert parent is not None
        assert isinstance(parent.command, click.Group)
        asked = parent.command.get_command(parent, read.command[1])
        assert asked is not None
        again = run_again(read, place, asked, indicators, inputs, Path(into))
        text = canonical(again.tables)
    checks = [
        verifying.checked_versions(read, versions()),
        *verifying.checked_schemes(read, folder),
        verifying.checked_data(read, again.panel),
        *(verifying.checked_file(name, file, inputs[name]) for name, file in read.inputs.items()),
        verifying.checked_options(read, again.options),
        verifying.checked_result(read, text, tolerance=tolerance),
    ]
    words = {True: "same", False: "differs", None: "not here"}
    columns = {
        "check": np.array([check.what for check in checks], dtype=object),
        "verdict": np.array([words[check.same] for check in checks], dtype=object),
        "found": np.array([check.found for check in checks], dtype=object),
    }
    request.write(render(columns, request.format))
    if not all(check.same for check in checks if check.what in DECISIVE):
        request.fail()


def _check_command(words: list[str], place: str) -> None:
    program, name, *_ = words
    if program != "bci" or name not in RECORDED:
        near = suggestion(name, RECORDED)
        message = f"command: {program} {name} makes no result that is recorded.{near}"
        raise InputError.at(place, f"{message} Known are {', '.join(RECORDED)}")
