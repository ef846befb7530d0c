"""Joint counts of votes: by hand, by a second route, and by their properties."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from sources.votes.test_files import case, counts, ingest

from bci.model.measures import JOINT_COUNTS, vote_similarity
from bci.sources.votes.counts import absent_as_abstain, contested, joint_counts
from bci.sources.votes.roll_calls import regular_session

Codes = NDArray[np.int8]

codes = st.sampled_from([0, 1, 2, 3, 8, 9])
votes = arrays(np.int8, array_shapes(min_dims=2, max_dims=2, max_side=7), elements=codes)


def test_joint_counts_by_hand():
    # Rows: roll calls; columns: states. First and second: (1,1), (1,3), (3,1), and absence once: n = 3.
    vote = np.array([[1, 1, 9], [1, 3, 0], [3, 1, 2], [8, 1, 1]], dtype=np.int8)
    table = joint_counts(vote)
    assert table.shape == (3, 9)
    named = [dict(zip(JOINT_COUNTS, row, strict=True)) for row in table.tolist()]
    assert {name: n for name, n in named[0].items() if n} == {"yes_yes": 1, "yes_no": 1, "no_yes": 1}
    # First and third meet in the third roll call only, second and third in the third and fourth.
    assert {name: n for name, n in named[1].items() if n} == {"no_abstain": 1}
    assert {name: n for name, n in named[2].items() if n} == {"yes_abstain": 1, "yes_yes": 1}


@given(votes)
def test_joint_counts_are_those_of_counting_one_by_one(vote):
    states = vote.shape[1]
    expected = [
        [sum(row[i] == x and row[j] == y for row in vote.tolist()) for x in (1, 2, 3) for y in (1, 2, 3)]
        for i in range(states)
        for j in range(i + 1, states)
    ]
    assert joint_counts(vote).tolist() == expected


@given(votes, st.randoms(use_true_random=False))
def test_joint_counts_do_not_depend_on_order(vote, random):
    order = list(range(len(vote)))
    random.shuffle(order)
    assert np.array_equal(joint_counts(vote[order]), joint_counts(vote))
    # The other order of the pair is the transposed table.
    pairs = np.argwhere(~np.eye(vote.shape[1], dtype=bool))
    there, back = joint_counts(vote, pairs), joint_counts(vote, pairs[:, ::-1])
    assert np.array_equal(there.reshape(-1, 3, 3).transpose(0, 2, 1).reshape(-1, 9), back)


@given(votes)
def test_a_state_agrees_with_itself(vote):
    same = joint_counts(vote, np.column_stack([np.arange(vote.shape[1])] * 2))
    similarity = vote_similarity(dict(zip(JOINT_COUNTS, same.T, strict=True)))
    voted = np.isin(vote, [1, 2, 3]).any(axis=0)
    assert np.array_equal(similarity[voted], np.ones(voted.sum()))
    assert np.isnan(similarity[~voted]).all()


def test_counts_stay_exact_where_they_are_large():
    vote = np.ones((200_001, 2), dtype=np.int8)
    assert joint_counts(vote)[0, 0] == 200_001


@given(votes)
def test_contested_is_two_different_votes_cast(vote):
    assert contested(vote).tolist() == [len({*row} & {1, 2, 3}) >= 2 for row in vote.tolist()]


@given(votes)
def test_only_the_absence_of_members_becomes_abstention(vote):
    read = absent_as_abstain(vote)
    assert (read[vote == 8] == 2).all()
    assert np.array_equal(read[vote != 8], vote[vote != 8])


def test_contested_is_judged_before_any_dyad_is_chosen():
    # China and Russia vote alike in the roll calls 102, 103 and 107, which others contest.
    whole = counts(ingest(*case("voeten")))
    one = counts(ingest(*case("voeten"), dyads=frozenset({("CHN", "RUS")})))
    assert one == {key: row for key, row in whole.items() if key[:2] == ("CHN", "RUS")}
    china = counts(ingest(*case("voeten"), countries=frozenset({"CHN"})))
    assert china == {key: row for key, row in whole.items() if "CHN" in key[:2]}
    late = counts(ingest(*case("voeten"), start=1992, end=1992))
    assert late == {key: row for key, row in whole.items() if key[2] == 1992}


@pytest.mark.parametrize(
    ("date", "session"),
    [
        ("1956-09-17", 10),  # the third Tuesday of September 1956 is the 18th
        ("1956-11-04", 11),
        ("1967-07-04", 21),
        ("2022-03-02", 76),
        ("2022-10-12", 77),
        ("2024-09-17", 79),  # a Tuesday, the third
        ("2024-09-16", 78),
        ("1946-02-01", 1),
    ],
)
def test_the_regular_session_in_course(date, session):
    assert regular_session(date) == session


@given(st.dates(datetime.date(1947, 1, 1), datetime.date(2200, 12, 31)))
def test_sessions_open_on_a_tuesday_from_15_to_21_september(day):
    opens = next(date for n in range(15, 22) if (date := datetime.date(day.year, 9, n)).weekday() == 1)
    assert regular_session(day.isoformat()) == day.year - (1945 if day >= opens else 1946)


def test_dyad_years_with_few_roll_calls_can_be_left_out():
    every, few = ingest(*case("voeten")), ingest(*case("voeten"), minimum_roll_calls=2)
    together = np.sum(list(every.columns.values()), axis=0)
    assert 0 < (together >= 2).sum() < len(together)
    assert len(few.rows.year) == (together >= 2).sum()
    assert np.sum(list(few.columns.values()), axis=0).min() >= 2
    left_out = int((together < 2).sum())
    assert few.remarks[-1] == f"dyad-years left out with fewer roll calls than asked for: {left_out}"
