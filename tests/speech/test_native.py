from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from voicekit.core.errors import ScriptError
from voicekit.model.voice_file import NOISE_BANDS, Calibration
from voicekit.speech.native import _levelled, load
from voicekit.text.phonemes.lexicon import parse_lexicon
from voicekit.text.script.marks import NO_MARKS, Marks, ProsodyStyle


@pytest.fixture(scope="module")
def engine(tiny_voice):
    return load(tiny_voice)


def changes_asked(engine, monkeypatch) -> list:
    """What the engine asks its networks to change, from now on, in its order."""
    asked, frames = [], engine._frames
    monkeypatch.setattr(engine, "_frames", lambda *arguments: asked.append(arguments[-1]) or frames(*arguments))
    return asked


def test_sentences_are_streamed_as_they_are_spoken(engine, monkeypatch):
    spoken = []
    frames = engine._frames
    monkeypatch.setattr(engine, "_frames", lambda symbols, *rest: spoken.append(symbols) or frames(symbols, *rest))
    pieces = engine.stream("One two. Three four. Five.")
    assert [word.text for word in next(pieces).words] == ["One", "two"]
    assert len(spoken) == 1


def test_a_blank_line_is_heard(engine):
    def gap_s(text, pace=1.0):
        one, two = engine.synthesize(text, pace=pace).words
        return two.start_s - one.end_s

    together, apart = gap_s("Yesterday. Tomorrow."), gap_s("Yesterday.\n\nTomorrow.")
    assert apart - together > 0.3
    assert gap_s("Yesterday.\n\nTomorrow.", pace=2.0) < apart


def test_the_first_sentence_of_a_paragraph_is_higher_than_the_last(engine, monkeypatch):
    asked = changes_asked(engine, monkeypatch)
    engine.synthesize("One two three. One two three. One two three.")
    first, middle, last = (float(change.pitch[0]) for change in asked)
    assert first > middle == 0 > last


def test_a_lexicon_changes_what_is_said_and_the_fingerprint(engine):
    other = engine.with_lexicon(parse_lexicon('begins = "/ˈɛndz/"'))
    assert other.fingerprint != engine.fingerprint
    assert [word.text for word in other.synthesize("Then it begins.").words] == ["Then", "it", "begins"]
    assert np.array_equal(other.synthesize("Then it begins.").waveform, engine.synthesize("Then it ends.").waveform)
    assert np.array_equal(other.synthesize("Nothing else.").waveform, engine.synthesize("Nothing else.").waveform)


def test_the_lexicon_in_a_voices_folder_is_its_own(engine, tiny_voice, tmp_path):
    import shutil

    folder = shutil.copytree(tiny_voice, tmp_path / "voice")
    (folder / "lexicon.toml").write_text('begins = "/ˈɛndz/"\nit = "that"', encoding="utf-8")
    own = load(folder)
    assert np.array_equal(own.synthesize("begins").waveform, engine.synthesize("ends").waveform)
    both = own.with_lexicon(parse_lexicon('it = "she"'))
    assert np.array_equal(both.synthesize("it begins").waveform, engine.synthesize("she ends").waveform)


def test_words_that_become_several_are_one(engine):
    words = engine.synthesize("It cost $5.20 in all.").words
    assert [word.text for word in words] == ["It", "cost", "$5.20", "in", "all"]
    assert words[2].end_s - words[2].start_s > 2 * (words[1].end_s - words[1].start_s)


def test_a_word_that_nobody_can_read_stops_it_before_anything_is_heard(engine):
    with pytest.raises(ScriptError, match="ᏣᎳᎩ"):
        next(engine.stream("One two three. Four five. Now ᏣᎳᎩ."))
    assert engine.with_lexicon(parse_lexicon('"ᏣᎳᎩ" = "cherokee"')).synthesize("Now ᏣᎳᎩ.").words[1].text == "ᏣᎳᎩ"


def test_signs_between_sentences_are_passed_over(engine):
    words = engine.synthesize("One.\n\n***\n\n🎉 ½. № Two.").words
    assert [word.text for word in words if word.text.isalpha()] == ["One", "Two"]


def test_a_question_rises_and_a_statement_does_not(engine, monkeypatch):
    """The pitch that the acoustic model is asked for."""
    asked = changes_asked(engine, monkeypatch)
    rises = {text: next(engine.stream(text)) and asked[-1].pitch for text in ("Is it late?", "It is late.", "Where is it?")}
    assert rises["Is it late?"][-2] > 0
    assert not rises["It is late."].any()
    assert rises["Where is it?"][-2] <= 0


@pytest.mark.parametrize(("level", "is_full_stop"), [(5.0, True), (-9.0, False)])
@pytest.mark.parametrize("pace", [1.0, 1.3])
def test_a_mark_that_the_voice_never_met_is_spoken_as_a_full_stop(engine, monkeypatch, level, is_full_stop, pace):
    """It is one of the voice, however long the mark lasts in a sentence: in quick ones not at all."""
    fresh = engine.calibrated(engine.info.calibration)
    frames = fresh._frames

    def with_mark(symbols, stresses, change):
        made, durations = frames(symbols, stresses, change)
        count = 4 if np.all(change.pace == 1.0) else 0
        tail = np.full((len(made.mel), count), level if symbols[-1] == "!" else 0.0)
        last = np.arange(len(symbols)) == len(symbols) - 1
        return replace(made, mel=np.concatenate((made.mel, tail), axis=1)), durations + count * last

    monkeypatch.setattr(fresh, "_frames", with_mark)
    marked, plain = (next(fresh._lines(text, pace, NO_MARKS, 0)) for text in ("Go on!", "Go on."))
    assert (marked.phonemes.symbols == plain.phonemes.symbols) == is_full_stop
    assert np.array_equal(fresh._perform(marked)[0].mel, fresh._perform(plain)[0].mel) == is_full_stop


def test_the_same_text_sounds_the_same_whatever_was_said_before(engine):
    text = "Is it late? Yes! Then go on."
    first = engine.synthesize(text)
    np.random.seed(1)
    engine.synthesize("Something else! Is it?")
    assert np.array_equal(engine.synthesize(text).waveform, first.waveform)


TEXT = "The lights come on over the city, and the crowd begins to sing. Nobody knows."


def with_manner(engine, style, first=0, last=None):
    n_words = len(TEXT.split())
    inside = range(n_words)[first:last]
    styles = tuple(style if place in inside else ProsodyStyle() for place in range(n_words))
    return engine.synthesize(TEXT, marks=Marks(styles=styles))


@pytest.fixture(scope="module")
def base():
    from voicekit.speech.voices import built_in_folder

    return load(built_in_folder())


def melody_st(speech):
    """The pitch of each voiced hundredth of a second, in semitones."""
    import parselmouth

    pitch = parselmouth.Sound(speech.waveform.astype(float), speech.sample_rate).to_pitch_ac(0.01, 75.0, pitch_ceiling=500.0)
    hz = pitch.selected_array["frequency"]
    return 12 * np.log2(hz[hz > 0] / 100)


def level_db(speech):
    power = np.square(speech.waveform[: len(speech.waveform) // 240 * 240].reshape(-1, 240)).mean(1)
    return 10 * np.log10(power[power > 1e-3 * power.max()].mean())


def test_a_manner_is_heard_in_pace_pitch_range_and_level(base):
    plain = with_manner(base, ProsodyStyle())
    assert np.array_equal(plain.waveform, base.synthesize(TEXT).waveform)
    assert with_manner(base, ProsodyStyle(pace=1.2)).duration_s == pytest.approx(plain.duration_s / 1.2, rel=0.05)
    higher = melody_st(with_manner(base, ProsodyStyle(pitch_st=3.0))).mean() - melody_st(plain).mean()
    assert higher == pytest.approx(3.0, abs=1.0)
    livelier = melody_st(with_manner(base, ProsodyStyle(liveliness=1.6))).std() / melody_st(plain).std()
    assert livelier > 1.25
    assert level_db(with_manner(base, ProsodyStyle(level_db=4.0))) - level_db(plain) > 1.5
    assert level_db(with_manner(base, ProsodyStyle(level_db=-4.0))) - level_db(plain) < -1.5


def test_a_manner_is_that_of_its_words_alone(base):
    plain, slow = base.synthesize(TEXT), with_manner(base, ProsodyStyle(pace=0.6), 1, 3)
    lengths = [[word.end_s - word.start_s for word in speech.words] for speech in (plain, slow)]
    ratios = np.array(lengths[1]) / np.array(lengths[0])
    assert (ratios[1:3] > 1.4).all() and np.delete(ratios, [1, 2]) == pytest.approx(1.0, abs=0.2)


def test_pauses_last_as_long_as_asked_for(base):
    n_words = len(TEXT.split())
    pauses = [0.0] * n_words
    pauses[2], pauses[12] = 0.8, 2.0  # inside a sentence, and between two
    speech = base.synthesize(TEXT, marks=Marks(pauses_s=tuple(pauses)))
    assert [word.text for word in speech.words] == [word.text for word in base.synthesize(TEXT).words]
    gap_s = {a.text: b.start_s - a.end_s for a, b in zip(speech.words, speech.words[1:], strict=False)}
    assert gap_s["come"] == pytest.approx(0.8, abs=0.01)
    assert gap_s["sing"] == pytest.approx(2.0, abs=0.15)
    start = round((speech.words[2].end_s + 0.2) * speech.sample_rate)
    assert np.abs(speech.waveform[start : start + 2400]).max() < 0.01
    assert base.timing(TEXT, marks=Marks(pauses_s=tuple(pauses))) == speech.words


def test_words_said_in_a_way_of_their_own_here_only(engine):
    text = "New York, and New York again."
    said = Marks(pronunciations=((0, 2, parse_lexicon('x = "noo jersey"').entries[0]),))
    speech = engine.synthesize(text, marks=said)
    assert np.array_equal(speech.waveform, engine.synthesize("noo jersey, and New York again.").waveform)
    assert [word.text for word in speech.words][:3] == ["New", "York", "and"]


def test_another_seed_is_another_take(base):
    takes = [base.synthesize(TEXT, seed=seed) for seed in (0, 1, 2, 1)]
    assert np.array_equal(takes[1].waveform, takes[3].waveform)
    assert len({take.waveform.tobytes() for take in takes}) == 3
    assert all(take.duration_s == pytest.approx(takes[0].duration_s, rel=0.1) for take in takes)


def test_timing_is_that_of_the_speech(base):
    for text in (TEXT, "At 7:30 it cost $5, all in all.", "One.\n\nTwo."):
        assert base.timing(text, pace=1.1) == base.synthesize(text, pace=1.1).words


def test_a_calibrated_voice_is_faster_louder_and_pauses_longer(engine):
    text = "It begins and it ends and it begins."
    plain, faster = engine.synthesize(text), engine.calibrated(Calibration(rate=1.5)).synthesize(text)
    assert 0.6 < faster.duration_s / plain.duration_s < 0.85
    louder = engine.calibrated(Calibration(gain_db=-6.0)).synthesize(text)
    assert np.allclose(louder.waveform, plain.waveform * 10 ** (-6 / 20), atol=1e-6)
    two = "It begins. It ends and then it begins once more in the end."
    further = engine.calibrated(Calibration(sentence_pause=2.0)).synthesize(two).words
    assert further[2].start_s - engine.synthesize(two).words[2].start_s == pytest.approx(0.36, abs=0.15)


def gaps_s(words):
    """The silence behind each word but the last."""
    return [after.start_s - before.end_s for before, after in pairwise(words)]


def test_a_voice_pauses_at_its_commas_for_as_long_as_its_speaker_does(engine):
    text = "It begins, it ends and it begins."
    for wanted_s in (0.2, 0.45):
        voice = engine.calibrated(Calibration(comma_from=-30.0, comma_s=wanted_s))
        behind = gaps_s(voice.synthesize(text).words)
        assert behind[1] == pytest.approx(wanted_s, abs=0.03)
        assert max(behind[:1] + behind[2:]) < 0.1  # none is made where no mark is
        assert voice.timing(text) == voice.synthesize(text).words
    never = engine.calibrated(Calibration(comma_from=30.0))
    assert max(gaps_s(never.synthesize(text).words)) < 0.1


def test_pauses_go_with_the_pace_and_become_longer_where_the_script_asks(engine):
    voice = engine.calibrated(Calibration(comma_from=-30.0, comma_s=0.4))
    text = "It begins, it ends."
    assert gaps_s(voice.synthesize(text, pace=2.0).words)[1] == pytest.approx(0.2, abs=0.03)
    for asked_s in (0.1, 0.7):
        speech = voice.synthesize(text, marks=Marks(pauses_s=(0.0, asked_s, 0.0, 0.0)))
        assert gaps_s(speech.words)[1] == pytest.approx(asked_s, abs=0.03)


def test_a_gain_never_clips_and_its_limiter_keeps_the_length(engine):
    own = engine.synthesize("It begins, it ends.").waveform
    loud = _levelled(own, 60.0 - 20 * np.log10(np.abs(own).max()))
    assert np.abs(loud).max() <= 1.0 and len(loud) == len(own)


def test_one_peak_does_not_hold_the_rest_back():
    t = np.arange(24_000) / 24_000
    speech = (0.05 * np.sin(2 * np.pi * 200 * t)).astype(np.float32)
    speech[12_000:12_010] = 0.9
    louder = _levelled(speech, 12.0)
    assert np.abs(louder[:10_000]).max() == pytest.approx(0.05 * 10 ** (12 / 20), rel=0.01)
    assert np.abs(louder).max() < 1.0


def test_a_voice_that_leaves_out_noise_says_the_same_more_quietly_and_can_be_told_not_to(engine):
    hissing = Calibration(noise_db=(40.0,) * NOISE_BANDS, noise_reduction_db=15.0)  # all that it says
    own, clean = engine.synthesize("It begins."), engine.calibrated(hissing).synthesize("It begins.")
    assert clean.words == own.words and len(clean.waveform) == len(own.waveform)
    assert np.abs(clean.waveform).mean() < np.abs(own.waveform).mean()
    left = engine.calibrated(replace(hissing, noise_reduction_db=0.0)).synthesize("It begins.")
    assert np.array_equal(left.waveform, own.waveform)


def test_a_calibration_tells_times_and_changes_the_fingerprint(engine):
    slow = engine.calibrated(Calibration(rate=0.7))
    assert slow.timing("It begins.")[-1].end_s == slow.synthesize("It begins.").words[-1].end_s
    assert slow.fingerprint != engine.fingerprint
