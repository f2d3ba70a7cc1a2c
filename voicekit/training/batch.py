"""What the networks are trained on, a batch at a time."""

from typing import NamedTuple

from torch import Tensor

from voicekit.model.speaker import Statistics


class AcousticBatch(NamedTuple):
    """Whole utterances, zero-padded to the longest; fields as the acoustic model takes and makes them."""

    symbols: Tensor  #: (B, N) ids
    stresses: Tensor  #: (B, N)
    token_mask: Tensor  #: (B, 1, N)
    durations: Tensor  #: (B, N) frames
    mel: Tensor  #: (B, N_MELS, T)
    f0: Tensor  #: (B, T) in Hz, 0 where unvoiced
    statistics: Statistics  #: of the speaker of each utterance
    reference: Tensor  #: (B, N_MELS, REFERENCE_FRAMES) of another passage by the same speaker


class VocoderBatch(NamedTuple):
    """Segments of equal length."""

    mel: Tensor  #: (B, N_MELS, T)
    f0: Tensor  #: (B, T)
    waveform: Tensor  #: (B, T · HOP_LENGTH)


class SpeakerBatch(NamedTuple):
    """Passages to tell speakers apart by."""

    passages: Tensor  #: (speakers, passages of each, N_MELS, REFERENCE_FRAMES)
