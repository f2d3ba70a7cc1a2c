"""Measures how loud speech and noise are in a recording, and lowers the noise as far as it is heard.

This serves every network that separates speech from everything else. A network that removes all noise removes some voice
too, and the fainter the noise, the less that is worth: so what was removed is mixed back in, too quiet to be heard. A clean
recording stays as it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from voicekit.audio.loudness import SILENCE_DB, from_db, to_db
from voicekit.audio.treatment import Treatment
from voicekit.media.sound import Blocks, Sound, regrouped, resampled

#: Takes blocks at a network's own rate and gives (speech, mixture, gain), each (channels, samples). The gain, 0 to 1, says
#: how far the top band of what the network hears came down.
Network = Callable[[Blocks], Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]]
#: Takes blocks and their sample rate and gives pairs (channels, samples): the mixture and the speech in it.
Split = Callable[[Blocks, int], Iterator[tuple[np.ndarray, np.ndarray]]]

#: This much of a recording is analysed before it is treated, in passages spread over all of it.
LISTENED_S = 120.0
_PASSAGE_S = 10.0
_FRAME_S = 0.02
#: Frames in which the speech is this far below its usual level are pauses.
_PAUSE_DB = 30.0
#: A smaller share of pauses says nothing about the noise.
_FEW_PAUSES = 0.03
#: A network removes some voice by mistake: this much of what it takes away.
_MISTAKEN_DB = 3.0
#: Sound this far below the noise is not speech that anybody recorded.
_FAR_BELOW_DB = -6.0


@dataclass(frozen=True)
class Levels:
    """RMS levels in dB: of the speech while somebody speaks, and of the noise."""

    speech_db: float
    noise_db: float

    @property
    def snr_db(self) -> float:
        return self.speech_db - self.noise_db


@dataclass(frozen=True)
class Reduction:
    """How far a network takes noise down by itself.

    Attributes:
        clean_snr_db: from this distance between speech and noise on nobody hears the noise.
        slope: dB of reduction for every dB that is missing to that distance.
        max_db: more costs more voice than it takes noise.
    """

    clean_snr_db: float
    slope: float
    max_db: float

    def wanted_db(self, snr_db: float) -> float:
        """By how many dB the noise comes down; 0 where it is clean."""
        return min(max(self.slope * (self.clean_snr_db - snr_db), 0.0), self.max_db)


def denoised(sound: Sound, split: Split, reduction: Reduction, reduction_db: float | None = None) -> Treatment:
    """Takes the noise down by `reduction_db`, whatever there is; None for as much as it needs, which may be nothing."""
    if reduction_db is not None:
        return _lowering(sound, split, reduction_db)
    found = listen(sound, split)
    if found is None or found.snr_db < _FAR_BELOW_DB:
        return Treatment(("no speech found: left as it is",))
    said = f"speech at {found.speech_db:.0f} dB, noise at {found.noise_db:.0f} dB"
    wanted_db = reduction.wanted_db(found.snr_db)
    if wanted_db <= 0:
        return Treatment((f"{said}: clean, left as it is",))
    return _lowering(sound, split, wanted_db, f"{said}: ")


def _lowering(sound: Sound, split: Split, reduction_db: float, said: str = "") -> Treatment:
    if reduction_db <= 0:
        return Treatment(("nothing to remove: left as it is",))
    return Treatment(
        (f"{said}noise, and any music in it, lowered by {reduction_db:.0f} dB",),
        partial(lowered, sample_rate=sound.sample_rate, split=split, reduction_db=reduction_db),
    )


def lowered(blocks: Blocks, sample_rate: int, split: Split, reduction_db: float) -> Iterator[np.ndarray]:
    """The same blocks with what is not speech so far down."""
    for mixture, speech in split(blocks, sample_rate):
        yield speech + np.float32(from_db(-reduction_db)) * (mixture - speech)


def listen(sound: Sound, split: Split) -> Levels | None:
    """How loud speech and noise are; None where there is no speech."""
    rate = sound.sample_rate
    every = max(1, round(sound.duration_s / LISTENED_S))
    frame = max(1, round(_FRAME_S * rate))
    heard, spoken, taken = [np.zeros(0)], [np.zeros(0)], [np.zeros(0)]
    for number, passage in enumerate(regrouped(sound.read(), round(_PASSAGE_S * rate))):
        if number % every:
            continue
        for mixture, speech in split([passage], rate):
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
    # What is heard in most of the pauses, where a breath or a chair is no noise that goes on; and what was taken away
    # anywhere, for knocks between words are not in the pauses.
    noise = float(taken.mean()) * 10 ** (-_MISTAKEN_DB / 10)
    if pauses.mean() > _FEW_PAUSES:
        noise = max(noise, float(np.median(heard[pauses])))
    return Levels(float(to_db(np.sqrt(usual))), float(to_db(np.sqrt(noise))))


def split_at(
    network_rate: int, network: Network, blocks: Blocks, sample_rate: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pairs of equal shape (channels, samples) of blocks at any rate: what was heard, bit for bit, and the speech in it.

    What lies above the network's hearing is scaled as the top of what it does hear, so that a recording that needs nothing
    comes out as it was, to its own top. As many samples come out as went in, none shifted.
    """
    heard: list[np.ndarray] = []

    def remembered() -> Iterator[np.ndarray]:
        for block in blocks:
            heard.append(block)
            yield block

    if sample_rate == network_rate:
        for speech, _, _ in network(remembered()):
            yield _take(heard, speech.shape[1]), speech
        return
    # What is taken away, and not what is left, goes back to the sound's own rate: where it is nothing, nothing changes.
    parts = network(resampled(remembered(), sample_rate, network_rate))
    stacked = (np.concatenate((low - speech, low, 1 - gain)) for speech, low, gain in parts)
    for block in resampled(stacked, network_rate, sample_rate):
        left = sum(piece.shape[1] for piece in heard)
        taken, low, loss = np.split(block[:, :left], 3)
        mixture = _take(heard, taken.shape[1])
        yield mixture, mixture - taken - loss.clip(0, 1) * (mixture - low)
    rest = _take(heard, sum(piece.shape[1] for piece in heard))
    if rest.shape[1]:  # a resampler may round a sample away
        yield rest, rest


def _frame_powers(waveform: np.ndarray, frame: int) -> np.ndarray:
    """(channels, samples) to the mean power of each whole frame over all channels, (frames,)."""
    whole = waveform[:, : waveform.shape[1] // frame * frame]
    return np.square(whole, dtype=np.float64).mean(0).reshape(-1, frame).mean(1)


def _take(heard: list[np.ndarray], count: int) -> np.ndarray:
    """Takes `count` samples off the front of a list of blocks."""
    taken = []
    while count > 0:
        block = heard.pop(0)
        if block.shape[1] > count:
            heard.insert(0, block[:, count:])
            block = block[:, :count]
        taken.append(block)
        count -= block.shape[1]
    return np.concatenate(taken, axis=1) if taken else np.zeros((len(heard[0]) if heard else 1, 0), np.float32)
