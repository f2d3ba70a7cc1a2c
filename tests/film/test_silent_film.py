"""Films of storyboards in which nothing, or not everything, is said, and what of them is told."""

import json

import av
import numpy as np
import pytest
from listener import Listener
from reporters import Told

from voicekit.core.errors import ConfigError, ScriptError
from voicekit.film.pipeline import narrators
from voicekit.film.pipeline.produce import Production
from voicekit.film.pipeline.settings import ProductionSettings
from voicekit.film.storyboard.lengths import lengths_within
from voicekit.media import load_audio
from voicekit.narration.job import NarrationOptions
from voicekit.text.script.script import parse

BOARD = """\
# Robots' soccer match in 2077
Style: cinematic

#### Clip 1: Kick-off (2 seconds)
- **Visual:** A huge stadium on Mars. Camera pans left.
- **Audio:** Epic music, a whistle, a dog barks.
- **Transition:** fade to black

#### Clip 2: The goal (0:02-0:03.5)
- **Visual:** The ball flies into the net.
"""


@pytest.fixture(autouse=True)
def no_voice(monkeypatch, tmp_path):
    def asked(*_, **__):
        raise AssertionError("a voice was loaded")

    monkeypatch.setattr(narrators, "speaking", asked)
    monkeypatch.setenv("VOICEKIT_CACHE", str(tmp_path / "cache"))


def production(folder, text=BOARD, notes=None, **how):
    (folder / "board.md").write_text(text, encoding="utf-8")
    settings = ProductionSettings(**{"width": 112, "height": 64, "fps": 12.5} | how)
    options = NarrationOptions(subtitles="soft", chapters=True)
    return Production(folder / "board.md", folder / "film.mp4", settings, None, options, "cpu", Listener(notes))


def test_a_storyboard_without_narration_is_a_film_without_words_or_a_voice(tmp_path):
    told = []
    made = production(tmp_path, notes=told)
    assert made.plan()[-1].what == "finished film"
    outcome = made.run()
    assert [(clip.title, clip.end_s) for clip in outcome.clips] == [("Kick-off", 2.0), ("The goal", pytest.approx(3.52))]
    beside = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert beside == {"board.md", "film.mp4", "film.report.json", "film.sheet.png"}  # and no subtitles
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert film.streams.video[0].frames == 44 and not film.streams.subtitles
        assert [chapter["metadata"]["title"] for chapter in film.chapters()] == ["Kick-off", "The goal"]
    heard = load_audio(tmp_path / "film.mp4", 48000)[0]
    assert np.sqrt(np.mean(heard**2)) > 0.03 and json.loads((tmp_path / "film.report.json").read_text())["subtitles"] is None
    assert outcome.loudness_lufs == pytest.approx(-16, abs=1)
    assert any("needs no voice" in line for line in told)
    assert any("clip 1: not used: Transition: fade to black" in line for line in told)
    assert any("clip 1: “a dog barks” cannot be made" in line for line in told)
    assert any("above the first clip: not used: Style: cinematic" in line for line in told)


def test_all_that_is_made_is_expected_and_what_is_there_is_not(tmp_path):
    made = production(tmp_path)
    made.reporter = told = Told()
    made.run()
    assert {"still 1", "clip 2", "assembling", "measuring the sound", "writing the film"} <= told.shares.keys()
    assert set(told.unexpected) <= {"reading the narration"}  # it tells how long the clips are, and so what to expect
    again = production(tmp_path)
    again.reporter = told = Told()
    again.run()
    assert not any(words.startswith(("still", "clip")) for words in told.words)


def test_a_film_in_which_nothing_is_heard_is_silent(tmp_path):
    outcome = production(tmp_path, "## Clip 1 (1 s)\nVisual: a sky\n").run()
    assert outcome.film_lufs is None and not load_audio(tmp_path / "film.mp4", 48000)[0].any()


def test_what_an_earlier_run_has_left_is_not_left_beside_a_film_that_says_nothing(tmp_path):
    (tmp_path / "film.srt").write_text("mine")
    production(tmp_path).run()
    assert (tmp_path / "film.srt").exists()  # there was no report of a run that spoke: it is somebody's own
    (tmp_path / "film.report.json").write_text(json.dumps({"voice_fingerprint": "a voice"}))
    production(tmp_path).run()
    assert not (tmp_path / "film.srt").exists()


def test_narration_of_such_a_storyboard_is_refused_and_says_what_to_do(tmp_path):
    with pytest.raises(ScriptError, match=r"storyboard without narration; write .* voicekit produce board\.md -o film\.mp4"):
        parse(BOARD, "board.md")


def test_where_something_is_said_the_voice_is_asked_for_at_once(tmp_path):
    with pytest.raises(AssertionError, match="a voice was loaded"):
        production(tmp_path, BOARD + "- **Narration:** Goal!\n")


def test_music_that_there_is_none_of(tmp_path):
    from pathlib import Path

    with pytest.raises(ConfigError, match="no music 'epik'; give a sound file, or bed, calm, epic"):
        production(tmp_path, music=Path("epik"))


def test_the_length_above_the_clips_is_that_of_the_film(tmp_path):
    told = []
    text = "Total length: 5 seconds\n\n## Clip 1 (2 s)\nVisual: a\n\n## Clip 2\nVisual: b\n\n## Clip 3\nVisual: c\n"
    board = production(tmp_path, text, told).board()
    assert [scene.clip.duration_s for scene in board.scenes] == pytest.approx([2.0, 1.52, 1.52], abs=0.1)
    production(
        tmp_path,
        text.replace("5 seconds", "60 seconds").replace("Clip 2", "Clip 2 (1 s)").replace("Clip 3", "Clip 3 (1 s)"),
        told,
    ).board()
    assert any("says 60 s above its clips, which last" in line for line in told)


def test_lengths_within_a_length():
    assert lengths_within([None, None], [0, 0], None) == [4, 4]
    assert lengths_within([None, None], [0, 0], 20) == [10, 10]
    assert lengths_within([6, None], [0, 0], 20) == [6, 14]
    assert lengths_within([None, None], [7, 0], 4) == pytest.approx([8, 4 / 3])  # what is said needs its time
    assert lengths_within([6, 6], [0, 0], 20) == [6, 6] and lengths_within([30, None], [0, 0], 20) == [30, 4]
