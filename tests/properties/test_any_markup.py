"""Markup: what is written around words says how they are spoken, and changes nothing else."""

import re
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_

from hypothesis import given
from hypothesis import strategies as st

from voicekit.core.errors import ScriptError
from voicekit.text.script.marks import NEUTRAL, NO_MARKS, ProsodyStyle
from voicekit.text.script.markup import TONES, marked
from voicekit.text.script.reading import EMPHASIS, STRONG

words = st.text("aehlrstzBEKäÖßéø", min_size=1, max_size=6)


@dataclass(frozen=True)
class Spoken:
    """A word as it should come out; `manners`: of all that is around it, from the outside in."""

    text: str
    pause_s: float = 0.0
    styles: tuple[ProsodyStyle, ...] = ()

    @property
    def style(self) -> ProsodyStyle:
        return reduce(and_, self.styles, NEUTRAL)


@dataclass(frozen=True)
class Written:
    """A stretch of text with markup, and the words that should come of it."""

    text: str
    spoken: tuple[Spoken, ...]

    def inside(self, begin: str, end: str, style: ProsodyStyle) -> "Written":
        spoken = tuple(replace(word, styles=(style, *word.styles)) for word in self.spoken)
        return Written(f"{begin}{self.text}{end}", spoken)


@st.composite
def word_with_pause(draw) -> Written:
    word = draw(words)
    pause_ms = draw(st.sampled_from([0, 0, 0, 200, 800, 30_000]))
    unit = draw(st.sampled_from([f"{pause_ms}ms", f"{pause_ms / 1000:g}s", f"{pause_ms / 1000:g} seconds"]))
    return Written(f"{word} [pause {unit}]" if pause_ms else word, (Spoken(word, pause_ms / 1000),))


def in_a_row(parts: list[Written]) -> Written:
    return Written(" ".join(part.text for part in parts), tuple(word for part in parts for word in part.spoken))


@st.composite
def in_a_span(draw, inner) -> Written:
    part = draw(inner)
    pace = draw(st.floats(0.5, 2).map(lambda number: round(number, 2)))
    spans = {
        ("[slow]", "[/slow]"): ProsodyStyle(pace=0.8),
        ("[fast]", "[/fast]"): ProsodyStyle(pace=1.2),
        ("[loud] ", " [/loud]"): ProsodyStyle(level_db=4.0),
        ("[ soft ]", "[/ soft ]"): ProsodyStyle(level_db=-4.0),
        (f"[pace {pace}]", "[/pace]"): ProsodyStyle(pace=pace),
    }
    (begin, end), style = draw(st.sampled_from(sorted(spans.items(), key=str)))
    return part.inside(begin, end, style)


@st.composite
def stressed(draw) -> Written:
    stars, style = draw(st.sampled_from([("*", EMPHASIS), ("_", EMPHASIS), ("**", STRONG)]))
    return in_a_row(draw(st.lists(words.map(lambda word: Written(word, (Spoken(word),))), min_size=1, max_size=3))).inside(
        stars, stars, style
    )


texts = st.recursive(
    st.one_of(word_with_pause(), stressed()),
    lambda inner: st.one_of(st.lists(inner, min_size=1, max_size=4).map(in_a_row), in_a_span(inner)),
    max_leaves=12,
)


def as_spoken(text: str) -> list[tuple[str, ProsodyStyle, float]]:
    shown, marks = marked(text)
    found = shown.split()
    styles, pauses = marks.styles or [NEUTRAL] * len(found), marks.pauses_s or [0.0] * len(found)
    return list(zip(found, styles, pauses, strict=True))


@given(texts)
def test_each_word_is_said_as_all_that_is_around_it_says(written):
    found = as_spoken(written.text)
    assert [word for word, _, _ in found] == [word.text for word in written.spoken]
    for (_, style, pause_s), word in zip(found, written.spoken, strict=True):
        assert (style, pause_s) == (word.style, word.pause_s), written.text
        assert 0.5 <= style.pace <= 2 and abs(style.pitch_st) <= 12 and abs(style.level_db) <= 12, written.text


@given(st.lists(st.tuples(st.sampled_from(sorted(TONES)), st.lists(words, min_size=1, max_size=4)), min_size=1, max_size=5))
def test_a_tone_holds_up_to_the_next_one(parts):
    text = " ".join(f"[{tone}] {' '.join(said)}" for tone, said in parts)
    assert [(word, style) for word, style, _ in as_spoken(text)] == [
        (word, TONES[tone]) for tone, said in parts for word in said
    ]


@given(st.text(st.characters(exclude_characters="[]*_<\\", exclude_categories=["Cs", "Co"])))
def test_text_without_signs_of_markup_stays_as_it_is(text):
    assert marked(text) == (text, NO_MARKS)


@given(st.text(st.sampled_from("ab []*_<>/&;.\n\"'é")))
def test_a_backslash_makes_every_sign_plain(text):
    assert marked(re.sub(r"[\[\]*_<]", r"\\\g<0>", text)) == (text, NO_MARKS)


pieces = st.sampled_from(
    ["word", "two words", ".", ",", " ", "\n", "\n\n", "é", "\\", "*", "**", "_", "[", "]", "[calm]", "[/calm]",
     "[neutral]", "[slow]", "[/slow]", "[pause 1s]", "[pause", "[pace 3]", "[say: A|b]", "[tone: calm]", "[1]", "<",
     ">", "&", "<break/>", "<p>", "</p>", "<sub alias='c'>D</sub>", "<prosody rate='slow'>", "</prosody>", "\ue000",
     "\ufffd"]
)  # fmt: skip


@given(st.lists(pieces, max_size=15).map("".join))
def test_any_text_is_read_or_told_to_be_wrong(text):
    try:
        shown, marks = marked(text, "the script.txt")
    except ScriptError as error:
        assert str(error).startswith("the script.txt, line "), error
        return
    n_words = len(shown.split())
    assert len(marks.styles) in (0, n_words) and len(marks.pauses_s) in (0, n_words)
    assert all(0 <= first < after <= n_words for first, after, _ in marks.pronunciations)
    assert not re.search("[\ue000-\ue00f]", shown)
