"""Music under a film: as long, as loud and as smooth as it should be, whatever file it comes from."""

import numpy as np
import pytest

from voicekit.audio.loudness import integrated_lufs
from voicekit.core.errors import MediaError
from voicekit.film.assembly.music import RATE, Loop, find_loop, open_music
from voicekit.media.write import write_sound


def drums(seconds, tempo=120.0, begin_s=0.5, seed=0, rate=RATE):
    """Kicks on the beat, each fourth one louder, over a chord that changes every bar; (2, samples)."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * rate)) / rate
    bar = ((t - begin_s) // (4 * 60 / tempo)).astype(int) % 4
    sound = sum(0.05 * np.sin(2 * np.pi * t * np.array([220, 262, 294, 330])[bar] * k) for k in (1, 1.5, 2))
    at = np.arange(int(0.2 * rate)) / rate
    hit = np.exp(-at * 25) * np.sin(2 * np.pi * 70 * at) + 0.3 * np.exp(-at * 300) * rng.normal(size=len(at))
    for number, beat in enumerate(np.arange(begin_s, seconds - 0.3, 60 / tempo)):
        start = round(beat * rate)
        sound[start : start + len(hit)] += hit * (0.5 if number % 4 == 0 else 0.35)
    return np.stack([sound, 0.9 * sound]).astype(np.float32)


def written(path, sound, rate=RATE):
    write_sound(path, [np.atleast_2d(sound)], rate)
    return path


def bed(music, seconds, level=-22.0, **fades):
    blocks = list(music.bed(round(seconds * RATE), level, **fades))
    assert max(block.shape[1] for block in blocks) <= RATE
    made = np.concatenate(blocks, axis=1)
    assert made.shape == (2, round(seconds * RATE))
    return made


def flux(sound):
    """How much the spectrum rises, every 2.5 ms."""
    frames = np.lib.stride_tricks.sliding_window_view(sound.mean(axis=0), 512)[::120]
    levels = np.log10(np.abs(np.fft.rfft(frames * np.hanning(512), axis=1)) + 1e-3)
    return np.maximum(0, np.diff(levels, axis=0, prepend=levels[:1])).mean(axis=1)


def test_longer_music_ends_with_the_film(tmp_path):
    music = open_music(written(tmp_path / "m.wav", drums(20)), 12.5)
    assert music.is_enough
    made = bed(music, 12.5)
    assert integrated_lufs([made[:, : 11 * RATE]], RATE) == pytest.approx(-22, abs=0.5)
    level = np.sqrt(np.square(made).mean(axis=0).reshape(-1, RATE // 4).mean(axis=1))
    assert level[-1] < 0.3 * level[-9:-5].mean()  # it never stops at once
    assert np.abs(made[:, -10:]).max() < 1e-3


def test_shorter_music_is_looped_on_beats(tmp_path):
    said = []
    music = open_music(written(tmp_path / "m.wav", drums(20.3)), 70.0, said.append)
    assert not music.is_enough and "looped" in said[0] and "70.0 s" in said[0]
    loop = music.loop
    assert loop.length / RATE / 2 == pytest.approx(round(loop.length / RATE / 2), abs=0.01)  # whole bars of two seconds
    made = bed(music, 70)
    assert integrated_lufs([made], RATE) == pytest.approx(-22, abs=0.7)
    # The pulse goes on over all seams.
    beats = music.beats_s(70.0)
    assert np.abs(np.diff(beats[beats > 0.2]) - 0.5).max() < 0.03
    assert beats[-1] > 68 and (np.diff(beats) > 0).all()
    rises = flux(made)
    on = [rises[max(0, round(beat * 400) - 8) : round(beat * 400) + 8].max() for beat in beats[1:-1]]
    assert min(on) > 5 * np.median(rises)


@pytest.mark.parametrize("kind", ["drums", "pad"])
def test_the_seam_is_not_heard(tmp_path, kind):
    t = np.arange(int(9.7 * RATE)) / RATE
    pad = sum(0.1 * np.sin(2 * np.pi * hz * t + hz) for hz in (110.3, 165.7, 221.9)) * (1 + 0.2 * np.sin(t))
    sound = {"drums": drums(20.3), "pad": np.stack([pad, pad])}[kind]
    music = open_music(written(tmp_path / "m.wav", sound), 60.0)
    made = bed(music, 60)
    rises, loop = flux(made), music.loop
    level = np.sqrt(np.square(made).mean(axis=0).reshape(-1, RATE // 10).mean(axis=1))
    own = np.sqrt(np.square(made[:, : loop.end - loop.overlap]).mean(axis=0))
    first = own[: len(own) // (RATE // 10) * (RATE // 10)].reshape(-1, RATE // 10)
    loudest = np.sqrt(np.square(first).mean(axis=1)).max()
    highest = rises[40 : (loop.end - loop.overlap) // 120 - 5].max()
    steps = np.abs(np.diff(made[0]))
    for end in range(loop.end, made.shape[1] - 2 * RATE, loop.length):
        around = slice((end - loop.overlap) // 120 - 8, end // 120 + 8)
        assert rises[around].max() <= 1.1 * highest + 0.01
        assert level[(end - loop.overlap) // 4800 : end // 4800 + 1].max() <= 1.12 * loudest
        assert steps[end - loop.overlap - 50 : end + 50].max() <= 1.05 * steps[: loop.end - loop.overlap].max()
        if kind == "pad":
            assert level[(end - loop.overlap) // 4800 : end // 4800].min() > 0.5 * level[5:-20].mean()


def test_without_beats_end_and_beginning_overlap():
    noise = (0.1 * np.random.default_rng(0).normal(size=(2, 10 * RATE))).astype(np.float32)
    assert find_loop(noise, np.zeros(0)) == Loop(2 * RATE, 10 * RATE, 2 * RATE)


def test_silence_around_the_music_is_not_looped(tmp_path):
    sound = np.pad(drums(12), ((0, 0), (2 * RATE, 3 * RATE)))
    music = open_music(written(tmp_path / "m.wav", sound), 40.0)
    made = bed(music, 40)
    level = np.sqrt(np.square(made[:, 3 * RATE : 38 * RATE]).mean(axis=0).reshape(-1, RATE).mean(axis=1))
    assert level.min() > 0.3 * level.max()


def test_silent_music_is_left_out(tmp_path):
    said = []
    assert open_music(written(tmp_path / "m.wav", np.zeros((2, 5 * RATE), np.float32)), 10.0, said.append) is None
    assert "silent and was left out" in said[0] and "m.wav" in said[0]


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 6)])
def test_other_rates_and_channels(tmp_path, rate, channels):
    sound = np.repeat(drums(6, rate=rate)[:1], channels, axis=0) / channels
    music = open_music(written(tmp_path / "m.wav", sound, rate), 15.0)
    assert integrated_lufs([bed(music, 15)], RATE) == pytest.approx(-22, abs=1)


@pytest.mark.parametrize("seconds", [0.01, 0.3, 1.5])
def test_tiny_music(tmp_path, seconds):
    t = np.arange(round(seconds * RATE)) / RATE
    music = open_music(written(tmp_path / "m.wav", 0.2 * np.sin(2 * np.pi * 500 * t).astype(np.float32)), 5.0)
    made = bed(music, 5)
    assert integrated_lufs([made], RATE) == pytest.approx(-22, abs=1.5)


def test_fades(tmp_path):
    music = open_music(written(tmp_path / "m.wav", drums(12)), 10.0)
    plain, faded = bed(music, 10), bed(music, 10, fade_in_s=2.0, fade_out_s=3.0)
    ratio = [
        np.abs(faded[:, at : at + RATE // 2]).max() / np.abs(plain[:, at : at + RATE // 2]).max() for at in (0, 5 * RATE)
    ]
    assert ratio[0] < 0.5 and ratio[1] == pytest.approx(1)
    assert np.abs(faded[:, 8 * RATE : 9 * RATE]).max() < 0.95 * np.abs(plain[:, 8 * RATE : 9 * RATE]).max()


def test_what_is_no_music(tmp_path):
    (tmp_path / "text.mp3").write_text("no music")
    with pytest.raises(MediaError, match=r"text\.mp3 is not a sound"):
        open_music(tmp_path / "text.mp3", 10.0)
    with pytest.raises(MediaError, match="does not exist"):
        open_music(tmp_path / "none.mp3", 10.0)
