"""Weightings of a whole scheme, drawn at random: `draw` tells a sampler what it needs, parent by parent.

The samplers themselves are in `bci.sensitivity_analysis.samplers`; orders and constraints are read by
`bci.sensitivity_analysis.constraints`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import numpy as np
from numpy.random import Generator

from bci.arrays import Array
from bci.errors import InputError, Problem, suggestion
from bci.model.scheme import Scheme
from bci.sensitivity_analysis.constraints import Limit, read_limits, read_orders
from bci.sensitivity_analysis.samplers import (
    box,
    check,
    constrained,
    dirichlet,
    flat,
    lognormal,
    ordered,
    shares,
)

Kind = Literal["dirichlet", "flat", "lognormal", "box", "ordered", "constrained"]
Level = Literal["both", "dimensions", "indicators"]
Option = Literal["spread", "order", "constraints"]

#: What each kind of draw must be told.
NEEDS: Mapping[str, Option | None] = {
    "dirichlet": "spread",
    "flat": None,
    "lognormal": "spread",
    "box": "spread",
    "ordered": "order",
    "constrained": "constraints",
}


@dataclass(frozen=True, eq=False)
class Weightings:
    """Weights of a whole scheme, drawn many times. Rows are draws, and shares of one.

    Attributes
    ----------
    dimensions
        Shape ``(draws, dimensions)``, in the order of the scheme's `tree`.
    indicators
        For each dimension, shape ``(draws, its indicators)``.
    """

    dimensions: Array
    indicators: tuple[Array, ...]

    def __len__(self) -> int:
        return len(self.dimensions)


def draw(
    scheme: Scheme,
    kind: Kind,
    n: int,
    rng: Generator,
    *,
    spread: float | None = None,
    order: str | Iterable[str] = (),
    constraints: str | Iterable[str] = (),
    levels: Level = "both",
) -> Weightings:
    """Draw weightings of a scheme: weights of the dimensions, of the indicators within each, or of both.

    Parameters
    ----------
    scheme
        The scheme whose weights are drawn; what it weighs 0 is no member.
    kind
        The sampler: ``dirichlet``, ``lognormal`` and ``box`` go around the scheme's own weights by `spread`;
        ``flat`` goes everywhere, ``ordered`` everywhere in an `order`, ``constrained`` everywhere within
        `constraints`.
    n
        Number of draws.
    rng
        Source of chance; the same state gives the same draws.
    spread
        Relative size of the noise, as the sampler defines it.
    order
        Chains such as ``military > economic > political``, of dimensions or of indicators of one dimension.
        Members in no chain take any place.
    constraints
        Such as ``military >= 0.2``, ``military >= 2*economic``, ``0.1 <= political <= economic + 0.1``: sums
        of shares of dimensions, or of indicators of one dimension.
    levels
        ``both``, or which of them; the other stays at the scheme's weights.

    Returns
    -------
    Weightings

    Raises
    ------
    InputError
        With everything that is wrong: no draws, a spread that is not above 0 or is too wide, a name that is
        unknown or stands in two chains, a constraint that cannot be read, constraints that leave no weights.

    Examples
    --------
    >>> from bci.model.scheme import load_weights
    >>> rng = np.random.default_rng(0)
    >>> drawn = draw(load_weights(), "ordered", 1000, rng, order="military > economic > political")
    >>> drawn.dimensions.mean(axis=0).round(2)
    array([0.61, 0.27, 0.11])
    """
    orders, constraints = _texts(order), _texts(constraints)
    _check_options(kind, levels, {"spread": spread, "order": orders, "constraints": constraints})
    groups = [dict(zip(scheme.tree, scheme.dimension_weights.tolist(), strict=True)), *scheme.tree.values()]
    moves = [levels != "indicators", *[levels != "dimensions"] * len(scheme.tree)]
    moving = [list(group) if moved else [] for group, moved in zip(groups, moves, strict=True)]
    chains = read_orders(orders, moving)
    limits = read_limits(constraints, moving)
    parts: list[Array] = []
    problems: list[Problem] = []
    for i, group in enumerate(groups):
        weights = np.array(list(group.values()))
        try:
            if moves[i]:
                parts.append(_sampler(kind, spread, chains[i], limits[i])(weights, rng, n))
            else:
                check(n)
                parts.append(np.tile(shares(weights), (n, 1)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return Weightings(parts[0], tuple(parts[1:]))


def _sampler(
    kind: Kind, spread: float | None, chains: Sequence[Sequence[int]], limits: Sequence[Limit]
) -> Callable[[Array, Generator, int], Array]:
    if kind == "flat":
        return flat
    if kind == "ordered":
        return partial(ordered, chains=chains)
    if kind == "constrained":
        return partial(constrained, limits=limits)
    assert spread is not None
    noisy: Mapping[Kind, Callable[..., Array]] = {"dirichlet": dirichlet, "lognormal": lognormal, "box": box}
    return partial(noisy[kind], spread=spread)


def _check_options(kind: str, levels: str, options: Mapping[Option, object]) -> None:
    for place, word, allowed in (("kind", kind, get_args(Kind)), ("levels", levels, get_args(Level))):
        if word not in allowed:
            near = suggestion(word, allowed)
            raise InputError.at(place, f"there is no {word!r}.{near} There are {', '.join(allowed)}")
    need = NEEDS[kind]
    given = {option for option, value in options.items() if value not in (None, [])}
    problems = [Problem(name, 0, 0, f"the kind {kind} takes none; leave it out") for name in given - {need}]
    if need and need not in given:
        problems.append(Problem(need, 0, 0, f"the kind {kind} needs one"))
    if problems:
        raise InputError(problems)


def _texts(given: str | Iterable[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)
