"""Joint counts of all dyads in all sessions of the General Assembly, against the plain products they rest on.

Run with ``python benchmarks/bench_votes.py``. The votes are made up, as many as there are: 78 sessions of 84
roll calls and 193 states. The floor is nine products of indicator matrices a session in bare numpy, without
taking out pairs or making rows.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bci.sources.rules import Rules
from bci.sources.votes.ballots import Votes
from bci.sources.votes.counts import ingested
from bci.sources.votes.vote_matrix import SOURCE

SESSIONS, ROLL_CALLS, STATES, RUNS = 78, 84, 193, 5


def made_up() -> Votes:
    """Roll calls of every session, about as contested and as well attended as the real ones."""
    rng = np.random.default_rng(0)
    session = np.repeat(np.arange(1, SESSIONS + 1), ROLL_CALLS)
    vote = rng.choice(np.array([1, 2, 3, 8], dtype=np.int8), (len(session), STATES), p=[0.7, 0.13, 0.1, 0.07])
    letters = [chr(65 + i) for i in range(26)]
    countries = sorted(a + b + c for a in letters for b in letters for c in "AB")[:STATES]
    whole = np.zeros(len(session), dtype=bool)
    ids = tuple(map(str, range(len(session))))
    return Votes(ids, tuple(countries), vote, session, session + 1945, whole, whole)


def floor(votes: Votes) -> NDArray[np.float32]:
    """The products alone."""
    total = np.zeros((STATES, STATES), dtype=np.float32)
    for session in range(1, SESSIONS + 1):
        vote = votes.vote[votes.session == session]
        cast = [(vote == code).astype(np.float32) for code in (1, 2, 3)]
        for first in cast:
            for second in cast:
                total += first.T @ second
    return total


def seconds(run: Callable[[], object]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main() -> None:
    """Print times, their ratio and the highest memory."""
    votes = made_up()
    rows = len(ingested("un_voting", votes, Rules(), "votes", SOURCE, "", "votes").rows.year)
    pairs = [
        (
            seconds(lambda: ingested("un_voting", votes, Rules(), "votes", SOURCE, "", "votes")),
            seconds(lambda: floor(votes)),
        )
        for _ in range(RUNS)
    ]
    ratios = sorted(ours / bare for ours, bare in pairs)
    print(f"{rows:,} dyad-sessions of {SESSIONS} sessions, {len(votes.vote):,} roll calls, {STATES} states")
    for name, taken in zip(
        ("all rules, rows, definition", "bare products"), zip(*pairs, strict=True), strict=True
    ):
        print(f"{name:30}{statistics.median(taken):6.2f} s")
    low, middle, high = ratios[0], statistics.median(ratios), ratios[-1]
    print(f"{'ratio':30}{middle:6.1f}  ({low:.1f} to {high:.1f} in {RUNS} pairs)")
    print(f"highest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
