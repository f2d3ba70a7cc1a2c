"""From a script and a clip to a film."""

import json
from itertools import pairwise

import numpy as np
import pytest
import scipy.signal
from clips import RATE, FakeVoice, make_clip, make_sound, picture_packets
from reporters import Told

from voicekit.audio.check import check as check_sound
from voicekit.audio.loudness import integrated_lufs, measure_sound, true_peak_db
from voicekit.audio.presets import FOR_FILMS, find_preset
from voicekit.audio.treatment import Separation
from voicekit.core.errors import ConfigError, MediaError, ScriptError, VoicekitError
from voicekit.media import load_audio, open_sound
from voicekit.narration.cache import SpeechCache
from voicekit.narration.job import Ducking, NarrationOptions, check
from voicekit.narration.narrate import narrate_job
from voicekit.narration.speak import Speaker
from voicekit.postproduction.dialogue import find_dialogue
from voicekit.text.script.marks import NO_MARKS
from voicekit.text.script.script import parse

SCRIPT = """\
One two.

[00:03] Three four.

[00:05.5-00:07] Five six seven eight.

Nine.
"""


@pytest.fixture
def desk(tmp_path):
    """A folder with a script and a clip of 10 s, whose sound is a tone of 300 Hz."""
    (tmp_path / "script.txt").write_text(SCRIPT, encoding="utf-8")
    make_clip(tmp_path / "clip.mp4", 10.0, make_sound(10.0, 0.1))
    return tmp_path


def make(desk, voice=None, clip="clip.mp4", out="out/film.mp4", script="script.txt", **wished):
    """The fake voice speaks no words: nobody listens for them."""
    options = NarrationOptions(cache_folder=desk / "cache", **({"verify": False} | wished))
    return narrate_job(check(desk / script, desk / clip, desk / out, options), voice or FakeVoice())


def level_of(waveform, hz, start_s, end_s):
    """The amplitude of a tone in a stretch of sound, in dB."""
    piece = waveform[0, round(start_s * RATE) : round(end_s * RATE)]
    t = np.arange(len(piece)) / RATE
    window = np.hanning(len(piece))
    return 20 * np.log10(2 * abs(np.sum(piece * window * np.exp(-2j * np.pi * hz * t))) / window.sum() + 1e-9)


def voice_starts_s(waveform):
    """When the tone of the fake voice, 1 kHz, sets in after a pause."""
    band = scipy.signal.butter(2, (700, 1300), "bandpass", fs=RATE, output="sos")
    level = np.abs(scipy.signal.sosfiltfilt(band, waveform[0]))
    loud = np.flatnonzero(level > 0.2 * level.max()) / RATE
    return [loud[0], *(after for before, after in pairwise(loud) if after - before > 0.25)]


def test_the_film_is_narrated(desk):
    voice = FakeVoice()
    outcome = make(desk, voice)
    assert {path.name for path in (desk / "out").iterdir()} == {
        f"film.{ending}" for ending in ("mp4", "srt", "vtt", "ass", "report.json", "report.html")
    }
    assert picture_packets(desk / "out/film.mp4") == picture_packets(desk / "clip.mp4")

    waveform = load_audio(desk / "out/film.mp4", RATE, 2)
    assert waveform.shape[1] / RATE == pytest.approx(10, abs=0.05)
    assert integrated_lufs([waveform], RATE) == pytest.approx(-16, abs=0.5)
    assert true_peak_db(waveform) < -1

    starts = voice_starts_s(waveform)
    assert starts == pytest.approx([cue.start_s for cue in outcome.cues], abs=0.05)
    assert starts[1:3] == pytest.approx([3.0, 5.5], abs=0.05)

    # The slot of 1.5 s takes four words of 0.4 s only if they are compressed.
    assert [cue.pace for cue in outcome.cues] == [1.0, 1.0, pytest.approx(1.08, abs=0.05), 1.0]
    assert outcome.cues[2].end_s <= 7.02
    assert not any(cue.note for cue in outcome.cues)

    report = json.loads((desk / "out/film.report.json").read_text())
    assert [cue["text"] for cue in report["cues"]] == ["One two.", "Three four.", "Five six seven eight.", "Nine."]
    assert report["cues"][1]["start_s"] == 3.0 and report["cues"][1]["given_start_s"] == 3.0
    assert report["voice_fingerprint"] == "fake" and report["true_peak_db"] <= -1.9
    subtitles = (desk / "out/film.srt").read_text(encoding="utf-8")
    assert "00:00:03,0" in subtitles and subtitles.count("-->") == 4


def test_the_films_own_sound_makes_room_and_comes_back(desk):
    outcome = make(desk, ducking=Ducking(depth_db=15))
    waveform = load_audio(desk / "out/film.mp4", RATE, 2)
    cue = outcome.cues[1]
    under = level_of(waveform, 300, cue.start_s, cue.end_s)
    before = level_of(waveform, 300, 0.0, 0.5)
    between = level_of(waveform, 300, outcome.cues[2].start_s - 0.4, outcome.cues[2].start_s - 0.15)
    assert before - under == pytest.approx(15, abs=1)
    assert between == pytest.approx(before, abs=1.5)


@pytest.mark.parametrize("preset", FOR_FILMS)
def test_a_film_passes_the_check_of_its_preset(desk, preset):
    make(desk, preset=preset)
    sound = open_sound(desk / "out/film.mp4")
    chosen = find_preset(preset)
    speech = find_dialogue(sound) if chosen.without_dialogue else None
    failed = [row for row in check_sound(measure_sound(sound, speech), chosen) if row.passed is False]
    assert not failed


@pytest.mark.parametrize(("amplitude", "raised_db"), [(0.3, -9), (0.05, 7), (0.003, 18), (0.0, 0)])
def test_a_films_own_sound_comes_to_its_place_below_the_voice(desk, amplitude, raised_db):
    """4 dB below, but a very soft one is raised by at most 18 dB, and silence not at all."""
    make_clip(desk / "clip.mp4", 10.0, make_sound(10.0, amplitude))
    (desk / "script.txt").write_text("[00:05] Five six seven eight.", encoding="utf-8")
    heard = Told()
    options = NarrationOptions(verify=False, cache_folder=desk / "cache")
    narrate_job(check(desk / "script.txt", desk / "clip.mp4", desk / "film.mp4", options), FakeVoice(), heard)
    waveform = load_audio(desk / "film.mp4", RATE, 2)
    before, voice = level_of(waveform, 300, 1.0, 4.0), level_of(waveform, 1000, 5.1, 6.5)
    told = [line for line in heard.lines if "own sound is soft" in line]
    assert bool(told) == (raised_db > 0)
    if raised_db > 0:
        assert f"raised by {raised_db} dB" in told[0]
    if -18 < raised_db < 18 and amplitude:
        assert 2 < voice - before < 5  # 1 kHz counts 1 dB more than 300 Hz, and the words have gaps


def test_a_reporter_hears_what_is_done(desk):
    (desk / "script.txt").write_text("[00:01] One two three four five.\n\n[00:02] Six.", encoding="utf-8")
    make_clip(desk / "silent.mp4", 10.0, None)
    heard, options = Told(), NarrationOptions(verify=False, overrun="film", cache_folder=desk / "cache")
    job = check(desk / "script.txt", desk / "silent.mp4", desk / "film.mp4", options, heard)
    assert heard.lines == [*job.script.notes, *job.notes] and not heard.shares
    narrate_job(job, FakeVoice(), heard)
    assert list(heard.shares) == [
        "looking for cuts",
        "speaking",
        "speaking faster",
        "levelling voice and film",
        "measuring the mix",
        "writing the report",
        "writing the film",
    ]
    assert all(shares == sorted(shares) and shares[-1] == 1 for shares in heard.shares.values())
    assert not heard.unexpected


def test_a_second_run_speaks_what_changed(desk):
    make(desk)
    (desk / "script.txt").write_text(SCRIPT.replace("Nine", "Ten"), encoding="utf-8")
    voice = FakeVoice()
    outcome = make(desk, voice)
    assert voice.said == [("Ten.", 1.0)]
    assert [cue.was_cached for cue in outcome.cues] == [True, True, True, False]
    assert outcome.n_spoken == 1


CLIPS = {
    "silent.mp4": {},
    "variable.mp4": {"sound": make_sound(8.5), "variable": True, "codec": "libx264"},
    "surround.mkv": {"sound": make_sound(10.0, channels=6), "layout": "5.1", "codec": "libx264"},
    "web.webm": {"sound": None, "codec": "libvpx"},
    "short-sound.mov": {"sound": make_sound(4.0)},
}


@pytest.mark.parametrize("name", CLIPS)
def test_any_clip(desk, name):
    clip = make_clip(desk / name, 8.5, **CLIPS[name])
    out = "film" + clip.suffix
    outcome = make(desk, clip=name, out=out)
    old, new = picture_packets(clip), picture_packets(desk / out)
    assert [data for data, _ in old] == [data for data, _ in new]
    waveform = load_audio(desk / out, RATE, 2)
    assert voice_starts_s(waveform) == pytest.approx([cue.start_s for cue in outcome.cues], abs=0.05)
    assert integrated_lufs([waveform], RATE) == pytest.approx(-16, abs=0.5)
    assert (outcome.film_lufs is None) == (CLIPS[name].get("sound") is None)


def test_speech_that_does_not_fit_is_whole_and_reported(desk):
    (desk / "script.txt").write_text("[00:08] " + "word " * 10, encoding="utf-8")
    outcome = make(desk, overrun="film")
    (cue,) = outcome.cues
    assert cue.pace == 1.2 and cue.stretch == pytest.approx(1.1, abs=0.03)
    assert cue.overrun_s == pytest.approx(10 * 0.4 / 1.2 / 1.1 - 2, abs=0.1)
    assert "line 1" not in cue.note and "did not fit" in cue.note
    waveform = load_audio(desk / "out/film.mp4", RATE, 2)
    assert waveform.shape[1] / RATE == pytest.approx(cue.end_s + 0.2, abs=0.05)


def test_a_script_that_does_not_fit_stops_before_it_is_spoken(desk):
    """By the voice's own durations where it tells them; else when it has spoken, before the film is written."""

    class Telling(FakeVoice):
        def timing(self, text, *, pace=1.0, marks=NO_MARKS):
            return FakeVoice().synthesize(text, pace=pace, marks=marks).words

    (desk / "script.txt").write_text("[00:01] One two three four five.\n\n[00:02] Six.\n\n[00:07] " + "word " * 12)
    for voice, n_said in ((Telling(), 0), (FakeVoice(), 5)):
        with pytest.raises(ScriptError) as raised:
            make(desk, voice)
        summary, first, second, choice = str(raised.value).splitlines()
        assert "script.txt: 2 of 3 lines do not fit" in summary and "clip.mp4" in summary
        assert first == "  line 1, at 00:01, is 0.6 s too long; cut about 3 words: “One two three four five.”"
        assert second.startswith("  line 5, at 00:07, is 0.6 s too long; cut about ")
        assert choice.endswith(
            "--overrun film: 1 line starts later than given, by up to 0.6 s, the film becomes 0.6 s longer."
        )
        assert len(voice.said) == n_said and not (desk / "out/film.mp4").exists()
    outcome = make(desk, overrun="film")
    assert [cue.number for cue in outcome.cues] == [1, 2, 3] and outcome.cues[1].late_s == pytest.approx(0.6, abs=0.1)


def snapshot(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_bad_input_is_refused_before_a_word_is_spoken(desk):
    (desk / "late.txt").write_text("[00:30] Too late.")
    (desk / "double.txt").write_text("[00:03] A.\n\n[00:03] B.")
    (desk / "empty.txt").write_text("\n")
    (desk / "text.mp4").write_text("no film")
    (desk / "cut.mp4").write_bytes((desk / "clip.mp4").read_bytes()[:9000])
    (desk / "empty.mp4").touch()
    (desk / "file").touch()
    (desk / "other.vtt").touch()
    (desk / "film.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nOne two.\n")
    before = snapshot(desk)
    for script, clip, out, kind, message in [
        ("missing.txt", "clip.mp4", "film.mp4", ScriptError, r"missing\.txt does not exist"),
        ("empty.txt", "clip.mp4", "film.mp4", ScriptError, r"empty\.txt is empty"),
        ("late.txt", "clip.mp4", "film.mp4", ScriptError, r"late\.txt, line 1: the time 00:30 lies past the end"),
        ("double.txt", "clip.mp4", "film.mp4", ScriptError, r"double\.txt, lines 1 and 3 have the same time"),
        ("script.txt", "missing.mp4", "film.mp4", MediaError, r"missing\.mp4 does not exist"),
        ("script.txt", "text.mp4", "film.mp4", MediaError, r"text\.mp4 is not a sound or film"),
        ("script.txt", "cut.mp4", "film.mp4", MediaError, r"cut\.mp4 is cut off"),
        ("script.txt", "empty.mp4", "film.mp4", MediaError, r"empty\.mp4 is empty"),
        ("script.txt", "clip.mp4", "film.webm", MediaError, r"film\.webm.*cannot hold mpeg4"),
        ("script.txt", "clip.mp4", "film.doc", MediaError, r"film\.doc: a film can be written as"),
        ("script.txt", "clip.mp4", "clip.mp4", ConfigError, r"clip\.mp4 would be overwritten by the narrated film"),
        ("film.srt", "clip.mp4", "film.mp4", ConfigError, r"film\.srt would be overwritten by the narrated srt"),
        ("script.txt", "clip.mp4", "other.mp4", ConfigError, r"other\.vtt, where the film's vtt would go, already exists"),
        ("script.txt", "clip.mp4", "file/film.mp4", VoicekitError, r"cannot write .*film\.mp4"),
    ]:
        voice = FakeVoice()
        with pytest.raises(kind, match=message):
            make(desk, voice, clip, out, script)
        assert voice.said == []
    assert snapshot(desk) == before


def test_a_folder_that_cannot_be_written_is_found_out_first(desk, monkeypatch):
    import errno

    def refuse(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    with pytest.raises(VoicekitError, match=r"film\.mp4: the folder is read-only"):
        check(desk / "script.txt", desk / "clip.mp4", desk / "film.mp4")


def test_a_full_disk_leaves_nothing_half_written(desk):
    import resource

    (desk / "out").mkdir()
    for name in ("film.mp4", "film.srt", "film.report.json"):
        (desk / "out" / name).write_text("from an earlier run")
    kept = snapshot(desk)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, limits[1]))  # as good as a full disk, for one file
    try:
        with pytest.raises(VoicekitError, match=r"cannot write .*film\.mp4"):
            make(desk)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {path: data for path, data in snapshot(desk).items() if "cache" not in path.parts} == kept
    assert all(Speaker(FakeVoice(), SpeechCache(desk / "cache")).speak(cue).was_cached for cue in parse(SCRIPT).cues)


def halves(sound, reporter):
    """A separator that takes the left channel for voices, the right one for background."""

    def apply(blocks):
        for block in blocks:
            yield np.stack((block * [[1], [0]], block * [[0], [1]])).astype(np.float32)

    return Separation(("speech", "background"), apply)


@pytest.mark.parametrize(
    ("keep", "left", "right"), [("all", True, True), ("background", False, True), ("none", False, False)]
)
def test_what_is_kept_of_the_clips_own_sound(desk, keep, left, right):
    make(desk, keep=keep, separator=halves)
    film = load_audio(desk / "out" / "film.mp4", RATE, channels=2)
    levels = [level_of(film[i : i + 1], 300, 8.0, 9.5) for i in (0, 1)]
    assert [level > -50 for level in levels] == [left, right]
    assert not list((desk / "out").glob("*tmp*"))


def test_a_wrong_word_for_what_is_kept(desk):
    with pytest.raises(ConfigError, match=r"all, background, none, not 'some'"):
        make(desk, keep="some")
