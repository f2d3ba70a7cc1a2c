import pytest

from voicekit.core.errors import ScriptError
from voicekit.text.script.marks import NEUTRAL, NO_MARKS, ProsodyStyle
from voicekit.text.script.markup import marked
from voicekit.text.script.reading import EMPHASIS, STRONG


def shown(text: str) -> str:
    return " ".join(marked(text)[0].split())


def style(attributes: str) -> ProsodyStyle:
    marks = marked(f"<prosody {attributes}>word</prosody>")[1]
    return marks.styles[0] if marks.styles else NEUTRAL


def test_a_document():
    text = '<?xml version="1.0"?>\n<speak version="1.1" xml:lang="en">\n<p><s>One.</s><s>Two.</s></p>\n<p>Three.</p></speak>'
    assert [part.split() for part in marked(text)[0].split("\n\n") if part.strip()] == [["One.", "Two."], ["Three."]]


def test_breaks():
    text = 'One <break time="500ms"/> two<break strength="x-strong"/>three <break/>, four <break strength="none"/> five'
    assert shown(text) == "One two three, four five"
    assert marked(text)[1].pauses_s == (0.5, 1.2, 0.5, 0.0, 0.0)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('rate="slow"', ProsodyStyle(pace=0.8)),
        ('rate="90%"', ProsodyStyle(pace=0.9)),
        ('rate="1.1"', ProsodyStyle(pace=1.1)),
        ('rate="+10%"', ProsodyStyle(pace=1.1)),
        ('rate="-50%"', ProsodyStyle(pace=0.5)),
        ('pitch="+2st"', ProsodyStyle(pitch_st=2.0)),
        ('pitch="high"', ProsodyStyle(pitch_st=2.0)),
        ('pitch="-50%"', ProsodyStyle(pitch_st=-12.0)),
        ('volume="soft"', ProsodyStyle(level_db=-4.0)),
        ('volume="+3dB"', ProsodyStyle(level_db=3.0)),
        ('rate="fast" pitch="low" volume="loud"', ProsodyStyle(1.2, -2.0, 1.0, 4.0)),
        ('rate="default"', NEUTRAL),
    ],
)
def test_prosody(attributes, expected):
    assert style(attributes) == expected


def test_emphasis():
    text = 'a <emphasis>b</emphasis> <emphasis level="strong">c</emphasis> <emphasis level="none">d</emphasis>'
    assert marked(text)[1].styles == (NEUTRAL, EMPHASIS, STRONG, NEUTRAL)


def test_words_said_otherwise():
    text = 'The <sub alias="World Wide Web">WWW</sub>\'s <phoneme alphabet="ipa" ph="dʒɪf">GIF</phoneme>.'
    said = [(first, after, entry.word, entry.said) for first, after, entry in marked(text)[1].pronunciations]
    assert shown(text) == "The WWW's GIF."
    assert said == [(1, 2, "WWW", "World Wide Web"), (2, 3, "GIF", "/dʒɪf/")]


def test_bare_signs_stay_beside_elements():
    assert shown("a < b <break/> & c <3, &amp; d &lt; e \\<p> <!-- not this -->f <![CDATA[<g>]]>") == (
        "a < b & c <3, & d < e <p> f <g>"
    )


def test_marks_in_brackets_are_read_beside_elements():
    spoken, marks = marked("[slow]a <break/> b[/slow] c")
    assert spoken == "a b c"
    assert marks.styles == (ProsodyStyle(pace=0.8), ProsodyStyle(pace=0.8), NEUTRAL) and marks.pauses_s == (0.5, 0.0, 0.0)


def test_a_manner_may_hold_over_paragraphs():
    assert marked('<prosody rate="slow">a\n\n<p>b</p></prosody> c')[1].styles == (
        ProsodyStyle(pace=0.8),
        ProsodyStyle(pace=0.8),
        NEUTRAL,
    )


def test_text_without_elements_is_left_alone():
    text = "a &amp; b < c"
    assert marked(text) == (text, NO_MARKS)
    assert marked("\\<p> &amp;") == ("<p> &amp;", NO_MARKS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a <brake time='1s'/>",
            r"column 3: <brake> is not known; did you mean <break>\? \(write \\<brake> to have it spoken\)",
        ),
        ("a <audio src='x'>b</audio>", "column 3: <audio> is not known; known are <speak>, <p>"),
        ("a <voice>b</voice>", 'column 3: <voice> does not say who speaks; write <voice name="anna">'),
        ("a <voice gender='female'>b</voice>", "<voice> has no “gender”; it has name"),
        ("é\nb 😀 <prosody rate='slow'> c", "line 2, column 5: <prosody> is not closed; write </prosody>"),
        ("<emphasis>a</prosody>", "line 1, column 1: <emphasis> is not closed"),
        ("a\nb</p>", "line 2, column 2: </p> has no beginning; remove it"),
        ("a <break time=1s/>", r"line 1, column 15: the SSML cannot be read"),
        ("a <break/>\nb <c d", "line 2, column .*: the SSML cannot be read"),
        ("<!DOCTYPE x [<!ENTITY y 'z'>]><speak>&y;</speak>", "column 1: <!DOCTYPE is not read; remove"),
        ("<speak><!ENTITY y 'z'>a</speak>", "column 8: <!ENTITY is not read"),
        ("a <break time='soon'/>", r'time="soon" of <break> is not known; write a time like 800ms'),
        ("a <break time='31s'/>", "up to 30 s"),
        ("a <break strength='huge'/>", 'strength="huge" of <break> is not known; write one of none, x-weak'),
        ("a <break length='1s'/>", "<break> has no “length”; it has time and strength"),
        ("<break/> a", "column 1: <break> has no word before it"),
        ("<prosody>a</prosody>", "<prosody> says nothing; give it a rate, pitch or volume"),
        ("<prosody rate='3'>a</prosody>", 'rate="3" of <prosody> is not known; .*from 50% to 200%'),
        ("<prosody rate='brisk'>a</prosody>", 'rate="brisk"'),
        ("<prosody pitch='200Hz'>a</prosody>", r'pitch="200Hz" .*like \+2st'),
        ("<prosody pitch='-100%'>a</prosody>", 'pitch="-100%"'),
        ("<prosody volume='3'>a</prosody>", r'volume="3" .*like \+3dB'),
        ("<emphasis level='huge'>a</emphasis>", 'level="huge" of <emphasis>'),
        ("<sub>WWW</sub>", 'column 1: <sub> does not say how; write <sub alias="…">'),
        ("<sub alias='x'> </sub> a", "column 1: <sub> is empty"),
        ("<phoneme alphabet='x-sampa' ph='x'>a</phoneme>", 'alphabet="x-sampa" of <phoneme> is not known; write ipa'),
        ("<phoneme ph='w8n'>a</phoneme>", "column 1: “a” cannot be said: “8” in /w8n/ is not a sound"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_column(text, message):
    with pytest.raises(ScriptError, match=message) as caught:
        marked(text, "film.xml")
    assert str(caught.value).startswith("film.xml, line ")
