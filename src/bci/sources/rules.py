"""The rules by which raw files become indicators: each is an option, with its reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bci.data.dyads import Dyad


@dataclass(frozen=True)
class Rules:
    """What to take from raw files, and how.

    Attributes
    ----------
    dyads
        Only these; all where None.
    countries
        Only dyads with at least one of these countries (ISO3); all where None.
    start, end
        Only these years; all of the files where None. They cut what the files cover, and never widen it.
    roll_calls
        ``contested`` leaves out roll calls in which all who voted cast the same vote (Voeten 2013); ``all``
        keeps them (Häge 2011).
    absent
        ``pairwise`` leaves a roll call out for a pair where either was absent (Voeten 2013); ``abstain``
        reads absence as abstention, for members only (Häge 2011).
    amendments
        ``keep`` or ``drop`` votes on amendments and single paragraphs (dropped where years are compared,
        since only some sessions of the data have them).
    vote_year
        ``session`` (session 47 is 1992, as in Voeten's dyadic files) or ``calendar`` (the date of the vote,
        as in Häge 2011).
    minimum_roll_calls
        A dyad-year with fewer roll calls in which both voted has no figures: agreement in a handful of votes
        says little (hundreds of dyads of a session have fewer than ten).
    fewest_states
        In how few states' records of a session its roll calls may still be judged contested or not: in a file
        cut down to some states, those on which these agree look unanimous. The first session had 51 members.
    reported_by
        Whose report of a flow counts where both sides report: ``importer`` (Barbieri and Keshk 2016; imports
        are better recorded), ``exporter``, or ``mean``. Where that side did not report, the other's counts.
    products
        Beginnings of the codes of the Harmonized System that are energy: ``27``, or ``2709``, ``2710`` ...
    amount
        ``value`` (US dollars) or ``quantity`` (tonnes) of energy.
    kinds, levels
        Kinds and levels of events that count; all that the definition counts where empty.
    multilateral
        Whether events with more than two participants count: ``include``, or ``exclude`` (as Wang and Stone
        2023 leave out journeys made only for a multilateral meeting).
    same_within
        Events of one kind, level, dyad and place that begin at most so many days after the last one's end
        are the same event (a convention of the shipped lists; no published rule is known).
    covers
        For which dyads a year without an event is a zero: ``listed`` (those that the list names at least
        once), ``all`` (all pairs of the states that the list names), or ISO3 codes (all pairs of these with
        the states that the list names); always only while both states stood, as `bci.sources.states` has it.
    covers_years
        First and last year in which lists of events are complete; from the first entry of each list to its
        last where None. Only in these years is one without an event a zero.
    readings
        How to read names of the raw files that are not in the table of countries: name -> ISO3.
    left_out
        Names to leave out, such as those of organisations.
    met
        Those of `readings` and `left_out` that were met in the files: noted by the readers, given by nobody.

    References
    ----------
    Barbieri, K. and Keshk, O. (2016). Correlates of War Project Trade Data Set Codebook, version 4.0.
    Häge, F. (2011). Choice or circumstance? Political Analysis 19(3), 287-305.
    Voeten, E. (2013). Data and analyses of voting in the UN General Assembly. Routledge Handbook of
    International Organization.
    Wang, Y. and Stone, R. (2023). China visits. Review of International Organizations 18(1), 201-225.
    """

    dyads: frozenset[Dyad] | None = None
    countries: frozenset[str] | None = None
    start: int | None = None
    end: int | None = None
    roll_calls: Literal["contested", "all"] = "contested"
    absent: Literal["pairwise", "abstain"] = "pairwise"
    amendments: Literal["keep", "drop"] = "keep"
    vote_year: Literal["session", "calendar"] = "session"
    minimum_roll_calls: int = 1
    fewest_states: int = 40
    reported_by: Literal["importer", "exporter", "mean"] = "importer"
    products: tuple[str, ...] = ("27",)
    amount: Literal["value", "quantity"] = "value"
    kinds: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    multilateral: Literal["include", "exclude"] = "include"
    same_within: int = 2
    covers: Literal["listed", "all"] | frozenset[str] = "listed"
    covers_years: tuple[int, int] | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    met: set[str] = field(default_factory=set, repr=False, compare=False)

    def wants(self, dyad: Dyad) -> bool:
        """Whether a dyad is asked for."""
        if self.dyads is not None and dyad not in self.dyads:
            return False
        return self.countries is None or bool(self.countries.intersection(dyad))

    def covers_year(self, year: int) -> bool:
        """Whether a year is asked for."""
        return (self.start is None or year >= self.start) and (self.end is None or year <= self.end)
