import json
import os
import shutil
import subprocess
import sys
import unicodedata
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import voicekit
from voicekit.core.errors import CheckpointError, ConfigError, ScriptError
from voicekit.model.onnx_graph import Graph
from voicekit.model.onnx_networks import open_session
from voicekit.model.piper_graph import BEGIN, END, PAD, _tokens
from voicekit.model.voice_file import NOISE_BANDS, load_info
from voicekit.speech.export import export
from voicekit.speech.native import load
from voicekit.speech.piper import spelling_of
from voicekit.speech.voices import built_in_folder, find_voice, load_engine, read_voice
from voicekit.text.phonemes.phonemise import BOUNDARIES, phonemise

TEXT = "Is it late? GIF files, and [no] more! Nobody knows."


@pytest.fixture(scope="module")
def voice(tiny_voice, tmp_path_factory):
    folder = shutil.copytree(tiny_voice, tmp_path_factory.mktemp("voices") / "me")
    (folder / "lexicon.toml").write_text('GIF = "jif"')
    toml = folder / "voice.toml"
    hiss = f"noise_db = {[-30.0] * NOISE_BANDS}\nnoise_reduction_db = 15.0"
    toml.write_text(toml.read_text().replace("noise_db = []\nnoise_reduction_db = 0.0", hiss))
    assert load_info(folder).calibration.noise_db
    return folder


@pytest.fixture(scope="module")
def onnx(voice, tmp_path_factory) -> Path:
    (out,) = export(read_voice(voice), tmp_path_factory.mktemp("out") / "me.onnx")
    return out


def test_an_exported_voice_says_the_same_to_the_last_sample(voice, onnx):
    own, there = load(voice), load(onnx)
    assert there.fingerprint == own.fingerprint
    for seed, pace in ((0, 1.0), (3, 1.3)):
        wanted, made = (engine.synthesize(TEXT, seed=seed, pace=pace) for engine in (own, there))
        assert np.array_equal(made.waveform, wanted.waveform) and made.words == wanted.words
    assert there.timing(TEXT) == own.timing(TEXT)


def test_it_is_named_where_a_voice_is(onnx):
    found = find_voice(str(onnx))
    assert (found.name, found.language, found.engine) == ("me", "en-us", "native")
    assert load_engine(found).synthesize("Yes.").waveform.any()


def test_a_gpu_is_not_promised_for_it(onnx):
    with pytest.raises(ConfigError, match="speaks on the CPU; leave out --device"):
        load(onnx, "cuda")


def test_what_cannot_be_exported(voice, onnx, tmp_path):
    with pytest.raises(ConfigError, match=r"-o .*me\.onnx"):
        export(read_voice(voice), tmp_path / "me.pt")
    with pytest.raises(ConfigError, match="no format 'coqui'; choose one of: voicekit, piper"):
        export(read_voice(voice), tmp_path / "me.onnx", "coqui")
    with pytest.raises(ConfigError, match="is exported already"):
        export(find_voice(str(onnx)), tmp_path / "me.onnx")
    with pytest.raises(ConfigError, match="spoken by the engine 'kokoro'"):
        export(replace(read_voice(voice), engine="kokoro"), tmp_path / "me.onnx")
    assert not any(tmp_path.iterdir())


def test_a_damaged_voice_is_not_exported(voice, tmp_path):
    copy = shutil.copytree(voice, tmp_path / "copy")
    (copy / "lexicon.toml").write_text("GIF = ")
    with pytest.raises(ScriptError):
        export(read_voice(copy), tmp_path / "me.onnx")
    (copy / "lexicon.toml").unlink()
    (copy / "model.safetensors").write_bytes(b"short")
    for form in ("voicekit", "piper"):
        with pytest.raises(CheckpointError, match="missing or damaged"):
            export(read_voice(copy), tmp_path / "me.onnx", form)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy"]


#: All that the runtime may have; whoever imports anything else of other people's is told that it is not there.
ALONE = """
import sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        own = {"voicekit", "numpy", "onnxruntime", "espeakng_loader", "flatbuffers", "google", "packaging"}
        if top not in own and top not in sys.stdlib_module_names and not top.startswith("_"):
            raise ModuleNotFoundError(f"there is no {name}", name=name)
sys.meta_path.insert(0, Nothing())
from voicekit import runtime
code = runtime.main(sys.argv[1:])
assert not {"torch", "safetensors", "click"} & set(sys.modules)
sys.exit(code)
"""


def alone(*arguments: object) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(Path(voicekit.__file__).parent.parent)}
    command = [sys.executable, "-c", ALONE, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_the_runtime_needs_three_packages(voice, onnx, tmp_path):
    done = alone(onnx, TEXT, tmp_path / "said.wav")
    assert (done.returncode, done.stderr) == (0, "")
    wanted = load(voice).synthesize(TEXT).waveform
    with wave.open(str(tmp_path / "said.wav")) as file:
        assert file.getframerate() == 24_000
        made = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
    assert len(made) == len(wanted) and np.abs(made - wanted).max() < 1e-3


def test_a_loud_exported_voice_is_limited_there_too(voice, tmp_path):
    copy = shutil.copytree(voice, tmp_path / "loud")
    toml = copy / "voice.toml"
    toml.write_text(toml.read_text().replace("gain_db = 0.0", "gain_db = 12.0"))
    (out,) = export(read_voice(copy), tmp_path / "loud.onnx")
    done = alone(out, "The lights come on.", tmp_path / "said.wav")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_runtime_says_what_is_wrong(onnx, tmp_path):
    done = alone(onnx)
    assert done.returncode == 2 and done.stderr.startswith("usage: ")
    for arguments in ((tmp_path / "none.onnx", "a", tmp_path / "x.wav"), (onnx, "🎉", tmp_path / "x.wav")):
        done = alone(*arguments)
        assert done.returncode == 1 and done.stderr.startswith("voicekit.runtime: ") and done.stderr.count("\n") == 1
    assert not (tmp_path / "x.wav").exists()


@pytest.fixture(scope="module")
def piper(voice, tmp_path_factory):
    """As Piper runs a voice."""
    out, config, tokens = export(read_voice(voice), tmp_path_factory.mktemp("piper") / "en_US-me-medium.onnx", "piper")
    assert (config.name, tokens.name) == ("en_US-me-medium.onnx.json", "en_US-me-medium.tokens.txt")
    return open_session(out.read_bytes(), "piper"), json.loads(config.read_text())


def piper_ids(config: dict, text: str) -> np.ndarray:
    """As Piper does it: an id for each code point, blanks between."""
    ids = [BEGIN, PAD]
    for sign in unicodedata.normalize("NFD", text):
        ids += [*config["phoneme_id_map"][sign], PAD]
    return np.array([[*ids, END]])


def say(piper, text: str, length: float = 1.0) -> np.ndarray:
    session, config = piper
    ids = piper_ids(config, text)
    scales = np.array([0.667, length, 0.8], np.float32)
    return session.run(None, {"input": ids, "input_lengths": np.array([ids.shape[1]]), "scales": scales})[0]


def test_a_piper_voice_speaks(piper):
    sound = say(piper, "ðə lˈaɪts kˈʌm ˈɔn.")
    assert sound.shape[:3] == (1, 1, 1) and sound.dtype == np.float32
    assert sound.shape[3] > 5000 and 0 < np.abs(sound).max() <= 1
    assert say(piper, "ðə lˈaɪts kˈʌm ˈɔn.", 2.0).shape[3] > 1.6 * sound.shape[3]
    assert say(piper, "").size > 0 and say(piper, "ʰ(3)").size > 0


def test_its_configuration_is_whole(piper):
    _, config = piper
    ids = [number for numbers in config["phoneme_id_map"].values() for number in numbers]
    assert sorted(ids) == list(range(config["num_symbols"]))
    assert config["audio"]["sample_rate"] == 24_000 and config["espeak"]["voice"] == "en-us" and config["num_speakers"] == 1


def test_a_pause_within_a_sentence_is_heard(piper):
    at_once, comma = (say(piper, f"wˈʌn tˈuː θɹˈiː fˈɔɹ{mark} fˈaɪv sˈɪks sˈɛvən.").shape[3] for mark in ("", ";"))
    assert comma - at_once > 0.3 * 24_000


SENTENCES = [
    "The lights come on.", "Is it late?", "Go on!", "Please call Stella, and ask her to bring these things; with her.",
    "A nutshell: the power of fire — a little button.", "Where have you been all this time, Bob?",
    "Ladies and gentlemen, welcome on board.", "Which child chose the cheese?",
]  # fmt: skip


def reader(info):
    """What the graph makes of code points: the symbols and stresses of a voice."""
    spelling = spelling_of(info)
    graph = Graph()
    for name, value in zip(
        ("symbols", "stresses"), _tokens(graph, graph.input("ids", "int64", ["n"]), spelling), strict=True
    ):
        graph.output(name, value, ["tokens"])
    session = open_session(graph.serialise({}), "tokens")

    def read(text: str) -> tuple[list[str], list[int]]:
        ids = [PAD, *(spelling.ids[sign] for sign in unicodedata.normalize("NFD", text)), END]
        symbols, stresses = session.run(None, {"ids": np.array(ids)})
        return [info.symbols[number] for number in symbols], stresses.tolist()

    return read


@pytest.fixture(scope="module")
def tokens_of():
    return reader(load_info(built_in_folder()))


def as_piper_writes(said) -> str:
    """As espeak-ng writes a clause for Piper: stress before the vowel, a blank between words and behind a mark."""
    return "".join(
        ("", "ˈ", "ˌ")[stress] + symbol + (" " if symbol in ",;:—" else "")
        for symbol, stress in zip(said.symbols[1:], said.stresses[1:], strict=True)
    )


@pytest.mark.parametrize(("language", "text"), [
    ("de", "Zeitungen schreiben über schöne Pferde, und der König trinkt Bier."), ("fr-fr", "Bonjour, un bon vin blanc."),
    ("pl", "Chrząszcz brzmi w trzcinie, jak się masz?"), ("pt-br", "O coração é grande."),
])  # fmt: skip
def test_phones_of_other_languages_are_read(language, text):
    said = phonemise(text, language)
    own = BOUNDARIES + tuple(sorted(set(said.symbols) - set(BOUNDARIES)))
    read = reader(replace(load_info(built_in_folder()), language=language, symbols=own))
    assert "".join(read(as_piper_writes(said))[0]) == "".join(said.symbols)


@pytest.mark.parametrize("text", SENTENCES)
def test_code_points_are_read_as_the_phones_that_were_written(tokens_of, text):
    said = phonemise(text, "en-us")
    symbols, stresses = tokens_of(as_piper_writes(said))
    assert "".join(symbols) == "".join(said.symbols)
    where_stressed = [symbol for symbol, stress in zip(symbols, stresses, strict=True) if stress]
    assert where_stressed == [symbol for symbol, stress in zip(said.symbols, said.stresses, strict=True) if stress]


def test_a_sentence_without_an_end_has_one(tokens_of):
    for written in ("wˈʌn", "wˈʌn,", "wˈʌn ", "wˈʌn.", "wˈʌn. "):
        assert tokens_of(written) == (["^", "w", "ʌ", "n", "."], [0, 0, 1, 0, 0]), written
    assert tokens_of("wˈʌn?")[0][-1] == "?"
    assert tokens_of("")[0] == ["^", "."]


def test_phones_that_the_voice_lacks_are_its_nearest(tokens_of):
    assert tokens_of("ʁøːx")[0] == ["^", "ɹ", "ɚ", "h", "."]


def test_a_mark_that_the_voice_murmurs_at_is_a_full_stop():
    info = load_info(built_in_folder())
    spelling = spelling_of(info, ("!",))
    assert spelling.tokens["!"] == spelling.tokens["! "] == info.symbols.index(".")
    assert spelling.tokens["?"] == info.symbols.index("?")
