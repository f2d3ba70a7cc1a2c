"""Which passages of someone's recordings say best who they are."""

import numpy as np
import torch
from torch import Tensor

from voicekit.model.speaker import REFERENCE_FRAMES, SpeakerEncoder

#: The share of the passages that is listened to: those most like the rest.
KEPT = 0.5


def passage(mel: np.ndarray, start: int) -> np.ndarray:
    """(N_MELS, REFERENCE_FRAMES) from `start` on; an utterance that is too short is repeated."""
    mel = mel[:, start : start + REFERENCE_FRAMES]
    return np.pad(mel, ((0, 0), (0, REFERENCE_FRAMES - mel.shape[1])), mode="wrap")


@torch.no_grad()
def embed(encoder: SpeakerEncoder, passages: list[np.ndarray]) -> Tensor:
    """(passages, E) embeddings of (N_MELS, REFERENCE_FRAMES) passages."""
    device = next(encoder.parameters()).device
    return encoder(torch.from_numpy(np.stack(passages)).to(device)).cpu()


def typical(embeddings: Tensor) -> Tensor:
    """Indices of the passages whose embeddings (passages, E) lie nearest to the median of all, best first.

    A cough, a laugh, a sentence shouted across the room: the choice of the passage alone moves the likeness of a clone as
    much as the choice of the method.
    """
    distance = torch.linalg.norm(embeddings - embeddings.median(0).values, dim=1)
    return distance.argsort()[: max(round(KEPT * len(embeddings)), 1)]


def voice_embedding(encoder: SpeakerEncoder, passages: list[np.ndarray]) -> Tensor:
    """(E,): the direction of the mean over the typical passages of a voice."""
    embeddings = embed(encoder, passages)
    mean = embeddings[typical(embeddings)].mean(0)
    return mean * (embeddings[0].norm() / mean.norm())
