"""Weightings drawn at random: `draw` takes those of a whole scheme, parent by parent, from a sampler each.

A sampler takes the weights of one parent's members, shape ``(k,)`` and relative, and gives ``n`` rows of
shares of one, shape ``(n, k)``. A scheme's tree has no member that weighs nothing, and each keeps a share
of at least 1e-30, so that no draw leaves a score without any weight.

Around the weights: `dirichlet`, `lognormal`, `box`. Whatever they are: `flat`, `ordered`, `constrained`.
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
from bci.model.definitions import LEAST
from bci.model.scheme import Scheme
from bci.sensitivity_analysis.constraints import Limit, read_limits, read_orders
from bci.sensitivity_analysis.hit_and_run import walks

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
    orders, constraints = ([text] if isinstance(text, str) else list(text) for text in (order, constraints))
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


def shares(weights: Array) -> Array:
    """Relative weights as shares of one, along the last axis."""
    relative: Array = weights / weights.sum(axis=-1, keepdims=True)
    return relative


def dirichlet(weights: Array, rng: Generator, n: int, *, spread: float) -> Array:
    r"""Dirichlet shares around the weights.

    .. math:: w \sim \mathrm{Dir}(a_0 \bar w), \quad a_0 = (k - 1) / c^2 - 1

    With :math:`\mathrm{var}(w_i) = \bar w_i (1 - \bar w_i) / (a_0 + 1)` the mean is the given share
    :math:`\bar w`, and the standard deviation of an average share of :math:`1/k` is :math:`c/k`: the spread
    c is relative to the size of an average weight. A smaller share varies less, but more for its size.

    Parameters
    ----------
    weights
        Shape ``(k,)``, relative.
    rng, n
        Source of chance, and number of draws.
    spread
        c, above 0 and below :math:`\sqrt{k - 1}`, where all the weight would fall to one member.

    Raises
    ------
    InputError
        If there are no draws, or the spread is not in that range.
    """
    check(n, spread)
    members = len(weights)
    if members == 1:
        return np.ones((n, 1))
    concentration = (members - 1) / spread**2 - 1
    if concentration <= 0:
        raise InputError.at(
            "spread",
            f"{spread:g} is more than shares of {members} members can vary in a Dirichlet distribution; "
            f"give less than {np.sqrt(members - 1):.4g} (the square root of {members - 1})",
        )
    return _never_nothing(rng.dirichlet(concentration * shares(weights), n))


def flat(weights: Array, rng: Generator, n: int) -> Array:
    """Every division of the weight as likely as any other: uniform on the simplex, ``Dir(1, ..., 1)``."""
    check(n)
    return _never_nothing(rng.dirichlet(np.ones(len(weights)), n))


def lognormal(weights: Array, rng: Generator, n: int, *, spread: float) -> Array:
    r"""Each weight times lognormal noise, :math:`w_i e^{c z_i}` with standard normal z, as shares of one.

    The spread c is the standard deviation of the logarithm: at 0.25, two draws in three lie between 78 and
    128 % of the weight (before they are made shares of one).
    """
    check(n, spread)
    logs = np.log(weights) + spread * rng.standard_normal((n, len(weights)))
    # Measured from the largest, so that no exponential overflows.
    return _never_nothing(shares(np.exp(logs - logs.max(axis=1, keepdims=True))))


def box(weights: Array, rng: Generator, n: int, *, spread: float) -> Array:
    r"""Each weight times uniform noise, :math:`w_i (1 + c u_i)` with u in -1..1, as shares of one.

    The spread c, at most 1, is the furthest a weight moves for its size (before they are made shares of
    one): 0.25 says a quarter up or down.

    References
    ----------
    Becker, W. et al. (2022). COINr: an R package for developing composite indicators. Journal of Open Source
    Software 7(78), 4567, where it is ``get_noisy_weights``.
    """
    check(n, spread)
    if spread > 1:
        raise InputError.at("spread", f"{spread:g} would make weights negative in a box; give at most 1")
    noise = 1 + spread * rng.uniform(-1, 1, (n, len(weights)))
    return _never_nothing(shares(weights * noise))


def ordered(weights: Array, rng: Generator, n: int, *, chains: Iterable[Sequence[int]]) -> Array:
    """Flat among the weightings in which certain members weigh no less than certain others.

    Members are exchangeable under a flat draw, so putting the drawn shares of a chain's members in order
    gives a flat draw among those in order. With all of three members in one chain the shares are 11/18,
    5/18 and 2/18 on average.

    Parameters
    ----------
    weights
        Shape ``(k,)``; only their number matters.
    rng, n
        Source of chance, and number of draws.
    chains
        Each with the positions of two or more members, the heaviest first; none in two.

    References
    ----------
    Lahdelma, R. and Salminen, P. (2001). SMAA-2: stochastic multicriteria acceptability analysis for group
    decision making. Operations Research 49(3), 444-454.
    """
    drawn = flat(weights, rng, n)
    for chain in chains:
        drawn[:, chain] = np.sort(drawn[:, chain], axis=1)[:, ::-1]
    return drawn


def constrained(weights: Array, rng: Generator, n: int, *, limits: Sequence[Limit]) -> Array:
    r"""Flat among the weightings that keep within linear limits, by hit and run.

    Each draw is a walk of its own, so that draws are independent: from a point inside, go to a point drawn
    uniformly from the chord through it in a random direction, :math:`20 + 5 (k - 1)^2` times. The inside is
    found from the Chebyshev centre, and the walks start at the analytic centre, where the Hessian H of
    :math:`-\sum_i \ln(b_i - a_i w)` tells how far the region reaches: directions are normal with covariance
    :math:`H^{-1}`, so that a walk gets round a long thin region as quickly as round a ball.

    Parameters
    ----------
    weights
        Shape ``(k,)``; only their number matters.
    rng, n
        Source of chance, and number of draws.
    limits
        As `bci.sensitivity_analysis.constraints.read_constraint` gives them, with normals of shape ``(k,)``.

    Raises
    ------
    InputError
        If there are no draws, the limits leave no weights at all, or so few that they hold no ball of
        radius `bci.sensitivity_analysis.hit_and_run.THINNEST`: an equation, say, or two limits that meet.

    References
    ----------
    Smith, R. L. (1984). Efficient Monte Carlo procedures for generating points uniformly distributed over
    bounded regions. Operations Research 32(6), 1296-1308.
    Tervonen, T. et al. (2013). Hit-and-run enables efficient weight generation for simulation-based multiple
    criteria decision analysis. European Journal of Operational Research 224(3), 552-559.
    Boyd, S. and Vandenberghe, L. (2004). Convex Optimization, section 8.5, on both centres.
    """
    check(n)
    if not limits:
        return flat(weights, rng, n)
    return _never_nothing(walks(limits, rng, n))


def check(n: int, spread: float = 1.0) -> None:
    if n < 1:
        raise InputError.at("draws", f"must be 1 or more (found {n})")
    if not 0 < spread < np.inf:
        raise InputError.at("spread", f"must be above 0 and finite (found {spread:g})")


def _never_nothing(drawn: Array) -> Array:
    """Floating point may round a share down to nothing, which would take its member out of the draw."""
    return np.maximum(drawn, LEAST)
