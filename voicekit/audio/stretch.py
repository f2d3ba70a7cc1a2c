"""Makes sound shorter or longer, and keeps its pitch.

WSOLA (Verhelst & Roelands 1993, "An overlap-add technique based on waveform similarity for high quality time-scale
modification of speech"): windows of the sound are overlapped at another distance, each taken from near its place, where it
best continues the one before. FFmpeg's atempo does the same, but shifts the sound by an unknown 10 to 20 ms: words would be
heard early.
"""

import numpy as np

#: Half a window: at least one period of a low voice.
_HOP_S = 0.02
#: A window may be taken this far from its place: half a period of a low voice.
_SEARCH_S = 0.008


def at_tempo(waveform: np.ndarray, sample_rate: int, tempo: float) -> np.ndarray:
    """Mono sound (samples,) played `tempo` times as fast, in [0.5, 2]: what is heard at t comes at t / tempo."""
    if tempo == 1 or not len(waveform):
        return waveform
    hop, search = round(_HOP_S * sample_rate), round(_SEARCH_S * sample_rate)
    window = np.hanning(2 * hop + 1)[:-1].astype(np.float32)
    length = round(len(waveform) / tempo)
    n_windows = length // hop + 2
    margin = hop + search
    padded = np.pad(waveform.astype(np.float32), (margin, 3 * hop + 2 * search))
    made = np.zeros((n_windows + 1) * hop, np.float32)
    before = None
    for number in range(n_windows):  # window `number` has its middle at number · hop of what is made
        at = min(round(number * hop * tempo) + search, len(padded) - 2 * hop - search)
        if before is not None:
            natural = padded[before + hop : before + 3 * hop]  # how the sound goes on by itself
            near = padded[at - search : at + search + 2 * hop][: 2 * search + len(natural)]
            likeness = np.correlate(near, natural, "valid")
            energy = np.convolve(np.square(near), np.ones(len(natural), np.float32), "valid")
            at += int(np.argmax(likeness / np.sqrt(np.maximum(energy, 1e-9)))) - search
        made[number * hop : number * hop + 2 * hop] += window * padded[at : at + 2 * hop]
        before = at
    return made[hop : hop + length]
