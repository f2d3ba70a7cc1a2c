import os
import pickle
from pathlib import Path

import pytest
import torch
from published import publish, published_tensors
from safetensors.torch import save_file

from voicekit.core.errors import CheckpointError
from voicekit.model.sizes import VocosConfig
from voicekit.model.vocos_checkpoint import read_vocos


@pytest.fixture
def folder(tmp_path):
    return publish(tmp_path / "vocos")


def refused(path: Path, culprit: Path, *fragments: str) -> None:
    """One line that names the file and the reason."""
    with pytest.raises(CheckpointError) as caught:
        read_vocos(path)
    message = str(caught.value)
    assert message.startswith(str(culprit))
    assert len(message.splitlines()) == 1
    for fragment in fragments:
        assert fragment in message


def test_the_published_layout(folder):
    vocos = read_vocos(folder)
    assert vocos.config == VocosConfig(channels=16, hidden_channels=24, layers=2)
    assert not vocos.training
    tensors, state = published_tensors(), vocos.state_dict()
    assert {name for name in tensors if "window" not in name and "mel_scale" not in name} == state.keys()
    assert all(torch.equal(tensors[name], tensor) for name, tensor in state.items())


def test_the_file_itself_with_or_without_a_config(folder):
    state = read_vocos(folder).state_dict()
    (folder / "config.yaml").unlink()
    for found in (read_vocos(folder), read_vocos(folder / "pytorch_model.bin")):
        assert all(torch.equal(state[name], tensor) for name, tensor in found.state_dict().items())


def test_safetensors_in_half_precision_and_without_buffers(folder):
    (folder / "pytorch_model.bin").unlink()
    tensors = {name: t.half() for name, t in published_tensors().items() if name.endswith(("weight", "bias", "gamma"))}
    save_file(tensors, folder / "model.safetensors")
    for path in (folder, folder / "model.safetensors"):
        assert all(t.dtype == torch.float32 for t in read_vocos(path).state_dict().values())


def test_an_old_pickle(folder):
    path = folder / "pytorch_model.bin"
    torch.save(published_tensors(), path, _use_new_zipfile_serialization=False)
    read_vocos(folder)


@pytest.mark.parametrize(("said", "instead", "found"), [
    ("sample_rate: 24000", "sample_rate: 22050", "feature_extractor.sample_rate is 22050, not 24000"),
    ("n_mels: 100", "n_mels: 80", "feature_extractor.n_mels is 80, not 100"),
    ("padding: center\n\nbackbone", "padding: same\n\nbackbone", "feature_extractor.padding is 'same', not 'center'"),
    ("n_mels: 100", "norm: slaney", "feature_extractor.norm is 'slaney', not None"),
    ("hop_length: 256", "hop_length: 300", "feature_extractor.hop_length is 300, not 256; head.hop_length is 300, not 256"),
    ("    n_mels: 100\n    padding: center\n", "", None),  # the package's own defaults, which are ours
    ("Backbone\n  init_args:\n    input_channels", "Backbone\n  init_args:\n    elsewhere", None),
    ("MelSpectrogramFeatures", "EncodecFeatures", "feature_extractor.class_path is 'vocos.feature_extractors.Encodec"),
    ("VocosBackbone", "VocosResNetBackbone", "backbone.class_path is 'vocos.models.VocosResNetBackbone'"),
    ("ISTFTHead", "IMDCTCosHead", "head.class_path is 'vocos.heads.IMDCTCosHead', not 'vocos.heads.ISTFTHead'"),
    ("n_fft: 1024\n    hop_length: 256\n    padding: center", "n_fft: 1024", "head.padding is 'same', not 'center'"),
    ("dim: 16", "dim: 512", "backbone.dim is 512, not 16; head.dim is 512, not 16"),
    ("num_layers: 2", "num_layers: 3", "backbone.num_layers is 3, not 2"),
])  # fmt: skip
def test_what_the_config_says(folder, said, instead, found):
    path = folder / "config.yaml"
    assert said in path.read_text()
    path.write_text(path.read_text().replace(said, instead))
    if found is None:
        read_vocos(folder)
    else:
        refused(folder, path, found, "24000 Hz, n_fft 1024, hop 256, 100 bands, such as vocos-mel-24khz")


@pytest.mark.parametrize("text", [
    "", "5", "[]", "a: b", "feature_extractor: {}", "a: [", "a: !!python/object/apply:os.system ['touch pwned']",
    "feature_extractor: 1\nbackbone: 2\nhead: 3", "[" * 5000, "a: \x00", "a: 2020-13-45",
])  # fmt: skip
def test_a_damaged_config(folder, text, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "config.yaml").write_text(text)
    refused(folder, folder / "config.yaml", "is not the configuration of a Vocos", "download it again")
    assert not (folder / "pwned").exists()


def test_a_config_whose_lists_hold_lists_without_end(folder):
    bomb = "".join(f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 9)}]\n" for i in range(30))
    path = folder / "config.yaml"
    path.write_text("a0: &a0 [x]\n" + bomb + path.read_text().replace("sample_rate: 24000", "sample_rate: *a30"))
    refused(folder, path, "a part is there again by an alias")


def test_a_latin_1_config(folder):
    (folder / "config.yaml").write_bytes(b"# caf\xe9\n")
    refused(folder, folder / "config.yaml", "is not the configuration")


@pytest.mark.parametrize(("change", "found"), [
    ({"backbone.embed.weight": None}, "it lacks 'backbone.embed.weight'"),
    ({"head.out.weight": None, "head.out.bias": None}, "it lacks 'head.out.bias', 'head.out.weight'"),
    ({"discriminator.weight": torch.zeros(3)}, "it holds the stranger 'discriminator.weight'"),
    ({f"d.{i}": torch.zeros(1) for i in range(5)}, "it holds the stranger 'd.0', 'd.1', 'd.2' and 2 more"),
    ({"backbone.embed.weight": torch.zeros(16, 80, 7)},
     "backbone.embed.weight is of the shape (16, 80, 7), not (16, 100, 7)"),
    ({"backbone.convnext.1.gamma": torch.zeros(8)}, "backbone.convnext.1.gamma is of the shape (8,), not (16,)"),
    ({"head.out.weight": torch.zeros(1026, 0)}, "is of the shape"),
    ({"head.out.weight": torch.zeros(1, 10**6)}, "'channels' must be from 1 to 4096, not 1000000"),
    ({"head.istft.window": torch.ones(1024)}, "head.istft.window, the window of its inverse STFT, is not ours"),
    ({"feature_extractor.mel_spec.spectrogram.window": torch.hann_window(512)}, "the window of its spectrograms"),
    ({"feature_extractor.mel_spec.mel_scale.fb": torch.zeros(513, 100)}, "mel_scale.fb, its mel bands, is not ours"),
    ({"head.out.bias": torch.full((1026,), torch.nan)}, "head.out.bias holds infinite numbers or NaN"),
    ({"head.out.bias": torch.zeros(1).expand(10**12)}, "head.out.bias claims more numbers than the file holds"),
    ({"head.out.bias": torch.zeros(1026, dtype=torch.int8)}, "head.out.bias does not hold floating point numbers"),
    ({"head.out.bias": torch.zeros(1026, device="meta")}, "head.out.bias does not hold floating point numbers"),
    ({"epoch": 3}, "holds 'epoch', which is training state and not a weight"),
    ({7: torch.zeros(1)}, "holds a int for a name, which is training state and not a weight"),
])  # fmt: skip
def test_weights_that_are_not_a_vocos(folder, change, found):
    tensors = {name: tensor for name, tensor in (published_tensors() | change).items() if tensor is not None}
    torch.save(tensors, folder / "pytorch_model.bin")
    refused(folder, folder / "pytorch_model.bin", found)


def test_mel_bands_of_another_rate_betray_themselves(folder):
    from torchaudio.functional import melscale_fbanks

    (folder / "config.yaml").unlink()
    filters = melscale_fbanks(513, 0.0, 11025.0, 100, 22050)
    torch.save(published_tensors() | {"feature_extractor.mel_spec.mel_scale.fb": filters}, folder / "pytorch_model.bin")
    refused(folder, folder / "pytorch_model.bin", "its mel bands, is not ours")


def test_a_list_of_weights(folder):
    torch.save(list(published_tensors().values()), folder / "pytorch_model.bin")
    refused(folder, folder / "pytorch_model.bin", "holds no weights by name")


class Code:
    def __reduce__(self):
        return os.mkdir, ("pwned",)


@pytest.mark.parametrize(("save", "found"), [
    (torch.save, "holds more than weights, perhaps code, and was not opened"),
    (lambda value, path: path.write_bytes(pickle.dumps(value, 2)), "holds more than weights"),
    (lambda value, path: path.write_bytes(pickle.dumps(value)), "is damaged or holds no weights"),
])  # fmt: skip
def test_code_is_not_run(folder, monkeypatch, save, found):
    monkeypatch.chdir(folder)
    save({**published_tensors(), "head.out.bias": Code()}, folder / "pytorch_model.bin")
    refused(folder, folder / "pytorch_model.bin", found)
    assert not (folder / "pwned").exists()


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.safetensors"])
@pytest.mark.parametrize("kept", [0, 10, 500, -500])
def test_truncated_weights(folder, name, kept):
    save_file(published_tensors(), folder / "model.safetensors")
    path = folder / name
    path.write_bytes(path.read_bytes()[:kept])
    refused(path, path, "damaged", "download it again")


def test_a_pointer_in_place_of_the_weights(folder):
    path = folder / "pytorch_model.bin"
    path.write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:97ec976ad1fd67a33ab2682d29c0ac7df85234fae875aefc\n"
    )
    refused(folder, path, "is damaged or holds no weights")


def test_nothing_there(tmp_path):
    refused(tmp_path, tmp_path, "holds neither model.safetensors nor pytorch_model.bin")
    refused(tmp_path / "nowhere", tmp_path / "nowhere", "is not there")
