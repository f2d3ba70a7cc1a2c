"""Kokoro speaks our phones in its signs; weights of any shape are read within limits, and what is wrong is told."""

import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from reporters import Told
from tiny_kokoro import FRAMES, VOICES, network, style, write_kokoro

from voicekit.cli import cli
from voicekit.core.errors import CheckpointError, ConfigError, PluginError
from voicekit.engines import kokoro as module
from voicekit.engines.adapter import AdaptedEngine, Request
from voicekit.engines.kokoro import Kokoro, KokoroPresets, load
from voicekit.engines.kokoro_network import Network
from voicekit.engines.kokoro_phones import LANGUAGES, MOST_TOKENS, spelled_phone, spellings
from voicekit.engines.kokoro_weights import PUBLISHED, find_weights
from voicekit.engines.store import find_installed, note_installed
from voicekit.speech.voices import find_voice, load_engine, tell_unasked
from voicekit.testing import check_engine, check_presets
from voicekit.text.phonemes.ipa import _CONSONANTS, _VOWELS
from voicekit.text.phonemes.phonemise import phonemise

TEXT = "The lights come on, and the match begins."


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    return write_kokoro(tmp_path_factory.mktemp("kokoro"))


@pytest.fixture
def added(weights, tmp_path, monkeypatch):
    """The engine added, with nothing fetched."""
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    note_installed("kokoro", weights)
    return weights


def spelled(text: str, language: str = "en-us") -> str:
    (one,) = spellings(phonemise(text, language), language)
    return one.text


def run(*args):
    result = CliRunner().invoke(cli, args)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


# Phones


@pytest.mark.parametrize(
    ("language", "text", "signs"),
    [
        ("en-us", "Go home, my boy!", "ɡˌO hˈOm, mI bˈY!"),
        ("en-us", "How may I judge cheese?", "hˌW mˈA I ʤˈʌʤ ʧˈiz?"),
        ("en-us", "Little bottles of water.", "lˈɪTᵊl bˈɑTᵊlz ʌv wˈɔTəɹ."),
        ("en-us", "Nurse; boxes.", "nˈɜɹs; bˈɑksᵻz."),
        ("en-gb", "Go square near nurse.", "ɡˌQ skwˈɛː nˌɪə nˈɜːs."),
        ("en-gb", "The boxes, the trap.", "ðə bˈɒksɪz, ðə tɹˈap."),
        ("es", "¿Quién llamó?", "kjˈen ʎamˈo?"),
        ("fr-fr", "Un bon vin.", "œ̃ bˈɔ̃ vˈɛ̃."),
        ("it", "La zia, la pizza.", "la ʣˈia, la pˈiʦːa."),
    ],
)
def test_phones_are_spelled_as_kokoro_learned_them(language, text, signs):
    import unicodedata

    assert spelled(text, language) == unicodedata.normalize("NFD", signs).replace("c\u0327", "ç")


@pytest.mark.parametrize("language", LANGUAGES.values())
def test_every_sound_of_any_language_has_a_sign(language):
    assert [sound for sound in _VOWELS + _CONSONANTS if not spelled_phone(sound, language)] == []


def test_hindi_flaps_do_not_end_sentences():
    assert "." not in spelled("पढ़ना, घोड़ा", "hi")[:-1] and "ɽ" in spelled("पढ़ना, घोड़ा", "hi")


def test_a_sentence_of_too_many_phones_is_cut_where_it_pauses_most():
    text = ", ".join(["9876543210123 boats"] * 5) + "; " + ", ".join(["777777777777 oxen"] * 5) + "."
    phonemes = phonemise(text)
    parts = spellings(phonemes, "en-us")
    assert len(parts) > 1 and all(0 < len(one.text) <= MOST_TOKENS for one in parts)
    assert "".join(one.text for one in parts) == "".join(one.text for one in spellings(phonemes, "en-us"))
    assert parts[0].text.rstrip()[-1] in ",;"
    ends = [one.first + len(one.edges) - 1 for one in parts]
    assert [0, *ends[:-1]] == [one.first for one in parts] and ends[-1] == len(phonemes.symbols)


def test_one_word_without_end_is_cut_all_the_same():
    phonemes = phonemise("a")
    endless = type(phonemes)(("^", *"a" * 2000, "."), (0,) * 2002, (("a", 1, 2001),), ((0,),))
    assert [len(one.text) <= MOST_TOKENS for one in spellings(endless, "en-us")] == [True] * 4


# The network


def test_the_contract_of_engines(weights):
    check_engine(AdaptedEngine(Kokoro(find_weights(weights), "af_one", "en-us")))


@pytest.mark.parametrize(
    ("how", "tells"),
    [
        ({}, True),
        ({"tokens": "input_ids", "audio": "waveform", "durations": "pred_dur"}, True),
        ({"durations": "/encoder/Clip_output_0"}, True),
        ({"durations": ""}, False),
        ({"first_frames": 1}, False),
    ],
)
def test_exports_of_every_shape_speak_and_tell_times_where_they_know_them(tmp_path, how, tells):
    model = Kokoro(find_weights(write_kokoro(tmp_path, **how)), "af_one", "en-us")
    phonemes = phonemise(TEXT)
    reply = model.speak(Request(TEXT, phonemes, 1.0, 0))
    (one,) = spellings(phonemes, "en-us")
    assert len(reply.waveform) == (len(one.text) + 2) * FRAMES * 600
    assert (reply.word_edges is not None) == tells
    if tells:
        assert reply.word_edges.shape == (len(phonemes.words), 2)
        assert (np.diff(reply.word_edges.ravel()) >= 0).all()
        assert reply.word_edges[1, 0] == pytest.approx((1 + one.text.index("l") - 3 / FRAMES) * FRAMES / 40)


def test_a_long_sentence_is_one_sound_with_the_times_of_all_its_words(weights):
    text = ", ".join(["9876543210123 boats"] * 8) + "."
    phonemes = phonemise(text)
    reply = Kokoro(find_weights(weights), "af_one", "en-us").speak(Request(text, phonemes, 1.5, 0))
    assert reply.word_edges.shape == (len(phonemes.words), 2)
    assert (np.diff(reply.word_edges.ravel()) >= -1e-9).all() and reply.word_edges[-1, 1] <= len(reply.waveform) / 24_000


def test_its_style_is_the_row_of_so_many_tokens(weights):
    model = Kokoro(find_weights(weights), "af_one", "en-us")
    asked = []
    model._network.speak = lambda tokens, row, speed: asked.append((len(tokens) - 2, row[0])) or (np.ones(9), None)
    model.speak(Request(TEXT, phonemise(TEXT), 1.0, 0))
    ((n_tokens, level),) = asked
    assert level == style(VOICES["af_one"])[n_tokens - 1, 0, 0]


def test_voice_and_network_change_the_fingerprint(weights, tmp_path):
    found = find_weights(weights)
    other = find_weights(write_kokoro(tmp_path, durations="frames_dur"))
    fingerprints = {Kokoro(*of, "en-us").fingerprint for of in ((found, "af_one"), (found, "bm_two"), (other, "af_one"))}
    assert len(fingerprints) == 3
    assert Kokoro(found, "af_one", "en-us").fingerprint in fingerprints


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no ONNX network, or is damaged"),
        (b"<!doctype html><title>Log in</title>", "no ONNX network, or is damaged"),
        (network()[:900], "no ONNX network, or is damaged"),
        (pickle.dumps({"weights": [1, 2, 3]}), "no ONNX network, or is damaged"),
        (network(tokens="x"), "another network than Kokoro.*it takes x, style, speed"),
    ],
)
def test_a_network_that_is_none_or_another_is_told(tmp_path, content, told):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(PluginError, match=rf"model\.onnx .*{told}.*voicekit engines add kokoro"):
        Network(path)


# The voices


def test_the_contract_of_presets(added):
    check_presets(KokoroPresets())


def test_voices_are_listed_with_their_languages_and_what_does_not_speak_is_told(added):
    lines = run("voices", "--engine", "kokoro").output
    assert "kokoro:af_one  en-us" in lines and "kokoro:bm_two  en-gb" in lines and "kokoro:ef_tres  es" in lines
    assert "kokoro:jf_alpha" not in lines
    assert "phones cannot be made: Japanese and Chinese (jf_alpha, zf_xiaobei)" in lines
    with pytest.raises(ConfigError, match=r"Japanese \(jf_alpha\)"):
        find_voice("kokoro:jf_alpha")
    with pytest.raises(ConfigError, match="did you mean 'kokoro:af_one'"):
        find_voice("kokoro:af_on")


def test_a_voice_speaks_by_its_name(added, tmp_path):
    out = tmp_path / "lights.wav"
    assert "in the voice 'kokoro:bm_two'" in run("say", TEXT, "-o", str(out), "--voice", "kokoro:bm_two").output
    assert out.stat().st_size > 100_000


def test_a_voice_in_a_language_that_kokoro_does_not_speak_is_told(added):
    voice = find_voice("kokoro:af_one")
    toml = voice.folder / "voice.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("en-us", "de"), encoding="utf-8")
    with pytest.raises(CheckpointError, match="Kokoro does not speak 'de'"):
        load_engine(find_voice("kokoro:af_one"), "cpu")


def test_a_voice_that_the_weights_no_longer_have_is_told(added, tmp_path):
    voice = find_voice("kokoro:af_one")
    other = write_kokoro(tmp_path / "other")
    np.savez(other / "voices-v1.0.bin", af_two=style(0.3))
    (other / "voices-v1.0.bin.npz").replace(other / "voices-v1.0.bin")
    note_installed("kokoro", other)
    with pytest.raises(PluginError, match=r"voices-v1\.0\.bin has no voice 'af_one'"):
        load(voice.folder, "cpu")
    note_installed("kokoro", tmp_path / "gone")
    with pytest.raises(PluginError, match=r"no longer at .*gone"):
        load(voice.folder, "cpu")


def test_voices_lie_in_one_file_or_in_a_folder(weights, tmp_path):
    found = find_weights(write_kokoro(tmp_path))
    (tmp_path / "voices").mkdir()
    for name, level in VOICES.items():
        (tmp_path / "voices" / f"{name}.bin").write_bytes(style(level).astype("<f4").tobytes())
    in_folder = find_weights(tmp_path)
    assert in_folder.voices == tmp_path / "voices" and in_folder.names() == found.names() == sorted(VOICES)
    assert np.array_equal(in_folder.style("bm_two"), found.style("bm_two"))
    (tmp_path / "onnx").mkdir()
    (tmp_path / "kokoro.onnx").rename(tmp_path / "onnx" / "model.onnx")
    assert find_weights(tmp_path).network.name == find_weights(tmp_path / "onnx" / "model.onnx").network.name == "model.onnx"


def _pickled(path: Path) -> None:
    path.write_bytes(pickle.dumps({"af_one": [0.1] * 256}))


def _objects(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, af_one=np.array([{"a": print}], dtype=object))


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("af_one.npy", b"\0" * 50_000_000)


def _lying(path: Path) -> None:
    header = b"\x93NUMPY\x01\x00\x76\x00" + b"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 256), }"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("af_one.npy", header.ljust(127) + b"\n" + b"\0" * 5000)


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100_000])


def _of_another_version(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, af_one=np.zeros((511, 1, 128), np.float32))


def _no_numbers(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, af_one=np.full((510, 1, 256), np.nan, np.float32))


@pytest.mark.parametrize("spoil", [_pickled, _objects, _bomb, _lying, _half, _of_another_version, _no_numbers])
def test_voices_of_strangers_are_read_within_limits_and_never_executed(tmp_path, spoil):
    spoil(write_kokoro(tmp_path) / "voices-v1.0.bin")
    with pytest.raises(PluginError, match=r"voices-v1\.0\.bin holds no voices of Kokoro, or is damaged.*engines add kokoro"):
        Kokoro(find_weights(tmp_path), "af_one", "en-us")


def test_half_a_voice_in_a_folder_is_told(tmp_path):
    write_kokoro(tmp_path)
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "af_one.bin").write_bytes(b"\0" * 1000)
    with pytest.raises(PluginError, match=r"af_one\.bin holds no voices.*this one has 1000 bytes"):
        find_weights(tmp_path).style("af_one")


# Adding it


def test_it_is_added_from_a_folder_once_it_has_spoken(weights, tmp_path, monkeypatch):
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    said = run("engines", "add", "kokoro", "--yes", "--weights", str(weights)).output
    assert "Apache-2.0; films with it may be sold" in said and "3 voices" in said and "jf_alpha" in said
    assert find_installed("kokoro").weights == str(weights.resolve())
    assert not (tmp_path / "data" / "engines" / "kokoro" / "weights").exists()


@pytest.mark.parametrize(
    ("missing", "told"), [("kokoro.onnx", "there is no Kokoro in"), ("voices-v1.0.bin", "there are no voices of Kokoro in")]
)
def test_a_folder_without_all_of_it_is_told_and_not_added(tmp_path, monkeypatch, missing, told):
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    (write_kokoro(tmp_path / "weights") / missing).unlink()
    with pytest.raises(PluginError, match=told):
        run("engines", "add", "kokoro", "--yes", "--weights", str(tmp_path / "weights"))
    assert find_installed("kokoro") is None


def test_it_is_fetched_once_where_no_folder_is_named(weights, tmp_path, monkeypatch):
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    fetched = []

    def fetch(published, folder, reporter, otherwise):
        fetched.append(published.name)
        folder.mkdir(parents=True, exist_ok=True)
        source = weights / ("kokoro.onnx" if published.name.endswith(".onnx") else "voices-v1.0.bin")
        (folder / published.name).write_bytes(source.read_bytes())

    monkeypatch.setattr(module, "download", fetch)
    run("engines", "add", "kokoro", "--yes")
    assert fetched == [one.name for one in PUBLISHED]
    assert find_installed("kokoro").weights == str((tmp_path / "data" / "engines" / "kokoro" / "weights").resolve())
    assert all(one.url.startswith("https://") and len(one.digest) == 64 for one in PUBLISHED)


# Who speaks where nobody was asked for


def test_an_added_kokoro_speaks_where_the_person_has_no_voice(tmp_path, monkeypatch):
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    assert find_voice().built_in
    weights = write_kokoro(tmp_path / "weights")
    bundle = weights / "voices-v1.0.bin"
    with bundle.open("wb") as file:
        np.savez(file, af_heart=style(0.3), am_two=style(0.5))
    note_installed("kokoro", weights)
    assert find_voice().name == "kokoro:af_heart"
    notes = Told()
    tell_unasked(find_voice(), notes)
    assert "'kokoro:af_heart' speaks, of the engine 'kokoro', which you added" in notes.lines[0]
    assert "--voice base" in notes.lines[0]


def test_weights_that_are_gone_are_told_and_the_built_in_voice_speaks(tmp_path, monkeypatch):
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    note_installed("kokoro", tmp_path / "gone")
    notes = Told()
    assert find_voice(reporter=notes).built_in
    assert any("left out: the voices of the engine 'kokoro'" in line and "gone" in line for line in notes.lines)
