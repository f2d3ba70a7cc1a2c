"""A storyboard over a film with cuts, in the built-in voice: shots, subtitles, tracks, chapters, single cues spoken anew."""

import json

import av
import numpy as np
import pytest
from clips import FakeVoice, make_sound, picture_packets

from voicekit.core.errors import ConfigError, MediaError, ScriptError
from voicekit.media.cuts import find_cuts
from voicekit.media.film import write_film
from voicekit.narration.job import NarrationOptions, check
from voicekit.narration.narrate import narrate_job

BOARD = """\
# A short film

## Clip 1: A red room (3 seconds)
- **Visual:** red
- **Narration:** [calm] One two three.

## Clip 2: A green room (3 seconds)
- **Visual:** green

## Clip 3: A blue room (4 seconds)
- **Narration:** [excited] Four five six seven!
"""
CUTS_S = (3.0, 6.0)


def rooms():
    """Three shots of one colour each, with a little noise, at 25 pictures a second."""
    rng = np.random.default_rng(0)
    for number in range(250):
        colour = (number >= 75) + (number >= 150)
        picture = rng.integers(0, 12, (192, 256, 3), dtype=np.uint8)
        picture[..., colour] += 200
        yield picture


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "board.md").write_text(BOARD, encoding="utf-8")
    write_film(tmp_path / "clip.mp4", rooms(), 25, [make_sound(10.0)], 48_000)
    return tmp_path


def make(desk, voice=None, script="board.md", out="film.mp4", **wished):
    options = NarrationOptions(cache_folder=desk / "cache", **({"verify": False} | wished))
    return narrate_job(check(desk / script, desk / "clip.mp4", desk / out, options), voice or FakeVoice())


def streams(path):
    with av.open(str(path)) as film:
        return [(s.type, s.codec_context.name, s.language) for s in film.streams if s.type != "data"]


def test_cuts_are_found(desk):
    assert find_cuts(desk / "clip.mp4") == pytest.approx(CUTS_S, abs=0.05)


def test_each_narration_stays_in_its_clip(desk):
    outcome = make(desk)
    first, last = outcome.cues
    assert first.start_s >= 0 and first.end_s <= 3.0 and last.start_s >= 6.0 and last.end_s <= 10.0
    assert [(s.start_s, s.end_s) for s in outcome.clips] == [(0.0, 3.0), (3.0, 6.0), (6.0, 10.0)]
    assert [clip.title for clip in outcome.clips] == ["A red room", "A green room", "A blue room"]
    assert not any(cue.crosses_cut or cue.note for cue in outcome.cues)
    report = json.loads((desk / "film.report.json").read_text())
    assert len(report["shots"]) == 3


def test_without_durations_the_shots_are_the_clips(desk):
    (desk / "board.md").write_text(BOARD.replace(" (3 seconds)", "").replace(" (4 seconds)", ""), encoding="utf-8")
    outcome = make(desk)
    assert [s.end_s for s in outcome.clips] == pytest.approx([3.0, 6.0, 10.0], abs=0.05)


def test_untimed_cues_stay_within_shots(desk):
    (desk / "script.txt").write_text("One two three four five.\n\nSix seven eight nine ten.\n\nEleven.", encoding="utf-8")
    for cue in make(desk, script="script.txt").cues:
        assert not any(cue.start_s + 0.05 < cut < cue.end_s - 0.05 for cut in CUTS_S)


def test_only_the_cues_that_are_named_are_spoken_anew(desk):
    make(desk)
    voice = FakeVoice()
    outcome = make(desk, voice, only=frozenset({2}))
    assert [text for text, _ in voice.said] == ["Four five six seven!"]
    assert [cue.was_cached for cue in outcome.cues] == [True, False]
    again = FakeVoice()
    make(desk, again)
    assert again.said == []


@pytest.mark.parametrize(("ending", "subtitles"), [("mp4", "mov_text"), ("mov", "mov_text"), ("mkv", "subrip")])
def test_soft_subtitles_chapters_and_another_track(desk, ending, subtitles):
    film = desk / f"film.{ending}"
    make(desk, out=film.name, subtitles="soft", chapters=True, track="add")
    assert streams(film) == [
        ("video", "h264", "und"), ("audio", "aac", "und"), ("audio", "aac", "eng"), ("subtitle", subtitles, "eng"),
    ] or [kind for kind, *_ in streams(film)] == ["video", "audio", "audio", "subtitle"]  # fmt: skip
    assert picture_packets(film)[0][0] == picture_packets(desk / "clip.mp4")[0][0]
    with av.open(str(film)) as container:
        titles = [(c["metadata"]["title"], float(c["start"] * c["time_base"])) for c in container.chapters()]
    assert titles == [("A red room", 0.0), ("A green room", 3.0), ("A blue room", 6.0)]


def test_burnt_subtitles_are_seen_while_they_are_heard(desk):
    outcome = make(desk, subtitles="burn")
    cue = outcome.cues[1]
    with av.open(str(desk / "film.mp4")) as film:
        frames = {round(float(f.time), 2): f.to_ndarray(format="gray") for f in film.decode(video=0)}
    assert len(frames) == 250
    white = {time_s: int((picture[120:] > 150).sum()) for time_s, picture in frames.items()}
    shown = [n for t, n in white.items() if cue.start_s + 0.1 < t < cue.end_s - 0.1]
    before = [n for t, n in white.items() if 6.1 < t < cue.start_s - 0.1]
    assert min(shown) > 30 and (not before or max(before) < 10)


def test_reencoding_makes_what_the_container_can_hold(desk):
    with pytest.raises(MediaError, match=r"\.webm file cannot hold h264 video as it is.*--reencode"):
        make(desk, out="film.webm")
    make(desk, out="film.webm", reencode=True)
    assert [kind for kind, *_ in streams(desk / "film.webm")] == ["video", "audio"]


@pytest.mark.parametrize(
    ("wished", "error", "message"),
    [
        ({"only": frozenset({3})}, ConfigError, r"board\.md has no cue 3, only 2 cues"),
        ({"subtitles": "neon"}, ConfigError, r"'subtitles' can be files, soft, burn, not 'neon'"),
        ({"track": "both"}, ConfigError, r"'track' can be replace, add, not 'both'"),
    ],
)
def test_options_that_cannot_be_met(desk, wished, error, message):
    with pytest.raises(error, match=message):
        check(desk / "board.md", desk / "clip.mp4", desk / "film.mp4", NarrationOptions(**wished))


def test_chapters_need_a_storyboard(desk):
    (desk / "script.txt").write_text("One.", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"script\.txt is not a storyboard"):
        check(desk / "script.txt", desk / "clip.mp4", desk / "film.mp4", NarrationOptions(chapters=True))


def test_a_storyboard_longer_than_the_film(desk):
    (desk / "board.md").write_text(BOARD.replace("(3 seconds)", "(6 seconds)"), encoding="utf-8")
    with pytest.raises(ScriptError, match=r"board\.md, line 7: the clip “A green room” ends at 00:12"):
        make(desk)


def test_a_very_long_cue_and_a_very_short_film(desk):
    write_film(desk / "clip.mp4", list(rooms())[:13], 25, [make_sound(0.52)], 48_000)
    (desk / "script.txt").write_text("word " * 200, encoding="utf-8")
    outcome = make(desk, script="script.txt", overrun="film")
    (cue,) = outcome.cues
    assert cue.overrun_s > 30 and 150 < cue.words_to_cut < 200 and "did not fit" in cue.note
    assert outcome.narrated_s == pytest.approx(cue.end_s + 0.2, abs=0.1)
    assert (desk / "film.srt").read_text().count("-->") > 8


def test_text_that_no_font_can_draw_is_told_before_a_word_is_spoken(desk, monkeypatch):
    (desk / "board.md").write_text(BOARD.replace("One two three.", "One 𒀀."), encoding="utf-8")
    voice = FakeVoice()
    with pytest.raises(MediaError, match="𒀀"):
        make(desk, voice, subtitles="burn")
    assert not voice.said
    make(desk, subtitles="soft")
