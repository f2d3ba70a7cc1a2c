"""What can be measured of a waveform, alone and against the same sentence said by the person.

Everything is measured on the frames of audio.features (24 kHz, hop 256) that hold the speech: silence before and after it
never counts.
"""

from dataclasses import dataclass

import numpy as np

from voicekit.audio.features import FRAME_RATE, N_MELS, SAMPLE_RATE, extract, mfcc
from voicekit.dataset.speech_span import speech_span
from voicekit.evaluation.figures import Figure

#: Coefficient 0 is the level, and a difference in level is not distortion.
_CEPSTRA = slice(1, 14)
#: From log-mel cosine transforms to decibels: the distance of two cepstra is then the RMS difference, over the mel bands, of
#: their smoothed spectra. It is Kubichek's 10 / ln 10 · √(2 Σ (c − c′)²) with c = √(2 / bands) · the orthonormal DCT.
_DB = 20 / np.log(10) / np.sqrt(N_MELS)
#: Alignment compares at most this many pairs of frames (0.3 GB); longer speech is thinned.
_MAX_PAIRS = 15_000_000


@dataclass(frozen=True)
class Acoustics:
    """What is known of a waveform between its first and its last sound.

    Attributes:
        cepstra: (13, frames), mel-cepstral coefficients 1–13 in dB.
        f0: (frames,), in Hz, 0 where unvoiced.
        span_s: from the first sound to the last; 0 where no speech was found.
        pauses_s: the length of each pause in it.
        loudness_lufs: of the whole waveform; None where it is too short or too quiet to have one.
    """

    cepstra: np.ndarray
    f0: np.ndarray
    span_s: float
    pauses_s: tuple[float, ...]
    loudness_lufs: float | None


def analyse(waveform: np.ndarray) -> Acoustics:
    """Analyses a 24 kHz mono waveform (samples,). Without speech in it, all of it is looked at."""
    features = extract(waveform)
    found = speech_span(waveform)
    start_s, end_s = (found.start_s, found.end_s) if found else (0.0, len(waveform) / SAMPLE_RATE)
    frames = slice(int(start_s * FRAME_RATE), max(int(np.ceil(end_s * FRAME_RATE)), 1))
    return Acoustics(
        cepstra=mel_cepstra(features.mel[:, frames]),
        f0=features.f0[frames],
        span_s=end_s - start_s if found else 0.0,
        pauses_s=found.pauses_s if found else (),
        loudness_lufs=loudness_lufs(waveform, SAMPLE_RATE),
    )


def mel_cepstra(mel: np.ndarray) -> np.ndarray:
    """(N_MELS, frames) log-mel to coefficients 1–13 (13, frames), in dB."""
    return mfcc(mel)[_CEPSTRA] * _DB


def loudness_lufs(waveform: np.ndarray, sample_rate: int) -> float | None:
    """Integrated loudness (ITU-R BS.1770-4) of a whole waveform (samples,) in memory, by pyloudnorm.

    audio.loudness measures streams of any length; where others judge a voice, others measure it too.

    Returns:
        None for what is shorter than one block of 400 ms, or never passes the gate of −70 LUFS.
    """
    import pyloudnorm

    meter = pyloudnorm.Meter(sample_rate, filter_class="DeMan")  # its default misses other rates than 48 kHz by 0.1 LU
    if len(waveform) < meter.block_size * sample_rate:
        return None
    lufs = float(meter.integrated_loudness(waveform.astype(np.float64)))
    return lufs if np.isfinite(lufs) else None


def manner(sound: Acoustics, n_phones: int) -> dict[str, Figure]:
    """How something was said: melody, rate, pauses and loudness. Without what cannot be told of it."""
    figures = {}
    if sound.loudness_lufs is not None:
        figures["loudness"] = Figure(sound.loudness_lufs)
    voiced = sound.f0[sound.f0 > 0]
    if len(voiced) > 1:
        figures["f0_spread"] = Figure(float(12 * np.log2(voiced).std()))
    if sound.span_s > 0:
        pause_s = sum(sound.pauses_s)
        figures["phone_rate"] = Figure(n_phones, sound.span_s - pause_s)
        figures["pauses"] = Figure(len(sound.pauses_s))
        figures["pause_share"] = Figure(100 * pause_s, sound.span_s)
        if sound.pauses_s:
            figures["pause_s"] = Figure(pause_s, len(sound.pauses_s))
    return figures


def distance(sound: Acoustics, human: Acoustics) -> dict[str, Figure]:
    """How far a sentence is from the human's: cepstra, F0 and voicing of the frames that belong together.

    The alignment is dynamic time warping of the cepstra (Sakoe & Chiba 1978), as librosa does it.
    """
    from librosa.sequence import dtw

    pairs = sound.cepstra.shape[1] * human.cepstra.shape[1]
    step = int(np.ceil(np.sqrt(max(pairs / _MAX_PAIRS, 1))))
    ours, theirs = sound.cepstra[:, ::step], human.cepstra[:, ::step]
    _, path = dtw(ours, theirs, metric="euclidean")
    i, j = path.T
    f0, human_f0 = sound.f0[::step][i], human.f0[::step][j]
    both = (f0 > 0) & (human_f0 > 0)
    figures = {
        "mcd": Figure(float(np.linalg.norm(ours[:, i] - theirs[:, j], axis=0).mean())),
        "voicing_error": Figure(float(100 * np.mean((f0 > 0) != (human_f0 > 0)))),
    }
    if both.any():
        cents = 1200 * np.log2(f0[both] / human_f0[both])
        figures["f0_error"] = Figure(float(np.sqrt(np.mean(cents**2))))
    return figures
