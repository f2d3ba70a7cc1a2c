"""A trained voice is set to the pace, pauses and level of its speaker, measured on what both said."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from reporters import Told

from voicekit.audio.features import FRAME_RATE, N_MELS, SAMPLE_RATE
from voicekit.core.errors import ScriptError
from voicekit.dataset.manifest import Utterance
from voicekit.dataset.speech_span import SpeechSpan
from voicekit.model.voice_file import NOISE_BANDS, Calibration
from voicekit.speech.engine import Speech
from voicekit.speech.pauses import Mark, inner_marks
from voicekit.speech.prosody import OWN_END_S, SENTENCE_PAUSE_S
from voicekit.training import calibration as module
from voicekit.training.calibration import calibrate
from voicekit.training.data import Example

TEXT = "one two three, four five."
#: The log-mel of what the voice decodes: it speaks, and then it hisses.
DECODED = np.concatenate((np.full((N_MELS, 90), -1.0), np.full((N_MELS, 10), -5.0)), axis=1)
#: The tokens of an utterance, and the frames that the person's phones, comma and edges last.
SYMBOLS = ("^", *"abcd", ",", *"efgh", ".")


@dataclass
class Voice:
    """Says a text in so many seconds for each of its words at such a level, as its calibration asks; in waveforms of two
    samples, which `speech_span` of these tests understands."""

    word_s: float = 0.5
    level_db: float = -24.0
    end_s: float = 0.1  #: what does not go with the pace
    most_db: float = 100.0  #: no gain makes it louder
    calibration: Calibration = field(default_factory=Calibration)

    def calibrated(self, calibration):
        return replace(self, calibration=calibration)

    def foreseen(self, symbols, stresses):
        return np.full(len(symbols), 5.0)

    def decoded(self, text):
        if "🎉" in text:
            raise ScriptError("nothing")
        return DECODED

    def synthesize(self, text):
        if "🎉" in text:
            raise ScriptError("nothing")
        speech_s = self.end_s + self.word_s * len(text.split()) / self.calibration.rate
        return Speech(np.array([speech_s, min(self.level_db + self.calibration.gain_db, self.most_db)]), SAMPLE_RATE, ())


def dataset(seconds, level_db=-20.0, texts=None, comma_frames=10, split="train", symbols=SYMBOLS, **changes):
    """Examples, utterances and what `read_wav` finds, of a person who took so long for each."""
    texts = texts or [TEXT] * len(seconds)
    ids = [f"u{n}" for n in range(len(seconds))]
    lasting = comma_frames if isinstance(comma_frames, list) else [comma_frames] * len(ids)
    examples = [
        Example(Path("there"), "me/", i, split, symbols, (0,) * len(SYMBOLS), (3, 5, 5, 5, 5, frames, 5, 5, 5, 5, 8))
        for i, frames in zip(ids, lasting, strict=True)
    ]
    utterances = [
        replace(Utterance(i, text, "en-us", split, f"{i}.wav", 0, 3, -20, -6, -60), **changes)
        for i, text in zip(ids, texts, strict=True)
    ]
    return examples, utterances, {i: np.array([s, level_db]) for i, s in zip(ids, seconds, strict=True)}


@pytest.fixture
def calibrated(monkeypatch):
    def run(voice, examples, utterances, waveforms, reporter=None):
        monkeypatch.setattr(module, "read_wav", lambda folder, name: waveforms[name])
        monkeypatch.setattr(module, "speech_span", lambda w: SpeechSpan(0.0, float(w[0]), (), float(w[1])) if w[0] else None)
        return calibrate(voice, examples, utterances, reporter or Told())

    return run


def made_s(voice, calibration):
    return voice.calibrated(calibration).synthesize(TEXT).waveform[0]


@pytest.mark.parametrize("word_s", [0.3, 0.5, 0.7])
def test_the_voice_takes_as_long_as_the_person(calibrated, word_s):
    voice = Voice(word_s)
    found = calibrated(voice, *dataset([2.4, 2.5, 2.6, 2.5]))
    assert made_s(voice, found) == pytest.approx(2.5, rel=0.01)


def test_wrong_texts_do_not_spoil_the_pace(calibrated):
    voice = Voice(0.6)
    texts = [TEXT] * 7 + ["one", "one " * 30]
    found = calibrated(voice, *dataset([2.4, 2.5, 2.6, 2.5, 2.45, 2.55, 2.5, 2.5, 2.5], texts=texts))
    assert made_s(voice, found) == pytest.approx(2.5, rel=0.02)


def test_the_voice_is_as_loud_as_the_person(calibrated):
    assert calibrated(Voice(level_db=-24), *dataset([2.5] * 3, level_db=-20)).gain_db == pytest.approx(4)
    assert calibrated(Voice(level_db=-14), *dataset([2.5] * 3, level_db=-20)).gain_db == pytest.approx(-6)


def test_a_level_that_peaks_forbid_is_not_chased(calibrated):
    assert calibrated(Voice(level_db=-24, most_db=-22), *dataset([2.5] * 3, level_db=-20)).gain_db == pytest.approx(4)


def test_no_recording_drives_a_voice_out_of_all_bounds(calibrated):
    found = calibrated(Voice(5.0), *dataset([0.2] * 3, level_db=40))
    assert (found.rate, found.gain_db) == (2.0, 12.0)


def with_mark(mark):
    return tuple(mark if symbol == "," else symbol for symbol in SYMBOLS)


def of_own_weight(voice):
    """Whether such a voice pauses at the comma of TEXT."""
    return inner_marks(SYMBOLS, voice.foreseen(SYMBOLS, ()))[0].weight


@pytest.mark.parametrize("pause_s", [0.2, 0.5])
def test_commas_last_as_long_as_the_persons_and_few_of_them_say_little(calibrated, pause_s):
    usual_s = Calibration().comma_s
    frames = round(pause_s * FRAME_RATE)
    many = calibrated(Voice(), *dataset([2.5] * 100, comma_frames=frames))
    few = calibrated(Voice(), *dataset([2.5] * 2, comma_frames=frames))
    assert many.comma_s == pytest.approx(pause_s, rel=0.05)
    assert abs(few.comma_s - usual_s) < 0.6 * abs(pause_s - usual_s)


def test_who_always_pauses_at_commas_does_and_who_never_does_does_not(calibrated):
    for frames, pauses in ((30, True), (2, False)):
        found = calibrated(Voice(), *dataset([2.5] * 40, comma_frames=frames))
        assert (of_own_weight(Voice()) >= found.comma_from) == pauses


def test_commas_that_get_a_pause_are_as_many_as_the_persons(calibrated, monkeypatch):
    weights = iter(np.random.default_rng(0).normal(size=200))
    given = []

    def marks(symbols, foreseen):
        given.append(float(next(weights)))
        return [Mark(5, "comma", given[-1])]

    monkeypatch.setattr(module, "inner_marks", marks)
    found = calibrated(Voice(), *dataset([2.5] * 200, comma_frames=[30] * 60 + [0] * 140))
    assert np.mean(np.array(given) >= found.comma_from) == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize(("mark", "kind"), [(";", "semicolon"), (":", "semicolon"), ("—", "dash"), ("?", "stop")])
def test_other_marks_have_pauses_of_their_own(calibrated, mark, kind):
    usual = Calibration()
    found = calibrated(Voice(), *dataset([2.5] * 60, comma_frames=60, symbols=with_mark(mark)))
    assert getattr(found, f"{kind}_s") == pytest.approx(0.64, rel=0.06)
    kinds = {"comma", "semicolon", "dash", "stop"} - {kind}
    assert all(getattr(found, f"{other}_s") == getattr(usual, f"{other}_s") for other in kinds)
    silent = calibrated(Voice(), *dataset([2.5] * 60, comma_frames=2, symbols=with_mark(mark)))
    assert getattr(silent, f"{kind}_s") == 0


def test_without_marks_the_pauses_between_words_tell_how_long_they_are(calibrated):
    found = calibrated(Voice(), *dataset([2.5] * 60, comma_frames=60, symbols=with_mark(" ")))
    assert found.comma_s == pytest.approx(0.64, rel=0.06)
    assert found.comma_from == pytest.approx(Calibration().comma_from, abs=0.3)
    closures = calibrated(Voice(), *dataset([2.5] * 60, comma_frames=9, symbols=with_mark(" ")))
    assert closures.comma_s == Calibration().comma_s


def test_a_break_within_an_utterance_is_no_pause_of_seconds(calibrated):
    assert calibrated(Voice(), *dataset([2.5] * 60, comma_frames=900)).comma_s <= 1.0


def one_take(gaps_s, **changes):
    examples, utterances, waveforms = dataset([2.5] * (len(gaps_s) + 1))
    starts_s = np.cumsum([0.0, *(3 + gap_s for gap_s in gaps_s)])
    taken = [
        replace(u, recording="take.wav", start_s=float(s), end_s=float(s) + 3, **changes)
        for u, s in zip(utterances, starts_s, strict=True)
    ]
    return examples, taken, waveforms


def test_pauses_between_sentences_are_those_of_the_take(calibrated):
    edges_s = (8 + 3) / FRAME_RATE  # of silence, in the two utterances beside each gap
    found = calibrated(Voice(), *one_take([0.9, 1.0, 1.1, 30.0, 1.0]))  # once there was a break
    assert found.sentence_pause == pytest.approx((1.0 + edges_s - OWN_END_S) / (1.2 * SENTENCE_PAUSE_S), rel=0.01) or (
        found.sentence_pause == 2.0
    )
    assert calibrated(Voice(), *one_take([0.2] * 5)).sentence_pause < 0.6


@pytest.mark.parametrize("changes", [{"text": "and so it went on"}, {"text": "first, then"}])
def test_what_ends_no_sentence_tells_of_no_pause_between_sentences(calibrated, changes):
    assert calibrated(Voice(), *one_take([0.2] * 5, **changes)).sentence_pause == 1


def test_single_files_tell_of_no_pause_between_sentences(calibrated):
    assert calibrated(Voice(), *dataset([2.5] * 6)).sentence_pause == 1


def test_what_was_changed_is_told_and_what_was_right_is_not(calibrated):
    heard = Told()
    calibrated(Voice(0.6, -25), *dataset([2.5] * 4), heard)
    (line,) = heard.lines
    assert "slower and 5 dB softer than its recordings" in line
    assert heard.shares[module.TASK][-1] == 1
    right = Told()
    calibrated(Voice(0.48, -20), *dataset([2.5] * 4), right)
    assert right.lines == []


def test_the_voice_knows_its_own_noise(calibrated):
    found = calibrated(Voice(), *dataset([2.5] * 3))
    assert found.noise_db == pytest.approx([-43.4] * NOISE_BANDS) and found.noise_reduction_db > 0  # 20 log e⁻⁵


def test_where_nothing_can_be_compared_nothing_is_changed(calibrated):
    nothing_said = dataset([0.0, 0.0])
    found = calibrated(Voice(), *nothing_said)
    assert (found.rate, found.gain_db, found.sentence_pause) == (1, 0, 1)
    assert calibrated(Voice(), *dataset([2.5, 2.5], texts=["🎉", "🎉"])).rate == 1


def test_those_kept_back_are_compared_where_they_are_enough(calibrated):
    examples, utterances, waveforms = dataset([2.5] * 40)
    kept_back = [replace(example, split="held-out") for example in examples[:12]]
    for example in kept_back:
        waveforms[example.id] = np.array([5.0, -20.0])
    voice = Voice()
    assert made_s(voice, calibrated(voice, kept_back + examples[12:], utterances, waveforms)) == pytest.approx(5, rel=0.02)
