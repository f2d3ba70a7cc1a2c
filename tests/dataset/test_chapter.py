import random

import pytest

from voicekit.dataset.chapter import assign, match, written_words
from voicekit.dataset.recording import Segment
from voicekit.recognition.sphinx import plain, pronunciations


def words(text: str) -> list[str]:
    return text.split()


TEXT = words(
    "it was the best of times it was the worst of times it was the age of wisdom it was the age of foolishness"
    " it was the epoch of belief it was the season of light"
)


def spans(count: int) -> list[Segment]:
    return [Segment(5.0 * n, 5.0 * n + 4.5) for n in range(count)]


def assigned(expected, heard, place=lambda *_: None):
    stretches = assign(spans(len(heard)), match(expected, heard), heard, len(expected), place)
    return [(s.first, s.last, s.problem) for s in stretches]


def cut(words, *edges):
    return [words[a:b] for a, b in zip([0, *edges], [*edges, len(words)], strict=True)]


def test_what_is_heard_as_written_is_shared_out_as_heard():
    assert assigned(TEXT, cut(TEXT, 6, 12, 18, 24, 30)) == [
        (0, 6, None), (6, 12, None), (12, 18, None), (18, 24, None), (24, 30, None), (30, 36, None),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
def test_misheard_words_do_not_shift_the_others(seed):
    rng = random.Random(seed)
    expected = [f"w{rng.randrange(150)}" for _ in range(600)]
    edges = list(range(10, 600, 10))
    heard = [[rng.choice(expected) if rng.random() < 0.06 else word for word in part] for part in cut(expected, *edges)]
    # The edges of each part are right, so that only the matching is tested.
    heard = [[part[0], *middle[1:-1], part[-1]] for part, middle in zip(cut(expected, *edges), heard, strict=True)]
    found = assigned(expected, heard)
    right = sum(f[:2] == (10 * n, 10 * n + 10) for n, f in enumerate(found))
    assert right >= 58


def test_a_misheard_word_at_an_edge_goes_where_it_is_placed():
    heard = cut(TEXT, 6, 12)
    heard[1][0] = "hit"  # word 6 is not recognised: it may end the first stretch or begin the second
    times = {True: [0.5 * n for n in range(6)] + [5.0 + 0.5 * n for n in range(6)]}
    found = assigned(TEXT[:12], heard[:2], lambda span, first, last: times[True][first:last])
    assert found == [(0, 6, None), (6, 12, None)]


def test_without_a_placement_the_word_goes_to_the_side_that_heard_something():
    heard = cut(TEXT[:12], 6)
    heard[0][-1] = "dimes"
    assert assigned(TEXT[:12], heard) == [(0, 6, None), (6, 12, None)]


def test_a_stretch_that_is_not_in_the_text_is_refused_and_its_neighbours_are_not():
    heard = [TEXT[:8], words("please close the door behind you dear"), TEXT[8:16]]
    found = assigned(TEXT[:16], heard)
    assert found[0] == (0, 8, None) and found[2] == (8, 16, None)
    assert found[1][:2] == (0, 0) and "not in the text" in found[1][2]


def test_a_passage_that_the_reader_skipped_is_left_out():
    found = assigned(TEXT, [TEXT[:8], TEXT[26:]])
    assert found == [(0, 8, None), (26, 36, None)]


def test_words_skipped_inside_a_stretch_make_it_unusable():
    ((_, _, problem),) = assigned(TEXT[:20], [TEXT[:7] + TEXT[13:20]])
    assert "left out" in problem


def test_words_added_inside_a_stretch_make_it_unusable():
    ((_, _, problem),) = assigned(TEXT[:20], [TEXT[:7] + words("um let me say that again") + TEXT[7:20]])
    assert "added" in problem


def test_speech_that_shares_only_little_words_with_the_text_is_refused():
    found = assigned(TEXT, [TEXT[:12], words("of course was the dog in the age old barn of mine")])
    assert found[1][2]


def test_nothing_heard_means_no_words():
    assert all(problem for *_, problem in assigned(TEXT, [[], []]))


def test_written_words_keep_their_punctuation():
    assert written_words("“Well — said he, 'tis so …” (2 cm)") == ["“Well —", "said", "he,", "'tis", "so …”", "(2", "cm)"]
    assert written_words("— Yes") == ["— Yes"]
    assert written_words("") == []


@pytest.mark.parametrize(("written", "expected"), [
    ("Hello,", "hello"), ("“Don’t!”", "don't"), ("'em", "'em"), ("dogs'", "dogs"), ("—", ""), ("1,092.", "1,092"),
    ("U.S.A.", "u.s.a"), ("(Grüße)", "grüße"),
])  # fmt: skip
def test_plain_words(written, expected):
    assert plain(written) == expected


def test_words_sound_as_in_the_dictionary_or_as_espeak_guesses():
    sounds = pronunciations(["read", "voicekitten", "42", "…"], "en-us")
    assert sounds["read"] == ["R EH D", "R IY D"]
    assert sounds["voicekitten"][0].startswith("V OY S")
    assert sounds["42"][0].startswith("F AO")
    assert "…" not in sounds


def test_german_words_get_the_nearest_english_sounds():
    assert pronunciations(["grüße"], "de")["grüße"][0].startswith("G ")
