"""How a line is made shorter: by its pauses first, then by the voice's own durations, then by stretching its sound."""

from dataclasses import dataclass

#: The voice speaks at most so much faster, and its sound is stretched at most so much more.
MAX_PACE, MAX_STRETCH = 1.2, 1.1
#: A little more than planned with: the voice's own lengths are never quite as planned.
UTMOST_STRETCH = MAX_STRETCH * 1.02
#: No pause inside a line becomes shorter: 80 ms of it are left also where its sound is stretched by the most.
SHORTEST_PAUSE_S = 0.08 * UTMOST_STRETCH
#: The level at which all of it is used.
MAX_LEVEL = 3.0


@dataclass(frozen=True)
class TimeCompression:
    """What is done to a line to make it shorter.

    Attributes:
        pauses: how much is taken of what its pauses can lose, in [0, 1].
        pace: the voice's own, in [1, MAX_PACE].
        stretch: of the sound, pitch kept, in [1, MAX_STRETCH].
    """

    pauses: float = 0.0
    pace: float = 1.0
    stretch: float = 1.0

    @classmethod
    def at(cls, level: float) -> "TimeCompression":
        """One figure for all of it, in [0, MAX_LEVEL]: up to 1 the pauses, up to 2 the pace, up to 3 the sound."""
        first, second, third = (min(max(level - start, 0.0), 1.0) for start in range(3))
        return cls(first, 1 + second * (MAX_PACE - 1), 1 + third * (MAX_STRETCH - 1))

    @property
    def speed(self) -> float:
        """How much faster the words are heard than the voice would say them."""
        return self.pace * self.stretch

    def length_s(self, speech_s: float, pauses_s: float) -> float:
        """Of a line of `speech_s`, and `pauses_s` that its pauses can lose beside."""
        return speech_s / self.speed + (1 - self.pauses) * pauses_s


NO_COMPRESSION = TimeCompression()
