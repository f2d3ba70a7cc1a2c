"""Pocket-TTS speaks through its own package, from weights that are looked at before they are believed.

The weights are random and small, in its own format; what they say is sound, and no speech. The contract of all engines is
therefore held against a model that says sentences in our own voice where Pocket-TTS would make them.
"""

import json
import logging

import numpy as np
import pytest
import torch

pytest.importorskip("pocket_tts", reason="pip install 'voicekit[pocket]'")

from pocket_made import SIZES, make_weights

from voicekit.core.errors import CheckpointError, ConfigError, PluginError
from voicekit.core.reporter import SILENT
from voicekit.engines import pocket, pocket_weights
from voicekit.engines.adapter import AdaptedEngine, Request
from voicekit.engines.install import install
from voicekit.engines.passage import Passage
from voicekit.engines.pocket_weights import check_whole, find_weights, languages_in
from voicekit.engines.store import remove_installed
from voicekit.speech.voices import load_voice, read_voice
from voicekit.testing import check_engine
from voicekit.text.phonemes.phonemise import phonemise

RATE = 24_000


def said(text, seed=0):
    return Request(text, phonemise(text, "en-us"), 1.0, seed)


def a_passage(seed=0, seconds=2.0):
    waveform = np.random.default_rng(seed).normal(0, 0.1, round(RATE * seconds)).astype(np.float32)
    return Passage(waveform, RATE, "Somebody speaks.", {"dataset": "me", "seconds": seconds})


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """FOLDER/languages/english, with a configuration of its own."""
    place = tmp_path_factory.mktemp("pocket")
    make_weights(place / "languages" / "english")
    return place


@pytest.fixture
def added(weights):
    pocket_prepared = pocket_weights.find_weights(weights, "en-us")
    assert pocket_prepared.name == "english"
    install("pocket", weights)
    yield weights
    remove_installed("pocket")


@pytest.fixture
def voice(added, tmp_path):
    folder = tmp_path / "voices" / "me"
    pocket.clone(a_passage(), "en-us", folder)
    return folder


# ----------------------------------------------------------------------------------------------------------- a voice


def test_a_voice_is_kept_as_the_state_that_a_passage_leaves_and_says_sentences(voice):
    assert sorted(path.name for path in voice.iterdir()) == ["README.md", "state.safetensors", "voice.toml"]
    found = read_voice(voice)
    assert (found.engine, found.language, found.origin["dataset"]) == ("pocket", "en-us", "me")
    card = (voice / "README.md").read_text()
    assert "2.0 s of `me`" in card and "CC BY" in card and "consent" in card
    model = pocket.load(voice, "cpu").model
    reply = model.speak(said("The lights come on."))
    assert reply.waveform.dtype == np.float32 and len(reply.waveform) > RATE / 4 and np.isfinite(reply.waveform).all()


def test_the_same_sentence_and_seed_are_the_same_take_and_another_seed_another(voice):
    model = pocket.load(voice, "cpu").model
    first, again, other = (model.speak(said("The lights come on.", seed)).waveform for seed in (3, 3, 4))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    fresh = pocket.load(voice, "cpu").model.speak(said("The lights come on.", 3)).waveform
    assert np.array_equal(first, fresh), "in another process it is the same take, too"


def test_what_was_said_before_changes_nothing(voice):
    model = pocket.load(voice, "cpu").model
    alone = model.speak(said("Nobody moves.")).waveform
    model.speak(said("The lights come on."))
    assert np.array_equal(model.speak(said("Nobody moves.")).waveform, alone), "each sentence begins in the passage's state"


def test_another_passage_is_another_voice(voice, tmp_path):
    other = tmp_path / "voices" / "other"
    pocket.clone(a_passage(seed=1), "en-us", other)
    a, b = pocket.load(voice, "cpu"), pocket.load(other, "cpu")
    assert a.fingerprint != b.fingerprint
    assert not np.array_equal(*(one.model.speak(said("Go.")).waveform for one in (a, b)))


def test_nobody_else_is_disturbed(voice, capsys):
    torch.manual_seed(1)
    threads, before = torch.get_num_threads(), torch.random.get_rng_state()
    handlers = list(logging.getLogger().handlers)
    model = pocket.load(voice, "cpu").model
    model.speak(said("Go.", 9))
    assert torch.equal(torch.random.get_rng_state(), before), "chance goes on where it was"
    assert torch.get_num_threads() == threads and logging.getLogger().handlers == handlers
    assert capsys.readouterr() == ("", ""), "a library does not print"


def test_a_sentence_whose_end_is_not_found_is_begun_anew_and_the_last_is_taken(voice, monkeypatch):
    model = pocket.load(voice, "cpu").model
    tries, real = [], model._said

    def counted(text):
        tries.append(text)
        return real(text)

    monkeypatch.setattr(model, "_said", counted)
    monkeypatch.setattr(model._model, "eos_threshold", 1e9)
    monkeypatch.setattr(type(model._model), "_TOKENS_PER_SECOND_ESTIMATE", 30.0)
    monkeypatch.setattr(type(model._model), "_GEN_SECONDS_PADDING", 0.7)
    assert len(model.speak(said("Go.")).waveform) > 0 and len(tries) == 3


class ReadsAloud:
    """Where Pocket-TTS would make a sentence, our own voice says it."""

    sample_rate, device = RATE, torch.device("cpu")

    def __init__(self):
        self.voice = load_voice("base", "cpu")

    def generate_audio_stream(self, state, text, stop):
        assert torch.initial_seed() is not None
        waveform = torch.from_numpy(self.voice.synthesize(text).waveform)
        noise = 1e-4 * torch.randn(len(waveform))
        yield from torch.split(waveform + noise, 5000)


def test_it_keeps_the_contract_of_all_engines():
    check_engine(AdaptedEngine(pocket.Pocket(ReadsAloud(), {}, "en-us", "told")))


def test_a_failing_model_is_told_in_a_line():
    class Fails(ReadsAloud):
        def generate_audio_stream(self, state, text, stop):
            raise self.error

    model = pocket.Pocket(Fails(), {}, "en-us", "told")
    for error, told in ((ValueError("no\nsuch thing"), "no such thing"), (torch.OutOfMemoryError("x"), "--device cpu")):
        model._model.error = error
        with pytest.raises(PluginError, match=told):
            model.speak(said("The lights come on."))


# ------------------------------------------------------------------------------------------------------- weights


def test_folders_as_on_the_hub_as_named_and_with_an_own_configuration_are_found(tmp_path, weights):
    english = weights / "languages" / "english"
    assert languages_in(weights) == ["english"]
    assert find_weights(english, "en-gb").name == "english", "the folder of the language itself"
    czech = tmp_path / "czech"
    czech.symlink_to(english)
    assert find_weights(czech, "cs").name == "own", "a model that others trained comes with its configuration"
    assert languages_in(czech) == ["own"]


def test_paths_in_a_configuration_are_not_followed(tmp_path):
    folder = make_weights(tmp_path / "english")
    text = (folder / "config.yaml").read_text()
    (folder / "config.yaml").write_text(text + "weights_path: hf://somebody/else/model.safetensors\n")
    assert pocket_weights.resolved(find_weights(folder, "en"))["weights_path"] == str(folder / "model.safetensors")
    pocket.load_model(find_weights(folder, "en"), "cpu")


def refused(folder, told, language="en-us"):
    with pytest.raises(PluginError) as caught:
        check_whole(find_weights(folder, language))
    assert told in str(caught.value), caught.value
    assert "\n" not in str(caught.value)


def test_weights_that_are_missing_half_or_of_another_version_are_refused(tmp_path, weights):
    refused(tmp_path / "nothing", "hf download kyutai/pocket-tts")
    refused(weights, "no model for 'cs'", "cs")
    refused(weights, "no german model", "de")
    folder = make_weights(tmp_path / "english")
    whole = (folder / "model.safetensors").read_bytes()
    for data in (
        whole[: len(whole) // 2],
        whole[:5],
        b"",
        whole + b"0",
        b"\xff" * 100,
        (9).to_bytes(8, "little") + b'{"a": 1}x',
    ):
        (folder / "model.safetensors").write_bytes(data)
        refused(folder, "half or damaged")
    (folder / "model.safetensors").write_bytes(whole)
    larger = json.loads(json.dumps(SIZES))
    larger["flow_lm"]["transformer"]["num_layers"] = 3
    other = make_weights(tmp_path / "other", sizes=larger)
    (folder / "model.safetensors").write_bytes((other / "model.safetensors").read_bytes())
    refused(folder, "another version")
    (folder / "tokenizer.json").unlink()
    refused(folder, "tokenizer.json")


def test_a_pickle_is_never_read(tmp_path):
    (tmp_path / "english").mkdir()
    (tmp_path / "english" / "model.pt").write_bytes(b"cos\nsystem\n(S'touch hacked'\ntR.")
    refused(tmp_path / "english", "pickle")
    refused(tmp_path / "english" / "model.pt", "pickle")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("num_layers", "1000000000"), ("d_model", "99999999999"), ("num_heads", "-1"), ("num_heads", "0"),
        ("num_layers", "lots"), ("surprise", "1"), ("ratios", "[0, 0]"), ("dim", "9000000"),
    ],
)  # fmt: skip
def test_a_hostile_configuration_is_refused_at_once(tmp_path, key, value):
    folder = make_weights(tmp_path / "english")
    lines = (folder / "config.yaml").read_text().splitlines()
    spaces = "    " if key != "surprise" else "  "
    at = next((n for n, line in enumerate(lines) if line.strip().startswith(f"{key}:")), None)
    if key == "ratios":
        lines[at : at + 4] = [f"    ratios: {value}"]
    elif at is None:
        lines.append(f"{key}: {value}")
    else:
        lines[at] = f"{lines[at][: len(lines[at]) - len(lines[at].lstrip())] or spaces}{key}: {value}"
    (folder / "config.yaml").write_text("\n".join(lines))
    refused(folder, str(folder))


def test_weights_that_cannot_clone_are_told(tmp_path, monkeypatch):
    from safetensors.torch import load_file, save_file

    folder = make_weights(tmp_path / "english")
    tensors = load_file(folder / "model.safetensors")
    tensors["flow_lm.speaker_proj_weight"].zero_()
    save_file(tensors, folder / "model.safetensors")
    install("pocket", tmp_path)
    with pytest.raises(PluginError, match="without cloning"):
        pocket.clone(a_passage(), "en-us", tmp_path / "voice")
    assert not (tmp_path / "voice").exists()


def test_a_voice_of_other_weights_or_with_a_damaged_state_is_refused(voice, tmp_path):
    from safetensors.torch import load_file, save_file

    path = voice / "state.safetensors"
    whole, tensors = path.read_bytes(), load_file(path)
    cache, offset = (
        next(name for name, t in tensors.items() if (t.ndim == 5) is (kind == "cache")) for kind in ("cache", "o")
    )
    for change in (
        {cache: tensors[cache][..., :1].contiguous()},
        {cache: tensors[cache] * float("nan")},
        {offset: torch.full_like(tensors[offset], 10**6)},
        {"more/of": torch.zeros(1)},
    ):
        save_file({**tensors, **change}, path)
        with pytest.raises(CheckpointError, match="make the voice again"):
            pocket.load(voice, "cpu")
    for data in (whole[:100], b""):
        path.write_bytes(data)
        with pytest.raises(CheckpointError, match="make the voice again"):
            pocket.load(voice, "cpu")
    path.write_bytes(whole)
    other = make_weights(tmp_path / "others" / "english", seed=5)
    install("pocket", other.parent)
    with pytest.raises(CheckpointError, match="other weights"):
        pocket.load(voice, "cpu")


def test_an_engine_that_was_not_added_tells_its_licence(tmp_path):
    with pytest.raises(PluginError, match="voicekit engines add pocket"):
        pocket.clone(a_passage(), "en-us", tmp_path / "voice")


# ----------------------------------------------------------------------------------------------------------- the hub


def raises(error):
    def call(*_, **__):
        raise error

    return call


def test_a_missing_agreement_says_what_to_do(monkeypatch, tmp_path):
    import httpx2
    from huggingface_hub.errors import GatedRepoError

    response = httpx2.Response(403, request=httpx2.Request("GET", "https://huggingface.co"))
    gated = GatedRepoError("Cannot access gated repo", response=response)
    monkeypatch.setattr("huggingface_hub.auth_check", raises(gated))
    monkeypatch.setattr("huggingface_hub.hf_hub_download", raises(gated))
    for call in (lambda: pocket.prepare(None), lambda: pocket_weights.fetch_weights("en-us", tmp_path, SILENT)):
        with pytest.raises(PluginError, match=r"https://huggingface.co/kyutai/pocket-tts.*hf auth login.*--weights FOLDER"):
            call()


def test_no_network_is_a_plain_line(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.auth_check", raises(ConnectionError("[Errno -2] Name or\nservice not known")))
    monkeypatch.setattr("huggingface_hub.hf_hub_download", raises(OSError(28, "No space left on device")))
    with pytest.raises(PluginError, match=r"could not be reached.*--weights FOLDER"):
        pocket.prepare(None)
    with pytest.raises(Exception, match="disk is full"):
        pocket_weights.fetch_weights("en-us", tmp_path, SILENT)


def test_weights_are_fetched_as_they_were_pinned_and_once(monkeypatch, tmp_path, weights):
    asked = []

    def hub(repository, name, revision, local_dir):
        asked.append((repository, name, len(revision)))
        path = local_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((weights / "languages" / "english" / path.name).read_bytes())

    monkeypatch.setattr("huggingface_hub.hf_hub_download", hub)
    found = pocket_weights.fetch_weights("de", tmp_path, SILENT)
    assert found.name == "german" and [revision for *_, revision in asked] == [40, 40]
    pocket_weights.fetch_weights("de", tmp_path, SILENT)
    assert len(asked) == 2
    with pytest.raises(PluginError, match="nbins=4000"):
        check_whole(found)  # the configuration of the package is of the real model


def test_there_is_no_such_place(tmp_path):
    with pytest.raises(ConfigError, match="nothing at"):
        install("pocket", tmp_path / "nowhere")
