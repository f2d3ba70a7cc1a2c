"""Separates speech from everything else, in a sound of any length, rate and number of channels.

The network works at 24 kHz, on each channel alone. Higher frequencies are scaled like the highest band that it hears, so
that a recording that needs nothing comes out unchanged, up to its own highest frequency.
"""

from collections.abc import Iterator
from functools import cache, partial
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from voicekit.audio.denoise.noise import split_at
from voicekit.core.errors import CheckpointError, ConfigError
from voicekit.core.files import shipped
from voicekit.media.sound import Blocks, windows
from voicekit.model.checkpoint import load_tensors, with_weights
from voicekit.model.speech_separator import BINS, HOP_LENGTH, LOOK_AHEAD, N_FFT, SAMPLE_RATE, SpeechSeparator, sizes_of

#: The frames of a window: ten seconds.
_FRAMES = 468
#: The samples seen on either side of a window: a whole number of hops, and more than the network looks ahead.
_CONTEXT = (LOOK_AHEAD + 2) * HOP_LENGTH


@cache
def load_speech_separator(folder: Path | None = None) -> SpeechSeparator:
    """The one in `folder`, or the one that voicekit ships.

    Raises:
        CheckpointError: its file is missing or damaged, or of a network of another shape.
    """
    path = (folder or shipped("builtin", "voicekit/builtin") / "isolator") / "model.safetensors"
    weights = load_tensors(path)
    try:
        sizes = sizes_of(weights)
        separator = with_weights(lambda: SpeechSeparator(sizes), weights)
    except (LookupError, ConfigError, RuntimeError) as error:
        raise CheckpointError(f"{path} holds no isolator of this version; train it again: voicekit isolator") from error
    return separator.eval()


def separated_speech(
    blocks: Blocks, sample_rate: int, separator: SpeechSeparator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pairs of equal shape (channels, samples): what was heard, and the speech in it; as many samples in all as came."""
    # What the network does not hear goes the way of the highest quarter of what it does.
    highest = round(min(sample_rate / SAMPLE_RATE, 1) * (BINS - 1))
    network = partial(masked, separator=separator, top=slice(3 * highest // 4, highest + 1))
    return split_at(SAMPLE_RATE, network, blocks, sample_rate)


def masked(blocks: Blocks, separator: SpeechSeparator, top: slice) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Speech, mixture, and the gain in the bins `top`, (channels, samples) each, of a sound at SAMPLE_RATE."""
    window = torch.hann_window(N_FFT).sqrt()
    hops = _FRAMES * HOP_LENGTH
    state = tail = gain_before = None
    # The last frame is centred on the end: half a window of silence completes it.
    blocks = iter(blocks)
    first = next(blocks, None)
    if first is None:
        return
    end = np.zeros((len(first), HOP_LENGTH), np.float32)
    for seen, n_samples in windows(chain((first,), blocks, (end,)), hops, _CONTEXT):
        with torch.inference_mode():
            # The first frame the network sees is the one before the first it makes a mask for.
            frames = torch.from_numpy(seen[:, _CONTEXT - 2 * HOP_LENGTH :].copy()).unfold(1, N_FFT, HOP_LENGTH)
            spectrum = torch.fft.rfft(frames * window).transpose(1, 2)[:, :, : _FRAMES + LOOK_AHEAD + 1]
            mask, state = separator(spectrum, state)
            mixture = spectrum[:, :, 1:-LOOK_AHEAD]
            speech = mask * mixture
            gains = _gain(speech[:, top], mixture[:, top])  # (channels, frames)
            pieces = torch.fft.irfft(speech.transpose(1, 2), N_FFT) * window
        drop = HOP_LENGTH if tail is None else 0
        out, tail = _overlap_add(pieces.numpy(), tail)
        gain, gain_before = _drawn(gains.numpy(), gain_before)
        # Frame n is centred on sample n · HOP_LENGTH: what is finished ends half a window before the window does.
        low = seen[:, _CONTEXT - HOP_LENGTH : _CONTEXT - HOP_LENGTH + hops]
        if n_samples > drop:
            yield out[:, drop:n_samples], low[:, drop:n_samples], gain[:, drop:n_samples]


def _gain(speech: Tensor, mixture: Tensor) -> Tensor:
    """How far the level of `mixture` (channels, bins, frames) came down, (channels, frames), 0 to 1."""
    power = mixture.abs().square().sum(1)
    return ((speech.abs().square().sum(1) + 1e-12) / (power + 1e-12)).sqrt().clamp(max=1)


def _overlap_add(pieces: np.ndarray, tail: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Half overlapping windows (channels, frames, N_FFT) to the finished samples, and the half window that is not."""
    channels, frames, _ = pieces.shape
    out = np.zeros((channels, (frames + 1) * HOP_LENGTH), np.float32)
    out[:, :-HOP_LENGTH] = pieces[:, :, :HOP_LENGTH].reshape(channels, -1)
    out[:, HOP_LENGTH:] += pieces[:, :, HOP_LENGTH:].reshape(channels, -1)
    if tail is not None:
        out[:, :HOP_LENGTH] += tail
    return out[:, :-HOP_LENGTH], out[:, -HOP_LENGTH:]


def _drawn(gain: np.ndarray, before: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """A value a frame (channels, frames) to one a sample, on lines; and the last value, where the next line begins."""
    before = gain[:, :1] if before is None else before
    starts = np.concatenate([before, gain[:, :-1]], axis=1)
    share = np.arange(HOP_LENGTH, dtype=np.float32) / HOP_LENGTH
    lines = starts[:, :, None] + (gain - starts)[:, :, None] * share
    return lines.reshape(len(gain), -1), gain[:, -1:]
