"""Piper's voices, of a folder and published, spoken in an environment of its own; against a package of the same names."""

import hashlib
import http.server
import json
import sys
import threading
from functools import partial

import numpy as np
import pytest
from fake_packages import write_environment

from voicekit.core.errors import CheckpointError, ConfigError, PluginError, VoicekitError
from voicekit.engines import piper, piper_voices
from voicekit.engines.host import environment
from voicekit.engines.host.host import Sign
from voicekit.engines.host.signs import edges_of_words
from voicekit.engines.install import install
from voicekit.engines.piper_voices import fetch_voice, language_of, published_in, read_piper_voice, voices_in
from voicekit.speech.voices import check_may_be_sold, find_voice, read_voice
from voicekit.testing import check_engine, check_presets
from voicekit.text.phonemes.phonemise import phonemise

TEXT = "The lights come on."
JOE, DE = "en_US-joe-medium", "de_DE-thorsten-low"


def settings(**changed):
    return {"audio": {"sample_rate": 22050}, "espeak": {"voice": "en-us"}, "phoneme_id_map": {"a": [1]}, **changed}


def write_voice(folder, name, content=b"network", card="", **changed):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.onnx").write_bytes(content)
    (folder / f"{name}.onnx.json").write_text(json.dumps(settings(**changed)), encoding="utf-8")
    if card:
        (folder / "MODEL_CARD").write_text(card, encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("environment")
    write_environment(folder / "env", folder / "fakes")
    return folder / "env"


@pytest.fixture
def data(built, tmp_path, monkeypatch):
    """Piper's environment is there, Piper not yet added."""
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TOLD", str(tmp_path / "told"))
    env = environment.environment_of("piper")
    env.parent.mkdir(parents=True)
    env.symlink_to(built)
    (built / "voicekit-lock.txt").write_text(environment._mark("piper"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def voices(data):
    """A folder of voices, as people have them."""
    folder = data / "voices"
    write_voice(folder / "joe", JOE, card="* Speakers: 1\n* License: CC0\n")
    write_voice(folder / "nc", DE, card="## Dataset\n* License: CC BY-NC-SA 4.0\n")
    write_voice(folder, "mine", espeak={"voice": "fr"})
    write_voice(folder, "en_GB-vctk-medium", speaker_id_map={"p225": 0, "p226": 1})
    write_voice(folder, "ja_JP-x-medium", phoneme_type="japanese")
    return folder


def _described(path):
    return {"size_bytes": path.stat().st_size, "md5_digest": hashlib.md5(path.read_bytes()).hexdigest()}


needs_links = pytest.mark.skipif(sys.platform == "win32", reason="the environment is made of links")


@needs_links
def test_voices_of_a_folder_speak(data, voices):
    install("piper", voices)
    assert piper.PRESETS.languages() == {JOE: "en-us", DE: "de", "mine": "fr", "en_GB-vctk-medium": "en-gb"}
    assert "ja_JP-x-medium" in piper.PRESETS.left_out()
    check_presets(piper.PRESETS)
    engine = piper.load(find_voice(f"piper:{JOE}").folder, "cpu")
    takes = [engine.synthesize(TEXT, seed=seed).waveform for seed in (0, 0, 1)]
    assert np.array_equal(takes[0], takes[1]) and not np.array_equal(takes[0], takes[2])
    words = engine.synthesize(TEXT).words
    assert [word.text for word in words] == TEXT[:-1].split() and words[-1].end_s < 0.6, "as its phones tell"


@needs_links
def test_it_keeps_the_contract_and_speaks_at_the_pace_wanted(data, voices):
    install("piper", voices)
    engine = piper.load(find_voice(f"piper:{JOE}").folder, "cpu")
    check_engine(engine)
    told = [json.loads(line) for line in (data / "told").read_text(encoding="utf-8").splitlines()]
    assert {line[3] for line in told} == {"1.0", "1.25", "0.8"}


@needs_links
def test_speakers_of_a_voice_are_found_by_name(data, voices):
    install("piper", voices)
    folder = find_voice("piper:en_GB-vctk-medium#p226").folder
    piper.load(folder, "cpu").synthesize(TEXT)
    assert json.loads((data / "told").read_text(encoding="utf-8").splitlines()[-1])[2] == "1"
    for wrong, near in (
        ("en_GB-vctk-medium#p227", "mean '.*#p226'"),
        (f"{JOE}#p1", "only one"),
        ("joe", "voices --engine"),
    ):
        with pytest.raises(ConfigError, match=near):
            find_voice(f"piper:{wrong}")
    for wrong in ("en_GB-vctk-medium#../p226", "en_GB-vctk-medium#a b"):
        with pytest.raises(ConfigError, match="letters and digits"):
            find_voice(f"piper:{wrong}")


@needs_links
def test_a_voice_keeps_the_licence_of_its_recordings(data, voices):
    install("piper", voices)
    assert read_voice(piper.PRESETS.folder(JOE)).licence["weights"] == "CC0"
    with pytest.raises(PluginError, match="CC BY-NC-SA"):
        check_may_be_sold(read_voice(piper.PRESETS.folder(DE)))
    with pytest.raises(PluginError, match=r"nobody has said .*no MODEL_CARD"):
        check_may_be_sold(read_voice(piper.PRESETS.folder("mine")))


@needs_links
def test_a_network_that_is_half_is_told(data):
    write_voice(data / "voices", JOE, b"half")
    with pytest.raises(PluginError, match=r"cannot say .*Error parsing message"):
        install("piper", data / "voices")


@needs_links
def test_a_folder_without_voices_is_told(data):
    (data / "voices").mkdir()
    (data / "voices" / "a.onnx").write_bytes(b"")
    with pytest.raises(PluginError, match=r"NAME.onnx with NAME.onnx.json"):
        install("piper", data / "voices")


@pytest.mark.parametrize(
    "wrong",
    [
        {"audio": {"sample_rate": "22050"}},
        {"audio": {"sample_rate": 10**9}},
        {"audio": []},
        {"espeak": 5},
        {"espeak": {"voice": 5}},
        {"speaker_id_map": [1]},
        {"speaker_id_map": {"a": "b"}},
        {"phoneme_id_map": 1},
    ],
)
def test_damaged_settings_are_told(tmp_path, wrong):
    write_voice(tmp_path, JOE, **wrong)
    with pytest.raises(PluginError, match=r"joe-medium.onnx.json is no Piper voice's settings"):
        read_piper_voice(tmp_path / f"{JOE}.onnx")


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "\xff", '{"audio": {}}'])
def test_settings_that_are_none_are_told(tmp_path, text):
    write_voice(tmp_path, JOE)
    (tmp_path / f"{JOE}.onnx.json").write_text(text, encoding="latin-1")
    with pytest.raises(PluginError, match="no Piper voice's settings"):
        read_piper_voice(tmp_path / f"{JOE}.onnx")


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("en_US-a-low", "en-us"), ("en_GB-a-low", "en-gb"), ("pt_BR-a-low", "pt-br"), ("pt_PT-a-low", "pt"),
        ("fr_FR-a-low", "fr-fr"), ("no_NO-a-low", "nb"), ("zh_CN-a-low", "cmn"), ("es_419-a-low", "es"), ("mine", ""),
        ("en_US", ""), ("en_US-a/../b", ""),
    ],
)  # fmt: skip
def test_a_published_name_tells_the_language(name, language):
    assert language_of(name) == language


@pytest.fixture
def hub(data, monkeypatch):
    """What Piper's makers publish, on this machine."""
    place = data / "hub"
    for name, folder in ((JOE, "en/en_US/joe/medium"), (DE, "de/de_DE/thorsten/low")):
        write_voice(place / folder, name, name.encode(), "* License: MIT")
    listed = {
        name: {"files": {f"{folder}/{path.name}": _described(path) for path in (place / folder).iterdir()}}
        for name, folder in ((JOE, "en/en_US/joe/medium"), (DE, "de/de_DE/thorsten/low"))
    }
    (place / "voices.json").write_text(json.dumps(listed), encoding="utf-8")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=place))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setattr(piper_voices, "HUB", f"http://127.0.0.1:{server.server_port}/")
    yield place
    server.shutdown()
    server.server_close()
    thread.join()


@needs_links
def test_a_published_voice_is_fetched_when_it_is_first_used(data, hub, caplog):
    install("piper")
    assert piper.PRESETS.languages() == {JOE: "en-us", DE: "de"}
    weights = environment.environment_of("piper").with_name("weights")
    assert voices_in(weights) == {}
    folder = find_voice(f"piper:{DE}").folder
    assert "fetched" in caplog.text and voices_in(weights) == {DE: weights / DE / f"{DE}.onnx"}
    assert read_voice(folder).licence["weights"] == "MIT"
    piper.load(folder, "cpu").synthesize("Hallo.")


def test_a_file_that_is_another_one_is_refused(data, hub):
    piper_voices.fetch_list(data / "weights")
    (hub / f"en/en_US/joe/medium/{JOE}.onnx").write_bytes(b"x" * len(JOE))
    with pytest.raises(VoicekitError, match="not the file that was published"):
        fetch_voice(JOE, published_in(data / "weights")[JOE], data / "weights")
    assert voices_in(data / "weights") == {}, "whole, or not at all"


@needs_links
def test_without_a_network_it_is_said_what_to_do(data, monkeypatch):
    monkeypatch.setattr(piper_voices, "HUB", "http://127.0.0.1:9/")
    with pytest.raises(PluginError, match=r"could not be fetched.*engines add piper --weights FOLDER"):
        install("piper")


@pytest.mark.parametrize(
    "listed",
    [
        "[]", "{}", "<html>", '{"en_US-a-low": 1}', '{"../x": {"files": {}}}',
        '{"en_US-a-low": {"files": {"../../en_US-a-low.onnx": {"size_bytes": 1, "md5_digest": "0"}}}}',
        '{"en_US-a-low": {"files": {"http://x/en_US-a-low.onnx": {"size_bytes": 1, "md5_digest": "0"}}}}',
        '{"en_US-a-low": {"files": {"a/en_US-a-low.onnx": {"size_bytes": "1", "md5_digest": "0"}}}}',
    ],
)  # fmt: skip
def test_a_list_that_is_none_is_refused(data, hub, listed):
    (hub / "voices.json").write_text(listed, encoding="utf-8")
    with pytest.raises(PluginError, match="could not be fetched"):
        piper_voices.fetch_list(data / "weights")
    assert not (data / "weights" / "voices.json").exists()


@needs_links
def test_a_voice_that_is_gone_is_told(data, voices):
    install("piper", voices)
    folder = find_voice(f"piper:{JOE}").folder
    (voices / "joe" / f"{JOE}.onnx").unlink()
    with pytest.raises(CheckpointError, match=r"voice.toml: there is no Piper voice 'en_US-joe-medium'"):
        piper.load(folder, "cpu")


def signs(text):
    return tuple(Sign(letter, float(place), float(place + 1)) for place, letter in enumerate(text))


def test_words_are_where_their_phones_are():
    said = "^ðə lˈaɪts kˈʌm ˈɔn, ænd ðˈɛn ðə mˈætʃ bɪɡˈɪnz ɔnðə pˈɪtʃ.$"
    phonemes = phonemise("The lights come on, and then the match begins on the pitch.")
    edges = edges_of_words(phonemes, signs(said)).round().astype(int)
    heard = [said[start:end] for start, end in edges]
    assert heard == ["ðə", "lˈaɪts", "kˈʌm", "ˈɔn", "ænd", "ðˈɛn", "ðə", "mˈætʃ", "bɪɡˈɪnz", "ɔnðə", "pˈɪtʃ"]


def test_a_word_begins_in_the_space_before_it_but_not_in_a_pause():
    lengths = {" ": 0.06, ",": 0.3}
    ends = np.cumsum([lengths.get(letter, 0.1) for letter in "ðə lˈaɪts, kˈʌm"])
    said = [Sign(a, e - lengths.get(a, 0.1), e) for a, e in zip("ðə lˈaɪts, kˈʌm", ends.tolist(), strict=True)]
    edges = edges_of_words(phonemise("The lights, come"), tuple(said))
    assert edges[1, 0] == pytest.approx(edges[0, 1]), "what is spoken in one breath leaves no gap"
    assert edges[2, 0] - edges[1, 1] == pytest.approx(0.36), "a comma and its space"
    slow = edges_of_words(phonemise("The lights"), tuple(signs("ðə lˈaɪts")))
    assert slow[1, 0] - slow[0, 1] == pytest.approx(0.9), "a space of a second is a pause"


def test_words_are_found_where_the_phones_differ_a_little_and_not_where_much():
    phonemes = phonemise("The lights come on.")
    edges = edges_of_words(phonemes, signs("^ðɪ lˈaɪt kˈʊm ˈɑːn.$")).round().astype(int)
    assert ["^ðɪ lˈaɪt kˈʊm ˈɑːn.$"[a:b] for a, b in edges] == ["ðɪ", "lˈaɪt", "kˈʊm", "ˈɑːn"]
    assert edges_of_words(phonemes, ()) is None
    assert edges_of_words(phonemes, signs("..., ")) is None
    assert edges_of_words(phonemes, signs("o")) is None
