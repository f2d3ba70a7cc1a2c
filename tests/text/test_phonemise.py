import pytest

from voicekit.errors import ConfigError, ScriptError
from voicekit.text.phonemise import BOUNDARIES, phonemise, split_sentences


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


def test_mixed_scripts_and_emoji_do_not_fail():
    assert phonemise("Hello 世界 🎉 мир").words


def test_sentences():
    text = 'One. "Two?" Three… four!\nFive costs 3.5 dollars'
    assert split_sentences(text) == ["One.", '"Two?', "Three…", "four!", "Five costs 3.5 dollars"]
