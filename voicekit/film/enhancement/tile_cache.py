"""A step is done again only where the picture changes.

The idea of Skip-Convolutions (Habibian et al. 2021, "Skip-Convolutions for Efficient Video Processing"), for steps whose
pixels depend on a bounded neighbourhood: what lies still is taken from the result before. A block is compared with what
it was when it was last processed, not with the frame before, so that slow changes do not add up unseen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voicekit.media.planes import blank, copy_of, depth, told_like, views

if TYPE_CHECKING:
    from av import VideoFrame

BLOCK = 32
#: In levels of 8 bits: a pixel may differ by the first, and a block on average (squared) by the second, and still count as
#: unchanged. The second keeps the result within 54 dB of what it would be.
_SAME_LEVELS, _SAME_SQUARE = 4, 0.25
#: A share of the picture: if more has changed, gathering it costs more than it saves.
_MOST = 0.6
#: If this share of the blocks has changed in the sampled lines, one in this many, the other lines are not compared.
_EARLY_OUT, _SAMPLE = 0.75, 16
#: The most frames that are processed whole without a comparison, after the frames before them had changed.
_LONGEST_PAUSE = 16


@dataclass(frozen=True)
class _Patch:
    """A part of a frame, [top, bottom) × [left, right), to be made again; beside it, where it stands on the sheet."""

    top: int
    bottom: int
    left: int
    right: int
    x: int = 0
    y: int = 0


class Skipping:
    """A step, but only where frames change.

    Attributes:
        blocks, processed: how many there were so far, and for how many the step was done, margins among them.
    """

    def __init__(self, step: "Callable[[VideoFrame], VideoFrame]", reach: int, scale: int = 1, skip: bool = True) -> None:
        """
        Args:
            step: makes a frame, `scale` times as large, of a frame of any size.
            reach: how many pixels of the frame away a pixel can be that has an effect; a multiple of 8.
            skip: False does all of every frame.
        """
        self._step, self._reach, self._scale, self._skip = step, reach, scale, skip
        self._seen: list[np.ndarray] = []  # of each block what it was when it was last processed
        self._own = False  # whether that may be written to
        self._result: VideoFrame | None = None
        self._in_vain = 0  # how often in a row nothing could be skipped
        self._pause = 0  # frames in which nothing is looked for
        self.blocks = self.processed = 0

    def __call__(self, frame: "VideoFrame") -> "VideoFrame":
        rows, columns = -(-frame.height // BLOCK), -(-frame.width // BLOCK)
        self.blocks += rows * columns
        if not self._skip:
            self.processed += rows * columns
            return self._step(frame)
        planes = views(frame)
        changed = _changed(planes, self._seen, depth(frame)) if self._worth_looking(planes) else None
        patches = None if changed is None else _patches(changed, frame.width, frame.height, self._reach)
        if changed is None or patches is None:
            self.processed += rows * columns
            self._seen, self._own = planes, False
            self._result = self._step(frame)
            return self._result
        self._in_vain = self._pause = 0
        if not self._own:  # the frames themselves belong to the decoder
            self._seen, self._own = [plane.copy() for plane in self._seen], True
        self._result = told_like(copy_of(self._result), frame)
        if patches:
            self._renew(frame, planes, patches)
            _remember(planes, self._seen, changed)
            self.processed += sum(-(-(p.bottom - p.top) * (p.right - p.left) // BLOCK**2) for p in patches)
        return self._result

    def _worth_looking(self, planes: list[np.ndarray]) -> bool:
        """Where all moves, less and less often: looking costs something too."""
        if [p.shape for p in planes] != [p.shape for p in self._seen]:
            return False
        if self._pause:
            self._pause -= 1
            return False
        self._in_vain += 1
        # An even number: of drawings that are shown twice it is the second one's turn as well.
        self._pause = min(_LONGEST_PAUSE, 2 ** (self._in_vain - 1)) if self._in_vain > 1 else 0
        return True

    def _renew(self, frame: "VideoFrame", planes: list[np.ndarray], patches: list[_Patch]) -> None:
        """Gathers the patches on one sheet, with a margin that the step may look at, and puts back what it makes."""
        reach, scale = self._reach, self._scale
        width = max(p.x + p.right - p.left for p in patches) + 2 * reach
        height = max(p.y + p.bottom - p.top for p in patches) + 2 * reach
        # Few sizes: for each there is a filter graph, or a plan of a network.
        sheet = blank(-(-width // 32) * 32, -(-height // 32) * 32, frame.format.name)
        for plane, into in zip(planes, views(sheet), strict=True):
            down, across = frame.height // len(plane), frame.width // plane.shape[1]
            into[:] = 1 << (depth(frame) - 1)
            for p in patches:
                part = _with_margin(plane, p.top // down, p.bottom // down, p.left // across, p.right // across,
                                    reach // down, reach // across)  # fmt: skip
                into[p.y // down : p.y // down + len(part), p.x // across : p.x // across + part.shape[1]] = part
        made = self._step(told_like(sheet, frame))
        for plane, source, result in zip(planes, views(made), views(self._result), strict=True):
            down, across = frame.height // len(plane), frame.width // plane.shape[1]
            for p in patches:
                rows, columns = (p.bottom - p.top) * scale // down, (p.right - p.left) * scale // across
                y, x = (p.y + reach) * scale // down, (p.x + reach) * scale // across
                top, left = p.top * scale // down, p.left * scale // across
                result[top : top + rows, left : left + columns] = source[y : y + rows, x : x + columns]


def _changed(planes: list[np.ndarray], seen: list[np.ndarray], bits: int) -> np.ndarray | None:
    """(rows, columns) which blocks are not as they were; None if most."""
    levels = 1 << (bits - 8)
    difference = _difference(planes[0][::_SAMPLE], seen[0][::_SAMPLE])
    if (_by_block(np.maximum, difference, BLOCK // _SAMPLE, BLOCK) > _SAME_LEVELS * levels).mean() > _EARLY_OUT:
        return None
    high, wide = planes[0].shape
    return np.logical_or.reduce(
        [
            _differ(plane, before, levels, BLOCK * plane.shape[0] // high, BLOCK * plane.shape[1] // wide)
            for plane, before in zip(planes, seen, strict=True)
        ]
    )


def _differ(plane: np.ndarray, seen: np.ndarray, levels: int, down: int, across: int) -> np.ndarray:
    difference = _difference(plane, seen)
    most = _by_block(np.maximum, difference, down, across)
    limit = _SAME_LEVELS * levels
    changed = most > limit
    if ((most > 0) & ~changed).any():
        square = np.minimum(difference, limit)
        sums = _by_block(np.add, square * square, down, across)
        sizes = np.outer(_lengths(len(plane), down), _lengths(plane.shape[1], across))
        changed |= sums > _SAME_SQUARE * levels**2 * sizes
    return changed


def _difference(plane: np.ndarray, seen: np.ndarray) -> np.ndarray:
    return np.maximum(plane, seen) - np.minimum(plane, seen)


def _by_block(operation: np.ufunc, values: np.ndarray, down: int, across: int) -> np.ndarray:
    """(rows, columns) maximum or sum of each block, the last ones smaller."""
    kind = None if operation is np.maximum else np.uint32
    columns = [operation.reduce(values[top : top + down], axis=0, dtype=kind) for top in range(0, len(values), down)]
    return operation.reduceat(np.stack(columns), range(0, values.shape[1], across), axis=1)


def _lengths(length: int, block: int) -> np.ndarray:
    return np.minimum(block, length - np.arange(0, length, block))


def _patches(changed: np.ndarray, width: int, height: int, reach: int) -> list[_Patch] | None:
    """What is to be made again: boxes around neighbouring blocks, and around what they have an effect on; None if most."""
    if changed.mean() > _MOST:
        return None
    patches = []
    for top, bottom, left, right in _boxes(changed):
        top, left = max(0, top * BLOCK - reach), max(0, left * BLOCK - reach)
        bottom, right = min(height, bottom * BLOCK + reach), min(width, right * BLOCK + reach)
        patches.append(_Patch(top, bottom, left, right))
    patches.sort(key=lambda p: p.top - p.bottom)
    placed, x, y, row = [], 0, 0, 0
    for p in patches:  # row by row of the sheet, the tallest first
        across, down = p.right - p.left + 2 * reach, p.bottom - p.top + 2 * reach
        if x and x + across > width:
            x, y, row = 0, y + row, 0
        placed.append(_Patch(p.top, p.bottom, p.left, p.right, x, y))
        x, row = x + across, max(row, down)
    widest = max((p.x + p.right - p.left + 2 * reach for p in placed), default=0)
    return placed if widest * (y + row) <= _MOST * width * height else None


def _boxes(changed: np.ndarray) -> list[tuple[int, int, int, int]]:
    """(top, bottom, left, right) of boxes that hold all that has changed; none touches another one."""
    boxes: list[tuple[int, int, int, int]] = []
    edges = np.diff(np.pad(changed, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    for (row, left), (_, right) in zip(starts.tolist(), ends.tolist(), strict=True):
        box = row, row + 1, left, right
        while touching := [b for b in boxes if b[0] <= box[1] and box[0] <= b[1] and b[2] <= box[3] and box[2] <= b[3]]:
            boxes = [b for b in boxes if b not in touching]
            tops, bottoms, lefts, rights = zip(box, *touching, strict=True)
            box = min(tops), max(bottoms), min(lefts), max(rights)
        boxes.append(box)
    return boxes


def _with_margin(plane: np.ndarray, top: int, bottom: int, left: int, right: int, down: int, across: int) -> np.ndarray:
    """A part of a plane and what is around it; past the edge the edge goes on."""
    height, width = plane.shape
    above, below = min(down, top), min(down, height - bottom)
    before, behind = min(across, left), min(across, width - right)
    part = plane[top - above : bottom + below, left - before : right + behind]
    return np.pad(part, ((down - above, down - below), (across - before, across - behind)), mode="edge")


def _remember(planes: list[np.ndarray], seen: list[np.ndarray], changed: np.ndarray) -> None:
    for row, column in zip(*np.nonzero(changed), strict=True):
        for plane, into in zip(planes, seen, strict=True):
            down, across = BLOCK * len(plane) // len(planes[0]), BLOCK * plane.shape[1] // planes[0].shape[1]
            part = slice(row * down, (row + 1) * down), slice(column * across, (column + 1) * across)
            into[part] = plane[part]
