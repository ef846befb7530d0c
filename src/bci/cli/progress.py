"""A progress bar for whatever takes over a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import click


@contextmanager
def progress_bar(label: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, told what is done and of how much; on a terminal only, and not in the first second."""
    start = time.monotonic()
    hidden = quiet or not sys.stderr.isatty()
    with ExitStack() as stack:
        bar = None

        def progress(done: int, total: int) -> None:
            nonlocal bar
            if bar is None and not hidden and time.monotonic() - start > 1:
                bar = stack.enter_context(click.progressbar(length=total, file=sys.stderr, label=label))
            if bar is not None:
                bar.update(done - bar.pos)

        yield progress
