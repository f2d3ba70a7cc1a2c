"""Engines that clone from a passage: each in its own environment, against packages that are called as the released ones."""

import json
import sys

import numpy as np
import pytest
import soundfile
from fake_packages import write_environment

from voicekit.core.errors import CheckpointError, ConfigError, PluginError
from voicekit.core.reporter import Reporter
from voicekit.engines import chatterbox, f5, omnivoice, qwen3, voxcpm2
from voicekit.engines.catalogue import CATALOGUE
from voicekit.engines.host import environment
from voicekit.engines.install import install
from voicekit.engines.passage import Passage
from voicekit.speech.voices import check_may_be_sold, engine_folder, read_voice
from voicekit.testing import check_engine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the environment is made of links")
CLONERS = {"chatterbox": chatterbox, "f5": f5, "omnivoice": omnivoice, "qwen3": qwen3, "voxcpm2": voxcpm2}
TEXT = "The lights come on."
SAID = "This is what I said."


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("environment")
    write_environment(folder / "env", folder / "fakes")
    return folder / "env"


@pytest.fixture
def added(built, tmp_path, monkeypatch):
    """Adds an engine whose environment is there already; what its package was called with is in the list that comes."""
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TOLD", str(tmp_path / "told"))

    def add(name, weights=None):
        env = environment.environment_of(name)
        env.parent.mkdir(parents=True)
        env.symlink_to(built)
        (built / "voicekit-lock.txt").write_text(environment._mark(name), encoding="utf-8")
        install(name, weights)
        return CLONERS[name]

    return add


@pytest.fixture
def told(tmp_path):
    def read():
        return [json.loads(line) for line in (tmp_path / "told").read_text(encoding="utf-8").splitlines()]

    return read


def passage(length_s=6.0, text=SAID):
    rng = np.random.default_rng(0)
    return Passage((0.1 * rng.standard_normal(int(length_s * 16_000))).astype(np.float32), 16_000, text)


@pytest.mark.parametrize("name", CLONERS)
def test_a_passage_becomes_a_voice_that_speaks(added, told, tmp_path, name):
    module = added(name)
    module.clone(passage(), "en-us", tmp_path / "me", "cpu")
    voice = read_voice(tmp_path / "me")
    assert (voice.name, voice.engine, voice.language) == ("me", name, "en-us")
    assert "consent" in (tmp_path / "me" / "README.md").read_text(encoding="utf-8")
    waveform, rate = soundfile.read(tmp_path / "me" / "passage.flac", dtype="float32")
    assert rate == 16_000 and np.allclose(waveform, passage().waveform, atol=1e-6)

    engine = module.load(tmp_path / "me", "cpu")
    takes = [engine.synthesize(TEXT, seed=seed).waveform for seed in (0, 0, 1)]
    assert np.array_equal(takes[0], takes[1]) and not np.array_equal(takes[0], takes[2][: len(takes[0])])
    assert [word.text for word in engine.synthesize(TEXT).words] == TEXT[:-1].split()
    if name != "chatterbox":
        assert any(SAID in line[1:] or str([SAID]) in line for line in told()), "it is told what is said in the passage"
    assert any(TEXT in line for line in told())


def test_an_engine_of_its_own_environment_keeps_the_contract(added, tmp_path):
    added("f5").clone(passage(), "en-us", tmp_path / "me", "cpu")
    check_engine(f5.load(tmp_path / "me", "cpu"))


def test_weights_come_from_the_hub_of_their_makers(added, told, tmp_path):
    added("f5")
    assert told() == [
        ["download", "SWivid/F5-TTS", "F5TTS_v1_Base/model_1250000.safetensors"],
        ["F5TTS", "F5TTS_v1_Base", "/hub/F5TTS_v1_Base/model_1250000.safetensors", "None", "cpu"],
    ]


def test_weights_come_from_a_folder(added, told, tmp_path):
    weights = tmp_path / "weights"
    (weights / "vocos").mkdir(parents=True)
    for name in ("model_1250000.safetensors", "vocos/pytorch_model.bin", "vocos/config.yaml"):
        (weights / name).write_bytes(b"0")
    added("f5", weights)
    assert told() == [["F5TTS", "F5TTS_v1_Base", str(weights / "model_1250000.safetensors"), str(weights / "vocos"), "cpu"]]


@pytest.mark.parametrize("name", CLONERS)
def test_half_of_the_weights_are_told_before_anything_is_loaded(added, tmp_path, name):
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "readme.txt").write_text("", encoding="utf-8")
    with pytest.raises(PluginError, match=r"half lacks .*huggingface.co"):
        added(name, tmp_path / "half")
    assert not (engine_folder(name) / "engine.toml").exists(), "it is not added"


def test_english_has_a_model_of_its_own(added, told, tmp_path):
    module = added("chatterbox")
    module.clone(passage(), "de", tmp_path / "ich", "cpu")
    assert ["generate", "Hallo, das ist meine Stimme.", "de"] in told()
    module.clone(passage(), "en-gb", tmp_path / "me", "cpu")
    assert ["generate", "Hello, this is my voice."] in told()


def test_what_sounds_like_an_order_is_not_handed_over(added, told, tmp_path):
    module = added("voxcpm2")
    module.clone(passage(), "en-us", tmp_path / "me", "cpu")
    module.load(tmp_path / "me", "cpu").synthesize("(whispering) Come [laughter] closer.")
    assert told()[-1][1] == "whispering, Come, laughter, closer."


@pytest.mark.parametrize(
    ("given", "language", "message"),
    [
        (passage(1.0), "en-us", r"1.0 s; F5-TTS v1 clones from 3 to 12 s"),
        (passage(13.0), "en-us", r"13.0 s; F5-TTS v1 clones from 3 to 12 s"),
        (passage(text=" "), "en-us", "needs the text"),
        (passage(), "de", "does not speak German; it speaks Chinese, English"),
    ],
)
def test_a_passage_that_does_not_fit_is_refused_and_leaves_nothing(added, tmp_path, given, language, message):
    module = added("f5")
    with pytest.raises(ConfigError, match=message):
        module.clone(given, language, tmp_path / "me", "cpu")
    assert not (tmp_path / "me").exists()


def test_a_voice_is_not_overwritten(added, tmp_path):
    module = added("qwen3")
    module.clone(passage(), "en-us", tmp_path / "me", "cpu")
    with pytest.raises(ConfigError, match="already a voice"):
        module.clone(passage(), "en-us", tmp_path / "me", "cpu")


def test_an_engine_that_fails_leaves_no_voice(added, tmp_path, monkeypatch):
    module = added("qwen3")
    monkeypatch.setenv("TOLD", str(tmp_path / "no folder" / "told"))
    with pytest.raises(PluginError, match="cannot be loaded"):
        module.clone(passage(), "en-us", tmp_path / "me", "cpu")
    assert not (tmp_path / "me").exists()


@pytest.mark.parametrize(
    "line", ['passage = "../../x.flac"', 'passage = "none.flac"', "sample_rate = 0", "text = 3", "size = 1"]
)
def test_a_voice_that_somebody_changed_is_refused(added, tmp_path, line):
    module = added("qwen3")
    module.clone(passage(), "en-us", tmp_path / "me", "cpu")
    toml = tmp_path / "me" / "voice.toml"
    key = line.split(" ")[0]
    kept = [one for one in toml.read_text(encoding="utf-8").splitlines() if not one.startswith(f"{key} =")]
    kept.insert(kept.index("[qwen3]") + 1, line)
    toml.write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(CheckpointError, match="me"):
        module.load(tmp_path / "me", "cpu")


def test_other_weights_and_another_passage_are_another_voice(added, tmp_path):
    module = added("qwen3")
    prints = set()
    for number, text in enumerate((SAID, SAID, "Something else.")):
        module.clone(passage(text=text), "en-us", tmp_path / f"v{number}", "cpu")
        prints.add(module.load(tmp_path / f"v{number}", "cpu").fingerprint)
    assert len(prints) == 2


def test_two_voices_of_an_engine_share_a_process(added, told, tmp_path):
    module = added("omnivoice")
    for name in ("a", "b"):
        module.clone(passage(text=f"I am {name}."), "en-us", tmp_path / name, "cpu")
    before = len([line for line in told() if line[0] == "OmniVoice"])
    engines = [module.load(tmp_path / name, "cpu") for name in ("a", "b")]
    for engine in engines:
        engine.synthesize(TEXT)
    assert len([line for line in told() if line[0] == "OmniVoice"]) == before + 1
    assert [line[3] for line in told() if line[:2] == ["generate", TEXT]] == ["I am a.", "I am b."]


def test_a_voice_made_for_another_rate_is_told(added, tmp_path):
    module = added("qwen3")
    module.clone(passage(), "en-us", tmp_path / "me", "cpu")
    toml = tmp_path / "me" / "voice.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("24000", "16000"), encoding="utf-8")
    with pytest.raises(PluginError, match=r"speaks at 24000 Hz.*16000.*make the voice again"):
        module.load(tmp_path / "me", "cpu").synthesize(TEXT)


def test_films_with_weights_for_research_may_not_be_sold(added, tmp_path):
    for name, may_be_sold in (("f5", False), ("omnivoice", False), ("qwen3", True)):
        assert CATALOGUE[name].may_be_sold is may_be_sold
    added("f5").clone(passage(), "en-us", tmp_path / "me", "cpu")
    with pytest.raises(PluginError, match=r"CC-BY-NC-4\.0"):
        check_may_be_sold(read_voice(tmp_path / "me"))


def test_how_far_fetching_is_is_told(added, tmp_path):
    class Shares(Reporter):
        told = ()

        def progress(self, task, share, left_s=None, numbers=None):
            self.told += ((task, share),)

    module = added("qwen3")
    module.clone(passage(), "en-us", tmp_path / "me", "cpu", reporter := Shares())
    assert reporter.told[-1] == ("fetching and loading qwen3", 1.0)


@pytest.mark.parametrize("name", CLONERS)
def test_a_lock_holds_what_the_card_asks_for(name):
    from packaging.requirements import Requirement

    lines = [line.removesuffix(" \\") for line in environment.lock_of(name).splitlines() if not line.startswith(" ")]
    pinned = {one.name: one for one in map(Requirement, lines)}
    for wanted in map(Requirement, CATALOGUE[name].requirements):
        assert next(iter(pinned[wanted.name].specifier)).version in wanted.specifier
    assert all("==" in line for line in lines)
