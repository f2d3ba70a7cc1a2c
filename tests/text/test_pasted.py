"""Text as it is pasted, spoken as a person reads it."""

import time

import pytest

from voicekit.text.script.script import aloud, parse


def said(text: str, name: str = "s.txt") -> list[str]:
    return [cue.text for cue in parse(text, name).cues]


def notes(text: str) -> tuple[str, ...]:
    return parse(text, "s.txt").notes


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("> It is late.\n> Never.", ["It is late. Never."]),
        ("> > Nested.\n>\n> [!NOTE]\n> Mind it.", ["Nested.", "Mind it."]),
        ("Roses.\n\n---\n\nWater.\n\n* * *\n\n___\n\n⁂\n\nEnd.", ["Roses.", "Water.", "End."]),
        ("- [x] Weed\n- [ ] Buy", ["Weed. Buy"]),
        ("- One\n  - Two\n* Three", ["One. Two. Three"]),
        ("• One\n• Two\n● Three", ["One. Two. Three"]),
        ("| Plant | Height |\n|---|--:|\n| Rose | 80 cm |", ["Plant, Height.", "Rose, 80 cm."]),
        ("See it.[^1]\n\n[^1]: In June.\n    And more.", ["See it."]),
        ("---\ntitle: The garden\ntags:\n  - a\n---\n\nWelcome.", ["Welcome."]),
        ('+++\ntitle = "x"\n+++\nWelcome.', ["Welcome."]),
        ("Tom &amp; Jerry, caf&eacute; it&#39;s &#x2014; &copy;", ["Tom & Jerry, café it's — ©"]),
        ("==marked== ++in++ ~~gone~~ `code` ``a b``", ["marked in gone code a b"]),
        ("H~2~O, 21^st^ and $E=mc^2$, $5 and $6", ["H2O, 21st and E=mc^2, $5 and $6"]),
        ("The [map][1], [that][] and <https://x.org/a>.\n\n[1]: https://a.b\n[that]: <https://c.d>", ["The map, that and https://x.org/a."]),
        ("[![Build](https://b.svg)](https://c.d) Go.", ["Go."]),
        ("<div><p>Hello <b>you</b>.</p></div><hr>", ["Hello you."]),
        ("<sub>2</sub> x", ["2 x"]),
        ("```python\nprint(1)\n```\n\nSo.", ["So."]),
        ("The garden\n==========\n\nWelcome.", ["Welcome."]),
        ("# The garden", ["The garden"]),
        ("5 \\# 6 \\- 7", ["5 # 6 - 7"]),
        ("[b]Bold[/b] [url=https://x]here[/url]", ["Bold here"]),
        ("It is :smile: late at 10:30:45", ["It is late at 10:30:45"]),
    ],
)  # fmt: skip
def test_markdown(text, spoken):
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("It is long.[1] It rises,[2][3] and ends.[12–14]", "It is long. It rises, and ends."),
        ("[1] See the map.", "See the map."),
        ("The lake[a] was drained [citation needed] in 1972.[note 3]", "The lake was drained in 1972."),
        ("He wrote: “[the president] knows [sic] best.”", "He wrote: “the president knows best.”"),
        ("In 1972² it fell.¹ The text³ ends.", "In 1972 it fell. The text ends."),
        ("A room of 20 m² and x².", "A room of 20 m² and x²."),
        ("[H]e want[ed] [a] boat[s] […].", "He wanted a boats […]."),
        ("We went [sad to say] home, [calm down] [said] he.", "We went sad to say home, calm down said he."),
    ],
)
def test_marks_of_books(text, spoken):
    assert said(text) == [spoken]


def test_lines_of_a_pdf_are_put_together():
    text = "The gar-\nden is well-\nknown, he twenty-\none. Beau\u00ad\ntiful con\ufffe\ntinue."
    assert said(text) == ["The garden is well-known, he twenty-one. Beautiful continue."]
    assert said("1\u202f234\u202f567 and 10\u00a0000") == ["1234567 and 10000"]


def test_what_is_left_out_is_told():
    assert notes("---\ntitle: x\n---\nHi.") == ("s.txt: what stands above the text is not spoken (lines 1 to 3)",)
    assert notes("# A\n\nHi.") == ("s.txt: headings are not spoken (1): “A”",)
    assert notes("Hi.[^1]\n\n[^1]: There.") == ("s.txt: footnotes are not spoken (1)",)
    assert notes("Hi. [Applause]") == ("s.txt: sounds in brackets are not spoken (1): [Applause]",)


def test_the_names_of_a_play_are_not_spoken():
    script = parse("JANE: Hello.\n\nNARRATOR: It was late.\n\nNote: this is said.", "s.txt")
    assert [cue.text for cue in script.cues] == ["Hello.", "It was late.", "Note: this is said."]
    assert script.notes == ("s.txt: names of speakers are not spoken: JANE, NARRATOR",)


def test_messages_of_a_chat():
    text = "[12/03/2024, 10:15:32] Jane Doe: Hello there\n[12/03/2024, 10:16:01] John: Hi!"
    assert said(text) == ["Hello there. Hi!"] and "who wrote them" in notes(text)[0]


def test_the_same_read_aloud():
    heard: list[str] = []
    text, _ = aloud("# Title\n\n> A [note][1] here.[2]\n\n[1]: https://x.org\n", "s.txt", heard.append)
    assert text.split() == ["Title", "A", "note", "here."] and not heard
    text, marks = aloud("1\n00:01 --> 00:02\n[calm] One.\n\n2\n00:03 --> 00:04\nTwo.\n", "s.srt", heard.append)
    assert text == "One.\n\nTwo." and len(marks.styles) == 2


def test_lines_of_errors_stay_right():
    with pytest.raises(Exception, match=r"s\.txt, line 7, column 3: \[clam\]"):
        parse("---\ntitle: x\n---\n\n- one\n- two\n\n[clam] x".replace("\n\n[clam]", "\na [clam]"), "s.txt")


@pytest.mark.parametrize(
    "sign", ["─", "😀", "→ ", "> ", "[a", "[a](b", "<a", "*a", "_a ", "$a", "==a", "a~b", "1 ", "a-\n", "[^1]:", "<head>"]
)  # fmt: skip
@pytest.mark.parametrize("begin", ["", "00:00:01,000 --> 00:00:02,000\n"])
def test_no_line_takes_long(begin, sign):
    start = time.process_time()
    try:
        parse(f"{begin}{sign * (20_000 // len(sign))}\n\nHello.", "s.txt")
    except Exception as error:
        assert "s.txt" in str(error)
    assert time.process_time() - start < 5
