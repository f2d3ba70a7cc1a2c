"""SSML: elements inside each other say how words are spoken; what is no XML is told with its place."""

from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit.core.errors import ScriptError
from voicekit.text.script.marks import NEUTRAL, ProsodyStyle
from voicekit.text.script.markup import marked
from voicekit.text.script.ssml import LONGEST_PAUSE_S, pause_s

words = st.text("aehlrstzBEKäÖßé&", max_size=5).map(lambda letters: letters + "o")


@dataclass(frozen=True)
class Spoken:
    """A word as it should come out; `manners`: of the elements around it, from the outside in."""

    text: str
    pause_s: float = 0.0
    is_substituted: bool = False
    styles: tuple[ProsodyStyle, ...] = ()


@dataclass(frozen=True)
class Written:
    """A stretch of SSML, and the words that should come of it."""

    xml: str
    spoken: tuple[Spoken, ...]


def row(parts: list[Written]) -> Written:
    return Written(" ".join(part.xml for part in parts), tuple(word for part in parts for word in part.spoken))


plain = words.map(lambda word: Written(escape(word), (Spoken(word),)))
paused = st.builds(
    lambda word, ms: Written(f'{escape(word)}<break time="{ms}ms"/>', (Spoken(word, pause_s=ms / 1000),)),
    words,
    st.integers(1, 30_000),
)
substituted = st.builds(
    lambda word, alias: Written(f"<sub alias={quoteattr(alias)}>{escape(word)}</sub>", (Spoken(word, is_substituted=True),)),
    words,
    st.sampled_from(["doctor", "see you", "a"]),
)


@st.composite
def prosody(draw, inner) -> Written:
    part = draw(inner)
    percent, semitones, level_db = draw(st.integers(50, 200)), draw(st.integers(-12, 12)), draw(st.integers(-12, 12))
    style = ProsodyStyle(pace=percent / 100, pitch_st=semitones, level_db=level_db)
    xml = f'<prosody rate="{percent}%" pitch="{semitones:+d}st" volume="{level_db:+d}dB">{part.xml}</prosody>'
    return Written(xml, tuple(replace(word, styles=(style, *word.styles)) for word in part.spoken))


texts = st.recursive(
    st.one_of(plain, paused, substituted),
    lambda inner: st.one_of(st.lists(inner, min_size=1, max_size=4).map(row), prosody(inner)),
    max_leaves=10,
)


@given(texts, st.booleans())
def test_each_word_is_said_as_the_elements_around_it_say(written, whole):
    shown, marks = marked(f"<speak>{written.xml}</speak>" if whole else written.xml + " &amp; <s>end</s>")
    found = shown.split()
    expected = [word.text for word in written.spoken]
    assert found[: len(expected)] == expected
    styles, pauses = marks.styles or [NEUTRAL] * len(found), marks.pauses_s or [0.0] * len(found)
    said = {first for first, _, _ in marks.pronunciations}
    for place, word in enumerate(written.spoken):
        assert (pauses[place], place in said) == (word.pause_s, word.is_substituted), written.xml
        assert styles[place] == reduce(and_, word.styles, NEUTRAL), written.xml


pieces = st.sampled_from(
    ["word ", "two words", "<speak>", "</speak>", "<p>", "</p>", "<s>", "</s>", "<break/>", '<break time="2s"/>',
     '<break time="x"/>', "<break", '<prosody rate="fast">', "<prosody>", "</prosody>", '<sub alias="b">a</sub>',
     "<sub>", "&amp;", "&lt;", "&bad;", "&", "<", "<!-- c -->", "<![CDATA[ a < b ]]>", "<?xml version='1.0'?>",
     "<!DOCTYPE a>", "]]>", "\x00", "<a b='c'>", "]", "[slow]", "[/slow]", "\n"]
)  # fmt: skip


@given(st.lists(pieces, max_size=10).map("".join), st.sampled_from(["", "<speak>"]))
def test_any_text_is_read_or_told_to_be_wrong(text, head):
    try:
        shown, marks = marked(head + text, "the script.xml")
    except ScriptError as error:
        assert str(error).startswith("the script.xml, line "), error
        return
    n_words = len(shown.split())
    assert len(marks.styles) in (0, n_words) and len(marks.pauses_s) in (0, n_words)
    assert all(0 <= first < after <= n_words for first, after, _ in marks.pronunciations)


@given(st.floats(0, 40).map(lambda number: round(number, 3)), st.sampled_from(["s", " sec", " seconds", ""]))
def test_pauses_are_read_in_seconds_and_milliseconds(seconds, unit):
    expected = pytest.approx(seconds) if seconds <= LONGEST_PAUSE_S else None
    assert pause_s(f"{seconds:.3f}{unit}") == expected
    assert pause_s(f"{seconds * 1000:.0f} ms") == expected
