from collections import Counter

import pytest

from voicekit.film.stage import Context
from voicekit.film.storyboard import split as split_module
from voicekit.film.storyboard.lengths import Lengths
from voicekit.film.storyboard.scene_words import light_of, seen, setting_of
from voicekit.film.storyboard.split import SplitOptions, split
from voicekit.film.storyboard.titles import titles_of
from voicekit.text.language import language_of


def title(text: str) -> str:
    return titles_of(text, Counter(), 1, language_of(text))[0]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The light at the end of the pier still turns, though nobody is there.", "The light at the end of the pier"),
        ("Jeden Abend dreht sich das Licht am Ende des Stegs, und niemand ist da.", "das Licht am Ende des Stegs"),
        ("The city council of Bremen has voted to close it.", "The city council of Bremen"),
        ("Preheat the oven to 200 degrees.", "Preheat the oven to 200 degrees"),
        ("Then fold the paper in half, and turn it over.", "fold the paper in half"),
        ("Heizen Sie den Ofen auf 180 Grad vor.", "Heizen Sie den Ofen auf 180 Grad"),
        ("From the window you see white walls under a yellow moon.", "white walls under a yellow moon"),
        ("A worker that has found flowers returns to the dark hive.", "the dark hive"),
        ("It weighs 38 percent of what it weighs on Earth.", "It weighs 38 percent"),
        ("Her blue eyes light up when she sees it.", "Her blue eyes"),
        ("They carry the golden trophy into the night.", "the golden trophy"),
        ("The captain hoists the golden trophy and all of the people cheer.", "the golden trophy"),
        ("Robots' soccer match in 2077.", "Robots' soccer match in 2077"),
        ("The robots’ match goes on.", "The robots’ match"),
        ("La lumière au bout de la jetée tourne encore, bien que tout dorme.", "La lumière au bout de la jetée"),
    ],
)
def test_a_title_is_a_phrase_of_the_text(text, wanted):
    assert title(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "She takes a breath and waits for a minute.",
        "Breath, warmth and good company are all that is left of it.",
        "It took a while, and then nothing happened.",
        "Wait. Listen. Somebody is coming.",
        "Er holt Atem und wartet eine Minute.",
        "Running is good for you, they say.",
    ],
)
def test_no_title_is_a_lone_vague_word_or_verb(text):
    assert len(title(text).split()) >= 2


@pytest.mark.parametrize(
    "text",
    [
        "It weighs 38 percent of what a ball weighs at home, and flies three times as far.",
        "Then her blue eyes light up.",
        "The referee blows her whistle into the cold air of the morning.",
        "The old engine starts up with a cough and a cloud of smoke.",
        "Nobody here remembers which of the two teams was the one that began.",
        "She runs and runs and then turns around the corner of the house to the",
    ],
)
def test_no_title_ends_in_the_middle_of_a_phrase(text):
    for one in titles_of(text, Counter(), 1, "en"):
        if one.rstrip(".") not in text.rstrip(".")[-len(one) :]:  # what ends with its text is whole
            assert one.split()[-1] not in ("of", "what", "which", "that", "the", "a", "into", "to", "with", "and", "light")


def test_a_setting_is_carried_on_with_its_world():
    for text in ("In the red desert of Mars they meet.", "They meet on Mars, in the red desert."):
        assert "Mars" in setting_of("They play.", setting_of(text))
    assert setting_of("A fox sleeps in the red desert.") == "in the red desert"


def test_any_text_has_a_title():
    for text in ("Hi", "港は静かだった。", "Привет, мир", "1 2 3", "A.", "…and"):
        assert titles_of(text, Counter(), 1, language_of(text))[0]


def test_two_clips_have_two_titles(monkeypatch):
    monkeypatch.setattr(split_module, "lengths_of", lambda *_: Lengths("en-us"))
    text = "The old town has a clock. It strikes at noon. People stop and listen. Then they walk on. " * 6
    titles = [scene.clip.title for scene in split(text, SplitOptions(), Context()).scenes]
    assert len(titles) > 3 and len(set(titles)) > len(titles) / 2


def test_what_is_seen_is_a_sentence_with_setting_and_light_and_then_the_camera():
    text = "She puts the cup down on the table. Nobody speaks."
    described = seen(
        text,
        "the cup",
        "en",
        setting_of("At dawn, at the end of the pier, a bell rings."),
        light_of("At dawn", "en"),
        "pan left",
    )
    assert described == ("She puts the cup down on the table, at the end of the pier, in the pale light of dawn; pan left")


def test_the_light_goes_on_until_another_is_told():
    dawn = light_of("At dawn they left.", "en")
    assert light_of("They walked.", "en", dawn) == dawn != light_of("It was night.", "en", dawn)
    assert "Abendlicht" in light_of("Am Abend kam er.", "de") and light_of("Au soir", "") == ""


def test_a_description_is_neither_a_word_nor_a_page():
    assert (
        "said"
        not in seen(
            '"Go away, all of you!" The tall man with the lamp turned round.', "The tall man", "en", "", "", "zoom"
        ).lower()
    )
    long = "The road went on, " * 40
    assert 7 <= len(seen(long, "The road", "en", "", "", "zoom").split()) <= 36
