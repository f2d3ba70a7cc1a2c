"""Captions: what is written as SubRip or WebVTT is read again, and what stands on the screen can be read there."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit.core.errors import ScriptError
from voicekit.narration.subtitles.breaks import width
from voicekit.narration.subtitles.captions import GAP_S, LINE_LENGTH, LONGEST_S, Caption, Heard, captions
from voicekit.narration.subtitles.subtitles import ass, srt, vtt
from voicekit.speech.engine import Word
from voicekit.text.script.captions import are_captions, parse_captions

words = st.sampled_from(
    ["a", "the", "Öl", "lights", "ß", "Nguyễn", "Donaudampfschifffahrt", "日本語", "x-ray", "don't", "5", "3.5"]
)
marks = st.sampled_from(["", "", "", ",", ".", "!", "?", " & so", " 5", "'s", "…"])
sentences = st.lists(st.builds(str.__add__, words, marks), min_size=1, max_size=12).map(" ".join)


@st.composite
def timed(draw) -> tuple[Caption, ...]:
    """Captions one after the other, each with other words than the one before: those that roll up are read otherwise."""
    found, now_ms = [], 0
    for number in range(draw(st.integers(1, 6))):
        start_ms = now_ms + draw(st.integers(0, 5_000_000))
        now_ms = start_ms + draw(st.integers(1, 9000))
        lines = tuple(
            f"{line} {number}{'ab'[n]}" for n, line in enumerate(draw(st.lists(sentences, min_size=1, max_size=2)))
        )
        pieces = [piece for line in lines for piece in line.split()]
        step_s = (now_ms - start_ms) / 1000 / len(pieces)
        said = (
            Word(piece, start_ms / 1000 + n * step_s, start_ms / 1000 + (n + 1) * step_s) for n, piece in enumerate(pieces)
        )
        found.append(Caption(start_ms / 1000, now_ms / 1000, lines, tuple(said)))
    return tuple(found)


@given(timed(), st.sampled_from([srt, vtt]))
def test_what_is_written_is_read_again(shown, write):
    text = write(shown)
    assert are_captions(text)
    cues = parse_captions(text, "film").cues
    assert [cue.start_s for cue in cues] == [pytest.approx(one.start_s) for one in shown]
    assert [cue.text for cue in cues] == [" ".join(one.lines) for one in shown]


@given(timed(), st.randoms(use_true_random=False))
def test_captions_out_of_order_are_put_in_the_order_of_their_times(shown, chance):
    mixed = list(shown)
    chance.shuffle(mixed)
    assert parse_captions(srt(mixed), "film").cues[-1].text == " ".join(shown[-1].lines)
    assert [cue.start_s for cue in parse_captions(srt(mixed), "film").cues] == [
        cue.start_s for cue in parse_captions(srt(shown), "film").cues
    ]


@given(
    st.lists(st.sampled_from(["a", "<b>", "&lt;", "&amp;", "<3", "&", "R&B", "x > y"]), min_size=1, max_size=6).map(" ".join)
)
def test_what_webvtt_means_something_by_is_words(text):
    shown = Caption(1.0, 3.0, (f"words {text}",), (Word("words", 1.0, 2.0), *(Word(one, 2.0, 3.0) for one in text.split())))
    assert [cue.text for cue in parse_captions(vtt([shown]), "film").cues] == [f"words {text}"]


@st.composite
def narrations(draw) -> list[Heard]:
    heard, now_s = [], 0.0
    for text in draw(st.lists(sentences, min_size=1, max_size=5)):
        start_s = now_s + draw(st.floats(0, 5))
        now_s = start_s + draw(st.floats(0.2, 20))
        pieces = text.split() if draw(st.booleans()) else draw(st.lists(words, max_size=5))
        edges = sorted(draw(st.lists(st.floats(start_s, now_s), min_size=2 * len(pieces), max_size=2 * len(pieces))))
        said = tuple(Word(piece, edges[2 * n], edges[2 * n + 1]) for n, piece in enumerate(pieces))
        heard.append(Heard(text, start_s, now_s, said))
    return heard


@given(narrations())
def test_captions_can_be_read(heard):
    found = captions(heard)
    said = "".join("".join(one.lines) for one in found)
    assert "".join(said.split()) == "".join("".join(one.text.split()) for one in heard), "no letter is lost"
    for one in found:
        assert 1 <= len(one.lines) <= 2 and all(width(line) <= LINE_LENGTH for line in one.lines)
        assert one.start_s < one.end_s <= one.start_s + LONGEST_S + 1e-6
        edges = [edge for word in one.words for edge in (word.start_s, word.end_s)]
        assert edges == sorted(edges) and one.start_s <= edges[0] and edges[-1] <= one.end_s
    for before, after in pairwise(found):
        gap_s = after.start_s - before.end_s
        assert gap_s == pytest.approx(0, abs=1e-9) or gap_s >= GAP_S - 1e-6, "captions neither overlap nor flicker"
    assert ass(found, 1280, 720).count("Dialogue:") == len(found)


pieces = st.sampled_from(
    ["1\n", "2\n", "00:00:01,000 --> 00:00:02,000\n", "00:00:02.500 --> 00:00:04.000 align:start\n",
     "0:0:5,1 -> 0:0:6\n", "\n", "WEBVTT\n\n", "NOTE that\n", "Anna: hello\n", "- Yes.\n", "[door slams]\n",
     "(laughs) no\n", "<i>words</i>\n", "<v Bob>words\n", "♪ la ♪\n", "{\\an8}up\n", "[slow]a[/slow]\n", "[slow]\n",
     "<00:00:01.500><c> more</c>\n", "&lt;b&gt; &amp; <b\n", "00:00:03,000 --> 00:00:02,000\n", "99:99:99,0 --> x\n",
     "the same line\n", "the same line\n", "-00:00:01,000 --> 00:00:01,000\n"]
)  # fmt: skip


@given(st.lists(pieces, max_size=14).map("".join))
def test_any_text_is_read_or_told_to_be_wrong(text):
    try:
        script = parse_captions(text, "the film.srt")
    except ScriptError as error:
        assert str(error).startswith("the film.srt"), error
        return
    starts = [cue.start_s for cue in script.cues]
    assert starts == sorted(set(starts)) and starts[0] >= 0
    assert all(cue.text == " ".join(cue.text.split()) != "" for cue in script.cues)
    assert all(len(cue.marks.styles) in (0, len(cue.text.split())) for cue in script.cues)
