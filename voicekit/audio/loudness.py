"""How loud a waveform is: RMS, true peak, loudness. All in decibels relative to full scale."""

import math
from collections.abc import Iterable

import numpy as np
import soxr

#: What silence is given, instead of minus infinity.
SILENCE_DB = -120.0


def to_db(amplitude: float | np.ndarray) -> float | np.ndarray:
    """Amplitude (1 is full scale) to dB, floored at SILENCE_DB."""
    return 20 * np.log10(np.maximum(np.abs(amplitude), 10 ** (SILENCE_DB / 20)))


def from_db(db: float | np.ndarray) -> float | np.ndarray:
    """dB to amplitude."""
    return 10 ** (np.asarray(db) / 20) if isinstance(db, np.ndarray) else 10 ** (db / 20)


def rms_db(waveform: np.ndarray) -> float:
    """Root mean square over all samples and channels of `waveform`, in dB; a full-scale sine is −3.01 dB."""
    if waveform.size == 0:
        return SILENCE_DB
    return float(to_db(np.sqrt(np.mean(np.square(waveform, dtype=np.float64)))))


def true_peak_db(waveform: np.ndarray) -> float:
    """The highest level between and on the samples: 4-fold oversampled (ITU-R BS.1770-4, annex 2), in dB.

    Args:
        waveform: (samples,) or (channels, samples).
    """
    if waveform.size == 0:
        return SILENCE_DB
    channels = np.atleast_2d(waveform)
    # The ratio alone matters to the resampler, not the rate.
    peak = max(np.abs(soxr.resample(channel, 1, 4, quality="HQ")).max(initial=0.0) for channel in channels)
    return float(to_db(max(peak, np.abs(channels).max())))


def k_weighting(sample_rate: int) -> np.ndarray:
    """The weighting of ITU-R BS.1770-4, annex 1, as second-order sections (2, 6): a high shelf and a high pass.

    The standard tabulates them at 48 kHz; these are the analogue filters behind the table (De Man 2014, "Evaluation
    of implementations of the EBU R128 loudness measurement"), so that any rate gives the same figure.
    """
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = [high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k]
    shelf += [a0, 2 * (k * k - 1), 1 - k / q + k * k]
    k = math.tan(math.pi * 38.13547087602444 / sample_rate)
    q = 0.5003270373238773
    a0_pass = 1 + k / q + k * k
    high_pass = [a0_pass, -2 * a0_pass, a0_pass, a0_pass, 2 * (k * k - 1), 1 - k / q + k * k]
    return np.array([shelf, high_pass]) / np.array([[a0], [a0_pass]])


def integrated_lufs(blocks: Iterable[np.ndarray], sample_rate: int) -> float:
    """Integrated loudness (ITU-R BS.1770-4) of a stream, in LUFS; SILENCE_DB where no 400 ms pass the gate.

    Takes ten numbers a second of memory.

    Args:
        blocks: (channels, samples) or (samples,) of any lengths, mono or stereo.
    """
    import scipy.signal

    sections = k_weighting(sample_rate)
    hop_samples = round(0.1 * sample_rate)  # windows of 400 ms overlap by three quarters
    state = None
    rest = np.zeros(0)
    hop_energies = [np.zeros(0)]
    for block in map(np.atleast_2d, blocks):
        if state is None:
            state = np.zeros((len(sections), len(block), 2))
        weighted, state = scipy.signal.sosfilt(sections, block.astype(np.float64), axis=1, zi=state)
        power = np.concatenate([rest, np.square(weighted).sum(axis=0)])  # left, right and mono weigh 1
        whole = len(power) - len(power) % hop_samples
        hop_energies.append(power[:whole].reshape(-1, hop_samples).sum(axis=1))
        rest = power[whole:]
    energies = np.concatenate(hop_energies)
    if len(energies) < 4:
        return SILENCE_DB
    powers = np.convolve(energies, np.ones(4), mode="valid") / (4 * hop_samples)
    powers = powers[powers > 10 ** ((-70 + 0.691) / 10)]  # the absolute gate
    if len(powers) == 0:
        return SILENCE_DB
    powers = powers[powers > powers.mean() / 10]  # the relative gate, 10 LU below
    return float(-0.691 + 10 * np.log10(powers.mean()))
