"""What is offered where words stay misheard."""

import json

import numpy as np
import pytest
from clips import FakeVoice, make_clip, make_sound
from reporters import Told

from voicekit.core.errors import ScriptError
from voicekit.narration import mend, narrate, speak
from voicekit.narration.cache import SpeechCache
from voicekit.narration.job import NarrationOptions, check
from voicekit.narration.mend import MOST_TRIED, mendings
from voicekit.narration.otherwise import ways
from voicekit.narration.speak import Speaker
from voicekit.recognition.verify import Verdict
from voicekit.text.phonemes.lexicon import parse_lexicon
from voicekit.text.script.cue import Cue
from voicekit.text.script.script import parse


class Voice(FakeVoice):
    """Sounds different with each seed."""

    def stream(self, text, *, pace=1.0, marks=None, seed=0):
        for speech in super().stream(text, pace=pace, marks=marks, seed=seed):
            speech.waveform[:10] = (seed + 1) / 1000
            yield speech


class Ear:
    """Mishears the words at `deaf` unless `understands` a cue; keeps what it heard."""

    def __init__(self, deaf, understands=lambda cue: False):
        self.deaf, self.understands, self.heard = deaf, understands, []

    def __call__(self, speech, cue, pace):
        self.heard.append(cue)
        words = tuple(cue.text.split())
        dropped = () if self.understands(cue) else tuple(n for n in range(len(words)) if words[n].strip(".,") in self.deaf)
        return Verdict(words, dropped=dropped, score=1 - len(dropped) / len(words))


def cue_of(text):
    return parse(text, "x").cues[0]


def mended(tmp_path, text, ear, voice=None):
    speaker = Speaker(voice or Voice(), SpeechCache(tmp_path), ear)
    take = speaker.speak(cue_of(text))
    return mendings([take], speaker).get(take.cue), speaker


def is_said(cue, word):
    return any(entry.word == word for _, _, entry in cue.marks.pronunciations)


SENTENCES = [
    "Then Nguyen's friend opened the bakery at 6:45 a.m. on Tuesday.",
    "“Tchaikovsky”, she said, wrote it in 1905 (or 2010) for 3.5 hours, at 19:30.",
    "A Hermès scarf and the SQL of AWS cost 1,250 at 221B, it's said.",
    "Worcestershire, better water; Siobhan — Joaquin’s dog!",
    "He's a well-known X5 driver: C'est la vie, Ångström.",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_each_way_can_be_pasted_and_means_what_was_tried(text):
    cue = cue_of(text)
    n_words, n_ways = len(cue.text.split()), 0
    for first in range(n_words):
        for after in range(first + 1, min(first + 3, n_words + 1)):
            for way in ways(cue, first, after, "en-us"):
                n_ways += 1
                assert cue.text[way.at : way.at + len(way.words)] == way.words
                pasted = cue_of(cue.text[: way.at] + way.markup + cue.text[way.at + len(way.words) :])
                assert (pasted.text, pasted.marks) == (cue.text, way.marks), way.markup
                if way.lexicon:
                    (entry,) = parse_lexicon(way.lexicon).entries
                    assert entry.word in way.words
    assert n_ways > n_words


@pytest.mark.parametrize(
    ("text", "word", "offer"),
    [
        ("It opens at 6:45 a.m. on Tuesday.", "6:45", "[say: 6:45 a.m.|quarter to seven in the morning]"),
        ("It opens at 6:45 a.m. on Tuesday.", "a.m.", "[say: 6:45 a.m.|quarter to seven in the morning]"),
        ("We met at 12:00 p.m. sharp.", "12:00", "[say: 12:00 p.m.|noon]"),
        ("We met at 12:05 a.m. sharp.", "12:05", "[say: 12:05 a.m.|twelve oh five in the morning]"),
        ("We met at 19:30, or so.", "19:30,", "[say: 19:30|half past seven in the evening]"),
        ("We met at 9:15, or so.", "9:15,", "[say: 9:15|quarter past nine]"),
        ("It took 3.5 hours.", "3.5", "[say: 3.5|three and a half]"),
        ("It was 2010.", "2010.", "[say: 2010|two thousand and ten]"),
        ("It cost 1,250 in all.", "1,250", "[say: 1,250|one thousand two hundred and fifty]"),
        ("The X5 is here.", "X5", "[say: X5|X five]"),
    ],
)
def test_times_and_numbers_in_other_words(text, word, offer):
    cue = cue_of(text)
    place = cue.text.split().index(word)
    assert offer in [way.markup for way in ways(cue, place, place + 1, "en-us")]


@pytest.mark.parametrize(
    "text", ["At 25:10 p.m. now.", "In $3.5 now.", "Version 2.11.5 now.", "Ratio 16:99 now.", "1,25 now."]
)
def test_what_is_no_time_or_number_is_said_in_no_other_words(text):
    cue = cue_of(text)
    n_words = len(cue.text.split())
    found = [way.markup for n in range(n_words) for way in ways(cue, n, n + 1, "en-us") if way.markup.startswith("[say")]
    assert not any(said in markup for markup in found for said in ("past", "half", "quarter", "hundred", "o'clock"))


def test_nothing_is_tried_where_all_is_heard(tmp_path):
    ear = Ear(())
    found, _ = mended(tmp_path, "One two.", ear)
    assert found is None and len(ear.heard) == 1


def test_the_first_way_that_is_understood_is_offered_and_passes_when_it_is_pasted(tmp_path):
    ear = Ear({"Nguyen"}, lambda cue: is_said(cue, "Nguyen"))
    found, _ = mended(tmp_path, "Then Nguyen sings.", ear)
    (offer,) = found.offers
    assert offer.words == "Nguyen" and offer.markup.startswith("[say: Nguyen|") and offer.lexicon.startswith("Nguyen = ")
    assert found.text == f"Then {offer.markup} sings." and not found.misheard
    assert offer.markup in found.describe() and offer.lexicon in found.describe()
    for anew in (False, True):  # `--only` has it too, the first time: nobody has heard it yet
        voice = Voice()
        again = Speaker(voice, SpeechCache(tmp_path), ear)
        take = again.speak(cue_of(found.text), anew=anew)
        if not anew:
            assert take.was_cached and take.faults == "" and not voice.said
        else:
            assert not take.was_cached and take.seed == 1


def test_a_way_that_was_tried_out_is_what_only_speaks_first(tmp_path):
    ear = Ear({"Nguyen"}, lambda cue: is_said(cue, "Nguyen"))
    found, _ = mended(tmp_path, "Then Nguyen sings.", ear)
    take = Speaker(Voice(), SpeechCache(tmp_path), ear).speak(cue_of(found.text), anew=True)
    assert take.was_cached and take.seed == 0 and take.faults == ""


def test_two_stretches_are_mended_one_after_the_other(tmp_path):
    def dropped(cue):
        words = cue.text.split()
        deaf = [n for n, word in enumerate(words) if word in ("Nguyen", "Siobhan") and not is_said(cue, word)]
        return Verdict(tuple(words), dropped=tuple(deaf), score=0.5)

    speaker = Speaker(Voice(), SpeechCache(tmp_path), lambda speech, cue, pace: dropped(cue))
    take = speaker.speak(cue_of("Then Nguyen met Siobhan there."))
    found = mendings([take], speaker)[take.cue]
    assert [offer.words for offer in found.offers] == ["Nguyen", "Siobhan"] and not found.misheard
    assert found.text.count("[say: ") == 2 and dropped(cue_of(found.text)).ok


def test_a_way_that_spoils_another_word_is_not_taken(tmp_path):
    def heard(speech, cue, pace):
        words = tuple(cue.text.split())
        return Verdict(
            words, dropped=(2,) if is_said(cue, "Nguyen") or cue.marks.styles or cue.marks.pauses_s else (1,), score=0.5
        )

    found, _ = mended(tmp_path, "Then Nguyen sings.", heard)
    assert not found.offers and found.misheard == ("Nguyen",)


def test_it_is_said_where_nothing_is_understood_and_the_search_ends(tmp_path):
    ear = Ear({"Nguyen"})
    found, _ = mended(tmp_path, "Then Nguyen sings.", ear)
    assert not found.offers and found.misheard == ("Nguyen",) and 3 < found.n_tried <= MOST_TRIED
    assert f"none of {found.n_tried} ways tried made “Nguyen” understood" in found.describe()


def test_time_that_is_up_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(mend, "MOST_S", -1.0)
    found, _ = mended(tmp_path, "Then Nguyen sings.", Ear({"Nguyen"}))
    assert found.is_out_of_time and not found.n_tried and "the time was up" in found.describe()


def test_a_voice_that_cannot_say_some_ways_is_asked_for_the_others(tmp_path):
    class Choosy(Voice):
        def stream(self, text, *, pace=1.0, marks=None, seed=0):
            if marks.pronunciations:
                raise ScriptError("there is nothing to pronounce")
            return super().stream(text, pace=pace, marks=marks, seed=seed)

    found, _ = mended(tmp_path, "Then Nguyen sings.", Ear({"Nguyen"}, lambda cue: bool(cue.marks.pauses_s)), Choosy())
    assert [offer.markup for offer in found.offers] == ["[pause 0.3s] Nguyen"]


def test_a_second_search_speaks_nothing(tmp_path):
    mended(tmp_path, "Then Nguyen sings.", Ear({"Nguyen"}))
    voice = Voice()
    speaker = Speaker(voice, SpeechCache(tmp_path), Ear({"Nguyen"}))
    take = speaker.speak(cue_of("Then Nguyen sings."))
    assert mendings([take], speaker)[take.cue].n_tried and not voice.said


def test_a_voice_of_another_language_has_no_english_rewording():
    cue = cue_of("Um 6:45 sang Müller.")
    markups = [way.markup for place in range(4) for way in ways(cue, place, place + 1, "de")]
    assert not any("quarter" in markup for markup in markups) and any("**" in markup for markup in markups)
    assert all("|/" in markup for markup in markups if "[say" in markup)


def test_a_listener_may_stop_it(tmp_path):
    class Stop(Exception):
        pass

    class Stopping(Told):
        def progress(self, task, share, left_s=None, numbers=None):
            if 0 < share < 1:
                raise Stop

    speaker = Speaker(Voice(), SpeechCache(tmp_path), Ear({"Nguyen"}))
    take = speaker.speak(cue_of("Then Nguyen sings."))
    with pytest.raises(Stop):
        mendings([take], speaker, Stopping())


def test_only_gives_other_takes_each_time(tmp_path):
    """All of them misheard: the best was the first, and the next ones are other ones all the same."""
    speaker = Speaker(Voice(), SpeechCache(tmp_path), Ear({"b"}))
    seeds = []
    for run in range(3):
        before = len(seeds)
        take = speaker.speak(Cue("a b"), anew=run > 0)
        seeds.append(take.seed)
        assert take.takes == 3 * (run + 1) and take.tries == 3 and take.is_anew == (run > 0) and not take.is_the_same
        assert 3 * run <= take.seed < 3 * (run + 1) and len(seeds) == before + 1


def test_a_voice_that_has_no_other_take_is_told(tmp_path):
    speaker = Speaker(FakeVoice(), SpeechCache(tmp_path))
    speaker.speak(Cue("a b"))
    assert speaker.speak(Cue("a b"), anew=True).is_the_same


def test_the_report_has_it(tmp_path, monkeypatch):
    (tmp_path / "script.txt").write_text("Then Nguyen sings.\n\nOne two.", encoding="utf-8")
    make_clip(tmp_path / "clip.mp4", 5.0, make_sound(5.0))
    ear = Ear({"Nguyen"}, lambda cue: is_said(cue, "Nguyen"))
    monkeypatch.setattr(speak, "listener_for", lambda *_: ear)

    def make(**wished):
        options = NarrationOptions(cache_folder=tmp_path / "cache", **wished)
        job = check(tmp_path / "script.txt", tmp_path / "clip.mp4", tmp_path / "film.mp4", options)
        return narrate.narrate_job(job, Voice())

    outcome = make()
    first, second = outcome.cues
    assert first.mending.offers[0].markup in first.note and "--only 1" in first.note and not second.note
    read = json.loads((tmp_path / "film.report.json").read_text(encoding="utf-8"))["cues"]
    assert read[0]["mending"]["offers"][0]["markup"] == first.mending.offers[0].markup and read[1]["mending"] is None
    assert "[say: Nguyen|" in (tmp_path / "film.report.html").read_text(encoding="utf-8")
    assert "takes 4 to 6 are new, and 4 is heard" in make(only=frozenset({1})).cues[0].note
    (tmp_path / "script.txt").write_text(f"{first.mending.text}\n\nOne two.", encoding="utf-8")
    assert [cue.faults for cue in make().cues] == ["", ""]


def test_sounds_alike_needs_the_same_samples():
    from voicekit.narration.speak import _sound_alike
    from voicekit.speech.engine import Speech

    one = Speech(np.zeros(9, np.float32), 24_000)
    assert _sound_alike(one, one) and not _sound_alike(one, Speech(np.ones(9, np.float32), 24_000))
    assert not _sound_alike(one, Speech(np.zeros(8, np.float32), 24_000))
