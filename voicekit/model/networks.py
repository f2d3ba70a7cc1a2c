"""The networks of a voice as arrays in and arrays out: what speaks does not know whether torch or ONNX Runtime runs them.

Shapes: N tokens of one sentence, T frames, S = T · HOP_LENGTH samples.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from voicekit.core.errors import CheckpointError

#: No pause and no phone is shorter.
MIN_FRAMES = 2
#: The part of a voice that hears others in training, and speaks nothing.
SILENT_PART = "acoustic.speaker_encoder."
_NO_NUMBERS = "the voice speaks in numbers that are none: its weights are damaged; train it or copy it again"


@dataclass(frozen=True)
class Change:
    """What is changed of the prosody that the networks predict: one figure for all tokens, or (N,), one for each.

    Attributes:
        pace: 1.2 is 20 % faster.
        pitch, energy: added, in deviations of the voice's log F0 and log-mel level.
        liveliness: 1.3 moves the pitch 30 % farther from the voice's mean.
        frames: (N,) how long each token lasts, whatever the networks would do; NaN where that is left to them.
    """

    pace: np.ndarray | float = 1.0
    pitch: np.ndarray | float = 0.0
    liveliness: np.ndarray | float = 1.0
    energy: np.ndarray | float = 0.0
    frames: np.ndarray | None = None


@dataclass(frozen=True)
class TokenProsody:
    """How each token of a sentence is said, (N,) each.

    Attributes:
        durations: in frames; real numbers as predicted, whole ones to be spoken.
        pitch: mean log F0 of the token, normalised to the voice (mean 0, deviation 1).
        energy: mean log-mel level of the token, normalised likewise.
    """

    durations: np.ndarray
    pitch: np.ndarray
    energy: np.ndarray

    def changed(self, change: Change, pauses: np.ndarray) -> "TokenProsody":
        """The same with a change, in whole frames; `pauses` (N,) is true on boundaries, which may last none."""
        frames = self.durations / np.float32(change.pace)
        if change.frames is not None:
            frames = np.where(np.isnan(change.frames), frames, change.frames)
        return TokenProsody(
            whole_frames(frames, pauses),
            (self.pitch * change.liveliness + change.pitch).astype(np.float32),
            (self.energy + change.energy).astype(np.float32),
        )


@dataclass(frozen=True)
class SpokenFrames:
    """What the decoder makes of a sentence.

    Attributes:
        mel: (N_MELS, T) natural log of magnitudes.
        log_f0: (T,) float64, natural log of Hz, defined everywhere, meaningful where voiced.
        voiced: (T,) logits.
    """

    mel: np.ndarray
    log_f0: np.ndarray
    voiced: np.ndarray


@dataclass(frozen=True)
class Figures:
    """What the normalised pitch and energy of a voice stand for: mean and deviation of its log F0
    and of its log-mel level."""

    log_f0_mean: float
    log_f0_std: float
    energy_mean: float
    energy_std: float

    def __post_init__(self) -> None:
        if not (self.log_f0_std > 0 and self.energy_std > 0):
            raise CheckpointError(_NO_NUMBERS)


class Networks(Protocol):
    """A voice's acoustic model and vocoder, loaded. Each raises CheckpointError where its weights make no numbers.

    Attributes:
        digest: of all weights that shape what is heard; the same whoever runs them.
    """

    figures: Figures

    @property
    def digest(self) -> str: ...

    def prosody(self, symbols: np.ndarray, stresses: np.ndarray) -> TokenProsody:
        """What the voice would do of itself with tokens of these ids and stresses, (N,) int64 each."""
        ...

    def frames(self, symbols: np.ndarray, stresses: np.ndarray, prosody: TokenProsody) -> SpokenFrames:
        """Tokens said with `prosody`, its durations in whole frames."""
        ...

    def waveform(self, mel: np.ndarray, f0: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """(N_MELS, T) log-mel, (T,) F0 in Hz, 0 where unvoiced, and (S,) white noise to (S,)."""
        ...


def whole_frames(durations: np.ndarray, pauses: np.ndarray) -> np.ndarray:
    """Real-valued durations (N,) to whole frames: the fractions carry over, so that the sentence keeps its length."""
    frames, carry = [], 0.0
    for duration, pause in zip(durations.tolist(), pauses.tolist(), strict=True):
        wanted = duration + carry
        whole = max(round(wanted), MIN_FRAMES)
        if pause and wanted < MIN_FRAMES:
            whole = 0
        frames.append(whole)
        carry = min(max(wanted - whole, -2.0), 2.0)
    return np.array(frames, dtype=np.int64)


def check_finite(*made: np.ndarray) -> None:
    """Raises CheckpointError where a network makes NaN or infinite numbers, as one with damaged weights does."""
    if not all(bool(np.isfinite(array).all()) for array in made):
        raise CheckpointError(_NO_NUMBERS)


def weights_digest(weights: Mapping[str, np.ndarray]) -> str:
    """Of the weights of a voice by their names in `model.safetensors`, whatever precision they are kept in."""
    digest = hashlib.sha1()
    for name in sorted(weights):
        if not name.startswith(SILENT_PART):
            digest.update(name.encode() + np.ascontiguousarray(weights[name], dtype=np.float32).tobytes())
    return digest.hexdigest()[:16]
