"""Messages are short, whatever they quote."""

import pytest

from voicekit.core.errors import ScriptError, VoicekitError


def test_a_message_is_said_as_it_is():
    path = "/home/me/films/" + "/".join(["a folder with a name of some length"] * 4 + ["n" * 200])
    message = f"{path}/clip.mp4 is cut off: its end is missing; copy or export it again"
    assert str(VoicekitError(message)) == message


@pytest.mark.parametrize("endless", ["9" * 400, "9" * 5000, "[slow]" * 2000, "é" * 900])
def test_an_endless_word_is_shortened_and_the_rest_stays(endless):
    said = str(ScriptError(f"script.txt, line 1: [{endless}] is not a time; write it as [00:12]"))
    assert said.startswith(f"script.txt, line 1: [{endless[:59]}…") and said.endswith(" is not a time; write it as [00:12]")
    assert len(said) < 150


def test_of_endless_words_the_beginning_and_the_advice_stay():
    said = str(ScriptError(f"script.txt, line 1: “{'word ' * 5000}” is not a time; write it as [00:12]"))
    assert said.startswith("script.txt, line 1: “word word ") and said.endswith(" is not a time; write it as [00:12]")
    assert len(said) <= 1200


def test_what_to_do_is_never_cut():
    advice = "; ".join(
        f"or take the {n}th way: voicekit prepare recordings --language de --without take{n}" for n in range(10)
    )
    for quote in ("nothing", "word " * 5000):
        assert str(VoicekitError(f"recordings: “{quote}” is not English; {advice}")).endswith(advice)
