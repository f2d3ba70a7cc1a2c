"""Whisper, with a fake where faster_whisper is: which weights are used, what is no text, and what a person is told."""

import math
import sys
from types import ModuleType

import numpy as np
import pytest
from fake_whisper import MULTILINGUAL, SETTING, FakeWhisper, install, weights
from made import loud_is_speech

from voicekit.core.errors import DatasetError, PluginError
from voicekit.recognition import speech, transcribe
from voicekit.recognition.whisper import SAMPLE_RATE, Whisper, find_weights

RATE = SAMPLE_RATE


@pytest.fixture(autouse=True)
def heard_by_level(monkeypatch):
    monkeypatch.setattr(speech, "find_speech", loud_is_speech)
    transcribe.load.cache_clear()
    yield
    transcribe.load.cache_clear()


@pytest.fixture
def folder(tmp_path):
    return weights(tmp_path / "tiny.en")


def loud(duration_s: float = 2.0) -> np.ndarray:
    return np.full(round(duration_s * RATE), 0.1, np.float32)


def hears(monkeypatch, folder, *texts, **state) -> tuple[Whisper, FakeWhisper]:
    model = install(monkeypatch, FakeWhisper(*texts))
    vars(model).update(state)
    return Whisper("en-us", folder), model


def test_a_sentence(monkeypatch, folder):
    whisper, model = hears(monkeypatch, folder, " The lights  come on.")
    assert whisper.transcribe(loud()) == "The lights come on."
    assert model.loaded == [str(folder)] and whisper.weights == folder and whisper.note is None


def test_silence_is_no_text_and_the_model_is_not_asked(monkeypatch, folder):
    whisper, model = hears(monkeypatch, folder, " Thank you for watching!")
    for waveform in (np.zeros(RATE, np.float32), np.zeros(0, np.float32), np.full(100, 1e-5, np.float32)):
        assert whisper.transcribe(waveform) == ""
    assert not model.decoded


@pytest.mark.parametrize(("state", "is_text"), [
    ({"score": -1.6}, False), ({"score": -0.9}, True),
    ({"score": -0.6, "no_speech": 0.7}, False), ({"score": -0.4, "no_speech": 0.7}, True),
])  # fmt: skip
def test_what_it_makes_up_about_noise_is_no_text(monkeypatch, folder, state, is_text):
    whisper, _ = hears(monkeypatch, folder, "Thank you.", **state)
    assert whisper.transcribe(loud()) == ("Thank you." if is_text else "")


@pytest.mark.parametrize(("heard", "text"), [
    ("[Music]", ""), (" (laughs) ", ""), ("♪♪", ""), ("[Music] Hello (coughs) there.", "Hello there."),
])  # fmt: skip
def test_sounds_that_are_no_words_are_left_out(monkeypatch, folder, heard, text):
    assert hears(monkeypatch, folder, heard)[0].transcribe(loud()) == text


def test_what_repeats_itself_is_heard_again(monkeypatch, folder):
    whisper, model = hears(monkeypatch, folder, "and the " * 40, "and the end.")
    assert whisper.transcribe(loud()) == "and the end."
    assert [options.get("no_repeat_ngram_size") for options in model.decoded] == [None, 3]
    assert hears(monkeypatch, folder, "and the " * 40)[0].transcribe(loud()) == ""


def test_a_short_utterance_is_not_heard_in_half_a_minute_of_silence(monkeypatch, folder):
    whisper, model = hears(monkeypatch, folder, "Yes.")
    for duration_s in (0.5, 5.0, 20.0):
        whisper.transcribe(loud(duration_s))
    assert model.encoded[0] == 1000 and model.encoded[1] == 1000 and 2190 <= model.encoded[2] <= 2210
    assert all(frames % 2 == 0 for frames in model.encoded)
    assert all(options["max_length"] < 448 for options in model.decoded[:2])
    assert model.decoded[2]["max_length"] <= 446


def test_a_long_one_is_heard_in_pieces(monkeypatch, folder):
    whisper, model = hears(monkeypatch, folder, " One.", " and the" * 40, " Two.")
    assert whisper.transcribe(loud(40)) == "One. Two."
    assert model.decoded[0]["language"] == "en" and not model.encoded


def test_how_likely_texts_are(monkeypatch, folder):
    whisper, _ = hears(monkeypatch, folder, likely={"the", "end"})
    one, two = whisper.log_probabilities(loud(), ["the end", "the bend"])
    assert one == pytest.approx(2 * math.log(0.9)) and -30 < two < -10  # finite, though impossible
    with pytest.raises(ValueError, match="28 s"):
        whisper.log_probabilities(loud(29), ["the end"])


def test_no_weights_anywhere(monkeypatch):
    install(monkeypatch, FakeWhisper())
    assert find_weights("en-us") is None
    missing = Whisper.missing("en-us")
    assert "no weights for 'en-us'" in missing and "WhisperModel('tiny')" in missing and "75 MB" in missing
    assert "--asr-model" in missing and SETTING in missing and "\n" not in missing
    assert transcribe.choose(None, "en-us") == "pocketsphinx"
    assert transcribe.find_checker(None, "en-us") is None
    with pytest.raises(DatasetError, match=r"cannot transcribe: .*WhisperModel"):
        Whisper("en-us")


def test_the_named_folder_comes_before_the_setting_and_the_cache(monkeypatch, folder, tmp_path):
    setting, large, small = (weights(tmp_path / name, MULTILINGUAL) for name in ("setting", "large", "small"))
    install(monkeypatch, FakeWhisper(), {"small.en": folder, "small": small, "medium": large})
    assert find_weights("en-us") == large and find_weights("de") == large
    monkeypatch.setenv(SETTING, str(setting))
    assert find_weights("en-us") == find_weights("de") == setting
    assert find_weights("en-us", folder) == folder
    monkeypatch.setenv(SETTING, " ")
    assert find_weights("en-us") == large
    assert transcribe.choose(None, "en-us") == transcribe.find_checker(None, "en-us") == "whisper"


def test_english_weights_hear_english_only(monkeypatch, folder):
    install(monkeypatch, FakeWhisper(), {"small.en": folder})
    with pytest.raises(DatasetError, match=r"tiny\.en knows English only, not 'de'; name a folder of multilingual weights"):
        find_weights("de", folder)
    monkeypatch.setenv(SETTING, str(folder))  # a setting for all days is no order to hear German with it
    assert find_weights("de") is None and find_weights("en-gb") == folder


def test_a_vocabulary_of_lines(monkeypatch, tmp_path):
    install(monkeypatch, FakeWhisper())
    old = weights(tmp_path / "old")
    (old / "vocabulary.json").unlink()
    for lines, knows in ((51_864, False), (MULTILINGUAL, True)):
        (old / "vocabulary.txt").write_text("token\n" * lines)
        monkeypatch.setenv(SETTING, str(old))
        assert (find_weights("de") == old) is knows


def test_a_folder_of_the_hubs_cache(monkeypatch, tmp_path):
    install(monkeypatch, FakeWhisper())
    snapshot = weights(tmp_path / "models--Systran--faster-whisper-tiny.en" / "snapshots" / "0d3d")
    assert find_weights("en-us", snapshot.parent.parent) == snapshot


def nothing(folder):
    return folder / "nothing", "nothing does not exist; --asr-model takes the folder"


def a_file(folder):
    return folder / "model.bin", "model.bin is a file; --asr-model takes the folder"


def without_weights(folder):
    (folder / "model.bin").unlink()
    return folder, r"lacks the weights \(model.bin\)"


def empty_weights(folder):
    (folder / "model.bin").write_bytes(b"")
    return folder, r"lacks the weights \(model.bin\)"


def without_vocabulary(folder):
    (folder / "vocabulary.json").unlink()
    return folder, r"lacks the vocabulary \(vocabulary.json or vocabulary.txt\); name the folder"


def of_transformers(folder):
    (folder / "model.bin").rename(folder / "model.safetensors")
    return folder, "ct2-transformers-converter turns into weights for faster-whisper"


@pytest.mark.parametrize("fault", [nothing, a_file, without_weights, empty_weights, without_vocabulary, of_transformers])
def test_a_folder_that_holds_no_weights_is_one_line(monkeypatch, folder, fault):
    install(monkeypatch, FakeWhisper())
    bad, complaint = fault(folder)
    for asked in (find_weights, Whisper, Whisper.missing):
        with pytest.raises(DatasetError, match=complaint) as told:
            asked("en-us", bad)
        assert "\n" not in str(told.value)
    monkeypatch.setenv(SETTING, str(bad))
    with pytest.raises(DatasetError, match=rf"{complaint}.*it is named by {SETTING}"):
        find_weights("en-us")


def test_damaged_files_are_one_line(monkeypatch, folder):
    model = install(monkeypatch, FakeWhisper())
    (folder / "vocabulary.json").write_text("[")
    with pytest.raises(DatasetError, match="the vocabulary is damaged"):
        find_weights("de", folder)
    model.damaged = RuntimeError("File model.bin is incomplete\nat offset 7")
    with pytest.raises(DatasetError, match=r"tiny\.en: the weights do not load \(File model.bin is incomplete\); copy"):
        Whisper("en-us", folder)


def test_faster_whisper_is_not_installed(monkeypatch, folder):
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    monkeypatch.delitem(sys.modules, "faster_whisper.utils", raising=False)
    for model in (None, folder):
        assert Whisper.missing("en-us", model).startswith("faster-whisper is not installed; get it")
    assert transcribe.choose(None, "en-us") == "pocketsphinx"
    with pytest.raises(DatasetError, match=r"tiny\.en cannot be used: faster-whisper is not installed"):
        transcribe.find_checker(None, "en-us", folder)


def test_faster_whisper_is_broken(monkeypatch):
    class Broken(ModuleType):
        __path__ = ()

        def __getattr__(self, name):
            raise ImportError("libctranslate2.so: cannot open")

    monkeypatch.setitem(sys.modules, "faster_whisper", Broken("faster_whisper"))
    monkeypatch.setitem(sys.modules, "faster_whisper.utils", Broken("faster_whisper.utils"))
    assert "faster-whisper does not load (libctranslate2.so: cannot open)" in Whisper.missing("en-us")


def test_a_transcriber_that_takes_no_weights_says_so(monkeypatch, folder):
    install(monkeypatch, FakeWhisper())
    with pytest.raises(
        PluginError, match="'pocketsphinx' takes no --asr-model; leave it out, or take --transcriber whisper"
    ):
        transcribe.choose("pocketsphinx", "en-us", folder)


def test_weights_are_loaded_once(monkeypatch, folder):
    model = install(monkeypatch, FakeWhisper("Yes."))
    assert transcribe.load("whisper", "en-us", folder) is transcribe.load("whisper", "en-us", folder)
    assert len(model.loaded) == 1


@pytest.mark.parametrize(("language", "found"), [(("de", 0.97), "de"), (("de", 0.4), None), (None, None)])
def test_a_model_of_many_languages_tells_which_is_spoken_where_it_is_sure(monkeypatch, tmp_path, language, found):
    install(monkeypatch, model := FakeWhisper("Hallo."))
    model.language = language
    whisper = Whisper("en-us", weights(tmp_path / "tiny", MULTILINGUAL))
    assert whisper.language_of(loud()) == found
    assert whisper.language_of(np.zeros(RATE, np.float32)) is None
