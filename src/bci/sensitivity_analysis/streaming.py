"""Who does what: rows in chunks, handed out little by little, and results in the order of the chunks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from itertools import pairwise, starmap
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Progress = Callable[[int, int], object]
T = TypeVar("T")

#: Chunks that are handed to an executor ahead of the one whose result is awaited.
AHEAD = 64


def alike(patterns: Rows, chunk: int) -> Iterator[tuple[int, Rows]]:
    """Each pattern with the rows that have it, at most so many at once."""
    order = np.argsort(patterns, kind="stable")
    starts = np.flatnonzero(np.diff(patterns[order], prepend=-1)).tolist()
    for start, end in pairwise([*starts, len(order)]):
        for first in range(start, end, chunk):
            yield int(patterns[order[start]]), order[first : min(first + chunk, end)]


def carried_out(
    work: Callable[..., T], tasks: Iterable[tuple[Any, ...]], executor: Executor | None
) -> Iterator[T]:
    """Results in the order of the tasks."""
    return starmap(work, tasks) if executor is None else _handed_out(work, tasks, executor)


def _handed_out(work: Callable[..., T], tasks: Iterable[tuple[Any, ...]], executor: Executor) -> Iterator[T]:
    waiting: deque[Future[T]] = deque()
    try:
        for task in tasks:
            waiting.append(executor.submit(work, *task))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def told(
    parts: Iterable[Rows], results: Iterable[T], total: int, progress: Progress | None
) -> Iterator[tuple[Rows, T]]:
    """Results with the rows they belong to; `progress` is told when they have been put away."""
    done = 0
    for part, result in zip(parts, results, strict=True):
        yield part, result
        done += len(part)
        if progress:
            progress(done, total)
