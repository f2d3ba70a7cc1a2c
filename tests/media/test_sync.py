"""Sound stays with its picture through the whole chain: put together, made better, narrated."""

from itertools import pairwise

import numpy as np
import pytest
from clips import RATE, FakeVoice

from voicekit.film.assembly import assemble
from voicekit.film.enhancement import filters
from voicekit.film.stage import Context
from voicekit.media.film import read_pictures, write_film
from voicekit.media.read import load_audio
from voicekit.media.write import write_sound
from voicekit.narration.job import NarrationOptions, check
from voicekit.narration.narrate import narrate_job

#: Pictures of each clip, and in which of them it flashes and clicks.
LENGTHS, FLASHES = (60, 41, 70), (25, 20, 50)
SCRIPT = "[00:00.2] One.\n\n[00:02.6] Two three.\n\n[00:04.4] Four.\n"


def clip(path, n_pictures, flash, fps):
    """Noise that moves; at the picture `flash` white, and a click in its middle."""
    rng = np.random.default_rng(flash)
    scene = rng.integers(20, 120, (48, 64 + n_pictures, 3), dtype=np.uint8)
    pictures = [scene[:, n : n + 64] for n in range(n_pictures)]
    pictures[flash] = np.full((48, 64, 3), 255, np.uint8)
    sound = np.zeros((2, round(n_pictures / fps * RATE)), np.float32)
    at = round((flash + 0.5) / fps * RATE)
    sound[:, at : at + 24] = 0.8
    write_film(path, pictures, fps, [sound], RATE)
    return path


@pytest.mark.parametrize(
    ("fps", "dissolve", "double_rate", "burn"), [(25, 0.2, False, False), (24000 / 1001, 0.0, True, True)]
)
def test_a_flash_and_its_click_stay_within_one_picture(tmp_path, fps, dissolve, double_rate, burn):
    clips = [clip(tmp_path / f"{n}.mp4", *one, fps) for n, one in enumerate(zip(LENGTHS, FLASHES, strict=True))]
    t = np.arange(3 * RATE) / RATE
    write_sound(tmp_path / "music.wav", [(0.1 * np.sin(2 * np.pi * 220 * t)).astype(np.float32)[None]], RATE)
    film, better, out = (tmp_path / f"{name}.mp4" for name in ("film", "better", "out"))
    (tmp_path / "script.txt").write_text(SCRIPT, encoding="utf-8")

    assemble.Cut().run(clips, film, assemble.CutOptions(dissolve=dissolve, music=str(tmp_path / "music.wav")), Context())
    filters.Filters().run([film], better, filters.FiltersOptions(double_rate=double_rate, deflicker=0.5), Context())
    subtitles = "burn" if burn else "soft"
    options = NarrationOptions(subtitles=subtitles, reencode=burn, verify=False, cache_folder=tmp_path / "cache")
    narrate_job(check(tmp_path / "script.txt", better, out, options), FakeVoice())

    wanted_s = (np.cumsum([0, *LENGTHS[:-1]]) + FLASHES) / fps
    seen = [(picture.time_s, picture.pixels[:24].mean()) for picture in read_pictures(out)]
    seen_s = [time_s for (before, (time_s, light)) in pairwise(seen) if light > 180 and before[1] < 180]
    assert seen_s == pytest.approx(wanted_s, abs=0.5 / fps)
    heard = np.abs(np.diff(load_audio(out, RATE)[0]))
    for time_s in seen_s:
        first = round((time_s - 3 / fps) * RATE)
        click_s = (first + np.argmax(heard[first : first + round(7 / fps * RATE)])) / RATE
        assert time_s <= click_s < time_s + 1 / fps


def test_the_same_pictures_are_always_coded_the_same(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (24, 64, 96, 3), dtype=np.uint8)
    write_film(tmp_path / "film.mp4", noise, 25)
    made = set()
    for _ in range(40):
        write_film(tmp_path / "again.mp4", (picture.pixels for picture in read_pictures(tmp_path / "film.mp4")), 25)
        made.add((tmp_path / "again.mp4").read_bytes())
    assert len(made) == 1
