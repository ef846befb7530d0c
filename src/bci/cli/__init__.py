"""The command line: each command a short file of its own, loaded only when it is called."""

from __future__ import annotations

from bci.cli.commands import HELP


def main() -> None:
    """Run a command, or say in one line that its help cannot be written."""
    import errno
    import sys

    try:
        _run(sys.argv[1:])
    except OSError as error:
        # What commands print and files they name are told where they fail; help has no such place.
        if error.filename is not None:
            raise
        from bci.files import discard

        discard(sys.stdout)
        silent = error.errno == errno.EPIPE
        sys.exit(1 if silent else f"Error: stdout cannot be written: {error.strerror}")


def _run(words: list[str]) -> None:
    """Help is answered before anything is loaded, since people ask for it often."""
    if words in (["--help"], ["-h"]):
        print(HELP, end="", flush=True)
        return
    import gc

    # A command is short-lived: looking for garbage less often makes its start noticeably faster.
    gc.set_threshold(100_000)
    from bci.cli.group import group

    group(prog_name="bci")
