"""The language of a dataset by its texts, and recordings in another one than the rest."""

from pathlib import Path

import numpy as np
import pytest
from made import hiss, write
from reporters import Told

from voicekit.core.errors import DatasetError
from voicekit.core.reporter import SILENT
from voicekit.dataset.items import Item
from voicekit.dataset.languages import language_of_speech, language_of_texts
from voicekit.dataset.prepare import _left

ENGLISH = ("The lights come on in the town.", "Nobody was there when we came home.", "It is late, and the day was long.")
GERMAN = (
    "Die Lichter gehen in der Stadt an.",
    "Niemand war da, als wir nach Hause kamen.",
    "Es ist spät, und der Tag war lang.",
)


def items(*texts):
    return [Item(Path(f"{n}.wav"), f"{n}.wav", text) for n, text in enumerate(texts)]


def language(texts, given=""):
    told = Told()
    return language_of_texts(items(*texts), given, told), told.lines


@pytest.mark.parametrize(("texts", "given", "expected"), [
    (ENGLISH, "", "en-us"), (GERMAN, "", "de"), (GERMAN, "de-at", "de-at"), ((None, None), "", "en-us"), ((), "", "en-us"),
    (("OK.", "Berlin."), "", "en-us"), (ENGLISH, "en-gb", "en-gb"), ((None, None), "fr-fr", "fr-fr"),
])  # fmt: skip
def test_it_is_as_given_or_as_the_texts_are(texts, given, expected):
    assert language(texts, given)[0] == expected


def test_what_was_guessed_is_told():
    (line,) = language(GERMAN)[1]
    assert "the texts are German" in line and "--language" in line
    assert language(ENGLISH)[1] == [] and language(GERMAN, "de")[1] == []


def test_texts_in_another_language_than_the_one_given_are_told():
    (line,) = language(GERMAN, "en-us")[1]
    assert "3 of 3 texts are German" in line and "--language de" in line


def test_two_languages_are_told_with_how_to_split_them():
    (line,) = language((*ENGLISH, GERMAN[0]))[1]
    assert "two languages: of 4 texts 1 is German" in line and "--without 3.wav" in line
    assert language((*ENGLISH, "Zürich, Bern, Genf.", "Schadenfreude."))[1] == []


def test_many_of_another_language_are_not_all_named():
    (line,) = language(ENGLISH * 5 + GERMAN * 4)[1]
    assert "12 are German" in line and "folder of their own" in line and "and 4 more" in line


class Ear:
    """Hears these languages, one a recording."""

    def __init__(self, *languages):
        self.languages = list(languages)

    def language_of(self, waveform):
        assert waveform.dtype == np.float32 and waveform.ndim == 1
        return self.languages.pop(0)


@pytest.mark.parametrize(("heard", "expected"), [
    (["de", "de", "en"], "de"), (["en", "en", "de"], "en-us"), (["de", "fr", "en"], "en-us"), ([None, None, "de"], "en-us"),
    (["fr", "fr", "fr"], "fr-fr"),
])  # fmt: skip
def test_where_there_are_no_texts_most_recordings_tell(tmp_path, heard, expected):
    files = [write(tmp_path / f"{n}.wav", hiss(1)) for n in range(3)]
    told = Told()
    assert language_of_speech([Item(path, path.name) for path in files], Ear(*heard), told) == expected
    assert (told.lines != []) is (expected != "en-us")


def test_who_cannot_tell_languages_apart_hears_english(tmp_path):
    broken = Item(write(tmp_path / "a.wav", hiss(1)), "a.wav")
    broken.path.write_bytes(b"no sound")
    assert language_of_speech([broken], object(), Told()) == "en-us"
    assert language_of_speech([broken], Ear("de"), Told()) == "en-us"


def test_recordings_are_left_out_by_name_and_pattern():
    told = Told()
    assert [item.name for item in _left(items("a", "b", "c"), ("0.wav",), told)] == ["1.wav", "2.wav"]
    assert "1 of 3 recordings are left out" in told.lines[0]
    assert _left(items("a", "b"), (), told) == items("a", "b")
    with pytest.raises(DatasetError, match=r"names no recording; the nearest is '0\.wav'"):
        _left(items("a"), ("0.wave",), told)
    with pytest.raises(DatasetError, match="leaves no recording"):
        _left(items("a", "b"), ("*.wav",), told)


def test_a_recording_is_left_out_by_its_name_or_a_pattern():
    found = [Item(Path(name), name) for name in ("take [1].wav", "take 1.wav", "b.wav")]
    assert [item.name for item in _left(found, ("take [1].wav",), SILENT)] == ["take 1.wav", "b.wav"]
    assert [item.name for item in _left(found, ("take*",), SILENT)] == ["b.wav"]
    with pytest.raises(DatasetError, match=r"the nearest is '(b|take 1)\.wav'"):
        _left(found, ("c.wav",), SILENT)
