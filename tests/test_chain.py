"""The main job, as a person runs it: recordings in, a narrated film out."""

import itertools
import json
import subprocess
import sys

import pytest

from voicekit.media import probe


@pytest.mark.slow
def test_the_whole_chain(tmp_path):
    command = [sys.executable, "-c", "from voicekit.cli import main; main()", "demo", "--minutes", "0.1", "--device", "cpu"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    folder = tmp_path / "demo"
    film = folder / "narrated.mp4"
    assert result.stdout.strip().endswith(str(film))

    assert len((folder / "datasets" / "demo" / "metadata.csv").read_text().splitlines()) >= 14
    assert (folder / "voices" / "demo" / "voice.toml").exists()

    info, clip = probe(film), probe(folder / "clip.mp4")
    assert info.has_video and info.has_audio
    assert abs(info.duration_s - clip.duration_s) < 0.1

    report = json.loads((folder / "narrated.report.json").read_text())
    cues = report["cues"]
    assert len(cues) == 4
    assert cues[0]["start_s"] == pytest.approx(1.0, abs=0.05)
    assert cues[1]["start_s"] == pytest.approx(7.5, abs=0.05)
    assert all(a["end_s"] <= b["start_s"] + 1e-6 for a, b in itertools.pairwise(cues))
    assert (folder / "narrated.srt").read_text().count("-->") >= 4
