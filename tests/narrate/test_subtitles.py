import re

import pytest

from voicekit.engines.base import Word
from voicekit.narrate.subtitles import split, srt
from voicekit.narrate.timeline import Placement
from voicekit.text.script import Cue

LONG = (
    "The quick brown fox, who had been waiting at the edge of the wood since the early morning, jumps over the "
    "lazy dog. Then it runs away! Nobody saw where it went, and nobody asked."
)


def words_of(text, step_s=0.5):
    return tuple(Word(word, n * step_s, n * step_s + 0.4) for n, word in enumerate(text.split()))


def seconds(stamp):
    h, m, s = stamp.replace(",", ".").split(":")
    return int(h) * 3600 + int(m) * 60 + float(s)


def entries(text):
    for entry in text.strip().split("\n\n"):
        number, times, *lines = entry.split("\n")
        start, end = map(seconds, times.split(" --> "))
        yield int(number), start, end, lines


def test_a_short_cue_is_one_subtitle():
    placement = Placement(Cue("Yes. A door opens."), 3661.5, 3663.25, 1.0)
    assert srt([placement], [()]) == "1\n01:01:01,500 --> 01:01:03,250\nYes. A door opens.\n\n"


def test_long_cues_keep_to_the_limits_and_to_the_words():
    words = words_of(LONG)
    placement = Placement(Cue(LONG), 10.0, 10.0 + words[-1].end_s, 1.0)
    found = list(entries(srt([placement], [words])))
    assert [number for number, *_ in found] == list(range(1, len(found) + 1))
    assert " ".join(" ".join(lines) for *_, lines in found) == LONG
    assert all(len(lines) <= 2 and all(len(line) <= 42 for line in lines) for *_, lines in found)
    for _, start, end, lines in found:
        subtitle = " ".join(lines).split()
        first = next(w for w in words if w.text == subtitle[0])
        assert start == pytest.approx(10 + first.start_s, abs=0.01)
        assert end == pytest.approx(start + 0.5 * len(subtitle) - 0.1, abs=0.01)
    assert any(lines[0].startswith("Then it runs away!") for *_, lines in found)  # a sentence starts a subtitle


@pytest.mark.parametrize("words", [(), words_of("the engine counts words in another way than this")])
def test_without_usable_word_times_length_counts(words):
    placement = Placement(Cue(LONG), 1.0, 9.0, 1.0)
    times = [(start, end) for _, start, end, _ in entries(srt([placement], [words]))]
    assert times[0][0] == 1.0 and times[-1][1] == 9.0
    assert times == sorted(times)


def test_words_longer_than_a_line_and_arrows():
    (begin, end, lines), *_ = split("x" * 100)
    assert begin == 0 and max(map(len, lines)) <= 42 and end == sum(map(len, lines))
    text = srt([Placement(Cue("This --> that"), 0.0, 1.0, 1.0)], [()])
    assert len(re.findall("-->", text)) == 1
