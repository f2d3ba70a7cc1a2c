"""master, check and compare as a person meets them: what they print, and how they fail."""

import json

import numpy as np
import pytest
import soundfile
from clips import RATE, make_clip, make_sound

from voicekit import cli
from voicekit.media import load_audio, probe


@pytest.fixture
def run(monkeypatch, capsys, tmp_path, exit_code):
    """Runs `voicekit ARGS` in a folder with take.wav; (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("master", "check", "compare"):
        monkeypatch.setitem(cli.COMMANDS, name, "")
    soundfile.write("take.wav", make_sound(5, 0.02).T, RATE, "PCM_24")

    def invoke(*args: str) -> tuple[int, str, str]:
        code = exit_code(*args)
        return code, *capsys.readouterr()

    return invoke


def test_master_then_check(run):
    assert run("check", "take.wav", "--for", "podcast")[0] == 1
    code, out, _ = run("master", "take.wav", "-o", "out.wav", "--for", "podcast")
    assert code == 0 and "gain +" in out and "now loudness -16.0 LUFS" in out
    code, out, _ = run("check", "out.wav", "--for", "podcast")
    assert code == 0 and "-16.0 LUFS" in out and "pass" in out and "fail" not in out
    code, out, _ = run("master", "out.wav", "-o", "again.wav", "--for", "podcast")
    assert code == 0 and "left as they are" in out
    assert np.abs(load_audio("out.wav", RATE, 2) - load_audio("again.wav", RATE, 2)).max() < 1e-6


def test_check_for_programs(run):
    code, out, _ = run("check", "take.wav", "--for", "acx", "--json")
    said = json.loads(out)
    assert code == 1 and said["passed"] is False and said["preset"] == "acx"
    assert {"rule": "sample rate", "wanted": "44100 Hz", "measured": "48000 Hz", "passed": False} in said["rules"]
    assert said["measured"]["duration_s"] == pytest.approx(5)


@pytest.mark.parametrize("suffix", ["mp3", "m4a", "opus"])
def test_what_was_coded_still_passes(run, suffix):
    t = np.arange(8 * RATE) / RATE
    buzz = sum(np.sin(2 * np.pi * 130 * k * t) / k for k in range(1, 60)) * np.abs(np.sin(2 * np.pi * 1.5 * t)) ** 3
    soundfile.write("loud.wav", np.stack([0.2 * buzz, 0.1 * buzz]).T, RATE, "FLOAT")
    assert run("master", "loud.wav", "-o", f"out.{suffix}", "--for", "youtube")[0] == 0
    code, out, _ = run("check", f"out.{suffix}", "--for", "youtube")
    assert code == 0, out


def test_a_film_keeps_its_picture(run, tmp_path):
    make_clip(tmp_path / "film.mp4", 4, make_sound(4, 0.02, channels=6), layout="5.1")
    code, out, _ = run("master", "film.mp4", "-o", "out.mp4", "--for", "film")
    assert code == 0 and "-24.0 LUFS" in out
    assert probe("out.mp4").has_video and probe("out.mp4").channels == 6


def test_compare(run):
    run("master", "take.wav", "-o", "out.wav", "--for", "ebu")
    code, out, _ = run("compare", "take.wav", "out.wav", "-o", "both.html")
    assert code == 0 and "-23.0 LUFS" in out and "both.html" in out


def failed(result: tuple[int, str, str], *fragments: str, wanted: int = 1) -> None:
    code, _, err = result
    assert code == wanted and len(err.strip().splitlines()) == 1 and "Traceback" not in err
    for fragment in fragments:
        assert fragment in err


def test_bad_input(run, tmp_path):
    failed(run("master", "take.wav", "-o", "out.wav", "--for", "cassette"), "cassette", "podcast, ebu, youtube, acx, film")
    failed(run("check", "take.wav", "--for", "cassette"), "podcast, ebu, youtube, acx, film", wanted=2)  # 1 is an answer
    failed(run("master", "take.wav", "-o", "take.wav", "--for", "ebu"), "the input itself")
    failed(run("master", "none.wav", "-o", "out.wav", "--for", "ebu"), "none.wav")
    make_clip(tmp_path / "silent.mp4", 1)
    failed(run("master", "silent.mp4", "-o", "out.wav", "--for", "ebu"), "no sound")
    failed(run("check", "silent.mp4", "--for", "ebu"), "no sound", wanted=2)
    failed(run("compare", "take.wav", "take.wav", "-o", "both.pdf"), ".png or .html")
    assert not (tmp_path / "out.wav").exists()


@pytest.mark.parametrize(
    ("name", "samples", "rate", "subtype"),
    [
        ("one sample", np.full(1, 0.5), RATE, "PCM_16"),
        ("silence", np.zeros(RATE), RATE, "PCM_16"),
        ("8 bits", make_sound(2, 0.3)[0], RATE, "PCM_U8"),
        ("24 bits", make_sound(2, 0.3)[0], RATE, "PCM_24"),
        ("float above full scale", 4 * make_sound(2, 0.5)[0], RATE, "FLOAT"),
        ("192 kHz", make_sound(2, 0.3)[0], 192_000, "PCM_24"),
        ("8 kHz", make_sound(2, 0.3)[0], 8_000, "PCM_16"),
        ("offset", make_sound(2, 0.1)[0] + 0.3, RATE, "FLOAT"),
        ("short", make_sound(0.2, 0.3)[0], RATE, "PCM_16"),
        ("not a number", np.where(np.arange(2 * RATE) % 1000 == 7, np.nan, make_sound(2, 0.3)[0]), RATE, "FLOAT"),
    ],
)
@pytest.mark.parametrize("preset", ["podcast", "acx"])
def test_odd_sounds_keep_their_length(run, name, samples, rate, subtype, preset):
    soundfile.write("odd.wav", samples, rate, subtype)
    assert run("master", "odd.wav", "-o", "out.wav", "--for", preset)[0] == 0
    assert run("check", "out.wav", "--for", preset)[0] in (0, 1)
    written, written_rate = soundfile.read("out.wav")
    assert (len(written), written_rate) == (len(samples), rate)
    assert np.isfinite(written).all()
