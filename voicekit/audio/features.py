"""What the models see of a waveform: log-mel spectrogram, MFCC and F0, all on the same frames.

The mel convention is F5-TTS's, which feeds the public Vocos weights: 24 kHz, n_fft 1024, hop 256, 100 bands, magnitude,
centred frames, natural logarithm.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voicekit.core.errors import DatasetError

if TYPE_CHECKING:
    from torch import Tensor
    from torchaudio.transforms import MelSpectrogram

SAMPLE_RATE = 24_000
N_FFT = 1024
HOP_LENGTH = 256
N_MELS = 100
N_MFCC = 20
LOG_FLOOR = 1e-5
FRAME_RATE = SAMPLE_RATE / HOP_LENGTH

F0_MIN_HZ = 60.0
F0_MAX_HZ = 500.0


@dataclass(frozen=True)
class Features:
    """The features of one utterance; frame n is centred on sample n · HOP_LENGTH.

    Attributes:
        mel: float32 (N_MELS, frames), natural log of magnitude.
        mfcc: float32 (N_MFCC, frames).
        f0: float32 (frames,), in Hz, 0 where unvoiced.
    """

    mel: np.ndarray
    mfcc: np.ndarray
    f0: np.ndarray

    def save(self, path: Path) -> None:
        with path.open("wb") as file:
            np.savez(file, mel=self.mel.astype(np.float16), mfcc=self.mfcc.astype(np.float16), f0=self.f0)

    @classmethod
    def load(cls, path: Path) -> "Features":
        """Raises DatasetError when the file is missing or damaged, or claims more than it holds."""
        try:
            size = path.stat().st_size
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                if sum(entry.file_size for entry in arrays.zip.infolist()) > size:  # ours are not packed
                    raise ValueError("it unpacks to more than it is")
                features = cls(*(arrays[name].astype(np.float32) for name in ("mel", "mfcc", "f0")))
        except Exception as error:  # of zipfile, zlib and numpy, each with errors of their own
            raise DatasetError(f"{path} is missing or damaged; run voicekit prepare again") from error
        frames = features.f0.size
        shapes = (features.mel.shape, features.mfcc.shape, features.f0.shape)
        if not frames or shapes != ((N_MELS, frames), (N_MFCC, frames), (frames,)):
            raise DatasetError(f"{path} is damaged: it holds arrays of the shapes {shapes}; run voicekit prepare again")
        if not all(np.isfinite(array).all() for array in (features.mel, features.mfcc, features.f0)):
            raise DatasetError(f"{path} is damaged: it holds infinite numbers or NaN; run voicekit prepare again")
        return features


def extract(waveform: np.ndarray) -> Features:
    """The features of a 24 kHz mono float32 waveform (samples,), with 1 + samples // HOP_LENGTH frames."""
    mel = log_mel(waveform)
    return Features(mel, mfcc(mel), f0(waveform))


@cache
def _mel_spectrogram(device: str) -> "MelSpectrogram":
    import torchaudio

    return torchaudio.transforms.MelSpectrogram(
        sample_rate=SAMPLE_RATE, n_fft=N_FFT, hop_length=HOP_LENGTH, n_mels=N_MELS, center=True, power=1
    ).to(device)


def mel_magnitude(waveform: "Tensor") -> "Tensor":
    """(…, samples) to (…, N_MELS, frames), on the waveform's device; gradients flow."""
    return _mel_spectrogram(str(waveform.device))(waveform)


def log_mel(waveform: np.ndarray) -> np.ndarray:
    """(samples,) to (N_MELS, frames): natural log of mel magnitudes, floored at LOG_FLOOR."""
    import torch

    magnitude = mel_magnitude(torch.from_numpy(np.ascontiguousarray(waveform, dtype=np.float32)))
    return magnitude.clamp(min=LOG_FLOOR).log().numpy()


def mfcc(mel: np.ndarray) -> np.ndarray:
    """Mel-frequency cepstral coefficients of a log-mel (N_MELS, frames): its orthonormal cosine transform, truncated.

    Davis & Mermelstein 1980. Coefficient 0 is the level.
    """
    import scipy.fft

    return scipy.fft.dct(mel, type=2, norm="ortho", axis=0)[:N_MFCC].astype(np.float32)


def f0(waveform: np.ndarray) -> np.ndarray:
    """The fundamental frequency (frames,) in Hz, 0 where unvoiced, by Praat's autocorrelation (Boersma 1993).

    Twice: once over all pitches, then over those of this voice (De Looze & Hirst 2008). The window is three periods of the
    lowest pitch, and one as long as a deep voice needs blurs the melody of a high one.
    """
    n_frames = 1 + len(waveform) // HOP_LENGTH
    wide = _praat(waveform, F0_MIN_HZ, F0_MAX_HZ)
    if not (wide > 0).any():
        return np.zeros(n_frames, dtype=np.float32)
    low, high = np.percentile(wide[wide > 0], (25, 75))
    narrow = _praat(waveform, max(0.75 * low, F0_MIN_HZ), min(1.5 * high + 50, F0_MAX_HZ))
    return narrow if (narrow > 0).any() else wide


def _praat(waveform: np.ndarray, lowest_hz: float, highest_hz: float) -> np.ndarray:
    import parselmouth

    n_frames = 1 + len(waveform) // HOP_LENGTH
    if len(waveform) < 3 * SAMPLE_RATE / lowest_hz:
        return np.zeros(n_frames, dtype=np.float32)
    pitch = parselmouth.Sound(waveform.astype(np.float64), SAMPLE_RATE).to_pitch_ac(
        time_step=HOP_LENGTH / SAMPLE_RATE, pitch_floor=lowest_hz, pitch_ceiling=highest_hz
    )
    times, values = pitch.xs(), pitch.selected_array["frequency"]
    frame_times = np.arange(n_frames) * HOP_LENGTH / SAMPLE_RATE
    # Praat's frames lie between ours; a frame is voiced when its nearest one is, and takes the line between neighbours.
    nearest = np.clip(np.round((frame_times - times[0]) / pitch.dx).astype(int), 0, len(values) - 1)
    inside = np.abs(frame_times - times[nearest]) <= pitch.dx
    voiced = (values[nearest] > 0) & inside
    if not voiced.any():
        return np.zeros(n_frames, dtype=np.float32)
    line = np.interp(frame_times, times[values > 0], values[values > 0])
    return np.where(voiced, line, 0).astype(np.float32)
