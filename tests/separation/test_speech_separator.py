"""Speech out of a mixture, on a stream: nothing is lost, shifted or heard at the edges of blocks."""

import numpy as np
import pytest
import torch

from voicekit.core.errors import CheckpointError
from voicekit.media.sound import Sound
from voicekit.model.checkpoint import load_tensors, save_tensors
from voicekit.model.sizes import SpeechSeparatorConfig
from voicekit.model.speech_separator import BANDS, BINS, LOOK_AHEAD, SpeechSeparator
from voicekit.separation.isolator import separate
from voicekit.separation.speech_separator import load_speech_separator, separated_speech


class Everything(torch.nn.Module):
    """A network that takes all it hears for speech, or all but so much."""

    def __init__(self, mask: float = 1.0) -> None:
        super().__init__()
        self.mask = mask

    def forward(self, spectrum, state):
        return torch.full_like(spectrum[:, :, 1:-LOOK_AHEAD], self.mask), state


def noise(rate: int, samples: int, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.1, (channels, samples)).astype(np.float32)


def cut(waveform: np.ndarray, size: int) -> list[np.ndarray]:
    return [waveform[:, i : i + size] for i in range(0, waveform.shape[1], size)]


def whole(pairs) -> tuple[np.ndarray, np.ndarray]:
    heard, speech = zip(*pairs, strict=True)
    return np.concatenate(heard, 1), np.concatenate(speech, 1)


@pytest.fixture(scope="module")
def tiny() -> SpeechSeparator:
    torch.manual_seed(0)
    return SpeechSeparator(SpeechSeparatorConfig(channels=8, hidden=8, layers=1)).eval()


def test_the_bands_are_the_spectrum():
    assert sum(BANDS) == BINS


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 44100, 48000, 192000])
@pytest.mark.parametrize("seconds", [0.3, 11.0])
def test_what_is_all_speech_comes_out_as_it_was(rate, seconds):
    waveform = noise(rate, round(rate * seconds) + 7)
    heard, speech = whole(separated_speech(cut(waveform, rate), rate, Everything()))
    np.testing.assert_array_equal(heard, waveform)
    np.testing.assert_allclose(speech, waveform, atol=1e-6)


@pytest.mark.parametrize("rate", [8000, 44100])
def test_the_band_above_goes_the_way_of_the_one_below(rate):
    waveform = noise(rate, 2 * rate)
    _, speech = whole(separated_speech([waveform], rate, Everything(0.5)))
    middle = slice(rate // 4, -rate // 4)
    np.testing.assert_allclose(speech[:, middle], 0.5 * waveform[:, middle], atol=0.002)


@pytest.mark.parametrize("rate", [16000, 24000, 44100])
def test_the_edges_of_blocks_make_no_difference(tiny, rate):
    waveform = noise(rate, 25 * rate, 2)
    _, at_once = whole(separated_speech([waveform], rate, tiny))
    _, in_pieces = whole(separated_speech(cut(waveform, 7919), rate, tiny))
    difference_db = 20 * np.log10(np.abs(at_once - in_pieces).max() / np.abs(at_once).max() + 1e-12)
    assert difference_db < -80


def test_windows_remember_what_came_before(tiny):
    """A network that began anew with every window would say something else of the second one."""
    waveform = noise(24000, 20 * 24000)
    _, speech = whole(separated_speech([waveform], 24000, tiny))
    _, later = whole(separated_speech([waveform[:, 468 * 512 :]], 24000, tiny))
    middle = slice(24000, 48000)
    assert not np.allclose(speech[:, 468 * 512 :][:, middle][:, :100], later[:, middle][:, :100], atol=1e-9)


@pytest.mark.parametrize(("channels", "samples"), [(1, 1), (2, 100), (6, 3000)])
def test_short_and_many(tiny, channels, samples):
    waveform = noise(48000, samples, channels)
    heard, speech = whole(separated_speech([waveform], 48000, tiny))
    assert heard.shape == speech.shape == waveform.shape
    assert np.isfinite(speech).all()


def test_nothing_gives_nothing(tiny):
    assert list(separated_speech([], 48000, tiny)) == []


def test_channels_do_not_hear_each_other(tiny):
    waveform = noise(24000, 24000, 2)
    _, both = whole(separated_speech([waveform], 24000, tiny))
    _, left = whole(separated_speech([waveform[:1]], 24000, tiny))
    np.testing.assert_allclose(both[:1], left, atol=1e-5)


def save(isolator: SpeechSeparator, folder):
    save_tensors(folder / "model.safetensors", {k: v.half() for k, v in isolator.state_dict().items()})
    return folder


def test_an_isolator_of_ones_own(tiny, tmp_path):
    """Its sizes are read off its weights; speech and background are together what came."""
    waveform = noise(16000, 16000)
    sound = Sound(16000, 1, 1.0, lambda: iter([waveform]))
    separation = separate(sound, save(tiny, tmp_path))
    assert separation.stems == ("speech", "background")
    stems = np.concatenate(list(separation.apply([waveform])), 2)
    np.testing.assert_allclose(stems.sum(0), waveform, atol=1e-6)
    assert np.abs(stems[0]).max() > 1e-3


def test_weights_of_something_else(tmp_path):
    save_tensors(tmp_path / "model.safetensors", {"norm.weight": torch.zeros(3)})
    with pytest.raises(CheckpointError, match="holds no isolator of this version"):
        load_speech_separator(tmp_path)


@pytest.mark.parametrize("change", [
    {"layers.0.time.weight_hh_l0": torch.zeros(5)}, {"layers.0.time.weight_hh_l0": torch.zeros(0, 10**9)},
    {"norm.weight": torch.tensor(1.0)}, {"norm.weight": torch.zeros(10**5)}, {"norm.bias": torch.tensor([torch.nan])},
    {f"layers.{n}.x": torch.zeros(1) for n in range(500)},
])  # fmt: skip
def test_weights_of_sizes_that_no_isolator_has(tiny, tmp_path, change):
    save(tiny, tmp_path)
    path = tmp_path / "model.safetensors"
    save_tensors(path, load_tensors(path) | change)
    with pytest.raises(CheckpointError, match=r"model\.safetensors (holds no isolator|is missing or damaged)"):
        load_speech_separator(tmp_path)


def test_weights_that_are_cut_off(tiny, tmp_path):
    save(tiny, tmp_path)
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match=r"model\.safetensors is missing or damaged"):
        load_speech_separator(tmp_path)
