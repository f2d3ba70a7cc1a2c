"""The same networks, run by torch and by ONNX Runtime."""

import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from voicekit.audio.features import HOP_LENGTH, N_MELS
from voicekit.core.errors import CheckpointError
from voicekit.model.checkpoint import load_networks, load_tensors, save_tensors, save_voice
from voicekit.model.onnx_networks import open_session, run_voice
from voicekit.model.sizes import VocosConfig
from voicekit.model.torch_networks import TorchNetworks
from voicekit.model.vocos import Vocos

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module", params=["ours", "vocos"])
def both(request, tiny_voice, tmp_path_factory):
    """A voice with weights that do something, as torch and as ONNX Runtime run it."""
    folder = tmp_path_factory.mktemp("both")
    torch.manual_seed(1)
    info, acoustic, vocoder = load_networks(tiny_voice)
    with torch.no_grad():
        for parameter in acoustic.parameters():  # else the voice changes nothing: those layers begin as zeros
            parameter += 0.05 * torch.randn_like(parameter)
    if request.param == "vocos":
        vocoder = Vocos(VocosConfig(channels=16, hidden_channels=24, layers=2))
        torch.nn.init.normal_(vocoder.head["out"].weight, std=0.2)
    save_voice(folder, replace(info, vocoder=vocoder.config), acoustic, vocoder)
    return TorchNetworks(*load_networks(folder)[1:]), run_voice(folder)[1]


def sentence(n_tokens: int) -> tuple[np.ndarray, np.ndarray]:
    return RNG.integers(0, 40, n_tokens), RNG.integers(0, 3, n_tokens)


def assert_near(made: object, wanted: object) -> None:
    for name, value in vars(wanted).items():
        assert np.allclose(getattr(made, name), value, atol=1e-4, rtol=1e-4), name
        assert getattr(made, name).shape == value.shape and getattr(made, name).dtype == value.dtype, name


@pytest.mark.parametrize("n_tokens", [2, 3, 60])
def test_the_same_prosody_and_frames(both, n_tokens):
    by_torch, by_onnx = both
    tokens = sentence(n_tokens)
    wanted = by_torch.prosody(*tokens)
    assert_near(by_onnx.prosody(*tokens), wanted)
    whole = replace(wanted, durations=RNG.integers(0, 9, n_tokens))
    whole.durations[RNG.integers(n_tokens)] = 4
    assert_near(by_onnx.frames(*tokens, whole), by_torch.frames(*tokens, whole))


@pytest.mark.parametrize("voiced", ["all", "none", "middle", "ends"])
@pytest.mark.parametrize("n_frames", [1, 2, 90])
def test_the_same_waveform(both, voiced, n_frames):
    by_torch, by_onnx = both
    mel = RNG.normal(-4, 1, (N_MELS, n_frames)).astype(np.float32)
    f0 = RNG.uniform(70, 450, n_frames).astype(np.float32)
    third = max(n_frames // 3, 1)
    f0[{"all": slice(0, 0), "none": slice(None), "middle": slice(third, -third), "ends": slice(0, third)}[voiced]] = 0
    noise = RNG.standard_normal(n_frames * HOP_LENGTH, dtype=np.float32)
    wanted, made = (networks.waveform(mel, f0, noise) for networks in (by_torch, by_onnx))
    assert made.shape == wanted.shape == (n_frames * HOP_LENGTH,)
    assert np.square(made - wanted).mean() < 1e-7 * np.square(wanted).mean()  # −70 dB


def test_whoever_runs_them_they_have_one_digest_and_figures(both):
    by_torch, by_onnx = both
    assert by_torch.digest == by_onnx.digest
    assert by_torch.figures == by_onnx.figures


@pytest.fixture
def copy(tiny_voice, tmp_path):
    return shutil.copytree(tiny_voice, tmp_path / "copy")


@pytest.mark.parametrize(("size", "other"), [
    ("channels = 16", "channels = 24"), ("decoder_layers = 1", "decoder_layers = 2"),
    ("encoder_layers = 1", "encoder_layers = 0"), ("kernel_size = 5", "kernel_size = 3"), ("layers = 1", "layers = 64"),
    ("prosody_channels = 16", "prosody_channels = 4096"),
    ("noise_cepstrum = 10", "noise_cepstrum = 11"), ('    "z",\n', ""),
])  # fmt: skip
def test_sizes_that_do_not_fit_the_weights(copy, size, other):
    path = copy / "voice.toml"
    text = path.read_text()
    assert size in text
    path.write_text(text.replace(size, other))
    with pytest.raises(CheckpointError, match=r"model\.safetensors does not fit its voice\.toml \(.*\); train"):
        run_voice(copy)


@pytest.mark.parametrize(("change", "told"), [
    (lambda t: t.pop("vocoder.out.bias"), r"lacks vocoder\.out\.bias"),
    (lambda t: t.update({"vocoder.x": torch.ones(2)}), r"the stranger vocoder\.x"),
    (lambda t: t.update({"acoustic.mel_std": torch.ones(3)}), r"acoustic\.mel_std is of the shape \(3,\), not \(1, 100\)"),
])  # fmt: skip
def test_weights_of_another_network(copy, change, told):
    tensors = load_tensors(copy / "model.safetensors")
    change(tensors)
    save_tensors(copy / "model.safetensors", tensors)
    with pytest.raises(CheckpointError, match=told):
        run_voice(copy)


@pytest.mark.parametrize("damage", [lambda b: b[:-100], lambda b: b"", lambda b: b"\x80\x04pickle" + b])
def test_damaged_weights(copy, damage):
    path = copy / "model.safetensors"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CheckpointError, match=rf"{re.escape(str(path))} is missing or damaged"):
        run_voice(copy)


def test_tokens_that_the_voice_lacks(copy):
    info, networks = run_voice(copy)
    with pytest.raises(CheckpointError, match="does not run"):
        networks.prosody(np.array([0, len(info.symbols)]), np.array([0, 0]))


def test_no_graph(tmp_path):
    with pytest.raises(CheckpointError, match=r"me\.onnx is damaged, or no model of a voice"):
        open_session(b"no graph at all", "me.onnx")
