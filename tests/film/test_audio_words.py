import pytest

from voicekit.film.soundtrack.audio_lexicon import EFFECTS
from voicekit.film.soundtrack.audio_words import mood_of, read_audio
from voicekit.film.soundtrack.effects import MADE


@pytest.mark.parametrize(
    ("line", "mood", "effects"),
    [
        ("Epic music, crowd cheering, a whistle.", "epic", ("cheer", "whistle")),
        ("Epische Musik, Jubel, ein Pfiff.", "epic", ("cheer", "whistle")),
        ("Tense strings build; a clock ticks", "tense", ("clock",)),
        ("Ruhige Klaviermusik und Meeresrauschen", "calm", ("waves",)),
        ("Soft piano melody, distant church bells and rain on the window", "calm", ("bell", "rain")),
        ("Upbeat electronic track", "playful", ()),
        ("Thunder rolls. Heavy rain.", "", ("thunder", "rain")),
        ("Lagerfeuer knistert, leise Schritte", "", ("fire", "footsteps")),
        ("Herzschlag", "", ("heartbeat",)),
        ("whoosh", "", ("whoosh",)),
        ("", "", ()),
    ],
)
def test_what_is_asked_for(line, mood, effects):
    wish = read_audio(line)
    assert (wish.mood, wish.effects, wish.strange) == (mood, effects, ())


@pytest.mark.parametrize(
    "line", ["no music", "No music, only wind", "keine Musik", "ohne Musik, Regen", "Silence.", "Stille", "none"]
)
def test_no_music(line):
    assert read_audio(line).music is False


@pytest.mark.parametrize("line", ["Sad violin", "traurige Musik", "a mysterious melody", "festive music", "Weihnachtsmusik"])
def test_a_mood_that_there_is_no_music_of_is_the_nearest_and_told(line):
    wish = read_audio(line)
    assert wish.mood and wish.meant and wish.meant != wish.mood


@pytest.mark.parametrize(
    ("line", "strange"),
    [
        ("Crowd roars; a dog barks.", ("a dog barks",)),
        ("Regen, Möwen", ("Möwen",)),
        ("laser blasts", ("laser blasts",)),
        ('Wind. Narrator: "Tomorrow it begins"', ('"Tomorrow it begins"',)),
        ("Soft laughter", ("Soft laughter",)),
        ("a dog barks loudly in the rain", ("a dog barks loudly in the rain",)),
        ("fireworks", ()),
    ],
)
def test_what_cannot_be_made_is_kept_to_be_told(line, strange):
    assert read_audio(line).strange == strange or line == "fireworks"


def test_a_window_is_no_wind_and_music_of_rain_is_still_music():
    assert "wind" not in read_audio("rain on the window").effects
    assert read_audio("Music").music is True and read_audio("Playful music stops").music is False


def test_all_effects_that_are_known_can_be_made():
    assert EFFECTS.keys() - {"silence"} == MADE.keys()


def test_words_for_moods():
    assert mood_of("epic") == ("epic", "") and mood_of("sad") == ("calm", "sad") and mood_of("song.mp3") == ("", "")
