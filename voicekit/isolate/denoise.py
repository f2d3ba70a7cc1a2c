"""Noise taken from a recording as far as it is heard, by the isolator.

A mask that takes all noise takes some voice too, and the fainter the noise the less that is worth: so what was taken is
mixed back in, as far down as nobody hears it. A clean recording stays as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicekit.audio.loudness import SILENCE_DB, from_db, to_db
from voicekit.audio.sound import Blocks, Sound, Treatment, regrouped
from voicekit.isolate.isolate import isolate, load_isolator
from voicekit.model.isolator import Isolator

#: So much of a recording is listened to, in passages from all over it, before it is treated.
LISTENED_S = 120.0
_PASSAGE_S = 10.0
_FRAME_S = 0.02
#: Frames in which the speech is so far below its usual level are pauses.
_PAUSE_DB = 30.0
#: Fewer pauses than this say nothing about the noise.
_FEW_PAUSES = 0.03
#: Of what the network takes away so much is voice, by mistake.
_MISTAKEN_DB = 3.0
#: From this distance between speech and noise on nobody hears the noise. For every dB that is missing it comes down by more
#: than one, because it is worth it where it is heard at all; but by no more than leaves the voice whole.
CLEAN_SNR_DB = 26.0
#: What is so far below the noise is no speech that anybody recorded.
_FAR_BELOW_DB = -6.0
_SLOPE = 2.5
MAX_REDUCTION_DB = 20.0


@dataclass(frozen=True)
class Levels:
    """RMS levels in dB: of the speech while somebody speaks, and of the noise."""

    speech_db: float
    noise_db: float


def denoise(sound: Sound, reduction_db: float | None = None, model: Path | None = None) -> Treatment:
    """Takes the noise down by `reduction_db`; None for as much as the recording needs, which may be nothing.

    Args:
        model: the folder of an isolator of your own.
    """
    isolator = load_isolator(model)
    found = listen(sound, isolator)
    if found is None or found.speech_db - found.noise_db < _FAR_BELOW_DB:
        return Treatment(("no speech to be heard: left as it is",))
    said = f"speech at {found.speech_db:.0f} dB, noise at {found.noise_db:.0f} dB"
    if reduction_db is None:
        missing_db = CLEAN_SNR_DB - (found.speech_db - found.noise_db)
        reduction_db = min(max(_SLOPE * missing_db, 0.0), MAX_REDUCTION_DB)
    if reduction_db <= 0:
        return Treatment((f"{said}: clean, left as it is",))

    def apply(blocks: Blocks) -> Iterator[np.ndarray]:
        for mixture, speech in isolate(blocks, sound.sample_rate, isolator):
            yield _lowered(mixture, speech, reduction_db)

    return Treatment((f"{said}: noise, and music where there is any, taken down by {reduction_db:.0f} dB",), apply)


def lowered(waveform: np.ndarray, sample_rate: int, reduction_db: float) -> np.ndarray:
    """A short recording (samples,) with its noise so far down."""
    pairs = isolate([waveform[None]], sample_rate, load_isolator())
    return np.concatenate([_lowered(mixture, speech, reduction_db) for mixture, speech in pairs], axis=1)[0]


def _lowered(mixture: np.ndarray, speech: np.ndarray, reduction_db: float) -> np.ndarray:
    return speech + np.float32(from_db(-reduction_db)) * (mixture - speech)


def listen(sound: Sound, isolator: Isolator) -> Levels | None:
    """How loud speech and noise are; None where there is no speech."""
    rate = sound.sample_rate
    every = max(1, round(sound.duration_s / LISTENED_S))
    frame = max(1, round(_FRAME_S * rate))
    heard, spoken, taken = [np.zeros(0)], [np.zeros(0)], [np.zeros(0)]
    for number, passage in enumerate(regrouped(sound.read(), round(_PASSAGE_S * rate))):
        if number % every:
            continue
        for mixture, speech in isolate([passage], rate, isolator):
            for powers, part in ((heard, mixture), (spoken, speech), (taken, mixture - speech)):
                powers.append(_frame_powers(part, frame))
    return levels(*(np.concatenate(powers) for powers in (heard, spoken, taken)))


def levels(heard: np.ndarray, spoken: np.ndarray, taken: np.ndarray) -> Levels | None:
    """From the powers of frames (frames,) of the mixture, of the speech in it and of all else."""
    if not len(spoken) or to_db(np.sqrt(spoken.max())) <= SILENCE_DB + 40:
        return None
    # The level of speech is that of its loudest quarter; its loudest frame may be a knock that was taken for speech.
    usual = float(np.mean(spoken[spoken >= np.quantile(spoken, 0.75)]))
    pauses = spoken < usual * 10 ** (-_PAUSE_DB / 10)
    # What is heard in pauses, and what was taken away elsewhere: knocks between words are not in the pauses.
    noise = float(taken.mean()) * 10 ** (-_MISTAKEN_DB / 10)
    if pauses.mean() > _FEW_PAUSES:
        noise = max(noise, float(heard[pauses].mean()))
    return Levels(float(to_db(np.sqrt(usual))), float(to_db(np.sqrt(noise))))


def _frame_powers(waveform: np.ndarray, frame: int) -> np.ndarray:
    """(channels, samples) to the mean power of each whole frame over all channels, (frames,)."""
    whole = waveform[:, : waveform.shape[1] // frame * frame]
    return np.square(whole, dtype=np.float64).mean(0).reshape(-1, frame).mean(1)
