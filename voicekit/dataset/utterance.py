"""Makes one utterance: cuts it from the recording, cleans it, sets its level, writes it with its features."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicekit.audio.features import SAMPLE_RATE, extract
from voicekit.audio.level import level
from voicekit.audio.loudness import rms_db, true_peak_db
from voicekit.core import plugins
from voicekit.core.files import atomic
from voicekit.dataset import manifest
from voicekit.dataset.recording import Sound
from voicekit.dataset.segment import Span
from voicekit.media import sound as audio

_FADE_S = 0.005


@dataclass(frozen=True)
class Job:
    """All that is needed to make an utterance in another process."""

    id: str
    sound: Sound
    span: Span
    gain_db: float
    reduction_db: float
    restored: tuple[str, ...]
    folder: Path


@dataclass(frozen=True)
class Cut:
    """The level and treatment of a written utterance."""

    rms_db: float
    true_peak_db: float
    treatment: tuple[str, ...]


def cut(job: Job) -> Cut | None:
    """Writes `wavs/ID.wav` and `features/ID.npz` into the job's folder; None where no level meets the rule.

    Raises:
        VoicekitError: the disk is full.
    """
    waveform = job.sound.read(job.span)
    treatment = [f"restore: {repair}" for repair in job.restored]
    if job.reduction_db > 0:
        waveform = _denoised(waveform, job.reduction_db)
        treatment.append(f"denoise {job.reduction_db:.0f} dB")
    levelled = level(_faded(waveform), SAMPLE_RATE, job.gain_db)
    if levelled is None:
        return None
    treatment.append(f"gain {levelled.gain_db:+.1f} dB")
    if levelled.limited_db > 0:
        treatment.append(f"limit {levelled.limited_db:.1f} dB")
    # From here on what lies on disk: the features must see the same rounding.
    stored = np.round(levelled.waveform * 32768) / np.float32(32768)
    _write(job, stored)
    return Cut(round(rms_db(stored), 2), round(true_peak_db(stored), 2), tuple(treatment))


def _write(job: Job, waveform: np.ndarray) -> None:
    from voicekit.media import write_wav

    write_wav(manifest.wav_path(job.folder, job.id), [waveform], SAMPLE_RATE)
    with atomic(manifest.features_path(job.folder, job.id)) as partial:
        extract(waveform).save(partial)


def _denoised(waveform: np.ndarray, reduction_db: float) -> np.ndarray:
    whole = audio.Sound(SAMPLE_RATE, 1, len(waveform) / SAMPLE_RATE, lambda: iter([waveform[None]]))
    treatment = plugins.load("denoisers", plugins.DENOISER)(whole, reduction_db)
    return np.concatenate(list(treatment.apply(whole.read())), axis=1)[0]


def _faded(waveform: np.ndarray) -> np.ndarray:
    """Five milliseconds of fade at both ends, so that a cut in noise does not click."""
    n = min(round(_FADE_S * SAMPLE_RATE), len(waveform) // 2)
    ramp = np.linspace(0, 1, n, dtype=np.float32)
    return np.concatenate([waveform[:n] * ramp, waveform[n : len(waveform) - n], waveform[len(waveform) - n :] * ramp[::-1]])
