"""A film narrated in several voices."""

import json
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from clips import RATE, make_clip
from reporters import Told
from troupe import Tone, gather

from voicekit.audio.loudness import integrated_lufs
from voicekit.core.errors import ConfigError, ScriptError
from voicekit.media import load_audio
from voicekit.narration import speak
from voicekit.narration.cache import SpeechCache
from voicekit.narration.estimate import estimate
from voicekit.narration.job import NarrationOptions, check
from voicekit.narration.levels import levelled
from voicekit.narration.narrate import narrate_job
from voicekit.narration.speak import Speakers, synthesize_and_fit
from voicekit.narration.subtitles.captions import Heard, captions, named
from voicekit.narration.subtitles.subtitles import ass, srt, vtt
from voicekit.narration.timing.timeline import TURN_GAP_S, Slot, Spoken, plan
from voicekit.recognition.verify import Verdict
from voicekit.speech.cast import Cast, Role, read_cast
from voicekit.speech.company import Company
from voicekit.speech.voices import find_voice, load_voice
from voicekit.text.script.cue import Cue
from voicekit.text.script.marks import Marks

SCRIPT = """\
One two three four.

[00:03] ANNA: Five six seven.
BEN: Eight nine ten.

[00:07-00:11] [voice: carl] One two three. [voice: anna] Four five six.

BEN: Seven eight nine.
"""
CAST = '[Anna]\nvoice = "anna"\n[Ben]\nvoice = "ben"\n'
HZ = {"": 500, "ANNA": 1000, "BEN": 1500, "carl": 2000}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    troupe = gather(tmp_path, monkeypatch)
    (tmp_path / "script.txt").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "cast.toml").write_text(CAST, encoding="utf-8")
    make_clip(tmp_path / "clip.mp4", 16.0)
    return troupe


def checked(reporter=None, **wished):
    options = {"cast": read_cast(Path("cast.toml")), "verify": False, "cache_folder": Path("cache")} | wished
    return check("script.txt", "clip.mp4", "film.mp4", NarrationOptions(**options), reporter or Told())


def make(reporter=None, **wished):
    return narrate_job(checked(reporter, **wished), load_voice("me"), reporter or Told(), find_voice("me"))


def write(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


def spoken_cues(reporter=None, **wished):
    """What would be heard, without the film: (cues in their order, the one who speaks each)."""
    job, reporter = checked(reporter, **wished), reporter or Told()
    cache = SpeechCache(Path("cache"))
    company = Company(load_voice("me"), job.options.cast, find_voice("me"))
    speakers = Speakers(job.roles, company, cache, job.options.verify)
    rendering = synthesize_and_fit(job, speakers, (), reporter)
    return levelled(rendering.cues, job, cache, reporter)


def newly(**wished) -> list[str]:
    """Who was spoken and not in the cache."""
    return [one.cue.speaker for one in spoken_cues(**wished) if not one.take.was_cached]


def heard(waveform: np.ndarray, hz: float) -> np.ndarray:
    """Of a film's sound, the stretches in which a tone is heard."""
    length = RATE // 20
    blocks = waveform[0][: waveform.shape[1] // length * length].reshape(-1, length)
    t = np.arange(length) / RATE
    share = np.abs(blocks @ np.exp(-2j * np.pi * hz * t)) / np.maximum(np.abs(blocks).sum(1), 0.1)
    return blocks[share > 0.4].ravel()


def test_four_voices_of_four_engines_over_a_film(desk):
    told = Told()
    outcome = make(told)
    assert [(cue.speaker, cue.voice, cue.text) for cue in outcome.cues] == [
        ("", "", "One two three four."),
        ("ANNA", "anna", "Five six seven."),
        ("BEN", "ben", "Eight nine ten."),
        ("carl", "carl", "One two three."),
        ("ANNA", "anna", "Four five six."),
        ("BEN", "ben", "Seven eight nine."),
    ]
    assert desk.names == ["me", "anna", "ben", "carl"], "each is loaded once"
    assert [cue.start_s for cue in outcome.cues][1] == pytest.approx(3) and outcome.cues[3].start_s == pytest.approx(7)
    waveform = load_audio("film.mp4", RATE, 2)
    levels = [integrated_lufs([heard(waveform, hz)[None]], RATE) for hz in HZ.values()]
    assert max(levels) - min(levels) < 1, levels
    assert any(line.startswith("all who speak are equally loud: ") and "ANNA −" in line for line in told.lines)
    report = json.loads(Path("film.report.json").read_text(encoding="utf-8"))
    assert [cue["speaker"] for cue in report["cues"]] == ["", "ANNA", "BEN", "carl", "ANNA", "BEN"]
    assert report["voice_fingerprint"] == "tone of me"
    assert "ANNA" in Path("film.report.html").read_text(encoding="utf-8")


def test_turns_follow_at_once_and_keep_the_time_of_all(desk):
    cues = spoken_cues()
    for one, other in pairwise(cues):
        if other.cue.turn:
            assert other.start_s - one.end_s == pytest.approx(TURN_GAP_S, abs=0.05)
    assert cues[4].end_s <= 11


def test_subtitles_name_who_speaks(desk):
    write("script.txt", "[00:01] ANNA: One & two.\n\n[00:03] ANNA: Three.\n\n[00:05] Four.\n\n[00:07] ANNA: Five.")
    shown = captions([Heard(one.cue.text, one.start_s, one.end_s, one.words, one.cue.speaker) for one in spoken_cues()])
    assert "\n<v ANNA>One " in vtt(shown) and vtt(shown).count("<v ANNA>") == 3
    assert "ANNA" not in srt(shown) and ass(shown, 640, 360).count(",Default,ANNA,0,0,0,,") == 3
    assert [line for line in srt(named(shown)).splitlines() if line[:1].isalpha()] == [
        "ANNA: One & two.", "Three.", "Four.", "ANNA: Five."]  # fmt: skip
    tricky = [replace(one, speaker="A <b>, {x}") for one in shown]
    assert "<v A &lt;b&gt;, {x}>" in vtt(tricky) and ",Default,A <b>  \\{x\\},0" in ass(tricky, 640, 360)


def test_only_what_changed_is_spoken_again(desk):
    assert newly() == ["", "ANNA", "BEN", "carl", "ANNA", "BEN"]
    assert newly() == []
    write("cast.toml", CAST.replace('"ben"', '"ben"\npace = 1.1'))
    assert newly() == ["BEN", "BEN"]
    assert newly(only=frozenset({4})) == ["carl"]
    write("cast.toml", CAST.replace('"ben"', '"carl"'))
    assert newly() == ["BEN", "BEN"]


def test_whoever_is_not_in_the_cast_is_told_with_the_line(desk):
    told = Told()
    write("cast.toml", '[Anna]\nvoice = "anna"\n')
    cues = spoken_cues(told)
    assert "“BEN” (lines 4, 8) is not in cast.toml, and the narrator's voice speaks it" in told.lines
    assert desk.names == ["me", "anna", "carl"] and cues[2].cue.speaker == "BEN"
    assert cues[2].take.key.fingerprint == "tone of me"


def test_bad_casts_are_refused_before_a_word_is_spoken(desk):
    shutil.rmtree("voices/carl")
    with pytest.raises(ScriptError, match=r"script.txt, line 6: \[voice: carl\]: there is no voice"):
        checked()
    write("cast.toml", CAST.replace('"ben"', '"bem"'))
    write("script.txt", "ANNA: One.\n\nBEN: Two.")
    with pytest.raises(ConfigError, match=r"cast.toml: \[Ben\]: there is no voice 'bem'; did you mean 'ben'"):
        checked()
    assert not desk.loaded


def test_without_a_cast_the_film_is_as_before(desk):
    write("script.txt", "[00:01] ANNA: One.\nBEN: Two.\n\n[00:05] ANNA: Three.")
    cues = [one.cue for one in spoken_cues(cast=Cast())]
    assert [(cue.text, cue.speaker) for cue in cues] == [("One. Two.", ""), ("Three.", "ANNA")]
    assert desk["me"].said[0] == ("One. Two.", 1.0, Marks())


def test_each_is_listened_to_in_the_language_of_its_voice(desk, monkeypatch):
    asked = []
    monkeypatch.setattr(
        speak, "listener_for", lambda engine, _: lambda *args: asked.append((engine.name, args[1].text)) or Verdict(("a",))
    )
    spoken_cues(verify=True)
    assert ("ben", "Eight nine ten.") in asked and ("carl", "One two three.") in asked and len(asked) == 6


def test_a_listener_knows_the_pace_of_a_role(desk, monkeypatch):
    paces = []
    monkeypatch.setattr(speak, "verify", lambda *args, pace, **_: paces.append(pace) or Verdict(("a",)))
    engine = Company(load_voice("me"), Cast()).engine(Role("anna", pace=0.8))
    listen = speak.listener_for(engine)
    listen(engine.synthesize("one"), Cue("one"), 1.1)
    assert paces == [pytest.approx(0.88)]


def test_what_will_not_fit_is_known_by_the_voice_that_speaks(desk, monkeypatch):
    monkeypatch.setattr(Tone, "timing", lambda self, text, **how: self.synthesize(text, **how).words)
    slow = replace(read_cast(Path("cast.toml")), roles={"Anna": Role("anna", pace=0.5), "Ben": Role("ben")})
    usual = estimate(checked(), load_voice("me"))
    slower = estimate(checked(cast=slow), load_voice("me"))
    by_name = [
        (one.placement.cue.speaker, after.natural_s / one.natural_s) for one, after in zip(usual, slower, strict=True)
    ]
    assert all((ratio > 1.8) == (name == "ANNA") for name, ratio in by_name), by_name


def spoken(*turns: tuple[str, float], start_s: float | None = None, end_s: float | None = None, clip=None, pause_s=0.0):
    marks = Marks(pauses_s=(pause_s,)) if pause_s else Marks()
    return [
        Spoken(Cue(name, start_s if not n else None, end_s if not n else None, marks=marks, clip=clip, turn=n), seconds)
        for n, (name, seconds) in enumerate(turns)
    ]


def test_a_dialogue_is_placed_as_one():
    placed = plan([*spoken(("a", 1.0), ("b", 2.0), start_s=2.0), *spoken(("c", 1.0))], 20.0)
    assert [round(one.start_s, 3) for one in placed][:2] == [2.0, 3.25], "it is not spread over what is left"
    assert placed[2].start_s > 6


def test_a_dialogue_keeps_its_end_by_its_gaps_first():
    placed = plan(spoken(("a", 1.0), ("b", 1.0), ("c", 1.0), start_s=1.0, end_s=4.3), 20.0)
    assert placed[-1].end_s == pytest.approx(4.3, abs=0.01) and not any(one.overrun_s for one in placed)
    assert all(one.compression.pace == 1 for one in placed)
    tight = plan(spoken(("a", 1.0), ("b", 1.0), ("c", 1.0), start_s=1.0, end_s=3.5), 20.0)
    assert all(one.compression.pace > 1 for one in tight) and tight[-1].end_s <= 3.51


def test_a_dialogue_that_does_not_fit_says_so_for_each():
    placed = plan(spoken(("a", 2.0), ("b", 4.0), start_s=1.0, end_s=3.0), 20.0)
    assert placed[1].overrun_s == pytest.approx(2 * placed[0].overrun_s, rel=0.01) and placed[0].overrun_s > 0


def test_a_pause_that_the_script_asks_for_stays_between_turns():
    placed = plan(spoken(("a", 1.0), ("b", 1.0), start_s=1.0, pause_s=1.5), 20.0)
    assert placed[1].start_s - placed[0].end_s == pytest.approx(1.5)


def test_a_dialogue_in_the_clip_of_a_storyboard():
    first, second = spoken(("a", 1.0), ("b", 1.0), clip=0), spoken(("c", 1.0), clip=1)
    placed = plan([*first, *second], 10.0, slots=(Slot(0.0, 5.0), Slot(5.0, 10.0)))
    assert placed[1].start_s - placed[0].end_s == pytest.approx(TURN_GAP_S) and placed[2].start_s >= 5


def test_everybody_is_a_cue_of_their_own_though_they_say_the_same(desk):
    write("script.txt", "[voice: anna] Yes. [voice: ben] Yes. [voice: anna] Yes. [voice: ben] Yes.")
    cues = spoken_cues(cast=Cast())
    assert [one.cue.speaker for one in cues] == ["anna", "ben", "anna", "ben"] and len({one.cue for one in cues}) == 4
    assert all(one.end_s < other.start_s for one, other in pairwise(cues))
