"""Estimates missing samples from those around them, by autoregressive interpolation.

A filter over the last milliseconds of a voice predicts it well. The missing samples are those that make the prediction error
smallest, before and after them: Janssen, Veldhuis and Vries 1986, "Adaptive interpolation of discrete-time signals that can
be modeled as autoregressive processes"; Godsill and Rayner 1998, "Digital Audio Restoration", chapter 5.
"""

import numpy as np

#: White noise this far below the signal, assumed within it, keeps the equations solvable.
_FLOOR = 1e-7


def prediction_filters(frames: np.ndarray, order: int) -> np.ndarray:
    """The filters that leave the least of each frame, by the autocorrelation method (Levinson and Durbin).

    Args:
        frames: (frames, samples), windowed towards their ends.

    Returns:
        float64 (frames, order + 1); the first coefficient is 1.
    """
    correlation = _correlations(frames, order)
    filters = np.zeros((len(frames), order + 1))
    filters[:, 0] = 1
    error = correlation[:, 0].copy()
    # A frame that is foreseen to the last bit leaves nothing to divide by.
    least = np.maximum(1e-12 * error, np.finfo(float).tiny)
    for i in range(1, order + 1):
        reflection = np.clip(-(filters[:, :i] * correlation[:, i:0:-1]).sum(axis=1) / error, -0.99999, 0.99999)
        filters[:, 1 : i + 1] += reflection[:, None] * filters[:, i - 1 :: -1][:, :i]
        error = np.maximum(error * (1 - reflection**2), least)
    return filters


def _prediction_filter(segment: np.ndarray, order: int) -> np.ndarray:
    """`prediction_filters` of one segment (samples,), for any order: solved at one go."""
    import scipy.linalg

    correlation = _correlations((segment * np.hanning(len(segment) + 2)[1:-1])[None], order)[0]
    return np.r_[1.0, scipy.linalg.solve_toeplitz(correlation[:-1], -correlation[1:])]


def _correlations(frames: np.ndarray, order: int) -> np.ndarray:
    """The autocorrelation of each frame up to a lag of `order`, float64 (frames, order + 1)."""
    import scipy.fft

    n_fft = scipy.fft.next_fast_len(frames.shape[1] + order + 1, real=True)
    power = np.abs(scipy.fft.rfft(frames, n_fft, axis=1)) ** 2
    correlation = scipy.fft.irfft(power, n_fft, axis=1)[:, : order + 1].astype(np.float64)
    correlation[:, 0] = correlation[:, 0] * (1 + _FLOOR) + 1e-20
    return correlation


def _foretold(segment: np.ndarray, missing: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """The values at `missing` that leave the least of `segment` after `prediction`.

    Args:
        segment: (samples,), zero where samples are missing.
        missing: indices, rising; the farther from the ends, the better.
        prediction: (order + 1,).

    Returns:
        (len(missing),).
    """
    import scipy.linalg
    import scipy.signal

    order = len(prediction) - 1
    twice = scipy.signal.fftconvolve(prediction, prediction[::-1])  # filtered forwards, then backwards
    wanted = -scipy.signal.fftconvolve(segment, twice, mode="same")[missing]
    row = np.zeros(max(len(missing), order + 1))
    row[: order + 1] = twice[order:]
    row[0] *= 1 + _FLOOR
    if missing[-1] - missing[0] == len(missing) - 1:  # one gap: each diagonal of the equations is constant
        return scipy.linalg.solve_toeplitz(row[: len(missing)], wanted)
    reach = min(order, len(missing) - 1)
    bands = np.zeros((reach + 1, len(missing)))
    for k in range(reach + 1):
        apart = missing[k:] - missing[: len(missing) - k]
        bands[k, : len(apart)] = np.where(apart <= order, row[np.minimum(apart, order)], 0)
    return scipy.linalg.solveh_banded(bands, wanted, lower=True)


def fill(samples: np.ndarray, gaps: np.ndarray, context: int, order: int, rounds: int = 2) -> None:
    """Fills gaps in (samples,), in place, each from `context` samples before and after it.

    Args:
        gaps: (gaps, 2), the first sample of each and the one after its last; one that is nearer to an end of the samples
            than `context` is left.
        order: of the prediction.
        rounds: how often the prediction is made again, with the samples found by the last.
    """
    missing = np.zeros(len(samples), dtype=bool)
    for start, stop in gaps:
        missing[start:stop] = True
    filled = samples.copy()
    for start, stop in gaps:
        begin, end = start - context, stop + context
        if begin < 0 or end > len(samples):
            continue
        where = np.flatnonzero(missing[begin:end])
        segment = samples[begin:end].astype(np.float64)
        segment[where] = 0
        known = segment.copy()
        for _ in range(rounds):
            segment[where] = _foretold(known, where, _prediction_filter(segment, order))
        filled[start:stop] = segment[start - begin : stop - begin]
    samples[:] = filled
