"""The camera: what words mean, where it is, that it glides, and that it never sees beyond the picture."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from listener import Listener
from PIL import Image

from voicekit.core.errors import ConfigError
from voicekit.core.reporter import SILENT
from voicekit.film.motion.camera import Camera, CameraOptions, fitted, frame_count, frames, hand, view
from voicekit.film.motion.camera_words import Move, read_move
from voicekit.film.pictures.title import strength_at
from voicekit.film.stage import Context, Stage
from voicekit.media.film import read_pictures

FRAME = (640, 360)
DARK = 64


def cross(size=(1500, 844), at=(900.5, 500.5)) -> np.ndarray:
    """A bright cross on dark grey, so that no filter's overshoot is cut off; `at` is counted from the picture's edge."""
    picture = np.full((size[1], size[0], 3), DARK, np.uint8)
    x, y = int(at[0]), int(at[1])
    picture[y - 2 : y + 3, x - 14 : x + 15] = 192
    picture[y - 14 : y + 15, x - 2 : x + 3] = 192
    return picture


def middle(pixels: np.ndarray) -> np.ndarray:
    """(x, y) of the centre of mass, from the frame's edge."""
    mass = (pixels.astype(float) - DARK).sum(2)
    mass[np.abs(mass) < 9] = 0  # what a codec makes of an even grey
    return (
        np.array([mass.sum(0) @ (np.arange(mass.shape[1]) + 0.5), mass.sum(1) @ (np.arange(mass.shape[0]) + 0.5)])
        / mass.sum()
    )


def ideal(number: int, total: int, zooms, centres, size, at) -> np.ndarray:
    """Where a frame shows the place `at` of a picture, by the definition of a Move."""
    t = number / (total - 1)
    s = 3 * t**2 - 2 * t**3
    zoom = math.exp((1 - s) * math.log(zooms[0]) + s * math.log(zooms[1]))
    unit = np.array(FRAME) * min(size[0] / FRAME[0], size[1] / FRAME[1])
    centre = np.array(size) / 2 + unit * ((1 - s) * np.array(centres[0]) + s * np.array(centres[1]))
    return np.array(FRAME) / 2 + (np.array(at) - centre) * zoom * np.array(FRAME) / unit


@pytest.mark.parametrize(
    "words", ["zoom in", "slow zoom out", "pan left", "tilt up", "slow zoom in, pan right", "fast crane down"]
)
@pytest.mark.parametrize("size", [(1500, 844), (1333, 1000), (500, 281)])
def test_a_point_goes_along_its_curve(words, size):
    options = CameraOptions(move=words, seconds=2.0, width=FRAME[0], height=FRAME[1], fps=20)
    at = (int(size[0] * 0.56) + 0.5, int(size[1] * 0.53) + 0.5)
    move = fitted(read_move(words), size, FRAME)
    curve = (move.zoom_from, move.zoom_to), (move.centre_from, move.centre_to)
    went = [middle(pixels) for pixels in frames(cross(size, at), options)]
    assert len(went) == 40
    off = [np.hypot(*(place - ideal(n, 40, *curve, size, at))) for n, place in enumerate(went)]
    assert max(off) < 0.05
    assert np.hypot(*(went[0] - went[-1])) > 3  # it went somewhere


@pytest.mark.parametrize(
    ("words", "x", "y"),
    [("pan left", 1, 0), ("truck right", -1, 0), ("tilt up", 0, 1), ("crane down", 0, -1), ("pan up left", 1, 1)],
)
def test_content_moves_against_the_camera(words, x, y):
    options = CameraOptions(move=words, seconds=1.0, width=FRAME[0], height=FRAME[1], fps=10)
    went = [middle(pixels) for pixels in frames(cross(), options)]
    moved = went[-1] - went[0]
    assert [np.sign(part) if abs(part) > 1 else 0 for part in moved] == [x, y]


IN, OUT, LEFT, RIGHT, UP, DOWN, STILL = "in", "out", "left", "right", "up", "down", "still"
WORDS = {
    "slow zoom in": {IN},
    "Zoom out.": {OUT},
    "zoom-in": {IN},
    "zooms slowly out": {OUT},
    "push in on her hands": {IN},
    "Slow dolly in": {IN},
    "dolly left": {LEFT},
    "pull back": {OUT},
    "pan left": {LEFT},
    "left pan": {LEFT},
    "panning from left to right": {RIGHT},
    "slow zoom in, pan left": {IN, LEFT},
    "zoom out and tilt up": {OUT, UP},
    "truck right": {RIGHT},
    "tracking shot to the left": {LEFT},
    "crane up": {UP},
    "the camera tilts down": {DOWN},
    "diagonal pan up and left": {UP, LEFT},
    "pan to the lower right": {DOWN, RIGHT},
    "the camera moves closer": {IN},
    "static": {STILL},
    "a still": {STILL},
    "locked-off shot": {STILL},
    "no camera movement": {STILL},
    "a frying pan on the stove": {IN},
    "a door to the left": {IN},
    "a company in a panorama of Japan": {IN},
    "pan left to a close-up": {LEFT},
    "slow pan": {RIGHT},
    "": {IN},
    "langsam heranzoomen": {IN},
    "Zoom auf ihr Gesicht": {IN},
    "zoomt langsam heraus": {OUT},
    "Kamerafahrt nach vorn": {IN},
    "Rückfahrt": {OUT},
    "langsamer Schwenk nach links": {LEFT},
    "Rechtsschwenk": {RIGHT},
    "Schwenk von links nach rechts": {RIGHT},
    "Schwenk nach rechts unten": {RIGHT, DOWN},
    "Kranfahrt nach oben": {UP},
    "Kamera fährt zurück": {OUT},
    "statisch": {STILL},
    "keine Kamerabewegung": {STILL},
}  # fmt: skip


@pytest.mark.parametrize("words", WORDS)
def test_words(words):
    move = read_move(words)
    (x0, y0), (x1, y1) = move.centre_from, move.centre_to
    told = {
        IN: move.zoom_to > move.zoom_from,
        OUT: move.zoom_to < move.zoom_from,
        LEFT: x1 < x0,
        RIGHT: x1 > x0,
        UP: y1 < y0,
        DOWN: y1 > y0,
    }
    assert ({name for name, is_so in told.items() if is_so} or {STILL}) == WORDS[words]


def test_pace_changes_the_amount():
    zooms = [read_move(f"{pace} zoom in").zoom_to for pace in ("very slow", "gentle", "", "fast")]
    assert zooms == sorted(zooms) and len(set(zooms)) == 4
    assert read_move("schneller Schwenk nach links").centre_to[0] < read_move("Schwenk nach links").centre_to[0]
    each = read_move("slow zoom in, fast pan left")
    assert each.zoom_to == read_move("slow zoom in").zoom_to
    assert each.centre_to == read_move("fast pan left").centre_to
    assert read_move("zoom in", amount=0) == Move()


def test_a_hand_drifts_a_little_and_by_the_seed():
    assert read_move("handheld").drift > 0 == read_move("zoom in").drift
    sway = np.array([hand(n / 25, seed=3) for n in range(2500)])
    assert np.abs(sway).max() <= 1
    assert np.abs(np.diff(sway, axis=0)).max() < 0.2  # from frame to frame
    assert hand(1.0, 3) != hand(1.0, 4)


@pytest.mark.parametrize("words", [*WORDS, "handheld", "fast zoom in, fast pan up left, handheld", "fast handheld zoom out"])
def test_no_edge_is_seen(words):
    for size in ((1600, 900), (900, 1600), (3000, 500), (17, 10), (1601, 901)):
        for amount in (0.0, 1.0, 3.0):
            move = fitted(read_move(words, amount), size, FRAME)
            for share in np.linspace(0, 1, 41):
                for stray in ((-1, -1), (1, 1), (1, -1)):
                    seen = view(move, share, size, FRAME, stray)
                    assert min(seen.left, seen.top) > -1e-6 * size[0]
                    assert seen.left + seen.width < size[0] * (1 + 1e-6)
                    assert seen.top + seen.height < size[1] * (1 + 1e-6)


def test_a_white_picture_stays_white():
    picture = np.full((300, 533, 3), 255, np.uint8)
    options = CameraOptions(move="fast zoom out, pan left, handheld", seconds=1, width=64, height=36, fps=10, amount=3)
    assert all((pixels == 255).all() for pixels in frames(picture, options))


def test_a_portrait_lies_on_a_copy_of_itself():
    picture = np.full((800, 450, 3), 200, np.uint8)
    pixels = next(frames(picture, CameraOptions(move="static", seconds=1, width=320, height=180)))
    assert (pixels[:, 120:200] == 200).all()
    assert (pixels[:, :100] < 120).all() and (pixels[:, :100] > 40).all()  # darkened, but not black
    upright = next(frames(picture, CameraOptions(move="tilt up", seconds=1, width=320, height=180)))
    assert (upright == 200).all()  # a tilt has a use for its height
    square = next(frames(picture[:450], CameraOptions(move="static", seconds=1, width=320, height=180)))
    assert (square == 200).all()


def test_much_room_is_travelled_further():
    near = fitted(read_move("pan left"), (1600, 900), FRAME)
    far = fitted(read_move("pan left"), (4000, 900), FRAME)
    assert far.centre_from[0] > 2 * near.centre_from[0]
    assert far.zoom_from == 1


@pytest.mark.parametrize(("seconds", "fps", "count"), [(1.0, 25, 25), (0.01, 25, 1), (2.5, 29.97, 75), (1 / 3, 24, 8)])
def test_the_length_in_frames_is_exact(tmp_path, seconds, fps, count):
    source, out = tmp_path / "p.png", tmp_path / "clip.mp4"
    Image.fromarray(cross()).save(source)
    shares = []
    options = CameraOptions(seconds=seconds, width=64, height=36, fps=fps)
    Camera().run([source], out, options, Context(reporter=Listener(shares=shares)))
    pictures = list(read_pictures(out))
    assert len(pictures) == count == frame_count(seconds, fps) == len(shares)
    assert shares[-1] == 1
    assert pictures[0].pixels.shape == (36, 64, 3)


def test_the_film_glides_too(tmp_path):
    source, out, size, at = tmp_path / "p.png", tmp_path / "clip.mp4", (1500, 844), (900.5, 500.5)
    Image.fromarray(cross(size, at)).save(source)
    Camera().run([source], out, CameraOptions("zoom in", seconds=1, width=FRAME[0], height=FRAME[1]), Context())
    zooms = 1, read_move("zoom in").zoom_to
    for number, picture in enumerate(read_pictures(out)):
        assert np.hypot(*(middle(picture.pixels) - ideal(number, 25, zooms, [(0, 0)] * 2, size, at))) < 0.1


def test_the_same_options_give_the_same_pixels():
    options = CameraOptions(move="handheld pan left", seconds=0.3, width=160, height=90)
    first, again, other = (np.stack(list(frames(cross(), options, seed))) for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_a_tiny_picture_is_enlarged_and_that_is_said(tmp_path):
    source, out, said = tmp_path / "dot.png", tmp_path / "clip.mp4", []
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (10, 10, 3), dtype=np.uint8)).save(source)
    Camera().run([source], out, CameraOptions(seconds=0.2, width=320, height=180), Context(reporter=Listener(said)))
    assert len(list(read_pictures(out))) == 5
    assert len(said) == 1 and "dot.png" in said[0] and "10 × 10" in said[0]


def clip(tmp_path, picture, title, seconds=3.0, fps=10.0, move="fast pan left", size=(320, 180), reporter=SILENT):
    """The frames of a clip with a title, and of the same without, (2, frames, height, width, 3)."""
    source = tmp_path / "p.png"
    Image.fromarray(picture).save(source)
    both = []
    for shown in (title, ""):
        options = CameraOptions(move=move, seconds=seconds, width=size[0], height=size[1], fps=fps, title=shown)
        Camera().run([source], tmp_path / "clip.mp4", options, Context(reporter=reporter))
        both.append([np.array(frame.pixels, int) for frame in read_pictures(tmp_path / "clip.mp4")])
    return np.array(both)


def test_a_title_stands_still_while_the_picture_moves(tmp_path):
    shade = np.tile(np.linspace(20, 110, 1200)[None, :, None], (675, 1, 3)).astype(np.uint8)
    with_it, without = clip(tmp_path, shade, "Standing", 4.0)
    letters = [np.nonzero((a - b).sum(-1) > 250) for a, b in zip(with_it, without, strict=True)]
    boxes = [(rows.min(), rows.max(), columns.min(), columns.max()) for rows, columns in letters[10:28]]
    assert len(boxes) == 18 and np.ptp(boxes, axis=0).max() <= 1
    assert boxes[0][2] > 0.07 * 320 and boxes[0][0] > 0.07 * 180
    assert np.abs(without[10] - without[27]).mean() > 3  # it does move


@pytest.mark.parametrize(("seconds", "gone"), [(3.0, 0.6), (10.0, 5.5), (1.4, 0.3)])
def test_a_title_comes_late_and_is_gone_before_the_end(tmp_path, seconds, gone):
    grey = np.full((180, 320, 3), 60, np.uint8)
    with_it, without = clip(tmp_path, grey, "Standing", seconds, move="static", size=(160, 90))
    seen = np.abs(with_it - without).max((1, 2, 3)) > 40
    times = np.nonzero(seen)[0] / 10
    assert times.min() >= min(0.5, 0.2 * seconds) and times.max() <= seconds - gone
    assert times.size > 0.3 * min(seconds, 4.0) * 10
    assert seen[round(times.min() * 10) : round(times.max() * 10)].all()


def test_its_strength_comes_and_goes():
    strengths = np.array([strength_at(n / 25, 8.0) for n in range(200)])
    assert strengths[:13].max() == 0 == strengths[108:].max()
    assert strengths.max() == 1 and (strengths == 1).sum() / 25 == pytest.approx(3.0, abs=0.1)
    assert np.abs(np.diff(strengths)).max() < 0.25
    for clip_s in (0.04, 0.2, 0.7, 1.5, 2.5, 5.0):
        assert strength_at(0.0, clip_s) == strength_at(clip_s, clip_s) == 0
        assert max(strength_at(clip_s * n / 100, clip_s) for n in range(101)) > 0.9


def test_a_title_is_read_over_whatever_comes(tmp_path):
    """From black to white while it stands; and over the noise of a picture."""
    sides = np.zeros((675, 1200, 3), np.uint8)
    sides[:, :420] = 255
    noise = np.random.default_rng(0).integers(0, 256, (45, 80, 3), np.uint8).repeat(15, 0).repeat(15, 1)
    for picture in (sides, noise):
        with_it, _ = clip(tmp_path, picture, "HHHHHHHH", 4.0, size=(640, 360))
        for number in (12, 20, 28):
            light = (with_it[number] / 255) ** 2.2 @ [0.2126, 0.7152, 0.0722]
            low, high = np.percentile(light[115:145, 55:200], [15, 97])
            assert (high + 0.05) / (low + 0.05) > 2.5


def test_without_a_title_nothing_is_changed(tmp_path, monkeypatch):
    options = CameraOptions(move="pan left", seconds=0.4, width=64, height=36)
    Image.fromarray(cross()).save(tmp_path / "p.png")
    written = []
    monkeypatch.setattr("voicekit.film.motion.camera.write_film", lambda out, film, fps, loss: written.append(list(film)))
    for title in ("", " ", "—"):
        Camera().run([tmp_path / "p.png"], tmp_path / "clip.mp4", replace(options, title=title), Context())
    plain = np.stack(list(frames(cross(), options)))
    assert all((np.stack(film) == plain).all() for film in written) and len(written) == 3


@pytest.mark.parametrize("title", ["W" * 400, "word " * 80, "مرحبا بالعالم", "港の夜は静か", "Goal ⚽ Привет Καλημέρα", "A"])
@pytest.mark.parametrize("size", [(320, 180), (90, 160), (16, 16), (400, 40)])
def test_any_title(tmp_path, title, size):
    grey = np.full((90, 160, 3), 60, np.uint8)
    said = []
    with_it, without = clip(tmp_path, grey, title, 1.0, move="static", size=size, reporter=Listener(said))
    assert with_it.shape == without.shape == (10, size[1], size[0], 3)
    assert (np.abs(with_it[5] - without[5]).max() > 60) or any("left out" in line for line in said)


@pytest.mark.parametrize(
    "bad",
    [{"seconds": 0}, {"seconds": -1}, {"seconds": math.nan}, {"width": 641}, {"height": 361}, {"width": 0}, {"height": 9000},
     {"fps": 1000}, {"fps": 0}, {"amount": -1}, {"amount": 9}],
)  # fmt: skip
def test_bad_options(bad):
    with pytest.raises(ConfigError, match=next(iter(bad))):
        CameraOptions(**bad)


def test_one_picture_is_taken(tmp_path):
    assert isinstance(Camera(), Stage)
    with pytest.raises(ConfigError, match="one picture"):
        Camera().run([Path("a.png"), Path("b.png")], tmp_path / "out.mp4", CameraOptions(), Context())
