"""Repairs a recording: polarity, clipping, clicks, dropouts, mains hum, and the echo of a room.

One reading of the sound looks for all kinds of damage; what is found is repaired in the order in which one kind hides
another. A sound in which nothing is found is not touched.
"""

from collections.abc import Callable, Iterator

import numpy as np

from voicekit.audio.restore.clicks import ClickFinder
from voicekit.audio.restore.clipping import ClippingFinder
from voicekit.audio.restore.dropouts import DropoutFinder
from voicekit.audio.restore.echo import EchoFinder
from voicekit.audio.restore.finder import Finder, heard
from voicekit.audio.restore.hum import HumFinder
from voicekit.audio.restore.polarity import PolarityFinder
from voicekit.audio.treatment import Treatment
from voicekit.core.errors import ConfigError
from voicekit.media.sound import Blocks, Sound

#: Finders by name, in the order of repair: the edges of dropouts and flat tops must not count as clicks, and steady tones
#: are easiest to tell apart when all else is whole.
_FINDERS: dict[str, Callable[[int, int], Finder]] = {
    "polarity": PolarityFinder,
    "dropouts": DropoutFinder,
    "clipping": ClippingFinder,
    "clicks": ClickFinder,
    "hum": HumFinder,
    "echo": EchoFinder,
}
ALL = frozenset(_FINDERS)
#: Echo has to be asked for: a dry voice mistaken for an echoing one loses much.
USUAL = ALL - {"echo"}


def find_repairs(names: str) -> frozenset[str]:
    """The repairs of a list such as "hum, clicks".

    Raises:
        ConfigError: there is no such repair, or none is named.
    """
    repairs = frozenset(name.strip().lower() for name in names.split(",") if name.strip())
    if not repairs:
        raise ConfigError(f"no repair is named; there are {', '.join(_FINDERS)}")
    _check(repairs)
    return repairs


def _check(repairs: frozenset[str]) -> None:
    unknown = sorted(repairs - ALL)
    if unknown:
        raise ConfigError(f"no repair is called '{unknown[0]}'; there are {', '.join(_FINDERS)}")


def restore(sound: Sound, repairs: frozenset[str] = USUAL) -> Treatment:
    """Listens for what is wrong with a recording, and mends it.

    Args:
        repairs: what to look for, of ALL.

    Returns:
        A line for each thing found, and the repair of them all; none where nothing was found.

    Raises:
        ConfigError: there is no such repair.
    """
    _check(repairs)
    finders = [make(sound.sample_rate, sound.channels) for name, make in _FINDERS.items() if name in repairs]
    for window, middle in heard(sound.read(), sound.sample_rate):
        for finder in finders:
            finder.hear(window, middle)
    found = [finder.verdict() for finder in finders]
    mends = [treatment.apply for treatment in found if treatment.apply]
    if not mends:
        return Treatment(("nothing to repair",))

    def apply(blocks: Blocks) -> Iterator[np.ndarray]:
        for mend in mends:
            blocks = mend(blocks)
        yield from blocks

    return Treatment(tuple(line for treatment in found for line in treatment.said), apply)
