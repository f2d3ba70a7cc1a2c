import pytest

from voicekit.core.errors import ConfigError, ScriptError
from voicekit.text.phonemes.lexicon import parse_lexicon
from voicekit.text.phonemes.phonemise import BOUNDARIES, phonemise


def test_words_and_boundaries_alternate():
    phonemes = phonemise("Hello, world!")
    assert phonemes.symbols[0] == "^"
    assert phonemes.symbols[-1] == "!"
    assert [text for text, _, _ in phonemes.words] == ["Hello", "world"]
    (_, start, end), (_, next_start, next_end) = phonemes.words
    assert phonemes.symbols[end:next_start] == (",",)
    assert next_end == len(phonemes.symbols) - 1
    assert not set(phonemes.symbols[start:end]) & set(BOUNDARIES)


def test_stress_is_marked_on_one_vowel_of_a_word():
    phonemes = phonemise("banana")
    assert phonemes.stresses.count(1) == 1


def test_a_question_ends_as_one_and_an_unfinished_sentence_with_a_full_stop():
    assert phonemise("Is it?").symbols[-1] == "?"
    assert phonemise("it is").symbols[-1] == "."
    assert phonemise("it is -").symbols[-1] == "."


def test_brackets_and_dashes_make_pauses():
    symbols = phonemise("He went (quietly) home - alone.").symbols
    assert symbols.count(",") == 2
    assert symbols.count("—") == 1


def test_decimals_are_not_torn_at_the_point():
    assert len(phonemise("3.5").words) == len(phonemise("three point five").words)


def test_other_languages():
    assert "ç" in phonemise("Ich", "de").symbols


@pytest.mark.parametrize("text", ["", "   ", "...", "—", "🎉", "?!"])
def test_nothing_to_pronounce(text):
    with pytest.raises(ScriptError, match="nothing to pronounce"):
        phonemise(text)


def test_unknown_language():
    with pytest.raises(ConfigError, match="xx-yy"):
        phonemise("hello", "xx-yy")


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("мир", "mʲir"),
        ("Ελλάδα", "elaða"),
        ("שלום", "ʃalom"),
        ("नमस्ते", "nəmʌsteː"),
        ("안녕", "ɐnnjʌŋ"),
        ("こんにちは", "ko̞nnitɕihä"),
        ("世界", "si tɕiɛ"),
    ],
)
def test_words_in_other_scripts_are_spoken_by_their_own_language(word, sound):
    phonemes = phonemise(f"Hello {word} and you")
    assert f" {sound} " in "".join(phonemes.symbols)
    assert word in [text for text, _, _ in phonemes.words]


def test_a_greek_letter_is_a_sign_and_russian_is_at_home_in_russian():
    assert "paɪ" in "".join(phonemise("so π is").symbols)
    assert phonemise("мир", "ru").symbols[1:-1] == ("mʲ", "i", "r")


def test_a_word_in_a_script_that_nobody_reads_is_named():
    with pytest.raises(ScriptError, match="ᏣᎳᎩ"):
        phonemise("Hello ᏣᎳᎩ and you")


def test_emoji_are_silent():
    assert phonemise("Well done 👍🏽 now 🎉🇩🇪!").symbols == phonemise("Well done now!").symbols


def test_the_beginning_of_a_sentence_ends_with_a_comma():
    assert phonemise("and then, when", goes_on=True).symbols[-1] == ","
    assert phonemise("is it?", goes_on=True).symbols[-1] == "?"


def test_decimals_in_other_languages():
    assert len(phonemise("3,5", "de").words) == 3


def test_words_that_espeak_has_no_sound_for_are_passed_over():
    assert phonemise("Nguyen £ ٣", "ja", parse_lexicon('Nguyen = "win"')).words
