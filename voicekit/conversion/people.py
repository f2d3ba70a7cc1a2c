"""Who is heard: the range of their pitch and level, and whether they are two."""

from collections.abc import Sequence

import numpy as np

from voicekit.audio.features import Features
from voicekit.core.errors import DatasetError, MediaError
from voicekit.dataset.speakers import voices_apart
from voicekit.model.networks import Figures

#: Stretches fall into two groups by their median log F0 where these lie so far apart: five semitones, and four between the
#: nearest of them. Of 63 single speakers 3 seem two by that, one of them where noise hid the pitch.
_PITCHES_APART, _GAP = 0.29, 0.2
_FEWEST = 2


def figures_of(features: Sequence[Features]) -> Figures:
    """The range of a person's pitch and level, from some of their speech.

    Raises:
        MediaError: none of it is voiced, as of somebody who whispers.
    """
    from voicekit.model.speaker import measure

    try:
        found = measure(list(features))
    except DatasetError as error:
        raise MediaError("the speech has no pitch, as whispering has none: it has no melody to be kept") from error
    return Figures(*(float(getattr(found, name)) for name in ("log_f0_mean", "log_f0_std", "energy_mean", "energy_std")))


def second_person(features: Sequence[Features]) -> set[int]:
    """Which of some stretches seem to be of a second person, by their sound or their pitch; none where one is heard."""
    return voices_apart([one.mel for one in features]) or _pitches_apart(features)


def _pitches_apart(features: Sequence[Features]) -> set[int]:
    pitch = {n: float(np.median(np.log(one.f0[one.f0 > 0]))) for n, one in enumerate(features) if (one.f0 > 0).any()}
    order = sorted(pitch, key=lambda n: pitch[n])
    splits = range(_FEWEST, len(order) - _FEWEST + 1)
    split = max(splits, key=lambda at: pitch[order[at]] - pitch[order[at - 1]], default=0)
    if not split:
        return set()
    low, high = order[:split], order[split:]
    apart = np.mean([pitch[n] for n in high]) - np.mean([pitch[n] for n in low])
    if apart < _PITCHES_APART or pitch[high[0]] - pitch[low[-1]] < _GAP:
        return set()
    return set(low if len(low) <= len(high) else high)
