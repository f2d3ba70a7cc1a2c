"""Where a camera is over a picture: the part that it sees at a time of its movement."""

from dataclasses import dataclass, replace

import numpy as np

from voicekit.film.motion.camera_words import Move

Size = tuple[int, int]
#: A hand's sway: frequencies in Hz, and how far it strays at each.
_HAND = ((0.23, 1.0), (0.61, 0.45), (1.07, 0.2))


@dataclass(frozen=True)
class View:
    """What a frame shows of a picture, in the picture's pixels, which lie between whole numbers.

    The map from a place (x, y) of a frame of W × H is affine: (left + x · width / W, top + y · height / H).
    """

    left: float
    top: float
    width: float
    height: float


def eased(share: float) -> float:
    """How far a movement is after a share of its time: it starts and ends gently (3 s² − 2 s³)."""
    return share * share * (3 - 2 * share)


def view(move: Move, share: float, size: Size, frame: Size, stray: tuple[float, float] = (0.0, 0.0)) -> View:
    """What is seen of a picture of `size` after a share of the time, 0…1.

    Zoom grows by the same factor in the same time, which is seen as steady; a centre goes along a line.

    Args:
        stray: where in its drift a hand is, (right, down), −1…1.
    """
    done = eased(share)
    zoom = move.zoom_from * (move.zoom_to / move.zoom_from) ** done
    x, y = (a + (b - a) * done for a, b in zip(move.centre_from, move.centre_to, strict=True))
    widest, highest = largest(size, frame)
    x += move.drift * stray[0]
    y += move.drift * stray[1] * frame[0] / frame[1]  # as far as to the side
    width, height = widest / zoom, highest / zoom
    return View(size[0] / 2 + x * widest - width / 2, size[1] / 2 + y * highest - height / 2, width, height)


def fitted(move: Move, size: Size, frame: Size) -> Move:
    """The movement as it can be made over a picture of `size`: no edge of the picture is ever seen.

    Where the picture has room to a side, the camera travels further; where it has none, it goes so near that it has. That
    the ends are looked at is enough: the room that a frame takes, |centre| + 1 / (2 zoom), is convex on the way.
    """
    room = [s / w for s, w in zip(size, largest(size, frame), strict=True)]  # 1 or more
    starts, ends = ((_further(x, room[0]), _further(y, room[1])) for x, y in (move.centre_from, move.centre_to))
    drift = move.drift, move.drift * frame[0] / frame[1]
    nearer = 1.0
    for zoom, centre in ((move.zoom_from, starts), (move.zoom_to, ends)):
        for c, r, d in zip(centre, room, drift, strict=True):
            nearer = max(nearer, 0.5 / (zoom * (r / 2 - abs(c) - d)))
    return replace(
        move, zoom_from=nearer * move.zoom_from, zoom_to=nearer * move.zoom_to, centre_from=starts, centre_to=ends
    )


def _further(centre: float, room: float) -> float:
    """A centre that uses the room of a picture that is wider, or higher, than the frame; as it is where there is none."""
    far = min(abs(centre) * (1 + 2 * (room - 1)), max((room - 1) / 2, abs(centre)))
    return float(np.copysign(far, centre))


def hand(time_s: float, seed: int) -> tuple[float, float]:
    """Where a hand that holds a camera is: (right, down), −1…1 each, a slow sway that never repeats."""
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, (2, len(_HAND)))
    hertz, far = np.array(_HAND).T
    x, y = (np.sin(2 * np.pi * hertz * time_s + phases) * far).sum(1) / far.sum()
    return float(x), float(y)


def largest(size: Size, frame: Size) -> tuple[float, float]:
    """The largest part of a picture that has the shape of a frame."""
    scale = min(size[0] / frame[0], size[1] / frame[1])
    return scale * frame[0], scale * frame[1]


def lost(size: Size, frame: Size) -> float:
    """The part of a picture that is outside of a frame that it covers."""
    widest, highest = largest(size, frame)
    return 1 - widest * highest / (size[0] * size[1])


def follows(move: Move, size: Size, frame: Size) -> bool:
    """Whether the camera travels along the side to which the picture has room: up a tower, across a panorama."""
    along = 0 if size[0] * frame[1] > size[1] * frame[0] else 1
    return move.centre_from[along] != move.centre_to[along]
