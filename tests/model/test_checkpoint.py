import re
import shutil
from dataclasses import replace

import pytest
import torch

from voicekit.core.errors import CheckpointError
from voicekit.model.checkpoint import load_networks, save_voice
from voicekit.model.sizes import VocosConfig
from voicekit.model.vocos import Vocos
from voicekit.model.voice_file import NOISE_BANDS, Calibration


@pytest.fixture
def copy(tiny_voice, tmp_path):
    return shutil.copytree(tiny_voice, tmp_path / "copy")


def test_what_is_saved_comes_back(tiny_voice):
    info, acoustic, vocoder = load_networks(tiny_voice)
    assert info.name == "tiny"
    assert acoustic.symbols == info.symbols
    assert all(t.dtype == torch.float32 for t in acoustic.state_dict().values())
    assert not acoustic.training and not vocoder.training


def test_truncated_weights(copy):
    path = copy / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match=r"model\.safetensors is missing or damaged"):
        load_networks(copy)


def test_missing_weights(copy):
    (copy / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match="missing"):
        load_networks(copy)


def test_another_format(copy):
    path = copy / "voice.toml"
    path.write_text(path.read_text().replace("format = 2", "format = 99"))
    with pytest.raises(CheckpointError, match="format 99"):
        load_networks(copy)


def test_damaged_toml(copy):
    (copy / "voice.toml").write_text("name = ")
    with pytest.raises(CheckpointError, match="damaged"):
        load_networks(copy)


def test_sizes_that_do_not_fit(copy):
    path = copy / "voice.toml"
    path.write_text(path.read_text().replace("channels = 16", "channels = 24"))
    with pytest.raises(CheckpointError, match="does not fit"):
        load_networks(copy)


def test_no_voice_at_all(tmp_path):
    with pytest.raises(CheckpointError, match="not a voice"):
        load_networks(tmp_path)


def test_a_voice_with_a_vocos(tiny_voice, tmp_path):
    info, acoustic, _ = load_networks(tiny_voice)
    vocos = Vocos(VocosConfig(channels=16, hidden_channels=24, layers=2))
    save_voice(tmp_path, replace(info, vocoder=vocos.config), acoustic, vocos, half=False)
    assert 'kind = "vocos"' in (tmp_path / "voice.toml").read_text()
    info, _, loaded = load_networks(tmp_path)
    assert info.vocoder == vocos.config
    assert not loaded.training
    mel = torch.zeros(1, 100, 5)
    assert torch.equal(loaded(mel), vocos.eval()(mel))


@pytest.mark.parametrize(("said", "found"), [
    ('kind = "wavenet"', "vocoder of the kind 'wavenet'"), ("kind = [1]", r"vocoder of the kind \[1\]"),
    ('kind = "vocos"', "unknown key 'kernel_size'"),
])  # fmt: skip
def test_a_vocoder_of_another_kind(copy, said, found):
    path = copy / "voice.toml"
    path.write_text(path.read_text().replace("[vocoder]", f"[vocoder]\n{said}"))
    with pytest.raises(CheckpointError, match=found):
        load_networks(copy)


def without_calibration(path) -> str:
    return re.sub(r"\[calibration\].*?(?=\n\[[a-z]|\Z)", "", path.read_text(), flags=re.DOTALL)


def test_a_voice_keeps_its_calibration_and_one_from_before_has_none(copy):
    info, acoustic, vocoder = load_networks(copy)
    assert info.calibration == Calibration()
    set_right = replace(
        info, calibration=Calibration(rate=1.1, gain_db=-2.0, noise_db=(-30.5,) * NOISE_BANDS, noise_reduction_db=15.0)
    )
    save_voice(copy, set_right, acoustic, vocoder)
    assert load_networks(copy)[0].calibration == set_right.calibration
    path = copy / "voice.toml"
    path.write_text(without_calibration(path))
    assert load_networks(copy)[0].calibration == Calibration()


def test_a_figure_of_earlier_calibrations_is_passed_over(copy):
    path = copy / "voice.toml"
    kept = without_calibration(path)
    path.write_text(f"{kept}\n[calibration]\nrate = 1.1\npause = 2.4\n")
    assert load_networks(copy)[0].calibration == Calibration(rate=1.1)


@pytest.mark.parametrize("row", [
    "rate = 9.0", "gain_db = nan", 'comma_s = "long"', "speed = 1.0", "noise_reduction_db = -3.0", "noise_db = -30.0",
    "noise_db = [-30.0, -40.0]", f"noise_db = [{', '.join(['1e300'] * NOISE_BANDS)}]",
    f"noise_db = [{', '.join(['nan'] * NOISE_BANDS)}]",
])  # fmt: skip
def test_a_calibration_that_no_voice_has_is_refused(copy, row):
    path = copy / "voice.toml"
    kept = without_calibration(path)
    path.write_text(f"{kept}\n[calibration]\n{row}\n")
    with pytest.raises(CheckpointError, match=r"voice\.toml"):
        load_networks(copy)


def test_what_is_out_of_range_becomes_the_nearest_that_is_not():
    assert Calibration().within(rate=9.0, gain_db=-40.0) == Calibration(rate=2.0, gain_db=-12.0)
