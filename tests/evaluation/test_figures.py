"""Means over sentences and how sure they are."""

import numpy as np
import pytest

from voicekit.evaluation.figures import COLUMNS, FEW_SENTENCES, Figure, Row, Score, estimate


def test_a_mean_weighs_long_sentences_more():
    assert estimate([Figure(1, 10), Figure(9, 10), Figure(0, 80)]).value == pytest.approx(0.1)
    assert estimate([Figure(2.0), Figure(4.0)]).value == pytest.approx(3)


def test_the_interval_is_that_of_the_mean():
    values = np.random.default_rng(1).normal(5, 2, 100)
    mean = estimate([Figure(value) for value in values])
    half = 1.96 * values.std() / np.sqrt(len(values))  # what theory says of a normal mean
    assert mean.low == pytest.approx(values.mean() - half, abs=0.06)
    assert mean.high == pytest.approx(values.mean() + half, abs=0.06)
    assert estimate([Figure(value) for value in values]) == mean


def test_few_sentences_have_no_interval_and_none_no_mean():
    few = estimate([Figure(3, 4)] * (FEW_SENTENCES - 1))
    assert few.value == 0.75 and few.low is few.high is None
    assert estimate([Figure(3, 4)] * FEW_SENTENCES).low == 0.75
    assert estimate([]) is None
    assert estimate([Figure(0, 0)]) is None


def test_a_sentence_without_a_figure_does_not_count():
    row = Row("voice", (Score("a", {"mcd": Figure(4.0)}, None, "a.wav"), Score("b", {}, None, "b.wav")))
    assert row.estimate("mcd").value == 4
    assert row.estimate("wer") is None


def test_columns_are_told_apart():
    assert len({column.key for column in COLUMNS}) == len({column.heading for column in COLUMNS}) == len(COLUMNS)
    assert {column.better for column in COLUMNS} == {"lower", "higher", "human"}
