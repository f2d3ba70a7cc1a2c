"""What a public model cannot do itself is done around it, and what cannot be done is told."""

import numpy as np
import pytest

from voicekit.core.errors import PluginError, ScriptError
from voicekit.engines.adapter import Ability, AdaptedEngine, Model, Reply, respelled
from voicekit.engines.words import heard_span, spread_words, word_edges
from voicekit.recognition.sphinx import Aligner
from voicekit.speech.voices import load_voice
from voicekit.testing import check_engine
from voicekit.text.phonemes.lexicon import parse_lexicon
from voicekit.text.phonemes.phonemise import phonemise
from voicekit.text.script.marks import Marks, ProsodyStyle

TEXT = "The lights come on, and the match begins."


class Reader(Model):
    """Reads sentences in our own voice, as a stranger's model would: text in, sound out."""

    def __init__(self, ability=None):
        self.voice = load_voice("base", "cpu")
        self.sample_rate, self.language, self.fingerprint = self.voice.sample_rate, "en-us", "reader"
        self.ability, self.requests = ability or Ability(), []

    def speak(self, request):
        self.requests.append(request)
        waveform = self.voice.synthesize(request.text, pace=request.pace).waveform
        return Reply(np.pad(waveform, (12_000, 24_000)))


@pytest.fixture(scope="module")
def reader():
    return Reader()


@pytest.fixture
def engine(reader):
    reader.requests.clear()
    return AdaptedEngine(reader)


def test_a_model_that_only_reads_text_becomes_an_engine(engine):
    check_engine(engine)


def test_a_model_that_can_be_hurried_is_asked_for_what_it_can():
    hurried = Reader(Ability(slowest=0.9, fastest=1.1, chance=True))
    check_engine(AdaptedEngine(hurried))
    assert {round(one.pace, 2) for one in hurried.requests} == {1.0, 1.1, 0.9}


def test_words_are_found_where_the_voice_says_them(engine, reader):
    told, known = engine.synthesize(TEXT).words, reader.voice.synthesize(TEXT).words
    assert [word.text for word in told] == [word.text for word in known]
    shift = told[0].start_s - known[0].start_s
    assert max(abs(a.start_s - b.start_s - shift) for a, b in zip(told, known, strict=True)) < 0.1


def test_silence_around_what_a_model_says_is_cut(engine):
    speech = engine.synthesize(TEXT)
    start_s, end_s = heard_span(speech.waveform, speech.sample_rate)
    assert start_s < 0.05 and speech.duration_s - end_s < 0.15


def test_sentences_are_said_one_by_one_with_pauses_between(engine, reader):
    pieces = list(engine.stream("The lights come on. Then it begins!\n\nNobody moves."))
    assert [one.text for one in reader.requests] == ["The lights come on.", "Then it begins!", "Nobody moves."]
    silences = [heard_span(piece.waveform, piece.sample_rate)[0] for piece in pieces]
    assert silences[0] < 0.05 < 0.15 < silences[1] < silences[2], "a paragraph's pause is longer than a sentence's"


def test_numbers_and_lexicon_are_written_out(engine, reader):
    lexicon = parse_lexicon('Nguyen = "win"\nGIF = "/dʒɪf/"')
    engine.with_lexicon(lexicon).synthesize("Nguyen's GIF cost $5.")
    assert reader.requests[0].text == "win's GIF cost five dollars."
    assert "dʒ" in reader.requests[0].phonemes.symbols, "a model that reads phones gets them all"


def test_the_words_of_a_number_are_one_word(engine):
    assert [word.text for word in engine.synthesize("It cost $520 in all.").words] == ["It", "cost", "$520", "in", "all"]


def test_what_is_left_out_is_told_once(engine):
    lexicon = parse_lexicon('GIF = "/dʒɪf/"')
    left = engine.with_lexicon(lexicon).leaves(Marks(styles=(ProsodyStyle(pitch_st=2.0),)))
    assert len(left) == 2 and "tones" in left[0] and "GIF" in left[1]
    assert engine.leaves(Marks(styles=(ProsodyStyle(level_db=2.0, pace=1.1),), pauses_s=(1.0,))) == ()
    phones = AdaptedEngine(Reader(Ability(phones=True)), lexicon)
    assert phones.leaves() == ()


def test_a_pause_is_put_in_between_words_and_later_words_move(engine):
    n_words = len(TEXT.split())
    plain = engine.synthesize(TEXT)
    paused = engine.synthesize(TEXT, marks=Marks(pauses_s=(0.0, 0.0, 0.0, 1.5, *(0.0,) * (n_words - 4))))
    gap_s = paused.words[4].start_s - paused.words[3].end_s
    assert gap_s == pytest.approx(1.5, abs=0.05)
    added_s = paused.duration_s - plain.duration_s
    for before, after in zip(plain.words[4:], paused.words[4:], strict=True):
        assert after.start_s - before.start_s == pytest.approx(added_s, abs=0.02)
    middle = (paused.words[3].end_s + paused.words[4].start_s) / 2
    at = slice(round((middle - 0.3) * 24_000), round((middle + 0.3) * 24_000))
    assert np.abs(paused.waveform[at]).max() < 0.01


def test_a_word_is_said_louder(engine):
    n_words = len(TEXT.split())
    styles = [ProsodyStyle()] * n_words
    styles[1] = ProsodyStyle(level_db=-12.0)
    plain, soft = engine.synthesize(TEXT), engine.synthesize(TEXT, marks=Marks(styles=tuple(styles)))
    word = plain.words[1]
    at = slice(round((word.start_s + 0.08) * 24_000), round((word.end_s - 0.08) * 24_000))
    assert np.allclose(soft.waveform[at], plain.waveform[at] * 10 ** (-12 / 20), atol=0.02)
    last = slice(round(plain.words[-2].start_s * 24_000), None)
    assert np.allclose(soft.waveform[last], plain.waveform[last], atol=1e-3)


def test_another_seed_is_another_take_where_the_model_knows_no_chance(engine):
    takes = [engine.synthesize(TEXT, seed=seed) for seed in (0, 1, 2, 1)]
    assert len({take.duration_s for take in takes[:3]}) == 3
    assert np.array_equal(takes[1].waveform, takes[3].waveform)
    assert all(0.94 < take.duration_s / takes[0].duration_s < 1.06 for take in takes)


def test_voice_and_lexicon_change_the_fingerprint(engine, reader):
    other = engine.with_lexicon(parse_lexicon('Nguyen = "win"'))
    assert engine.fingerprint != other.fingerprint
    assert AdaptedEngine(reader).fingerprint == engine.fingerprint


@pytest.mark.parametrize(
    ("waveform", "told"),
    [(np.full(24_000, np.nan), "no valid sound"), (np.zeros(24_000), "silent"), (np.zeros(0), "silent")],
)
def test_a_model_that_says_nothing_is_told(waveform, told):
    class Faulty(Reader):
        def speak(self, request):
            return Reply(waveform)

    with pytest.raises(PluginError, match=told):
        AdaptedEngine(Faulty()).synthesize(TEXT)


def test_a_sound_beyond_full_scale_is_made_softer_as_a_whole():
    class Loud(Reader):
        def speak(self, request):
            return Reply(super().speak(request).waveform * 5)

    speech = AdaptedEngine(Loud()).synthesize(TEXT)
    assert np.abs(speech.waveform).max() == pytest.approx(1.0, abs=1e-3)


def test_noise_that_holds_no_words_still_has_times():
    noise = np.random.default_rng(0).normal(0, 0.1, 24_000).astype(np.float32)
    phonemes = phonemise("Lights come on.")
    edges = word_edges(Aligner(), noise[:2400], 24_000, phonemes)
    guessed = spread_words(noise, 24_000, phonemes)
    assert edges is None or edges.shape == guessed.shape
    assert guessed[0, 0] == 0 and guessed[-1, 1] == pytest.approx(1.0)
    assert (np.diff(guessed.ravel()) >= -1e-9).all()


def test_nothing_to_pronounce_is_told_before_anything_is_said(engine, reader):
    for nothing in ("", "…", "* * *"):
        with pytest.raises(ScriptError):
            engine.synthesize(nothing)
    assert reader.requests == []


def test_respelling_keeps_marks_and_endings():
    lexicon = parse_lexicon('"New York" = "noo york"\nNguyen = "win"')
    assert respelled("“New York,” said Nguyens.", "en-us", lexicon) == '"noo york," said wins.'
