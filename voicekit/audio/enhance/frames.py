"""Short overlapping frames of a stream: their spectra, and the stream again from changed spectra.

A frame is 40 ms long under a Hann window and begins 10 ms after the last one, wherever the blocks are cut.
"""

from collections.abc import Callable, Iterator

import numpy as np

from voicekit.media.sound import Blocks, windows

#: Hops per frame.
OVERLAP = 4
#: The time from one frame to the next.
HOP_S = 0.01
#: Frames worked on at a time.
_BATCH = 100


def hop_length(sample_rate: int) -> int:
    """Samples from one frame to the next."""
    return max(1, round(HOP_S * sample_rate))


def frequencies(sample_rate: int) -> np.ndarray:
    """Of each bin of a spectrum, in Hz, (bins,)."""
    return np.fft.rfftfreq(OVERLAP * hop_length(sample_rate), 1 / sample_rate)


def spectra(blocks: Blocks, sample_rate: int) -> Iterator[np.ndarray]:
    """The spectra of a stream, frame i centred on sample i × hop.

    Yields:
        complex64 (channels, frames, bins), scaled so that the squares of a frame's bins add up to its mean square.
    """
    hop = hop_length(sample_rate)
    hann = _hann(OVERLAP * hop)
    for window, n_samples in windows(blocks, _BATCH * hop, OVERLAP // 2 * hop):
        yield _spectra(window, hann, hop)[:, : -(-n_samples // hop)]


def reshaped(blocks: Blocks, sample_rate: int, reshape: Callable[[np.ndarray], np.ndarray]) -> Iterator[np.ndarray]:
    """The stream with the spectrum of each frame changed by `reshape`.

    Only what the change adds is made from spectra and put on top, so that what is not changed stays as it is to the bit.

    Args:
        reshape: takes and gives complex64 (channels, frames, bins), in the scale of `spectra`; frame by frame.
    """
    hop = hop_length(sample_rate)
    n_fft, context = OVERLAP * hop, (OVERLAP - 1) * hop
    hann = _hann(n_fft)
    # Squared Hann windows add up to a constant.
    overlapping = hann / (_scale(n_fft) * np.square(hann).reshape(OVERLAP, hop).sum(axis=0)[0])
    for window, n_samples in windows(blocks, _BATCH * hop, context):
        before = _spectra(window, hann, hop)
        change = reshape(before) - before
        middle = window[:, context : context + n_samples]
        if change.any():
            pieces = _inverse(change, n_fft) * overlapping
            added = np.zeros_like(window)
            for frame in range(pieces.shape[1]):
                added[:, frame * hop : frame * hop + n_fft] += pieces[:, frame]
            middle = middle + added[:, context : context + n_samples]
        yield middle


def _hann(n: int) -> np.ndarray:
    """Periodic, so that shifted copies add up to a constant, float32 (n,)."""
    return np.hanning(n + 1)[:-1].astype(np.float32)


def _scale(n_fft: int) -> np.float32:
    """One-sided, so that every bin stands for two; the Hann window lets 3/8 of the power through."""
    return np.float32(np.sqrt(2 / (3 / 8)) / n_fft)


def _spectra(window: np.ndarray, hann: np.ndarray, hop: int) -> np.ndarray:
    import scipy.fft

    pieces = np.lib.stride_tricks.sliding_window_view(window, len(hann), axis=1)[:, ::hop]
    return scipy.fft.rfft(pieces * (_scale(len(hann)) * hann))


def _inverse(change: np.ndarray, n_fft: int) -> np.ndarray:
    import scipy.fft

    return scipy.fft.irfft(change, n_fft)
