"""No file tells where a person keeps their files, however the paths were given; and all is known again when it is moved."""

import json
import shutil
from functools import partial

import pytest
from clips import FakeVoice, make_clip, make_sound
from made import loud_is_speech, spoken, write

from voicekit.dataset import prepare, recording, recording_job
from voicekit.film.pipeline.produce import produce
from voicekit.film.pipeline.settings import ProductionSettings
from voicekit.narration import job as narration_job
from voicekit.narration.job import NarrationOptions
from voicekit.narration.narrate import narrate
from voicekit.postproduction.post import post
from voicekit.recognition import text_check
from voicekit.training.settings import TaskConfig, TrainConfig
from voicekit.training.train import train

MARKER = "NAMEOFUSER"
SHORT = TrainConfig(
    acoustic=TaskConfig(0.01, 3, 1e-3), prosody=TaskConfig(0.01, 3, 1e-3), vocoder=TaskConfig(0.01, 2, 1e-3),
    segment_frames=24,
)  # fmt: skip


@pytest.fixture
def home(tmp_path, monkeypatch, tiny_dataset, tiny_voice):
    """A person's folder, with a recording that is cut off and a clip that is."""
    monkeypatch.setattr(
        recording_job, "decode_and_analyse", partial(recording.decode_and_analyse, find_speech=loud_is_speech)
    )
    monkeypatch.setattr(text_check, "disagreement", lambda *arguments: None)
    home = tmp_path / MARKER
    for n, text in enumerate(["One.", "Two words.", ""]):
        write(home / "recordings" / f"take {n}.wav", spoken(1.2 + n / 10))
        (home / "recordings" / f"take {n}.txt").write_text(text)
    (home / "recordings" / "empty.wav").touch()
    whole = (home / "recordings" / "take 1.wav").read_bytes()
    (home / "recordings" / "take 1.wav").write_bytes(whole[:-20_000])
    make_clip(home / "clip.mkv", 6.0, make_sound(4.0))  # its sound ends before its picture, which is told
    (home / "script.txt").write_text("One two.\n\nThree four.")
    (home / "brief.txt").write_text("One two three.\n\nFour five.")
    shutil.copytree(tiny_dataset, home / "datasets" / "tiny")
    shutil.copytree(tiny_voice, home / "voices" / "tiny")
    return home


def make_all(home) -> tuple[int, int]:
    """Each command with absolute paths; how many cues were spoken."""
    options = NarrationOptions(verify=False, cache_folder=home / "cache")
    narrated = narrate(home / "script.txt", home / "clip.mkv", home / "films" / "film.mkv", FakeVoice(), options)
    size = ProductionSettings(width=112, height=64, fps=12.5)
    produced = produce(home / "brief.txt", home / "films" / "made.mp4", FakeVoice(), size, options, "cpu")
    prepare.prepare(home / "recordings", home / "datasets", "me")
    train([home / "datasets" / "tiny"], home / "voices" / "me", SHORT, home / "voices" / "tiny", "cpu")
    post(home / "recordings" / "take 0.wav", home / "post" / "out.flac", steps=("master",))
    return narrated.n_spoken, produced.n_spoken


def test_no_file_tells_where_it_was_made_and_nothing_is_made_anew_elsewhere(home, monkeypatch):
    assert make_all(home) == (2, 2)
    report = json.loads((home / "films" / "film.report.json").read_text())
    assert report["film"] == "film.mkv" and report["subtitles"] == "film.srt"
    assert report["notes"] and report["notes"][0].startswith("clip.mkv: its sound ends")
    rejected = (home / "datasets" / "me" / "rejected.jsonl").read_text()
    assert '"empty.wav is empty' in rejected
    assert '"take 1.wav is cut off' in "".join(
        path.read_text() for path in (home / "datasets" / "me" / ".work").glob("*/outcome.json")
    )
    told = [path for path in home.rglob("*") if path.is_file() and MARKER.encode() in path.read_bytes()]
    assert told == []

    moved = home.rename(home.with_name("elsewhere"))
    made = {path: path.stat().st_mtime_ns for path in (moved / "films" / "made" / "made").iterdir()}
    state = (moved / "voices" / "me" / "training" / "state.safetensors").stat().st_mtime_ns

    def refuse(*_, **__):
        pytest.fail("it is known already")

    monkeypatch.setattr(narration_job, "find_cuts", refuse)
    monkeypatch.setattr(prepare, "prepare_recording", refuse)
    assert make_all(moved) == (0, 0)
    assert {path: path.stat().st_mtime_ns for path in (moved / "films" / "made" / "made").iterdir()} == made
    assert (moved / "voices" / "me" / "training" / "state.safetensors").stat().st_mtime_ns == state
