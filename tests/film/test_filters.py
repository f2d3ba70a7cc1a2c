"""Films through filters: what is to get better does, and nothing else changes."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from clips import RATE, make_clip, make_sound, with_clicks
from listener import Listener

from voicekit.core.errors import ConfigError, MediaError
from voicekit.film.enhancement.filters import Filters, FiltersOptions, enhanced
from voicekit.film.stage import Context, Stage
from voicekit.media.planes import blank, views

NOTHING = {"denoise": 0.0, "sharpen": 0.0}
WIDTH, HEIGHT = 128, 96


def scene(shift: float = 0.0) -> np.ndarray:
    """Something smooth with edges, (HEIGHT, WIDTH), moved to the right by `shift` pixels."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    x = x - shift
    waves = 120 + 40 * np.sin(x / 9) * np.cos(y / 7) + 20 * np.sin((x + 2 * y) / 23)
    return np.where((x % 48 < 16) & (y % 40 < 14), 190, waves)


def framed(luma: np.ndarray, number: int, kind: str = "yuv420p"):
    frame = blank(luma.shape[1], luma.shape[0], kind)
    frame.pts, frame.time_base = number, Fraction(1, 25)
    y, u, v = views(frame)
    unit = 4 if "10" in kind else 1
    y[:], u[:], v[:] = np.clip(np.round(luma * unit), 0, 255 * unit), 120 * unit, 130 * unit
    return frame


def lumas(frames) -> list[np.ndarray]:
    return [views(frame)[0].astype(float) for frame in frames]


def psnr(made: np.ndarray, wanted: np.ndarray) -> float:
    return 10 * np.log10(255**2 / max(np.mean(np.square(made.astype(float) - wanted)), 1e-9))


def write(path: Path, pictures, sound: np.ndarray | None = None, kind: str = "yuv420p") -> Path:
    """A film of 25 pictures a second, nearly without loss."""
    pictures = list(pictures)
    with av.open(str(path), "w") as out:
        options = {"crf": "4", "preset": "ultrafast", "x264-params": "log-level=none"}
        video, audio = out.add_stream("libx264", rate=25, options=options), None
        if sound is not None:
            audio = out.add_stream("aac", rate=RATE, layout="stereo")
        (video.height, video.width), video.pix_fmt = pictures[0].shape, kind
        for number, luma in enumerate(pictures):
            out.mux(video.encode(framed(luma, number, kind)))
        out.mux(video.encode(None))
        for start in range(0, 0 if sound is None else sound.shape[1], 1024):
            block = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[:, start : start + 1024]), format="fltp")
            block.sample_rate, block.time_base, block.pts = RATE, Fraction(1, RATE), start
            out.mux(audio.encode(block))
        if audio:
            out.mux(audio.encode(None))
    return path


def made_of(path: Path, out: Path, **options) -> Path:
    Filters().run([path], out, FiltersOptions(**options), Context())
    return out


def decoded(path: Path) -> list:
    with av.open(str(path)) as film:
        return list(film.decode(video=0))


def sound_packets(path: Path) -> list[tuple[bytes, float]]:
    with av.open(str(path)) as film:
        return [(bytes(p), float(p.pts * p.time_base)) for p in film.demux(film.streams.audio[0]) if p.size]


def test_it_is_a_stage():
    stage = Filters()
    assert isinstance(stage, Stage) and stage.kind == "enhance" and stage.gives == ".mp4"


@pytest.mark.parametrize("double_rate", [False, True])
def test_a_flash_and_a_click_stay_together(tmp_path, double_rate):
    """Both in picture 12: seen and heard from 0.48 s to 0.52 s, however many pictures that are."""
    pictures = [np.full((48, 64), 230.0) if n == 12 else scene(n)[:48, :64] / 2 for n in range(25)]
    sound = with_clicks(make_sound(1.0, level=0.001), 0.48)
    clip = write(tmp_path / "clip.mp4", pictures, sound)
    out = made_of(clip, tmp_path / "out.mp4", double_rate=double_rate, deflicker=1.0)
    frames = decoded(out)
    bright = [frame.time for frame in frames if views(frame)[0].mean() > 150]
    dark = [views(frame)[0].mean() for frame in frames if frame.time not in bright]
    assert bright == ([0.48, 0.5] if double_rate else [0.48])
    assert max(dark) < 90  # nor a trace of it beside
    assert len(frames) == (50 if double_rate else 25)
    assert sound_packets(out) == sound_packets(clip)


def test_no_picture_of_two_shots():
    """At a cut the picture is held, not blended; and the pictures that were there stay as they were."""
    first, second = [scene(2 * n) for n in range(6)], [255 - scene(-3 * n)[::-1] for n in range(6)]
    frames = [framed(luma, number) for number, luma in enumerate(first + second)]
    made = lumas(enhanced(frames, FiltersOptions(double_rate=True, **NOTHING)))
    assert len(made) == 24
    assert all(np.array_equal(made[2 * n], np.round(luma)) for n, luma in enumerate(first + second))
    assert np.array_equal(made[11], made[10]) and np.array_equal(made[23], made[22])


def test_between_two_pictures_is_half_the_way():
    frames = [framed(scene(4 * n), n) for n in range(8)]
    made = lumas(enhanced(frames, FiltersOptions(double_rate=True, **NOTHING)))
    for n in range(2, 6):
        blended = (scene(4 * n) + scene(4 * n + 4)) / 2
        inside = slice(8, -8), slice(24, -24)  # past the edge nobody knows what comes
        assert psnr(made[2 * n + 1][inside], scene(4 * n + 2)[inside]) > psnr(blended[inside], scene(4 * n + 2)[inside]) + 5


@pytest.mark.parametrize("kind", ["yuv420p", "yuv420p10le"])
def test_noise_goes(kind):
    rng = np.random.default_rng(0)
    noisy = framed(scene() + rng.normal(0, 5, (HEIGHT, WIDTH)), 0, kind)
    unit = 4 if "10" in kind else 1
    before = psnr(lumas([noisy])[0] / unit, scene())
    made = lumas(enhanced([noisy], FiltersOptions(denoise=0.4, sharpen=0.0)))[0]
    assert psnr(made / unit, scene()) > before + 3


def test_it_gets_sharper():
    plain, made = (lumas(enhanced([framed(scene(), 0)], FiltersOptions(denoise=0.0, sharpen=s)))[0] for s in (0.0, 0.8))
    assert np.abs(np.diff(made)).mean() > 1.1 * np.abs(np.diff(plain)).mean()


def test_bands_go():
    """A sky in steps of two levels: after it the steps are of one."""
    sky = np.tile(np.arange(WIDTH) // 16 * 2 + 100.0, (HEIGHT, 1))
    made = lumas(enhanced([framed(sky, 0)], FiltersOptions(deband=0.8, **NOTHING)))[0]
    assert np.abs(np.diff(made[HEIGHT // 2, 20:-20])).max() < 2


def test_flicker_goes_but_cuts_and_flashes_stay():
    rng = np.random.default_rng(0)
    light = 1 + rng.uniform(-0.06, 0.06, 30)
    light[9] = 1.8  # a flash
    pictures = [(scene() if n < 20 else scene()[::-1] / 2) * light[n] for n in range(30)]
    made = [luma.mean() for luma in lumas(enhanced([framed(p, n) for n, p in enumerate(pictures)],
                                                   FiltersOptions(deflicker=1.0, **NOTHING)))]  # fmt: skip
    before = [np.clip(p, 0, 255).mean() for p in pictures]
    for part in (slice(0, 9), slice(10, 20), slice(20, 30)):
        assert np.std(made[part]) < 0.5 * np.std(before[part])
        assert np.mean(made[part]) == pytest.approx(np.mean(before[part]), rel=0.03)
    assert made[9] == pytest.approx(before[9], abs=0.1)


def test_a_shaking_camera_is_held_still():
    rng = np.random.default_rng(0)
    big = np.kron(rng.integers(30, 220, (16, 20)), np.ones((24, 24)))
    big = (big + np.kron(rng.integers(0, 30, (64, 80)), np.ones((6, 6)))).clip(0, 255)
    shakes = np.round(4 * np.sin(np.outer(np.arange(14), [1.9, 2.6]))).astype(int)
    frames = [framed(big[60 + y : 252 + y, 60 + x : 316 + x], n) for n, (y, x) in enumerate(shakes)]
    before = lumas(frames)
    made = lumas(enhanced(frames, FiltersOptions(stabilise=True, **NOTHING)))
    inside = slice(40, -40), slice(40, -40)
    moves = [np.abs(np.diff([p[inside] for p in film], axis=0)).mean() for film in (before, made)]
    assert len(made) == 14 and moves[1] < 0.8 * moves[0]


@pytest.mark.parametrize("scale", [2, 4])
def test_sizes(tmp_path, scale):
    clip = write(tmp_path / "clip.mp4", [scene(n) for n in range(4)])
    frames = decoded(made_of(clip, tmp_path / "out.mp4", upscale=scale, double_rate=scale == 2))
    assert (frames[0].width, frames[0].height) == (scale * WIDTH, scale * HEIGHT)
    assert len(frames) == (8 if scale == 2 else 4)
    small = views(frames[0])[0][scale // 2 :: scale, scale // 2 :: scale]
    assert psnr(small, scene()) > 20


def test_times_rotation_and_colours_stay(tmp_path):
    """A film filmed upright, at irregular times, that starts late on its clock."""
    sound = make_sound(0.9)
    clip = make_clip(tmp_path / "clip.mov", 0.9, sound, codec="libx264", variable=True, rotation=90)
    before = decoded(clip)
    frames = decoded(made_of(clip, tmp_path / "out.mp4"))
    assert [f.time for f in frames] == pytest.approx([f.time for f in before], abs=1e-6)
    assert [(f.width, f.height, f.rotation) for f in frames[:1]] == [(64, 48, 90)]
    assert [f.colorspace for f in frames[:1]] == [f.colorspace for f in before[:1]]
    twice = decoded(made_of(clip, tmp_path / "twice.mp4", double_rate=True))
    assert [f.time for f in twice[::2]] == pytest.approx([f.time for f in before], abs=1e-6)
    assert all(a.time < b.time for a, b in pairwise(twice))


@pytest.mark.parametrize("suffix", [".mkv", ".webm"])
def test_other_containers(tmp_path, suffix):
    codec, sound_codec = ("libvpx", "libopus") if suffix == ".webm" else ("libx264", "aac")
    clip = make_clip(tmp_path / f"clip{suffix}", 0.5, make_sound(0.5), codec=codec, sound_codec=sound_codec, start_ms=400)
    out = made_of(clip, tmp_path / "out.mp4")
    frames = decoded(out)
    assert len(frames) == 13 and frames[0].time == pytest.approx(0, abs=0.02)
    assert len(sound_packets(out)) > 10


def test_half_a_second_without_sound_of_an_odd_size(tmp_path):
    clip = tmp_path / "clip.mkv"
    with av.open(str(clip), "w") as out:
        video = out.add_stream("ffv1", rate=25)
        video.width, video.height, video.pix_fmt = 63, 47, "yuv420p"
        for number in range(12):
            frame = av.VideoFrame.from_ndarray(np.full((47, 63, 3), 20 * number, np.uint8)).reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    out = made_of(clip, tmp_path / "out.mp4", double_rate=True)
    frames = decoded(out)
    assert len(frames) == 24 and (frames[0].width, frames[0].height) == (62, 46)
    with av.open(str(out)) as film:
        assert not film.streams.audio
        assert film.duration / 1e6 == pytest.approx(0.48, abs=0.01)


def test_ten_bits_stay_ten_bits(tmp_path):
    clip = write(tmp_path / "clip.mp4", [scene(n) for n in range(4)], kind="yuv420p10le")
    frames = decoded(made_of(clip, tmp_path / "out.mp4", deband=0.2, double_rate=True))
    assert len(frames) == 8 and frames[0].format.name == "yuv420p10le"
    assert psnr(views(frames[0])[0] / 4, scene()) > 30


@pytest.mark.parametrize(
    ("kind", "options", "is_told"),
    [
        ("yuv420p10le", {"double_rate": True}, True),
        ("yuv420p10le", {"stabilise": True}, True),
        ("yuv420p10le", {}, False),
        ("yuv420p", {"double_rate": True}, False),
    ],
)
def test_what_ten_bits_lose_is_told(tmp_path, kind, options, is_told):
    said = []
    clip = write(tmp_path / "clip.mp4", [scene(n) for n in range(3)], kind=kind)
    Filters().run([clip], tmp_path / "out.mp4", FiltersOptions(**options), Context(reporter=Listener(said)))
    assert [line.startswith("motion is computed with 8 bits") for line in said] == [True] * is_told


def test_full_range_stays_full_range(tmp_path):
    clip = tmp_path / "clip.mp4"
    with av.open(str(clip), "w") as out:
        video = out.add_stream("mjpeg", rate=25)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
        frame = framed(np.full((HEIGHT, WIDTH), 250.0), 0).reformat(format="yuvj420p", src_color_range=2, dst_color_range=2)
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        out.mux(video.encode(frame))
        out.mux(video.encode(None))
    frame = decoded(made_of(clip, tmp_path / "out.mp4", **NOTHING))[0]
    assert frame.color_range == 2 and abs(np.median(views(frame)[0]) - 250) <= 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"denoise": 1.5}, r"denoise = 1.5: choose a number between 0 and 1"),
        ({"sharpen": -0.1}, r"sharpen = -0.1: choose a number between 0 and 1"),
        ({"deflicker": 2}, r"deflicker = 2: choose a number between 0 and 1"),
        ({"upscale": 3}, r"upscale = 3: choose one of 1, 2, 4"),
    ],
)
def test_options_out_of_range(wrong, said):
    with pytest.raises(ConfigError, match=said):
        FiltersOptions(**wrong)


def test_no_film(tmp_path):
    text = tmp_path / "text.mp4"
    text.write_text("no film")
    with pytest.raises(MediaError, match=r"text\.mp4 is not a sound or film file"):
        made_of(text, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()


def test_progress_goes_on_to_the_end(tmp_path):
    shares = []
    clip = write(tmp_path / "clip.mp4", [scene(n) for n in range(10)])
    Filters().run([clip], tmp_path / "out.mp4", FiltersOptions(), Context(reporter=Listener(shares=shares)))
    assert shares == sorted(shares) and shares[-1] >= 0.85 and len(shares) == 10
