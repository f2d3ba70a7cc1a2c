import numpy as np
import pytest

from voicekit.audio.features import HOP_LENGTH
from voicekit.recognition.sphinx import Aligner, resampled
from voicekit.recognition.transcribe import Guess, Pocketsphinx
from voicekit.recognition.transcribe import guess as transcribe_guess
from voicekit.speech.voices import built_in_folder, load_engine, read_voice
from voicekit.text.phonemes.arpabet import nearest_arpabet
from voicekit.text.phonemes.phonemise import BOUNDARIES, phonemise


@pytest.fixture(scope="module")
def base():
    return load_engine(read_voice(built_in_folder()), "cpu")


def test_words_are_found_where_they_were_spoken(base):
    text = "The lights come on, and then the music begins."
    speech = base.synthesize(text)
    phonemes = phonemise(text)
    alignment = Aligner().align(speech.waveform, phonemes)
    assert alignment is not None
    assert alignment.durations.sum() == 1 + len(speech.waveform) // HOP_LENGTH
    assert len(alignment.durations) == len(phonemes.symbols)
    starts = np.concatenate(([0], np.cumsum(alignment.durations))) * HOP_LENGTH / speech.sample_rate
    errors = [abs(starts[first] - word.start_s) for (_, first, _), word in zip(phonemes.words, speech.words, strict=True)]
    assert np.median(errors) < 0.05


def test_another_text_scores_far_worse(base):
    speech = base.synthesize("The lights come on, and then the music begins.")
    aligner = Aligner()
    right = aligner.align(speech.waveform, phonemise("The lights come on, and then the music begins."))
    wrong = aligner.align(speech.waveform, phonemise("Nobody had ever asked her about it before that day."))
    assert wrong is None or wrong.log_likelihood < 2 * right.log_likelihood


def test_silence_does_not_align():
    phonemes = phonemise("A long sentence that nobody has spoken into this microphone.")
    alignment = Aligner().align(np.zeros(2400, np.float32), phonemes)
    assert alignment is None


def test_every_phone_of_german_and_english_has_a_near_one():
    for text, language in (
        ("Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich", "de"),
        ("The quick brown fox", "en-us"),
    ):
        for symbol in phonemise(text, language).symbols:
            if symbol not in BOUNDARIES:
                assert nearest_arpabet(symbol).isupper()
    assert nearest_arpabet("ç") == "HH"
    assert nearest_arpabet("aɪɚ") == "AY"
    assert nearest_arpabet("☃") == "AH"


def test_a_guess_is_surer_of_clear_words_than_of_what_is_none(base):
    """Speech played backwards has the sounds of English and none of its words."""
    clear = resampled(base.synthesize("He moved away as quietly as he had come.").waveform, base.sample_rate)
    transcriber = Pocketsphinx("en-us")
    guess, nonsense = transcriber.guess(clear), transcriber.guess(clear[::-1].copy())
    assert guess.text == transcriber.transcribe(clear) and "quietly" in guess.text
    assert guess.sureness > 0.7 and nonsense.sureness < guess.sureness - 0.3
    assert transcriber.guess(np.zeros(16_000, np.float32)) == Guess("")


def test_a_transcriber_that_does_not_say_how_sure_it_is_is_taken_at_its_word():
    class Old:
        def transcribe(self, waveform):
            return "Hello."

    assert transcribe_guess(Old(), np.zeros(10, np.float32)) == Guess("Hello.", 1.0)
