import random

import pytest

from voicekit.core.errors import ScriptError
from voicekit.text.script.marks import NEUTRAL, NO_MARKS, ProsodyStyle
from voicekit.text.script.markup import TONES, marked
from voicekit.text.script.reading import EMPHASIS, STRONG

SLOW, CALM, EXCITED = ProsodyStyle(pace=0.8), TONES["calm"], TONES["excited"]


def shown(text: str) -> str:
    return " ".join(marked(text)[0].split())


def styles(text: str) -> dict[str, ProsodyStyle]:
    """Of the words that are not said plainly."""
    spoken, marks = marked(text)
    pairs = zip(spoken.split(), marks.styles, strict=True) if marks.styles else ()
    return {word: style for word, style in pairs if style != NEUTRAL}


def pauses(text: str) -> dict[str, float]:
    spoken, marks = marked(text)
    pairs = zip(spoken.split(), marks.pauses_s, strict=True) if marks.pauses_s else ()
    return {word: seconds for word, seconds in pairs if seconds}


@pytest.mark.parametrize(
    "text",
    [
        "The lights come on.\n\n  Then, it begins!\r\nNow.",
        "2 * 3, 5* hotels and 4* motels, a*b*c, f***ing, * * *, **",
        "snake_case, __init__, ___, _x and z",
        "a < b, <3, < y >, <https://x.org>, <jo@x.org>, Tom & Jerry",
        "[1], [00:12], […], [ ], a[0], [",
        "C:\\dir and \\n",
        "a *un*believable b",
        "un*b and c* d",
        "",
    ],
)
def test_text_without_marks_stays_as_it_is(text):
    assert marked(text) == (text, NO_MARKS)


def test_pauses():
    assert pauses("One [pause 0.8s] two, [pause: 800 ms] three [PAUSE].") == {"One": 0.8, "two,": 0.8, "three.": 0.5}
    assert pauses("One[pause][pause 1,5s]two") == {"One": 2.0}
    assert shown("One[pause]two [pause], three [pause] .") == "One two, three."


def test_manners_hold_up_to_their_end():
    assert styles("a [slow]b c[/slow] d") == {"b": SLOW, "c": SLOW}
    assert styles("[fast] a [/fast] [loud]b[/loud] [soft]c[/soft] [pace 0.9]d[/pace] e") == {
        "a": ProsodyStyle(pace=1.2),
        "b": ProsodyStyle(level_db=4.0),
        "c": ProsodyStyle(level_db=-4.0),
        "d": ProsodyStyle(pace=0.9),
    }
    assert styles("[slow]a [loud]b[/slow] c[/loud] d") == {
        "a": SLOW,
        "b": SLOW & ProsodyStyle(level_db=4.0),
        "c": ProsodyStyle(level_db=4.0),
    }


def test_tones_hold_up_to_the_next_one_or_the_end_of_the_paragraph():
    assert styles("a [calm] b [tone: excited] c\nd\n\ne") == {"b": CALM, "c": EXCITED, "d": EXCITED}
    assert styles("[Calm] a [neutral] b") == styles("[calm]a[/calm] b") == styles("[tone calm] a [/tone] b") == {"a": CALM}
    assert styles("[calm] a [excited] b [/excited] c") == {"a": CALM, "b": EXCITED, "c": CALM}
    assert styles("[calm] a *b*") == {"a": CALM, "b": CALM & EMPHASIS}


def test_emphasis():
    assert styles("a *b*, **c** _d_ (*e*) *f g* ***h***!") == {
        "b,": EMPHASIS, "c": STRONG, "d": EMPHASIS, "(e)": EMPHASIS, "f": EMPHASIS, "g": EMPHASIS, "h!": STRONG,
    }  # fmt: skip
    assert styles("*note: that is *great*") == {"great": EMPHASIS}
    assert marked("*a\n\nb*") == ("*a\n\nb*", NO_MARKS)


def test_a_word_has_the_manner_of_most_of_its_letters():
    assert styles("[slow]un[/slow]believable [slow]believ[/slow]able") == {"believable": SLOW}
    assert shown("[slow]un[/slow]believable") == "unbelievable"


def test_said():
    text, marks = marked("The [say: SQL|sequel]'s in [say: New York | noo york], a [say: GIF|/dʒɪf/].")
    assert text == "The SQL's in New York, a GIF."
    assert [(first, after, entry.word, entry.said) for first, after, entry in marks.pronunciations] == [
        (1, 2, "SQL", "sequel"),
        (3, 5, "New York", "noo york"),
        (6, 7, "GIF", "/dʒɪf/"),
    ]
    assert marks.pronunciations[2][2].ipa == (("dʒ", "ˈɪ", "f"),)


def test_a_backslash_makes_signs_plain():
    assert marked(r"\[calm] \*x\* \_y\_ \<p>") == ("[calm] *x* _y_ <p>", NO_MARKS)


def test_lines_and_paragraphs_stay_and_tags_leave_no_gaps():
    assert marked("One.\n[calm]\nTwo.\n\n[pause]\n\nThree [slow] four [/slow], five.")[0] == (
        "One.\nTwo.\n\nThree four, five."
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a\n b [clam] c",
            r"line 8, column 4: \[clam\] is not known; did you mean \[calm\]\? \(write \\\[clam\] to have it",
        ),
        ("a [/slwo]", r"column 3: \[/slwo\] is not known; did you mean \[/slow\]"),
        ("a [puase 1s]", r"\[puase 1s\] is not known; did you mean \[pause\]"),
        ("a [Pauze]", r"\[Pauze\] is not known; did you mean \[pause\]"),
        ("a [tone: clam]", r"the tone “clam” is not known; did you mean \[tone: calm\]"),
        ("a [tone: xyz]", r"the tone “xyz” is not known; known are neutral, calm"),
        ("a [slow] b", r"line 7, column 3: \[slow\] is not closed; write \[/slow\]"),
        ("a\n[slow] b\n\nc [/slow]", r"line 8, column 1: \[slow\] is not closed"),
        ("a [/slow] b", r"column 3: \[/slow\] ends nothing"),
        ("[calm] a [/sad] b", r"column 10: \[/sad\] ends nothing"),
        ("a [/pause]", r"\[pause\] has no end; remove \[/pause\]"),
        ("a [pause 9000s]", r"column 3: \[pause 9000s\] is not a pause; write \[pause 0.8s\] or .*up to 30 s"),
        ("a [pause 0s]", r"\[pause 0s\] is not a pause"),
        ("a [pause soon]", r"\[pause soon\] is not a pause"),
        ("a [pause -1s]", r"\[pause -1s\] is not a pause"),
        (" [pause] a", r"column 2: \[pause\] has no word before it"),
        ("[pace 3]a[/pace]", r"\[pace 3\] is not a pace; write a number from 0.5 to 2"),
        ("[pace]a[/pace]", "is not a pace"),
        ("[say: SQL]", r"\[say: SQL\] does not say how; write \[say: SQL\|sequel\]"),
        ("[say: SQL|]", "does not say how"),
        ("[say: a|b|c]", "does not say how"),
        ("\n\n[say: SQL|/w8n/]", "line 9, column 1: “SQL” cannot be said: “8” in /w8n/ is not a sound"),
        ("[say: a|b][say: c|d]", "column 11: “c” is in a word that is said in another way"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_column(text, message):
    with pytest.raises(ScriptError, match=message) as caught:
        marked(text, "film.txt", 7)
    assert str(caught.value).startswith("film.txt, line ")


def test_marks_fit_the_words_of_any_text():
    chance = random.Random(1)
    text = ["word", "two words", ".", ",", " ", "\n", "\n\n", "\r\n", "é", "😀", "\\ "]
    marks = ["*", "**", "_", "[calm]", "[neutral]", "[slow]a[/slow]", "x[pause 1s]", "[say: A|b] "]
    elements = ["<break/>y", "<p>q</p>", " <sub alias='c'>D</sub> ", "& < "]
    pieces = text + marks + elements
    for _ in range(600):
        text = "go " + "".join(chance.choices(pieces, k=chance.randint(1, 15)))
        try:
            spoken, marks = marked(text)
        except ScriptError as error:
            assert "said in another way" in str(error), text
            continue
        n_words = len(spoken.split())
        assert len(marks.styles) in (0, n_words) and len(marks.pauses_s) in (0, n_words), text
        assert not marks.styles or set(marks.styles) != {NEUTRAL}
        assert all(0 <= first < after <= n_words for first, after, _ in marks.pronunciations), text
        assert sum(marks.pauses_s) == text.count("[pause") + 0.5 * text.count("<break"), text


def test_a_long_text_is_read_quickly():
    spoken, marks = marked("One *two* three [pause 1s] four. " * 20000)
    assert len(spoken.split()) == len(marks.styles) == 80000


def test_tables():
    assert TONES["neutral"] == NEUTRAL
    assert all(0.5 <= tone.pace <= 2 for tone in TONES.values())


def test_manners_inside_each_other_stay_within_what_a_voice_can_do():
    assert styles("[slow]" * 90 + "a" + "[/slow]" * 90) == {"a": ProsodyStyle(pace=0.5)}
    assert styles("[loud]" * 9 + "a" + "[/loud]" * 9) == {"a": ProsodyStyle(level_db=12.0)}
    assert ProsodyStyle(2, 9, 2, 9) & ProsodyStyle(2, 9, 2, 9) == ProsodyStyle(2, 12, 3, 12)
    assert ProsodyStyle(0.6, -9, 0.2, -9) & ProsodyStyle(0.6, -9, 0.2, -9) == ProsodyStyle(0.5, -12, 0.2 * 0.2, -12)


@pytest.mark.parametrize(("begin", "called"), [("[slow]", r"\[slow\]"), ("<s>", "<s>")])
def test_how_deep_marks_go_has_a_limit(begin, called):
    text = "a\n" + begin * 200 + "b" + begin.replace("[", "[/").replace("<", "</") * 200
    with pytest.raises(
        ScriptError, match=rf"line 2, column \d+: {called} stands inside 100 marks that are open; close those"
    ):
        marked(text)


def test_pauses_belong_to_the_word_before_them_wherever_they_stand_in_a_document():
    words = "".join(f"<s>{'a ' * number}<break time='{number}s'/></s>" for number in range(1, 20))
    pauses = [pause for pause in marked(f"<speak>{words}</speak>")[1].pauses_s if pause]
    assert pauses == list(range(1, 20))
