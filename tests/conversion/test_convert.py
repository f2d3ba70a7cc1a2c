"""Somebody's speech in another voice: the words, when they are said, and their melody stay; who says them does not."""

import av
import numpy as np
import pytest
import soundfile
import soxr
from clips import RATE, FakeVoice, make_clip, make_sound, picture_packets
from made import hiss
from reporters import Told

import voicekit
from voicekit.audio.features import N_MELS, Features, f0
from voicekit.audio.loudness import rms_db
from voicekit.conversion import convert as module
from voicekit.conversion.imitation import Imitator
from voicekit.conversion.people import second_person
from voicekit.core.errors import ConfigError, DatasetError, MediaError, ScriptError
from voicekit.core.reporter import Reporter
from voicekit.speech.voices import Voice

SAMPLE_RATE = 24_000
SENTENCES = ("The lights come on in the valley.", "Nobody was there to see them.")
TEXT = " ".join(SENTENCES)
#: The silence before, between and behind them.
PAUSE_S = 1.2


@pytest.fixture(scope="module")
def base():
    return voicekit.load_voice("base", "cpu")


@pytest.fixture(scope="module")
def said(base) -> np.ndarray:
    """Two sentences of somebody with a deeper voice, who speaks slower, (samples,) at 24 kHz."""
    pause = hiss(PAUSE_S)
    spoken = [soxr.resample(base.synthesize(text).waveform, SAMPLE_RATE, 1.25 * SAMPLE_RATE) for text in SENTENCES]
    return 0.5 * np.concatenate([pause, spoken[0], pause, spoken[1], pause]).astype(np.float32)


@pytest.fixture
def given(said, tmp_path):
    path = tmp_path / "in.wav"
    soundfile.write(path, said, SAMPLE_RATE)
    return path


@pytest.fixture
def converted(tmp_path):
    """Converts with a cache of its own, and reads what came out, (samples, channels)."""

    def run(path, voice="base", out="out.wav", **options):
        options = {"cache_folder": tmp_path / "cache", "device": "cpu", **options}
        voicekit.convert(path, tmp_path / out, voice, **options)
        return soundfile.read(tmp_path / out, dtype="float32", always_2d=True)[0]

    return run


def test_words_stay_in_their_places_and_the_melody_in_the_voices_own_range(said, given, converted, base):
    told = Told()
    made = converted(given, text=TEXT, reporter=told)[:, 0]
    assert len(made) == len(said)
    heard, spoken = f0(said), f0(made)
    both = (heard > 0) & (spoken > 0)
    assert both.sum() > 0.8 * (heard > 0).sum()
    assert np.corrcoef(np.log(heard[both]), np.log(spoken[both]))[0, 1] > 0.95
    deeper, own = np.log(heard[both]).mean(), base.networks.figures.log_f0_mean
    assert own - deeper > 0.15 and abs(np.log(spoken[both]).mean() - own) < 0.04
    pause = round(0.8 * SAMPLE_RATE)
    assert np.abs(made[:pause]).max() < 1e-3 < np.abs(made).max()
    loud = [rms_db(wave[round(PAUSE_S * SAMPLE_RATE) :]) for wave in (said, made)]
    assert abs(loud[0] - loud[1]) < 2
    assert told.lines == ["convert: 6 s of speech in the voice 'base'; nothing else is heard"]
    assert set(told.unexpected) <= {"loading the voice"}


def test_the_same_speech_is_converted_once(given, converted, monkeypatch):
    """A run that was stopped goes on where it was."""

    class Stops(Reporter):
        def progress(self, task, share, left_s=None, numbers=None):
            if task.startswith("writing") and share > 0.3:
                raise KeyboardInterrupt

    done = []
    imitate = Imitator.imitate
    monkeypatch.setattr(Imitator, "imitate", lambda self, *what: done.append(what) or imitate(self, *what))
    with pytest.raises(KeyboardInterrupt):
        converted(given, text=TEXT, reporter=Stops())
    assert [path.name for path in given.parent.iterdir() if path.name != "cache"] == ["in.wav"]
    n_done = len(done)
    assert n_done == 1
    assert rms_db(converted(given, text=TEXT)) > -40 and len(done) == n_done


@pytest.fixture
def film(said, tmp_path):
    """The speech, louder on the left, over a tone."""
    speech = soxr.resample(said, SAMPLE_RATE, RATE)
    sound = np.stack([speech, 0.5 * speech]) + make_sound(len(speech) / RATE, 0.01)[:, : len(speech)]
    return make_clip(tmp_path / "film.mp4", len(speech) / RATE, sound)


@pytest.mark.parametrize("only_voice", [None, True])
def test_a_films_picture_and_other_sound_stay(film, tmp_path, only_voice):
    out = tmp_path / "out.mp4"
    voicekit.convert(film, out, "base", text=TEXT, only_voice=only_voice, cache_folder=tmp_path / "cache", device="cpu")
    assert picture_packets(out) == picture_packets(film)
    was, made = read(film), read(out)
    assert abs(made.shape[1] - was.shape[1]) < 2048
    between = slice(round(0.2 * RATE), round(0.8 * RATE))
    if only_voice:
        assert np.abs(made[:, between]).max() < 1e-3
    else:
        assert abs(rms_db(made[:, between]) - rms_db(was[:, between])) < 3
    while_spoken = slice(round(PAUSE_S * RATE), round((PAUSE_S + 1.5) * RATE))
    left, right = (rms_db(channel[while_spoken]) for channel in made)
    assert 4 < left - right < 7


def read(path) -> np.ndarray:
    with av.open(str(path)) as film:
        return np.concatenate([frame.to_ndarray() for frame in film.decode(audio=0)], axis=1)


def test_a_narrow_recording_comes_out_as_wide_as_the_voice(said, converted, tmp_path):
    path = tmp_path / "narrow.wav"
    soundfile.write(path, soxr.resample(said, SAMPLE_RATE, 8000), 8000)
    made = converted(path, text=TEXT)
    assert soundfile.info(tmp_path / "out.wav").samplerate == SAMPLE_RATE
    high = np.abs(np.fft.rfft(made[:, 0]))[len(made) * 5000 // SAMPLE_RATE :]
    assert 20 * np.log10(np.sqrt(np.mean(high**2))) > 0


def test_two_seconds_are_enough(said, converted, tmp_path):
    path = tmp_path / "short.wav"
    start = round((PAUSE_S - 0.1) * SAMPLE_RATE)
    soundfile.write(path, said[start : start + 2 * SAMPLE_RATE], SAMPLE_RATE)
    assert rms_db(converted(path, text="The lights come on in the valley.")) > -40


def test_silence_and_music_hold_nothing_to_convert(converted, tmp_path):
    for name, sound in (("silence.wav", np.zeros(3 * SAMPLE_RATE)), ("tone.wav", make_sound(3)[0])):
        soundfile.write(tmp_path / name, sound, SAMPLE_RATE if name == "silence.wav" else RATE)
        with pytest.raises(MediaError, match=f"{name}: no speech was found in it, .*nothing to be said in another voice"):
            converted(tmp_path / name, text=TEXT)
        assert not (tmp_path / "out.wav").exists()


def test_a_text_that_is_not_said_is_refused(given, converted):
    with pytest.raises(ScriptError, match=r"the text does not match.*leave --text out"):
        converted(given, text="One.")
    with pytest.raises(ScriptError, match="the text of what is said is empty"):
        converted(given, text=" \n")


def test_without_a_text_or_a_transcriber_it_says_what_to_do(given, converted):
    with pytest.raises(DatasetError, match=r"cannot be transcribed.*--text FILE"):
        converted(given, language="de")


def test_another_language_is_told(given, converted):
    told = Told()
    text = "Die Lichter gehen an, und es war niemand da, der sie in dem Tal sehen konnte."
    with pytest.raises(ScriptError):
        converted(given, text=text + " " + text * 9, reporter=told)
    assert any("the text is German" in line for line in told.lines)
    assert any("German in a voice that speaks English" in line for line in told.lines)


def test_a_second_person_is_told(given, converted, monkeypatch):
    monkeypatch.setattr(module, "second_person", lambda heard: {len(heard) - 1})
    told = Told()
    converted(given, text=TEXT, reporter=told)
    assert any("two people seem to be heard" in line and "both become 'base'" in line for line in told.lines)


def test_people_with_pitches_apart_are_two():
    def speech(hz):
        return Features(np.zeros((N_MELS, 4), np.float32), np.zeros((20, 4), np.float32), np.full(4, hz, np.float32))

    assert second_person([speech(hz) for hz in (210, 120, 205, 118, 200)]) == {1, 3}
    assert second_person([speech(hz) for hz in (120, 105, 140, 115, 130)]) == set()
    assert second_person([speech(hz) for hz in (210, 0, 118)]) == set()


def test_only_a_voice_of_our_own_takes_over_a_melody(given, converted, monkeypatch):
    theirs = Voice("theirs", given.parent, "fake", "en-us", {})
    monkeypatch.setattr(module, "speaking", lambda *what, **how: (theirs, FakeVoice()))
    with pytest.raises(ConfigError, match=r"'theirs' is spoken by the engine 'fake', which .* cannot take over timing"):
        converted(given, text=TEXT)


def test_what_cannot_be_converted_is_said_in_a_line(given, exit_code, tmp_path, capsys):
    mute = make_clip(tmp_path / "mute.mp4", 1.0)
    for path, out, message in (
        (given, given, "is the input itself"),
        (mute, tmp_path / "x.mp4", "has no sound"),
        (tmp_path / "none.wav", tmp_path / "x.wav", "does not exist"),
    ):
        assert exit_code("convert", path, "-o", out, "--voice", "base") == 1
        said = capsys.readouterr().err
        assert message in said and said.count("\n") == 1
    assert exit_code("convert", given, "-o", tmp_path / "x.wav", "--voice", "base", "--text", "said.txt") == 1
    assert "the file said.txt does not exist" in capsys.readouterr().err
