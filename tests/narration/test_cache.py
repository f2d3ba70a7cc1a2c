from pathlib import Path

import numpy as np
import pytest
from clips import FakeVoice
from reporters import Told

from voicekit.core.errors import PluginError, ScriptError, VoicekitError
from voicekit.narration.cache import SpeechCache, default_folder, writable
from voicekit.narration.estimate import estimated
from voicekit.narration.speak import Speaker
from voicekit.narration.take import heard_span_s
from voicekit.recognition.verify import Verdict
from voicekit.text.script.cue import Cue
from voicekit.text.script.marks import Marks, ProsodyStyle


def speak(cue, pace, voice, cache):
    return Speaker(voice, cache).speak(cue, pace)


def test_the_same_words_are_spoken_once(tmp_path):
    voice, cache = FakeVoice(), SpeechCache(tmp_path)
    first, again = speak(Cue("a b"), 1.0, voice, cache), speak(Cue("a b", 5.0), 1.0, voice, cache)
    assert (first.was_cached, again.was_cached) == (False, True)
    assert first.words_from() == again.words_from()
    assert np.array_equal(first.waveform(cache, 48_000), again.waveform(cache, 48_000))
    speak(Cue("a b"), 1.1, voice, cache)
    speak(Cue("a c"), 1.0, voice, cache)
    voice.fingerprint = "another"
    speak(Cue("a b"), 1.0, voice, cache)
    assert len(voice.said) == 4


def flip_a_bit(data):
    return data[:-50] + bytes([data[-50] ^ 4]) + data[-49:]


@pytest.mark.parametrize("ending", ["flac", "json"])
@pytest.mark.parametrize("damage", [lambda data: data[:-10], lambda data: b"", lambda data: b"\0" * len(data), flip_a_bit])
def test_a_damaged_entry_is_spoken_again(tmp_path, ending, damage):
    voice, cache = FakeVoice(), SpeechCache(tmp_path)
    speak(Cue("a b"), 1.0, voice, cache)
    (path,) = tmp_path.glob(f"*.{ending}")
    path.write_bytes(damage(path.read_bytes()))
    assert not speak(Cue("a b"), 1.0, voice, cache).was_cached
    assert speak(Cue("a b"), 1.0, voice, cache).was_cached


def test_sound_that_is_not_the_entrys_own_is_spoken_again(tmp_path):
    voice, cache = FakeVoice(), SpeechCache(tmp_path)
    speak(Cue("a b"), 1.0, voice, cache)
    (path,) = tmp_path.glob("*.flac")
    speak(Cue("c d e"), 1.0, voice, cache)
    (other,) = set(tmp_path.glob("*.flac")) - {path}
    path.write_bytes(other.read_bytes())
    assert not speak(Cue("a b"), 1.0, voice, cache).was_cached


def test_silence_around_the_speech_is_not_heard(tmp_path):
    voice, cache = FakeVoice(), SpeechCache(tmp_path)
    take = speak(Cue("a b"), 1.0, voice, cache)
    assert take.start_s == pytest.approx(voice.SILENCE_S - 0.01, abs=0.01)
    assert take.duration_s == pytest.approx(0.3 + 0.1 + 0.3 + 0.09, abs=0.02)
    assert take.words_from()[0].start_s == pytest.approx(0.01, abs=0.01)
    waveform = take.waveform(cache, 48_000)
    assert np.flatnonzero(np.abs(waveform) > 0.01)[0] / 48_000 < 0.015


def test_noise_before_the_first_word_is_not_the_first_word():
    speech = FakeVoice().synthesize("a")
    noisy = speech.waveform + np.random.default_rng(0).normal(0, 0.01, len(speech.waveform)).astype(np.float32)
    start_s, _ = heard_span_s(type(speech)(noisy, speech.sample_rate, speech.words))
    assert start_s == pytest.approx(0.24, abs=0.02)


def test_what_a_voice_cannot_say_names_the_line(tmp_path):
    class Mute(FakeVoice):
        def stream(self, text, *, pace=1.0, marks=None, seed=0):
            if text == "!":
                raise ScriptError("there is nothing to pronounce in '!'")
            (speech,) = super().stream(text)
            yield type(speech)(speech.waveform * (0 if text == "silent" else np.nan), speech.sample_rate)

    for text, kind, message in [
        ("!", ScriptError, "line 4 .*nothing to pronounce"),
        ("silent", PluginError, "line 4 .*stayed silent"),
        ("broken", PluginError, "line 4 .*no valid sound"),
    ]:
        with pytest.raises(kind, match=message):
            speak(Cue(text, line=4), 1.0, Mute(), SpeechCache(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(VoicekitError, match="cannot write"):
        speak(Cue("a"), 1.0, FakeVoice(), SpeechCache(tmp_path / "file" / "cache"))


def test_the_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("VOICEKIT_CACHE", str(tmp_path))
    assert default_folder() == tmp_path
    monkeypatch.delenv("VOICEKIT_CACHE")
    assert default_folder().parts[-2:] == ("voicekit", "speech")


def test_a_user_without_a_home_is_told_what_is_not_kept(monkeypatch):
    def nobody():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("VOICEKIT_CACHE", raising=False)
    monkeypatch.setattr(Path, "home", nobody)
    told = Told()
    with writable(None, told) as folder:
        (folder / "entry").touch()
    assert not folder.exists() and len(told.lines) == 1
    assert "VOICEKIT_CACHE" in told.lines[0] and "no home" in told.lines[0]


def test_how_words_are_said_is_part_of_what_is_said(tmp_path):
    voice, cache = FakeVoice(), SpeechCache(tmp_path)
    loud = Cue("a b", marks=Marks(styles=(ProsodyStyle(), ProsodyStyle(level_db=3.0))))
    for cue in (Cue("a b"), loud, Cue("a b"), loud):
        speak(cue, 1.0, voice, cache)
    assert len(voice.said) == 2


class Mumbler(FakeVoice):
    """Only its third take has all the words."""

    def stream(self, text, *, pace=1.0, marks=None, seed=0):
        (speech,) = super().stream(text, pace=pace)
        self.seeds = [*getattr(self, "seeds", []), seed]
        yield type(speech)(speech.waveform * (1 + seed) / 4, speech.sample_rate, speech.words)


def listen(speech, cue, pace):
    faults = round(3 - 4 * float(np.abs(speech.waveform).max()) / 0.3)
    return Verdict(("a", "b", "c"), dropped=tuple(range(faults)), score=1 - faults / 3)


def test_speech_with_faults_is_spoken_again(tmp_path):
    voice = Mumbler()
    take = Speaker(voice, SpeechCache(tmp_path), listen).speak(Cue("a b"))
    assert voice.seeds == [0, 1, 2] and take.seed == 2 and take.tries == 3 and take.faults == ""
    assert Speaker(voice, SpeechCache(tmp_path), listen).speak(Cue("a b")).was_cached


def test_the_best_take_is_kept_and_its_faults_are_told(tmp_path):
    voice, cache = Mumbler(), SpeechCache(tmp_path)
    worse_and_worse = lambda speech, cue, pace: Verdict(("a",), dropped=(0,), score=-listen(speech, cue, pace).score)  # noqa: E731
    take = Speaker(voice, cache, worse_and_worse).speak(Cue("a"))
    assert take.seed == 0 and take.faults == "“a” was not heard" and take.tries == 3
    again = Speaker(voice, cache).speak(Cue("a"))
    assert again.was_cached and again.faults == take.faults
    better_asr = lambda *_: Verdict(("a",))  # noqa: E731
    acquitted = Speaker(voice, cache, better_asr).speak(Cue("a"))
    assert acquitted.was_cached and acquitted.faults == "" and len(voice.seeds) == 3


def test_what_nobody_listened_to_is_listened_to_once(tmp_path):
    voice, cache, heard = FakeVoice(), SpeechCache(tmp_path), []
    assert Speaker(voice, cache).speak(Cue("a")).faults is None
    for _ in range(2):
        take = Speaker(voice, cache, lambda speech, cue, pace: heard.append(cue) or Verdict(("a",))).speak(Cue("a"))
        assert take.was_cached and take.faults == ""
    assert len(heard) == len(voice.said) == 1


def test_a_cue_spoken_anew_is_another_take_and_stays(tmp_path):
    voice, cache = Mumbler(), SpeechCache(tmp_path)
    speaker = Speaker(voice, cache)
    speaker.speak(Cue("a"))
    take = speaker.speak(Cue("a"), anew=True)
    assert (take.seed, take.was_cached) == (1, False)
    assert speaker.speak(Cue("a")).seed == 1
    assert voice.seeds == [0, 1]


def test_an_estimate_is_near_what_is_spoken(tmp_path):
    from voicekit.speech.native import load
    from voicekit.speech.voices import built_in_folder

    engine = load(built_in_folder())
    speaker = Speaker(engine, SpeechCache(tmp_path))
    for text in (
        "The lights come on over the city, and the crowd begins to sing. Nobody knows what happens next.",
        "At 7:30 it cost $5.",
        "Yes!",
    ):
        guess, real = estimated(Cue(text), engine), speaker.speak(Cue(text)).natural
        assert guess.speech_s + guess.pauses_s == pytest.approx(real.speech_s + real.pauses_s, rel=0.06, abs=0.2)
        assert guess.pauses_s == pytest.approx(real.pauses_s, abs=0.25)


def test_where_the_cache_cannot_be_written_another_folder_serves_and_the_person_is_told(tmp_path):
    (tmp_path / "file").touch()
    told = Told()
    with writable(tmp_path / "file" / "cache", told) as folder:
        (folder / "entry").touch()
    assert not folder.exists()
    assert len(told.lines) == 1 and "speech is not kept" in told.lines[0] and "VOICEKIT_CACHE" in told.lines[0]
    assert f"cannot write {tmp_path / 'file' / 'cache'}: " in told.lines[0]
    with writable(tmp_path / "cache", told) as folder:
        pass
    assert folder == tmp_path / "cache" and len(told.lines) == 1
