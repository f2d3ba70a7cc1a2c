"""Sound in blocks: however it is cut up, the same samples come out."""

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st

from voicekit.media.sound import lasting, regrouped, resampled, windows

#: The lengths of blocks; some are empty.
lengths = st.lists(st.integers(0, 40), max_size=8)
channel_counts = st.integers(1, 3)


def blocks_of(lengths: list[int], channels: int) -> list[np.ndarray]:
    """Blocks whose samples are all different."""
    whole = np.arange(1, channels * sum(lengths) + 1, dtype=np.float32).reshape(channels, -1)
    return np.split(whole, np.cumsum(lengths)[:-1], axis=1) if lengths else []


def put_together(blocks, channels: int) -> np.ndarray:
    return np.concatenate([np.zeros((channels, 0), np.float32), *blocks], axis=1)


@given(lengths, channel_counts, st.integers(1, 50))
def test_regrouped(lengths, channels, size):
    blocks = blocks_of(lengths, channels)
    found = list(regrouped(iter(blocks), size))
    assert np.array_equal(put_together(found, channels), put_together(blocks, channels))
    assert all(block.shape[1] == size for block in found[:-1])
    assert all(0 < block.shape[1] <= size for block in found)


@given(lengths, channel_counts, st.integers(1, 50), st.integers(0, 400))
def test_lasting(lengths, channels, size, n_samples):
    whole = put_together(blocks_of(lengths, channels), channels)
    found = list(lasting(iter(blocks_of(lengths, channels)), n_samples, size, channels))
    assert all(block.shape[1] == size for block in found[:-1]) and all(block.shape[1] for block in found)
    joined = put_together(found, channels)
    kept = min(n_samples, whole.shape[1])
    assert joined.shape == (channels, n_samples) and joined.dtype == np.float32
    assert np.array_equal(joined[:, :kept], whole[:, :kept]) and not joined[:, kept:].any()


@given(lengths, channel_counts, st.integers(1, 50), st.integers(0, 30))
def test_windows(lengths, channels, size, context):
    whole = put_together(blocks_of(lengths, channels), channels)
    silence = np.zeros((channels, context + size), np.float32)
    around = np.concatenate([silence[:, :context], whole, silence], axis=1)
    found = list(windows(iter(blocks_of(lengths, channels)), size, context))
    assert sum(count for _, count in found) == whole.shape[1]
    for number, (window, count) in enumerate(found):
        assert window.shape == (channels, size + 2 * context) and 0 < count <= size
        seen = around[:, number * size : number * size + size + 2 * context]
        assert np.array_equal(window[:, : seen.shape[1]], seen) and not window[:, seen.shape[1] :].any()
    assert np.array_equal(put_together([window[:, context : context + n] for window, n in found], channels), whole)


rates = st.sampled_from([8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000])


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=6), channel_counts, rates, rates, st.integers(0, 2**32 - 1))
def test_resampled_however_it_is_cut_up(lengths, channels, rate, to_rate, seed):
    rng = np.random.default_rng(seed)
    whole = rng.uniform(-1, 1, (channels, sum(lengths))).astype(np.float32)
    blocks = np.split(whole, np.cumsum(lengths)[:-1], axis=1)
    found = put_together(resampled(iter(blocks), rate, to_rate), channels)
    at_once = soxr.resample(whole.T, rate, to_rate).reshape(-1, channels).T
    assert found.dtype == np.float32
    assert abs(found.shape[1] - whole.shape[1] * to_rate / rate) <= 1
    length = min(found.shape[1], at_once.shape[1])
    assert found[:, :length] == pytest.approx(at_once[:, :length], abs=1e-4)
