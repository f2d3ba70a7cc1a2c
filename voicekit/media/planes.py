"""The pixels of a frame as arrays, none copied."""

import numpy as np

#: FFmpeg's numbers for the ranges of a sample: with 8 bits 16 to 235, as on television, and 0 to 255.
LIMITED_RANGE, FULL_RANGE = 1, 2


def views(frame) -> list[np.ndarray]:
    """The planes (height, width) of a planar frame, uint8 or uint16, as they lie in memory."""
    kind = np.dtype(np.uint8 if depth(frame) == 8 else "<u2")
    planes = []
    for plane in frame.planes:
        rows = np.frombuffer(plane, kind).reshape(plane.height, plane.line_size // kind.itemsize)
        planes.append(rows[:, : plane.width])
    return planes


def depth(frame) -> int:
    """Bits of a sample."""
    return frame.format.components[0].bits


def display_matrix(frame) -> np.ndarray | None:
    """How players turn and mirror a frame: FFmpeg's nine numbers, int32; None where they do not."""
    for side_data in frame.side_data:
        if side_data.type.name == "DISPLAYMATRIX":
            return np.frombuffer(bytes(side_data), "<i4")
    return None


def turned(frame) -> tuple[int, bool]:
    """By how many degrees players turn a frame counterclockwise, and whether they mirror it, left to right, before."""
    matrix = display_matrix(frame)
    if matrix is None:
        return 0, False
    across, down = complex(matrix[0], -matrix[1]), complex(matrix[4], matrix[3])
    mirrored = (across * down.conjugate()).real < 0
    return round(np.degrees(np.angle(-across if mirrored else across))), mirrored


def blank(width: int, height: int, kind: str):
    """A frame whose pixels are still to be written."""
    import av

    return av.VideoFrame(width, height, kind)


def of_pixels(pixels: np.ndarray, kind: str):
    """A frame of pixels (height, width, 3): of the kind "rgb24" uint8, of "rgb48le" uint16."""
    import av

    return av.VideoFrame.from_ndarray(pixels, format=kind)


def copy_of(frame):
    """A frame of its own with the same pixels, time and colours."""
    copy = blank(frame.width, frame.height, frame.format.name)
    for into, source in zip(views(copy), views(frame), strict=True):
        np.copyto(into, source)
    return told_like(copy, frame)


def told_like(frame, other):
    """`frame`, shown when and as long as `other` is, of the same colours."""
    frame.pts, frame.time_base, frame.duration = other.pts, other.time_base, other.duration
    frame.colorspace, frame.color_range = other.colorspace, other.color_range
    frame.color_primaries, frame.color_trc = other.color_primaries, other.color_trc
    return frame
