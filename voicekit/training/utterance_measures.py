"""What of an utterance tells whether it is a good example of its speaker: how clean it is, and how usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from voicekit.audio.features import FRAME_RATE, N_MELS, SAMPLE_RATE, Features
from voicekit.dataset.manifest import Utterance, features_path
from voicekit.model.checkpoint import load_networks
from voicekit.model.reference import embed, passage, second_voice
from voicekit.model.speaker import REFERENCE_FRAMES
from voicekit.speech.voices import built_in_folder

#: 20 · log10(e): natural logarithms of magnitudes as decibels.
_DB = 8.685889638
_ST = 12 / np.log(2)
#: Frames this far below the loud ones are pauses.
_PAUSE_BELOW_DB = 25.0
#: A band that lies this far below the strongest holds nothing of the voice.
_BAND_BELOW_DB = 62.0
#: The voice is heard in so many passages of two seconds of an utterance.
_HEARD = 4
_BAND_HZ = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + SAMPLE_RATE / 2 / 700), N_MELS + 2)[1:-1] / 2595) - 1)


@dataclass(frozen=True)
class Measures:
    """Of one utterance, or the weighted mean of several.

    Attributes:
        snr_db: from the quietest frames to the loud ones.
        bandwidth_hz: up to where the voice is heard.
        level_db: of the loud frames.
        pitch_st: median, in semitones over 1 Hz; NaN where nothing is voiced.
        spread_st: standard deviation of the pitch, in semitones.
        pace: letters a second between the pauses.
        spectrum_db: (N_MELS,), mean of the loud frames, its own mean taken off.
        embedding: (E,), who speaks, by our own encoder.
    """

    snr_db: float
    bandwidth_hz: float
    level_db: float
    pitch_st: float
    spread_st: float
    pace: float
    spectrum_db: np.ndarray
    embedding: np.ndarray


def measure_all(dataset: Path, utterances: Sequence[Utterance]) -> list[Measures]:
    """Those of each utterance, from its features.

    Raises:
        DatasetError: features are missing or damaged.
    """
    encoder = load_networks(built_in_folder())[1].speaker_encoder.eval()
    measured = []
    for utterance in utterances:
        features = Features.load(features_path(dataset, utterance.id))
        last = max(features.mel.shape[1] - REFERENCE_FRAMES, 0)
        heard = [passage(features.mel, round(start)) for start in np.linspace(0, last, _HEARD)]
        measured.append(measure(features, utterance.text, embed(encoder, heard).mean(0).numpy()))
    return measured


def measure(features: Features, text: str, embedding: np.ndarray) -> Measures:
    energy_db = _DB * np.log(np.square(np.exp(features.mel)).mean(0)) / 2
    loud_db = float(np.percentile(energy_db, 90))
    spoken = energy_db > loud_db - _PAUSE_BELOW_DB
    spectrum_db = _DB * features.mel[:, spoken].mean(1)
    voiced = features.f0[features.f0 > 0]
    pitch = _ST * np.log(voiced) if len(voiced) else np.array([np.nan])
    heard = np.flatnonzero(spectrum_db > spectrum_db.max() - _BAND_BELOW_DB)
    return Measures(
        snr_db=loud_db - float(np.percentile(energy_db, 3)),
        bandwidth_hz=float(_BAND_HZ[heard[-1]]),
        level_db=loud_db,
        pitch_st=float(np.median(pitch)),
        spread_st=float(pitch.std()),
        pace=sum(map(str.isalnum, text)) / max(float(spoken.sum()) / FRAME_RATE, 0.1),
        spectrum_db=spectrum_db - spectrum_db.mean(),
        embedding=embedding,
    )


def mean(measured: Sequence[Measures], weights: Sequence[float]) -> Measures:
    """The weighted mean; but of several the worst snr_db and bandwidth_hz."""

    def of(name: str) -> np.ndarray:
        return np.average([getattr(one, name) for one in measured], axis=0, weights=weights)

    return Measures(
        snr_db=min(one.snr_db for one in measured),
        bandwidth_hz=min(one.bandwidth_hz for one in measured),
        level_db=float(of("level_db")),
        pitch_st=float(of("pitch_st")),
        spread_st=float(of("spread_st")),
        pace=float(of("pace")),
        spectrum_db=of("spectrum_db"),
        embedding=of("embedding"),
    )


def of_another_voice(measured: Sequence[Measures]) -> set[int]:
    """Which of the utterances somebody else seems to speak; none where one voice is heard."""
    return set(second_voice(torch.from_numpy(np.stack([one.embedding for one in measured]))).tolist())
