import pytest

from voicekit.text.normalise.normalise import normalise


@pytest.mark.parametrize("language", ["fr-fr", "es", "ru"])
def test_in_other_languages_the_characters_are_tidied(language):
    assert normalise("  «12,5 €»\u00a0\u200b🎉 ok ", language) == '"12,5 €" ok'


@pytest.mark.parametrize("text", ["1", "a.", "1-", "x.y.", "A.", "1,111", "$1", "a@", "1/"])
def test_a_long_line_of_anything_is_normalised(text):
    assert normalise(text * 2500)
