r"""Weightings drawn at random: one function a sampler, and `draw`, which draws whole weightings of a scheme.

A sampler takes the weights of one parent's members, shape ``(k,)`` and relative, and gives ``n`` rows of
shares of one, shape ``(n, k)``. A member that weighs nothing goes on weighing nothing; one that weighs
anything keeps a share of at least 1e-30, so that no draw leaves a score without any weight.

Around the weights: `dirichlet`, `lognormal`, `box`. Whatever they are: `flat`, `ordered`, `constrained`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from bci.definitions import LEAST
from bci.errors import InputError, Problem, suggestion
from bci.weights import Scheme

Array = NDArray[np.float64]
Kind = Literal["dirichlet", "flat", "lognormal", "box", "ordered", "constrained"]
Level = Literal["both", "dimensions", "indicators"]
Option = Literal["spread", "order", "constraints"]

#: What each kind of draw must be told.
NEEDS: Mapping[Kind, Option | None] = {
    "dirichlet": "spread",
    "flat": None,
    "lognormal": "spread",
    "box": "spread",
    "ordered": "order",
    "constrained": "constraints",
}

#: Radius of the largest ball that a constrained region must hold, where the whole simplex has a side of 1.4.
THINNEST = 1e-6

#: Walks of a constrained draw that are taken side by side.
WALKS = 2**13


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


class Limit(NamedTuple):
    """A linear limit on shares, ``normal @ shares <= most``, in the words of who set it."""

    normal: Array
    most: float
    text: str


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
    _check(n, spread)
    present = weights > 0
    members = int(present.sum())
    if members == 1:
        return _all_to_one(weights, n)
    concentration = (members - 1) / spread**2 - 1
    if concentration <= 0:
        raise InputError.at(
            "spread",
            f"{spread:g} is more than shares of {members} members can vary in a Dirichlet distribution; "
            f"give less than {np.sqrt(members - 1):.4g} (the square root of {members - 1})",
        )
    drawn = np.zeros((n, len(weights)))
    drawn[:, present] = rng.dirichlet(concentration * shares(weights[present]), n)
    return _never_nothing(drawn, weights)


def flat(weights: Array, rng: Generator, n: int) -> Array:
    """Every division of the weight as likely as any other: uniform on the simplex, ``Dir(1, ..., 1)``."""
    _check(n)
    present = weights > 0
    drawn = np.zeros((n, len(weights)))
    drawn[:, present] = rng.dirichlet(np.ones(present.sum()), n)
    return _never_nothing(drawn, weights)


def lognormal(weights: Array, rng: Generator, n: int, *, spread: float) -> Array:
    r"""Each weight times lognormal noise, :math:`w_i e^{c z_i}` with standard normal z, as shares of one.

    The spread c is the standard deviation of the logarithm: at 0.25, two draws in three lie between 78 and
    128 % of the weight (before they are made shares of one).
    """
    _check(n, spread)
    with np.errstate(divide="ignore"):
        logs = np.log(weights) + spread * rng.standard_normal((n, len(weights)))
    # Measured from the largest, so that no exponential overflows.
    return _never_nothing(shares(np.exp(logs - logs.max(axis=1, keepdims=True))), weights)


def box(weights: Array, rng: Generator, n: int, *, spread: float) -> Array:
    r"""Each weight times uniform noise, :math:`w_i (1 + c u_i)` with u in -1..1, as shares of one.

    The spread c, at most 1, is the furthest a weight moves for its size (before they are made shares of
    one): 0.25 says a quarter up or down.

    References
    ----------
    Becker, W. et al. (2022). COINr: an R package for developing composite indicators. Journal of Open Source
    Software 7(78), 4567, where it is ``get_noisy_weights``.
    """
    _check(n, spread)
    if spread > 1:
        raise InputError.at("spread", f"{spread:g} would make weights negative in a box; give at most 1")
    noise = 1 + spread * rng.uniform(-1, 1, (n, len(weights)))
    return _never_nothing(shares(weights * noise), weights)


def ordered(weights: Array, rng: Generator, n: int, *, chains: Iterable[Sequence[int]]) -> Array:
    """Flat among the weightings in which certain members weigh no less than certain others.

    Members are exchangeable under a flat draw, so putting the drawn shares of a chain's members in order
    gives a flat draw among those in order. With all of three members in one chain the shares are 11/18,
    5/18 and 2/18 on average.

    Parameters
    ----------
    weights
        Shape ``(k,)``, relative; only what weighs nothing matters.
    rng, n
        Source of chance, and number of draws.
    chains
        Each with the positions of two or more members that weigh anything, the heaviest first; none in two.

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
        Shape ``(k,)``, relative; only what weighs nothing matters.
    rng, n
        Source of chance, and number of draws.
    limits
        As `read_constraint` gives them, with normals of shape ``(k,)``.

    Raises
    ------
    InputError
        If there are no draws, the limits leave no weights at all, or so few that they hold no ball of
        radius `THINNEST`: an equation, say, or two limits that meet.

    References
    ----------
    Smith, R. L. (1984). Efficient Monte Carlo procedures for generating points uniformly distributed over
    bounded regions. Operations Research 32(6), 1296-1308.
    Tervonen, T. et al. (2013). Hit-and-run enables efficient weight generation for simulation-based multiple
    criteria decision analysis. European Journal of Operational Research 224(3), 552-559.
    Boyd, S. and Vandenberghe, L. (2004). Convex Optimization, section 8.5, on both centres.
    """
    _check(n)
    if not limits:
        return flat(weights, rng, n)
    present = weights > 0
    polytope = _polytope(limits, present)
    inside = _inside(polytope, limits)
    if present.sum() == 1:
        return _all_to_one(weights, n)
    region = _rounded(polytope, inside)
    drawn = np.zeros((n, len(weights)))
    # A few thousand walks at a time stay in the cache.
    for first in range(0, n, WALKS):
        last = min(first + WALKS, n)
        drawn[first:last, present] = _hit_and_run(region, rng, last - first)
    return _never_nothing(drawn, weights)


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
    >>> from bci.weights import load_weights
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
    chains = _chains(orders, moving)
    limits = _limits(constraints, moving)
    parts: list[Array] = []
    problems: list[Problem] = []
    for i, group in enumerate(groups):
        weights = np.array(list(group.values()))
        try:
            if moves[i]:
                parts.append(_sampler(kind, spread, chains[i], limits[i])(weights, rng, n))
            else:
                _check(n)
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


def _check(n: int, spread: float = 1.0) -> None:
    if n < 1:
        raise InputError.at("draws", f"must be 1 or more (found {n})")
    if not 0 < spread < np.inf:
        raise InputError.at("spread", f"must be above 0 and finite (found {spread:g})")


def _check_options(kind: str, levels: str, options: Mapping[Option, object]) -> None:
    for place, word, allowed in (("kind", kind, get_args(Kind)), ("levels", levels, get_args(Level))):
        if word not in allowed:
            near = suggestion(word, allowed)
            raise InputError.at(place, f"there is no {word!r}.{near} There are {', '.join(allowed)}")
    need = NEEDS[kind]  # type: ignore[index]
    given = {option for option, value in options.items() if value not in (None, [])}
    problems = [Problem(name, 0, 0, f"the kind {kind} takes none; leave it out") for name in given - {need}]
    if need and need not in given:
        problems.append(Problem(need, 0, 0, f"the kind {kind} needs one"))
    if problems:
        raise InputError(problems)


def _texts(given: str | Iterable[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)


def _all_to_one(weights: Array, n: int) -> Array:
    return np.tile(np.where(weights > 0, 1.0, 0.0), (n, 1))


def _never_nothing(drawn: Array, weights: Array) -> Array:
    """Floating point may round a share down to nothing, which would take its member out of the draw."""
    return np.where(weights > 0, np.maximum(drawn, LEAST), 0.0)


# Orders and constraints as text

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<relation>[<>]=?|==?)"
    r"|(?P<sign>[+-])|(?P<times>\*)|(?P<space>\s+)|(?P<odd>.)",
    re.DOTALL,
)
_TERMS = {("number",), ("name",), ("number", "times", "name"), ("name", "times", "number")}


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


class _Sum(NamedTuple):
    """One side of a constraint: a sum of shares and a number."""

    normal: Array
    number: float
    text: str


def read_constraint(text: str, members: Sequence[str], line: int = 1) -> list[Limit]:
    """Read a constraint on the shares of some members, e.g. ``military >= 2*economic + 0.1``.

    Sums of numbers, members and their multiples, compared by ``>=`` or ``<=`` (``>`` and ``<`` say the same
    of a draw); a chain of several comparisons gives as many limits.

    Parameters
    ----------
    text
        The constraint.
    members
        Names of the members, in the order of their shares.
    line
        Where it stands among the constraints, counted from 1, for what an error says.

    Raises
    ------
    InputError
        With the position of the first part that cannot be read, or of the first unknown name.

    Examples
    --------
    >>> (limit,) = read_constraint("military >= 2*economic + 0.1", ["military", "economic"])
    >>> limit.normal, limit.most
    (array([-1.,  2.]), -0.1)
    """
    tokens = _tokens(text)
    end = _Token("end", "", len(text) + 1)
    sides: list[list[_Token]] = [[]]
    relations = []
    for token in tokens:
        if token.kind == "relation":
            relations.append(token)
            sides.append([])
        else:
            sides[-1].append(token)
        if token.text in {"=", "=="}:
            message = "an equation leaves nothing to draw from; give a range, e.g. 0.19 <= military <= 0.21"
            raise _unreadable(message, line, token)
    if not relations:
        raise _unreadable("compares nothing; write e.g. military >= 0.2", line, end)
    sums = [_sum(side, after, members, line) for side, after in zip(sides, [*relations, end], strict=True)]
    limits = []
    for relation, (left, right) in zip(relations, pairwise(sums), strict=True):
        least, most = (right, left) if relation.text.startswith(">") else (left, right)
        words = f"{left.text} {relation.text} {right.text}"
        limits.append(Limit(least.normal - most.normal, most.number - least.number, words))
    if not any(token.kind == "name" for token in tokens):
        raise _unreadable(f"names no member; there are {', '.join(members)}", line, tokens[0])
    return limits


def _tokens(text: str) -> list[_Token]:
    found = (_Token(str(m.lastgroup), m.group(), m.start() + 1) for m in _TOKEN.finditer(text))
    return [token for token in found if token.kind != "space"]


def _sum(tokens: Sequence[_Token], after: _Token, members: Sequence[str], line: int) -> _Sum:
    normal, number = np.zeros(len(members)), 0.0
    terms: list[list[_Token]] = [[]]
    signs = [1]
    for i, token in enumerate(tokens):
        if token.kind == "sign":
            signs.append(-1 if token.text == "-" else 1)
            terms.append([])
            if i == 0:
                del signs[0], terms[0]
        else:
            terms[-1].append(token)
    for sign, term in zip(signs, terms, strict=True):
        if tuple(token.kind for token in term) not in _TERMS:
            found = " ".join(token.text for token in term)
            trouble = f"{found!r} cannot be read" if term else "a number or a member is missing here"
            message = f"{trouble}; write 0.2, military or 2*military"
            raise _unreadable(message, line, term[0] if term else after)
        factor, name = float(sign), None
        for token in term:
            if token.kind == "number":
                factor *= float(token.text)
            elif token.kind == "name":
                name = token
        if not np.isfinite(factor):
            raise _unreadable("is too large a number", line, term[0])
        if name is None:
            number += factor
        elif name.text in members:
            normal[members.index(name.text)] += factor
        else:
            raise _unreadable(_unknown(name.text, members), line, name)
    return _Sum(
        normal, number, "".join(f" {t.text} " if t.kind == "sign" else t.text for t in tokens).strip()
    )


def _unreadable(message: str, line: int, token: _Token) -> InputError:
    return InputError.at("constraints", message, line, token.column)


def _unknown(name: str, known: Sequence[str]) -> str:
    return f"{name!r} has no weight to draw.{suggestion(name, known)} There are {', '.join(known)}"


def _limits(texts: Sequence[str], groups: Sequence[Sequence[str]]) -> list[list[Limit]]:
    """What is set for each group of members."""
    limits: list[list[Limit]] = [[] for _ in groups]
    problems: list[Problem] = []
    for line, text in enumerate(texts, start=1):
        names = [token for token in _tokens(text) if token.kind == "name"]
        try:
            i = _home([name.text for name in names], groups)
            if i is None:
                stranger = next(name for name in names if _home([names[0].text, name.text], groups) is None)
                raise _unreadable(_astray(names[0].text, stranger.text, groups), line, stranger)
            limits[i] += read_constraint(text, groups[i], line)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return limits


def _chains(texts: Sequence[str], groups: Sequence[Sequence[str]]) -> list[list[list[int]]]:
    """Positions of the members of each chain, by the group they belong to."""
    chains: list[list[list[int]]] = [[] for _ in groups]
    problems = []
    seen: set[str] = set()
    for line, text in enumerate(texts, start=1):
        names = [name.strip() for name in text.split(">")]
        i = _home(names, groups)
        if len(names) < 2 or not all(names):
            message = f"{text!r} is no order; write e.g. military > economic > political"
        elif i is None:
            stranger = next(name for name in names if _home([names[0], name], groups) is None)
            message = _astray(names[0], stranger, groups)
        elif len(set(names)) < len(names) or seen & set(names):
            twice = next(name for j, name in enumerate(names) if name in seen or name in names[:j])
            message = f"{twice!r} is named twice; name each member once, or give constraints instead"
        else:
            seen |= set(names)
            chains[i].append([groups[i].index(name) for name in names])
            continue
        problems.append(Problem("order", line, 1, message))
    if problems:
        raise InputError(problems)
    return chains


def _home(names: Sequence[str], groups: Sequence[Sequence[str]]) -> int | None:
    """The group that holds all the names; the first one where there are no names."""
    return next((i for i, group in enumerate(groups) if set(names) <= set(group)), None)


def _astray(first: str, name: str, groups: Sequence[Sequence[str]]) -> str:
    """Why a name cannot stand beside the first one."""
    known = [member for group in groups for member in group]
    for word in (first, name):
        if word not in known:
            return _unknown(word, known)
    return f"{first!r} and {name!r} share no parent; compare dimensions, or the indicators of one dimension"


# Regions of the simplex


class _Polytope(NamedTuple):
    """Shares with ``normals @ shares <= most``, and a basis of the directions that keep their sum."""

    normals: Array
    most: Array
    basis: Array

    @property
    def across(self) -> Array:
        """The normals as they stand in the plane of the simplex."""
        return self.normals @ self.basis

    def only(self, rows: Sequence[int] | NDArray[np.bool_]) -> _Polytope:
        """The same with some of the limits."""
        return _Polytope(self.normals[rows], self.most[rows], self.basis)


class _Region(NamedTuple):
    """A polytope in coordinates in which it is round: shares are ``centre + axes @ place``.

    A place belongs to it where ``normals @ place <= slack``.
    """

    centre: Array
    axes: Array
    normals: Array
    slack: Array


def _polytope(limits: Sequence[Limit], present: NDArray[np.bool_]) -> _Polytope:
    """The limits on the shares of the members that weigh anything, and their lower limits of nothing."""
    members = int(present.sum())
    normals = np.array([limit.normal[present] for limit in limits])
    sizes = np.maximum(np.abs(normals).max(axis=1), LEAST)
    return _Polytope(
        np.concatenate([normals / sizes[:, None], -np.eye(members)]),
        np.concatenate([[limit.most for limit in limits] / sizes, np.zeros(members)]),
        np.linalg.svd(np.ones((1, members)))[2][1:].T,
    )


def _inside(polytope: _Polytope, limits: Sequence[Limit]) -> Array:
    """The Chebyshev centre, or an error that says which limits leave no room for one."""
    ball = _chebyshev(polytope)
    if ball is None:
        raise InputError.at("constraints", _conflict(polytope, limits))
    if ball.radius < THINNEST:
        message = f"leave no room to draw from (narrower than {2 * THINNEST:g}); loosen one of them"
        raise InputError.at("constraints", message)
    return ball.centre


class _Ball(NamedTuple):
    centre: Array
    radius: float


def _chebyshev(polytope: _Polytope) -> _Ball | None:
    """The largest ball in the plane of the simplex that keeps within the limits, None where nothing does."""
    from scipy.optimize import linprog

    members = polytope.normals.shape[1]
    result = linprog(
        np.append(np.zeros(members), -1),
        A_ub=np.column_stack([polytope.normals, np.linalg.norm(polytope.across, axis=1)]),
        b_ub=polytope.most,
        A_eq=[[1.0] * members + [0.0]],
        b_eq=[1.0],
        bounds=[(None, None)] * members + [(0, 1)],
    )
    return None if result.x is None else _Ball(result.x[:-1], float(result.x[-1]))


def _conflict(polytope: _Polytope, limits: Sequence[Limit]) -> str:
    """Which of the limits leave nothing between them: all that cannot be spared for that."""
    kept = list(range(len(polytope.most)))
    for i in range(len(limits)):
        without = [j for j in kept if j != i]
        if _chebyshev(polytope.only(without)) is None:
            kept = without
    guilty = [repr(limits[i].text) for i in kept if i < len(limits)]
    if len(guilty) == 1:
        return f"{guilty[0]} leaves no weights; shares run from 0 to 1 and add up to 1"
    return f"{' and '.join(guilty)} exclude each other; loosen or drop one of them"


def _rounded(polytope: _Polytope, inside: Array) -> _Region:
    """Newton's method from a point inside to the analytic centre, and its Hessian as unit of length."""
    # A limit that does not vary over the simplex limits nothing there, or nothing would be inside.
    polytope = polytope.only(np.abs(polytope.across).max(axis=1) > 1e-12)
    centre, across = inside, polytope.across
    for _ in range(100):
        slack = polytope.most - polytope.normals @ centre
        gradient = across.T @ (1 / slack)
        hessian = (across / slack[:, None] ** 2).T @ across
        step = -np.linalg.solve(hessian, gradient)
        decrement = np.sqrt(max(0.0, float(-gradient @ step)))
        centre = centre + polytope.basis @ step / (1 + decrement)
        if decrement < 1e-6:
            break
    axes = polytope.basis @ np.linalg.inv(np.linalg.cholesky(hessian)).T
    return _Region(centre, axes, polytope.normals @ axes, polytope.most - polytope.normals @ centre)


def _hit_and_run(region: _Region, rng: Generator, n: int) -> Array:
    """So many walks side by side, from the centre to places independent of each other."""
    freedom = region.axes.shape[1]
    place = np.zeros((freedom, n))
    slack = np.tile(region.slack[:, None], (1, n))
    for _ in range(20 + 5 * freedom**2):
        direction = rng.standard_normal((freedom, n))
        # einsum and not @: products this thin are slower, and by chance far slower, on several threads.
        towards = np.einsum("ij,jn->in", region.normals, direction)
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = slack / towards
        furthest = np.min(steps, axis=0, where=towards > 0, initial=np.inf)
        nearest = np.max(steps, axis=0, where=towards < 0, initial=-np.inf)
        step = nearest + (furthest - nearest) * rng.random(n)
        place += step * direction
        slack -= step * towards
    drawn: Array = region.centre + np.einsum("kj,jn->nk", region.axes, place)
    return drawn
