import re
from itertools import pairwise

import pytest

from voicekit.narration.subtitles.breaks import width
from voicekit.narration.subtitles.captions import Heard, captions
from voicekit.narration.subtitles.subtitles import ass, srt, vtt
from voicekit.speech.engine import Word

LONG = (
    "The quick brown fox, who had been waiting at the edge of the wood since the early morning, jumps over the "
    "lazy dog. Then it runs away! Nobody saw where it went, and nobody asked."
)
GERMAN = (
    "Der große Hase wacht am Morgen auf, streckt sich und geht hinaus auf die Wiese, weil die Sonne scheint. "
    "Dr. Meier sagt, dass am 3. Mai alles besser wird als je zuvor."
)
JAPANESE = (
    "むかしむかし、あるところに、おじいさんとおばあさんが住んでいました。おじいさんは山へしば刈りに、"
    "おばあさんは川へ洗濯に行きました。"
)
ARABIC = "استيقظ الأرنب الكبير في الصباح الباكر، ثم خرج إلى المرج ليرى الفراشات الجميلة التي تطير."
HEBREW = "השועל המהיר קופץ מעל הכלב העצלן, ואחר כך הוא בורח אל היער. 42 אנשים ראו אותו."


def words_of(text, start_s=0.0, step_s=0.4):
    return tuple(Word(word, start_s + n * step_s, start_s + (n + 0.8) * step_s) for n, word in enumerate(text.split()))


def heard(text, start_s=1.0, step_s=0.4):
    words = words_of(text, start_s, step_s)
    return Heard(text, start_s, words[-1].end_s, words)


def joined(found, space=" "):
    return space.join(space.join(one.lines) for one in found).replace("\u200f", "")


def check_rules(found):
    for one in found:
        assert 1 <= len(one.lines) <= 2
        assert all(0 < width(line) <= 42 for line in one.lines), one.lines
        assert 0 < one.end_s - one.start_s <= 7.001
        times = [time for word in one.words for time in (word.start_s, word.end_s)]
        assert times == sorted(times) and one.start_s <= times[0] and times[-1] <= one.end_s
    for one, after in pairwise(found):
        gap_s = after.start_s - one.end_s
        assert gap_s == 0 or gap_s >= 0.0799


@pytest.mark.parametrize("text", [LONG, GERMAN, ARABIC, HEBREW])
@pytest.mark.parametrize("step_s", [0.15, 0.4, 1.2])
def test_captions_keep_to_the_limits_and_to_the_words(text, step_s):
    line = heard(text, 10.0, step_s)
    found = captions([line])
    check_rules(found)
    assert joined(found) == text
    assert [word.text for one in found for word in one.words] == text.split()
    spoken = {word.start_s for word in line.words}
    assert all(min(abs(one.start_s - at) for at in spoken) < 1e-6 for one in found)


def test_breaks_are_where_a_reader_would_pause():
    found = [one.lines for one in captions([heard(LONG, step_s=0.3), heard(GERMAN, 40.0, 0.3)])]
    assert ("since the early morning,", "jumps over the lazy dog.") in found
    assert any(lines[0].startswith("Dr. Meier sagt,") for lines in found)  # no sentence ends after "Dr."
    last_words = [line.split()[-1].lower() for lines in found for line in lines]
    assert not {"the", "a", "of", "who", "and", "der", "die", "am", "und", "weil", "dass", "dr."} & set(last_words)


@pytest.mark.parametrize(
    "lines",
    [
        "Dr. Nguyen of the BBC reports / from the stadium tonight.",
        "The lamp of the old tower was lit / when the ships came home.",
        "Everybody knew / that the second half would be harder.",
        "Der Kapitän von der Insel fährt heute / in den Hafen zurück.",
    ],
)
def test_a_line_ends_where_a_clause_does(lines):
    (one,) = captions([heard(lines.replace(" /", ""), step_s=0.3)])
    assert " / ".join(one.lines) == lines


def test_two_lines_are_balanced_and_one_is_not_broken():
    (one,) = captions([heard("A door opens, slowly.")])
    assert one.lines == ("A door opens, slowly.",)
    (two,) = captions([heard("Grandmother carried seventeen yellow elephants home yesterday", step_s=0.5)])
    upper, lower = map(len, two.lines)
    assert upper <= lower + 3 and lower - upper < 12


def test_fast_speech_stays_on_into_the_silence_but_not_into_the_next():
    text = "This was said in hardly more than a second."
    alone = captions([Heard(text, 0.0, 1.2)])
    assert alone[0].end_s == pytest.approx(len(text) / 17, abs=0.01)
    first, second = captions([Heard(text, 0.0, 1.2), Heard("Next.", 1.6, 1.9)])
    assert first.end_s == 1.6 == second.start_s and second.end_s == pytest.approx(1.6 + 5 / 6)
    first, _ = captions([Heard("One.", 0.0, 0.96), Heard("Two.", 1.0, 2.0)])
    assert first.end_s == 1.0  # no gap rather than one of a frame
    first, _ = captions([Heard("One.", 0.0, 0.9), Heard("Two.", 1.0, 2.0)])
    assert first.end_s == 0.9


def test_a_slow_word_does_not_stand_for_ever():
    (one,) = captions([Heard("Ommmmm.", 0.0, 20.0, (Word("Ommmmm.", 0.0, 20.0),))])
    assert one.end_s == 7.0 == one.words[0].end_s


def test_lines_heard_at_once_are_shown_one_after_the_other():
    found = captions([heard("One two three.", 1.0), heard("Four five six.", 1.2), heard("Seven.", 1.2)])
    check_rules(found)
    assert [one.lines for one in found] == [("One two three.",), ("Four five six.",), ("Seven.",)]


@pytest.mark.parametrize("words", [(), words_of("the engine counts words in another way than this", 1.0, 0.5)])
def test_without_usable_word_times_length_counts(words):
    found = captions([Heard(LONG, 1.0, 12.0, words)])
    check_rules(found)
    assert found[0].start_s == 1.0 and found[-1].end_s == pytest.approx(12.0)


def test_nothing_is_no_caption_and_a_word_longer_than_a_line_is_cut():
    assert captions([]) == captions([Heard(" \n ", 0.0, 1.0)]) == ()
    found = captions([Heard("x" * 100, 0.0, 9.0)])
    check_rules(found)
    assert joined(found, "") == "x" * 100


def test_japanese_breaks_between_characters_but_not_before_closing_marks():
    found = captions([Heard(JAPANESE, 0.0, 16.0)])
    check_rules(found)
    assert joined(found, "") == JAPANESE
    lines = [line for one in found for line in one.lines]
    assert all(len(line) <= 21 and line[0] not in "、。」ょっー" for line in lines)
    assert any(line.endswith("。") for line in lines[:-1])
    tight = captions([Heard("「" + "山" * 20 + "」。" + "川" * 30, 0.0, 6.0)])
    assert all(line[0] not in "」。" and line[-1] != "「" for one in tight for line in one.lines)
    spoken = tuple(Word(text, n, n + 0.9) for n, text in enumerate(["むかし", "むかし、", "ある", "ところに。"]))
    (one,) = captions([Heard("むかしむかし、あるところに。", 0.0, 4.0, spoken)])
    starts = {word.text: word.start_s for word in one.words}
    assert starts["あ"] == 2.0 and starts["と"] == 3.0


def test_right_to_left_text_stays_in_the_order_it_is_read():
    (one, *_) = captions([heard(ARABIC)])
    assert one.lines[0].startswith("استيقظ")  # no mark is needed
    (mixed,) = captions([heard("HTTP هو بروتوكول مشهور جدا.")])
    assert mixed.lines == ("\u200fHTTP هو بروتوكول مشهور جدا.",)
    (number,) = captions([heard("42 אנשים ראו אותו.")])
    assert number.lines == ("42 אנשים ראו אותו.",)  # a number says nothing of the direction
    (english,) = captions([heard("He said שלום to me.")])
    assert english.lines == ("He said שלום to me.",)


def test_srt():
    found = captions([Heard("Yes. A door opens.", 3661.5, 3663.25), Heard("This --> that <b>", 4000.0, 4001.0)])
    assert srt(found) == (
        "1\n01:01:01,500 --> 01:01:03,250\nYes. A door opens.\n\n2\n01:06:40,000 --> 01:06:41,000\nThis → that <b>\n\n"
    )


def test_vtt_has_the_times_of_words_and_is_escaped():
    text = vtt(captions([Heard("a <b> & c --> d", 1.0, 4.0, words_of("a <b> & c --> d", 1.0, 0.5))]))
    assert text.startswith("WEBVTT\n\n00:00:01.000 --> 00:00:04.000\na <00:00:01.500>&lt;b&gt; <00:00:02.000>&amp; ")
    assert text.count("-->") == 1
    found = vtt(captions([heard(LONG)]))
    assert re.sub(r"<[\d:.]+>", "", found).split("\n\n")[1].split("\n", 1)[1].startswith("The quick brown fox,")
    for cue in found.split("\n\n")[1:]:
        times = re.findall(r"\d\d:\d\d:\d\d\.\d{3}", cue)
        assert not times or (sorted(times[2:]) == times[2:] and times[0] < min(times[2:]) <= max(times[2:]) < times[1])


@pytest.mark.parametrize("text", [LONG, JAPANESE, ARABIC])
def test_ass_lights_words_for_as_long_as_the_caption_stands(text):
    found = captions([Heard(text, 0.333, 13.777)])
    written = ass(found, 1280, 720)
    assert "PlayResX: 1280\nPlayResY: 720\n" in written
    events = [line for line in written.splitlines() if line.startswith("Dialogue:")]
    assert len(events) == len(found)
    for event, one in zip(events, found, strict=True):
        _, start, end, *_, shown = event.split(",", 9)
        start_cs, end_cs = (
            round(sum(float(x) * 60**n for n, x in enumerate(t.split(":")[::-1])) * 100) for t in (start, end)
        )
        lengths = [int(length) for length in re.findall(r"\{\\k(\d+)\}", shown)]
        assert sum(lengths) == end_cs - start_cs and len(lengths) == len(one.words)
        assert re.sub(r"\{[^}]*\}", "", shown) == "\\N".join(one.lines)


def test_ass_escapes_what_would_be_a_command():
    written = ass(captions([Heard(r"a {b} \N, c", 0.0, 2.0)]), 640, 480)
    shown = re.sub(r"\{\\k\d+\}", "", written.splitlines()[-1])
    assert shown.endswith(",,a \\{b\\} \\\u2060N, c")


def test_a_long_text_is_broken_in_a_blink():
    import time

    start = time.perf_counter()
    found = captions([Heard(JAPANESE * 40, 0.0, 600.0), Heard(LONG * 40, 700.0, 1500.0)])
    assert time.perf_counter() - start < 10
    check_rules(found)
