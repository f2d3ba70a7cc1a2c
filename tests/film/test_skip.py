"""What does not change is not done again, and nobody sees the difference."""

from fractions import Fraction

import numpy as np
import pytest

from voicekit.film.enhancement.filters import FiltersOptions, _debanded, _denoised, _enlarged, _sharpened, spatial
from voicekit.film.enhancement.tile_cache import BLOCK, Skipping
from voicekit.media.planes import blank, copy_of, views

WIDTH, HEIGHT = 640, 384
STEPS = [_denoised, _debanded, _sharpened]


def framed(luma: np.ndarray, number: int, kind: str = "yuv420p"):
    frame = blank(luma.shape[1], luma.shape[0], kind)
    frame.pts, frame.time_base = number, Fraction(1, 25)
    y, u, v = views(frame)
    unit = 4 if "10" in kind else 1
    y[:], u[:], v[:] = luma.astype(np.uint16) * unit, 120 * unit, 130 * unit
    return frame


def slide() -> np.ndarray:
    rng = np.random.default_rng(0)
    boxes = np.kron(rng.integers(40, 210, (HEIGHT // 24, WIDTH // 32)), np.ones((24, 32)))
    return np.clip(boxes + rng.normal(0, 3, boxes.shape), 0, 255)


def slides(count: int = 8, kind: str = "yuv420p"):
    """A still picture in which something moves, on its edge too; the last frames are another slide."""
    rng = np.random.default_rng(1)
    base, thing = slide(), rng.integers(0, 255, (30, 34))
    for number in range(count):
        luma = base.copy() if number < count - 3 else base[:, ::-1].copy()
        luma[60:90, 100 + 5 * number : 134 + 5 * number] = thing
        luma[362:, 620 - number : 630 - number] = 200
        yield framed(luma, number, kind)


def worst_db(made, wanted, top: int = 255, inside: int = 0) -> float:
    """Of the plane that is worst, without so many pixels at its edge."""
    planes = [[plane[inside : len(plane) - inside, inside : plane.shape[1] - inside] for plane in views(f)]
              for f in (made, wanted)]  # fmt: skip
    square = max(np.mean(np.square(a.astype(float) - b)) for a, b in zip(*planes, strict=True))
    return 10 * np.log10(top**2 / max(square, 1e-9))


@pytest.mark.parametrize("kind", ["yuv420p", "yuv444p", "yuv422p", "yuv420p10le"])
@pytest.mark.parametrize("scale", [1, 2])
def test_same_as_without(kind, scale):
    options = FiltersOptions(denoise=0.3, deband=0.5, sharpen=0.5, upscale=scale)
    steps = STEPS if scale == 1 else [_enlarged, _sharpened]
    bits = 10 if "10" in kind else 8
    skipping = spatial(options, steps, scale, bits)
    whole = spatial(FiltersOptions(denoise=0.3, deband=0.5, sharpen=0.5, upscale=scale, skip=False), steps, scale, bits)
    for frame in slides(kind=kind):
        made, wanted = skipping(frame), whole(frame)
        assert (made.width, made.height, made.pts) == (scale * WIDTH, scale * HEIGHT, frame.pts)
        top = (1 << bits) - 1
        assert worst_db(made, wanted, top) > 50
        assert worst_db(made, wanted, top, inside=32) > 90  # only past the picture's edge do filters see something else
    assert whole.processed == whole.blocks == skipping.blocks
    assert skipping.processed < 0.75 * skipping.blocks


def test_all_that_moves_is_done_as_ever():
    rng = np.random.default_rng(2)
    noise = rng.integers(0, 255, (HEIGHT, WIDTH + 40))
    skipping = spatial(FiltersOptions(), STEPS, 1, 8)
    whole = spatial(FiltersOptions(skip=False), STEPS, 1, 8)
    for number in range(12):
        frame = framed(noise[:, 3 * number : 3 * number + WIDTH], number)
        assert worst_db(skipping(frame), whole(frame)) > 100
    assert skipping.processed == skipping.blocks


def test_after_much_motion_stillness_is_found_again():
    rng = np.random.default_rng(2)
    counted = Skipping(copy_of, 8)
    for number in range(30):
        counted(framed(rng.integers(0, 255, (HEIGHT, WIDTH)), number))
    before = counted.processed
    for number in range(30, 60):
        counted(framed(slide(), number))
    assert counted.processed - before <= 17 * (WIDTH // BLOCK) * (HEIGHT // BLOCK)


def test_slow_changes_do_not_add_up():
    """From one to the next a fifth of the pixels is a level lighter, which is nothing; in the end all are by eight."""
    skipping = Skipping(copy_of, 8)
    base = np.round(slide() / 2) + np.random.default_rng(5).uniform(0, 1, (HEIGHT, WIDTH))
    for number in range(40):
        frame = framed(np.floor(base + 0.2 * number), number)
        made = skipping(frame)
        assert worst_db(made, frame) > 50
    assert skipping.processed < skipping.blocks


def test_there_and_back():
    """What was there, went and is there again."""
    skipping = Skipping(copy_of, 8)
    for number in range(6):
        luma = slide()
        luma[100:110, 100:110] = 255 * (number % 2)
        frame = framed(luma, number)
        assert np.array_equal(views(skipping(frame))[0], views(frame)[0])
    assert skipping.processed < skipping.blocks / 2


def test_colour_alone_is_a_change():
    frame, other = framed(slide(), 0), framed(slide(), 1)
    views(other)[1][40:50, 40:50] = 160
    skipping = Skipping(copy_of, 8)
    skipping(frame)
    made = skipping(other)
    assert np.array_equal(views(made)[1], views(other)[1])
    assert skipping.processed < 1.3 * skipping.blocks / 2


def test_the_decoders_frames_are_left_alone():
    skipping = Skipping(copy_of, 8)
    kept = list(slides())
    before = [views(frame)[0].copy() for frame in kept]
    made = [skipping(frame) for frame in kept]
    assert all(np.array_equal(views(frame)[0], was) for frame, was in zip(kept, before, strict=True))
    assert [frame.pts for frame in made] == list(range(len(kept)))


def test_sizes_that_are_no_multiple_of_a_block():
    for width, height in ((34, 18), (98, 66), (128, 33 * 2)):
        skipping = Skipping(copy_of, 8)
        rng = np.random.default_rng(4)
        luma = rng.integers(0, 255, (height, width))
        skipping(framed(luma, 0))
        luma[-2:, -2:] ^= 128
        frame = framed(luma, 1)
        assert np.array_equal(views(skipping(frame))[0], views(frame)[0])
