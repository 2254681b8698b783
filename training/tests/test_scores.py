"""Figures of answers, and intervals of their means."""

from __future__ import annotations

import numpy as np
import pytest
from refrag_train.scores import Results, f1, interval


@pytest.mark.parametrize(
    ("said", "answers", "expected"),
    [
        ("The Hague.", ["hague"], 1.0),
        ("in the city of Paris", ["Paris", "the city"], 0.4),
        ("five men", ["five of the men"], 0.8),
        ("nothing alike", ["something else"], 0.0),
        ("an", ["the"], 1.0),
        ("", [], 1.0),
        ("an answer", [], 0.0),
        ("The passages do not say.", [], 1.0),
        ("The passages do not say.", ["an answer"], 0.0),
    ],
)
def test_f1_is_that_of_the_best_answer_without_case_articles_and_punctuation(said: str, answers: list[str], expected: float) -> None:
    assert f1(said, answers) == pytest.approx(expected)


def test_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    few, many = (interval(np.random.default_rng(1).normal(0.2, 1, n), 7) for n in (20, 2000))
    assert few[1] <= few[0] <= few[2]
    assert many[2] - many[1] < few[2] - few[1]


def test_interval_is_the_same_for_the_same_seed() -> None:
    values = np.random.default_rng(1).normal(size=30)
    assert interval(values, 7) == interval(values, 7) != interval(values, 8)


def test_values_of_a_group_count_as_one_draw() -> None:
    values = np.repeat([0.0, 1.0, 2.0, 3.0], 10)
    groups = [str(int(v)) for v in values]
    alone, together = interval(values, 7), interval(values, 7, groups)
    assert alone[0] == together[0] == 1.5
    assert together == interval(np.array([0.0, 1.0, 2.0, 3.0]), 7)
    assert together[2] - together[1] > 2 * (alone[2] - alone[1])


def test_rows_compare_systems_item_by_item() -> None:
    results = Results()
    for i in range(10):
        results.add("ours", str(i), f1=0.1 * i + 0.2, positions=10)
        results.add("theirs", str(i), f1=0.1 * i, positions=20)
    ours, theirs = results.rows(7, {"ours": ["theirs", "absent"]})
    assert ours["n"] == 10
    assert ours["positions"] == 10.0
    assert ours["f1_above"] == {"theirs": [0.2, 0.2, 0.2]}  # the same for each item, however much items differ
    assert ours["f1"][1] < ours["f1"][0] < ours["f1"][2]
    assert "f1_above" not in theirs
