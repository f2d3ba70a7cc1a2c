"""Where the channels of a sound belong, and how they are mixed to fewer without losing anything.

A layout is a tuple with a name for each channel, as FFmpeg names them: "FL" front left, "LFE" low frequencies, "SL" side
left, "TFL" top front left, "AMBI0" the first ambisonic component; "" where nothing says what a channel holds.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from voicekit.media.sound import Layout, Sound, regrouped

#: The usual layout of this many channels, where nothing says otherwise and a choice must be made.
_USUAL: dict[int, Layout] = {
    1: ("FC",),
    2: ("FL", "FR"),
    3: ("FL", "FR", "LFE"),
    4: ("FL", "FR", "BL", "BR"),
    5: ("FL", "FR", "FC", "BL", "BR"),
    6: ("FL", "FR", "FC", "LFE", "BL", "BR"),
    7: ("FL", "FR", "FC", "LFE", "BC", "SL", "SR"),
    8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}
#: −3 dB: ITU-R BS.775 mixes the centre and the side and rear channels into left and right at this level.
_HALF_POWER = 2**-0.5
_SIDES = {
    "FL": (1.0, 0.0),
    "FR": (0.0, 1.0),
    "DL": (1.0, 0.0),
    "DR": (0.0, 1.0),
    "FLC": (1.0, 0.0),
    "FRC": (0.0, 1.0),
    "LFE": (0.0, 0.0),
    "LFE2": (0.0, 0.0),
    "AMBI0": (1.0, 1.0),  # all around
    "AMBI1": (1.0, -1.0),  # left minus right
}
#: Levels are compared in blocks of this length.
_BLOCK_S = 0.5
#: A channel is empty when its loudest block is this far below the loudest of all (mean squares: −40 dB).
_DEAD = 1e-4
#: Blocks below −120 dB of full scale hold only rounding errors.
_SILENT = 1e-12
#: A block counts where it is louder than −60 dB of full scale, and than −30 dB of the loudest so far.
_AUDIBLE, _SOUNDING = 1e-6, 1e-3
#: Two channels cancel each other when they correlate by less than the first, in this share of the blocks in which both
#: sound.
_OPPOSED, _OFTEN = -0.5, 0.05


def usual(channels: int) -> Layout:
    """What so many channels are, where nobody says: mono, stereo, 5.1 …; of more than eight nobody can know."""
    return _USUAL.get(channels, ("",) * channels)


def loudness_weights(layout: Layout) -> np.ndarray:
    """How BS.1770-4 (annex 1, annex 3) weighs the channels: beside the listener 1.41, low frequencies 0, all others 1.

    Where a layout has no channel at the sides, as 5.1, those called back stand there.
    """
    beside = {"SL", "SR"} if {"SL", "SR"} & set(layout) else {"BL", "BR"}
    return np.array([0.0 if name.startswith("LFE") else 1.41 if name in beside else 1.0 for name in layout])


def mixdown(layout: Layout, channels: int) -> np.ndarray:
    """The gains (channels, len(layout)) that make mono or stereo of a sound, after ITU-R BS.775; full scale is not passed.

    Channels of which nobody says what they hold count equally, on both sides.
    """
    sides = np.array([_SIDES.get(name) or _elsewhere(name) for name in layout], np.float32).T
    if not any(layout):
        sides = np.ones_like(sides)
    gains = sides if channels == 2 else sides.sum(axis=0, keepdims=True)
    most = np.abs(gains).sum(axis=1, keepdims=True).max()
    return gains / max(most, 1 if channels == 2 else 1e-9)


def _elsewhere(name: str) -> tuple[float, float]:
    """Left and right gain of a channel that is at a side, behind or above."""
    if name.startswith("AMBI"):
        return 0.0, 0.0
    if name.endswith("L"):
        return _HALF_POWER, 0.0
    if name.endswith("R"):
        return 0.0, _HALF_POWER
    return _HALF_POWER, _HALF_POWER


def placed(layout: Layout, target: Layout) -> np.ndarray | None:
    """The gains (len(target), len(layout)) that put each channel where it belongs; None where it is there already."""
    if layout == target:
        return None
    if len(target) <= 2:
        return mixdown(layout, len(target))
    if not any(layout) or not any(target):
        return np.eye(len(target), len(layout), dtype=np.float32)
    gains = np.zeros((len(target), len(layout)), np.float32)
    fronts = [target.index(name) if name in target else place for place, name in enumerate(("FL", "FR"))]
    stereo = mixdown(layout, 2)
    for channel, name in enumerate(layout):
        if name in target:
            gains[target.index(name), channel] = 1
        else:
            gains[fronts, channel] = stereo[:, channel]
    return gains / max(1.0, float(np.abs(gains).sum(axis=1).max()))


def mixed(sound: Sound, channels: int) -> Sound:
    """The same sound in mono or stereo. Where channels could get lost in the mix, it is listened to once before.

    Channels that hold nothing are left out, so that the others keep their level, and of channels that cancel each other
    (one is wired the wrong way round) only the louder is taken; the sound's notes say so.
    """
    if sound.channels == channels:
        return sound
    layout = sound.layout or usual(sound.channels)
    gains = mixdown(layout, channels)
    notes: tuple[str, ...] = ()
    if (channels == 1 and sound.channels > 1) or not any(layout):
        gains, notes = _listened(sound, gains)

    def read() -> Iterator[np.ndarray]:
        return (gains @ block for block in sound.read())

    return replace(sound, channels=channels, read=read, layout=usual(channels), notes=(*sound.notes, *notes))


def _listened(sound: Sound, gains: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """`gains` without the channels that hold nothing, and without those that would take others away; what was found."""
    n = sound.channels
    loudest, energy = np.zeros(n), np.zeros(n)
    both, opposed = np.zeros((n, n), int), np.zeros((n, n), int)
    for block in regrouped(sound.read(), max(1, round(_BLOCK_S * sound.sample_rate))):
        # What a damaged file of floats holds may be no number, or one whose square is none.
        block = np.nan_to_num(block.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        block -= block.mean(axis=1, keepdims=True)
        products = block @ block.T / block.shape[1]
        power = products.diagonal()
        loudest, energy = np.maximum(loudest, power), energy + power
        sounding = power > max(_AUDIBLE, _SOUNDING * loudest.max())
        pairs = sounding & sounding[:, None]
        both += pairs
        opposed += pairs & (products < _OPPOSED * np.sqrt(np.outer(power, power)))
    if loudest.max() < _SILENT:
        return gains, ()
    heard = np.abs(gains).sum(axis=0) > 0
    if loudest[heard].max(initial=0) <= _DEAD * loudest.max():
        heard = np.ones(n, bool)  # all there is lies in a channel that is left out of a mix: low frequencies
        gains = np.ones_like(gains)
    live = heard & (loudest > _DEAD * loudest.max())
    cancels = opposed >= np.maximum(_OFTEN * both, np.minimum(both, 2).clip(1))
    kept: list[int] = []
    cancelled: list[int] = []
    for channel in sorted(np.flatnonzero(live).tolist(), key=lambda one: -energy[one]):
        (cancelled if cancels[channel, kept].any() else kept).append(channel)
    chosen = np.zeros_like(gains)
    chosen[:, kept] = gains[:, kept]
    notes = []
    if cancelled:
        notes.append(
            f"{_named(cancelled, n)} cancels {_named(kept, n)} (is it wired the wrong way round?): left out of the mix"
        )
    elif len(kept) < heard.sum():
        holds = "holds" if len(kept) == 1 else "hold"
        notes.append(f"only {_named(kept, n)} of {n} {holds} sound: nothing else is mixed in")
    return chosen / np.abs(chosen).sum(axis=1, keepdims=True).max(), tuple(notes)


def _named(channels: list[int], of: int) -> str:
    """Channels as a person calls them, "the left side" or "channels 1, 2 and 7"."""
    numbers = [str(channel + 1) for channel in sorted(channels)]
    if of == 2 and len(numbers) == 1:
        return ("the left side", "the right side")[channels[0]]
    if len(numbers) == 1:
        return f"channel {numbers[0]}"
    return f"channels {', '.join(numbers[:-1])} and {numbers[-1]}"
