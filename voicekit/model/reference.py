"""Chooses the passages of someone's recordings that are most typical of their voice."""

import numpy as np
import torch
from torch import Tensor

from voicekit.model.speaker import REFERENCE_FRAMES, SpeakerEncoder

#: The share of the passages that is used: those most like the rest.
KEPT = 0.5
#: Passages this far apart are two voices: nine pairs in the development data lie 6.3 to 12.6 apart, 9 to 60 times their
#: spread; the halves of one voice lie 3 to 4 apart, and at most 7 times their spread where passages are few.
APART, APART_BY_SPREAD = 5.0, 8.0


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


def second_voice(embeddings: Tensor) -> Tensor:
    """Indices of the passages (passages, E) that someone else seems to speak: the smaller of two groups, or none.

    The two groups that lie farthest apart (2-means) are two people when their distance is large beside their own spread.
    """
    none = torch.zeros(0, dtype=torch.long)
    if len(embeddings) < 6:
        return none
    centred = embeddings - embeddings.mean(0)
    side = centred @ torch.linalg.svd(centred, full_matrices=False)[2][0] > 0
    for _ in range(20):
        a, b = embeddings[side].mean(0), embeddings[~side].mean(0)
        nearer = (embeddings - a).square().sum(1) < (embeddings - b).square().sum(1)
        if nearer.all() or not nearer.any() or torch.equal(nearer, side):
            break
        side = nearer
    if min(side.sum(), (~side).sum()) < 2:
        return none
    distance = torch.linalg.norm(a - b)
    along = embeddings @ (a - b) / distance
    spread = ((along[side].var(correction=0) + along[~side].var(correction=0)) / 2).sqrt()
    if distance < APART or distance < APART_BY_SPREAD * spread:
        return none
    return (side if side.sum() <= len(side) / 2 else ~side).nonzero()[:, 0]


def voice_embedding(encoder: SpeakerEncoder, passages: list[np.ndarray]) -> Tensor:
    """(E,): the direction of the mean over the typical passages of a voice."""
    embeddings = embed(encoder, passages)
    mean = embeddings[typical(embeddings)].mean(0)
    return mean * (embeddings[0].norm() / mean.norm())
