"""Spectrograms: a smeared or striped one is a bad voice whatever the averages say."""

from pathlib import Path

import numpy as np

from voicekit.core.files import atomic

_HIGHEST_HZ = 10_000


def draw_spectrograms(path: Path, spoken: dict[str, tuple[np.ndarray, int]], title: str = "") -> None:
    """Draws (waveform (samples,), sample_rate) pairs by name, a panel each on one time axis, as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 2.2 * len(spoken)), layout="constrained")
    panels = figure.subplots(len(spoken), squeeze=False)[:, 0]
    longest_s = max(len(waveform) / rate for waveform, rate in spoken.values())
    for panel, (name, (waveform, rate)) in zip(panels, spoken.items(), strict=True):
        # A little noise: the logarithm of digital silence is nothing to draw.
        noise = np.random.default_rng(0).normal(0, 1e-6, max(len(waveform), 1024))
        noise[: len(waveform)] += waveform
        panel.specgram(noise, NFFT=1024, noverlap=768, Fs=rate, vmin=-130, vmax=-40, cmap="magma")
        panel.set(title=name, ylabel="Hz", xlim=(0, longest_s), ylim=(0, min(_HIGHEST_HZ, rate / 2)))
    figure.suptitle(title)
    with atomic(path) as partial:
        figure.savefig(partial, dpi=75)
