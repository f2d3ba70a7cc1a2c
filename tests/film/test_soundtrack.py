"""Music that is composed and effects that are made: placed, as long as wanted, recognisable, and without clicks."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from reporters import Told

from voicekit.core.errors import MediaError
from voicekit.film.pipeline.heard import sound_files
from voicekit.film.pipeline.settings import ProductionSettings
from voicekit.film.soundtrack import instruments
from voicekit.film.soundtrack.audio_lexicon import HAPPENING
from voicekit.film.soundtrack.composer import compose
from voicekit.film.soundtrack.effects import MADE
from voicekit.film.soundtrack.form import MOODS, Part, bars_of
from voicekit.film.soundtrack.instruments import RATE
from voicekit.film.soundtrack.mixing import placed
from voicekit.film.soundtrack.plan import Placed, Plan, is_composed, own_sounds, planned
from voicekit.film.soundtrack.soundtrack import effects_file, heard, music_file
from voicekit.media import load_audio
from voicekit.media.write import write_sound
from voicekit.text.script.storyboard import Storyboard


def board(*audio: str, head: str = "", seconds: float = 4) -> Storyboard:
    clips = (f"## Clip {n} ({seconds:g} s)\n- **Visual:** sky\n- **Audio:** {one}\n" for n, one in enumerate(audio, 1))
    return Storyboard.parse(head + "\n".join(clips), "board.md")


def music(*parts: Part) -> np.ndarray:
    return np.concatenate(list(compose(parts)), axis=1)


def effect(name: str, seconds: float = 4.0) -> np.ndarray:
    return np.concatenate(list(placed(MADE[name].heard(seconds, 1), seconds)), axis=1)


def centroid_hz(sound: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(sound.mean(axis=0))) ** 2
    return float((np.fft.rfftfreq(sound.shape[1], 1 / RATE) * power).sum() / power.sum())


def strokes_of(sound: np.ndarray) -> int:
    """How often it becomes suddenly louder."""
    hops = np.abs(sound.mean(axis=0))[: sound.shape[1] // 2400 * 2400].reshape(-1, 2400).max(axis=1)
    before = np.concatenate([[0.0], hops[:-1]])
    return int(((hops > 0.25 * hops.max()) & (hops > 1.7 * before)).sum())


# The plan of a film's sound.


def test_music_changes_where_a_clip_asks_for_another_mood():
    plan = planned(board("epic music", "crowd", "calm piano", "no music", "tense strings"), None)
    assert plan.parts == (Part(0, 8, "epic"), Part(8, 12, "calm"), Part(12, 16, ""), Part(16, 20, "tense"))


def test_without_a_word_for_music_there_is_none():
    assert planned(board("rain", ""), None).parts == ()
    assert planned(board("no music", "keine Musik"), Path("bed")).parts == ()


def test_music_that_is_asked_for_by_name():
    lines = board("epic music", "rain")
    assert planned(lines, Path("bed")).parts == (Part(0, 8, "epic"),)
    assert planned(lines, Path("tense")).parts == (Part(0, 8, "tense"),)
    assert planned(lines, Path("none")).parts == () and planned(lines, Path("none")).effects
    assert is_composed(Path("epic")) and not is_composed(Path("song.mp3")) and not is_composed(None)


def test_music_of_the_whole_film_stands_above_its_clips():
    plan = planned(board("rain", "wind", head="# A film\n- **Music:** playful\n\n"), None)
    assert plan.parts == (Part(0, 8, "playful"),) and [one.effect for one in plan.effects] == ["rain", "wind"]


def test_an_effect_that_goes_on_has_no_seam():
    plan = planned(board("rain, a whistle", "rain", "wind", "rain"), None)
    assert [(one.effect, one.start_s, one.end_s) for one in plan.effects] == [
        ("rain", 0, 8), ("whistle", 0, 4), ("wind", 8, 12), ("rain", 12, 16)
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(MADE))
def test_what_happens_in_two_clips_happens_twice(name):
    words = {"click": "a mouse click", "bell": "a church bell"}.get(name, name)
    found = [(one.effect, one.start_s, one.end_s) for one in planned(board(words, words), None).effects]
    assert found == ([(name, 0, 4), (name, 4, 8)] if name in HAPPENING else [(name, 0, 8)])


def test_what_cannot_be_made_is_told_with_its_clip():
    (note,) = planned(board("rain", "rain, a dog barks"), None).notes
    assert note.startswith("clip 2: “a dog barks” cannot be made; put a sound file")
    nearest = planned(board("sad music"), None).notes
    assert any("“sad”: calm is the nearest" in one for one in nearest)


def test_a_persons_own_files_go_first(tmp_path):
    names = ("music.wav", "dog.wav", "2 whistle.wav", "other.wav")
    for name in names:
        write_sound(tmp_path / name, [np.full((2, RATE), 0.1, np.float32)], RATE)
    (tmp_path / "notes.txt").write_text("no sound")
    plan = planned(board("epic music, a dog barks", "a dog barks, a whistle"), None, own_sounds(tmp_path))
    assert plan.file == tmp_path / "music.wav" and plan.parts == ()
    assert [(one.start_s, one.file.name) for one in plan.effects] == [(0, "dog.wav"), (4, "2 whistle.wav"), (4, "dog.wav")]
    assert not any("cannot be made" in note for note in plan.notes) and any(
        "music.wav is the film's music" in note for note in plan.notes
    )
    assert planned(board("epic music"), tmp_path / "other.wav", own_sounds(tmp_path)).file == tmp_path / "other.wav"


def test_a_file_named_as_suggested_is_used_also_for_the_whole_film(tmp_path):
    lines = board("rain", "a dog barks", head="# A film\n- **Sound:** distant bagpipes\n\n")
    notes = [note for note in planned(lines, None, (), tmp_path).notes if "cannot be made" in note]
    suggested = [Path(note.split("such as ")[1]) for note in notes]
    assert len(suggested) == 2 and {path.parent for path in suggested} == {tmp_path}
    for path in suggested:
        write_sound(path, [np.full((2, RATE), 0.1, np.float32)], RATE)
    plan = planned(lines, None, own_sounds(tmp_path), tmp_path)
    assert [(one.start_s, one.end_s) for one in plan.effects if one.file] == [(0, 8), (4, 8)]
    assert not [note for note in plan.notes if "cannot be made" in note]
    assert any("in the whole film" in note for note in plan.notes)


@pytest.mark.parametrize("place", ["brief", "film"])
def test_files_beside_the_brief_and_beside_the_films_storyboard_are_heard(tmp_path, place):
    for folder in ("brief", "film", "made"):
        (tmp_path / folder).mkdir()
    write_sound(tmp_path / place / "dog.wav", [np.full((2, RATE), 0.1, np.float32)], RATE)
    told = Told()
    beside = [tmp_path / "brief", tmp_path / "film"]
    _, effects = sound_files(board("a dog barks, a cat"), ProductionSettings(), beside, tmp_path / "made", told, make=True)
    assert effects and any(str(tmp_path / place / "dog.wav") in line for line in told.lines)
    assert any(str(tmp_path / "brief" / "cat.wav") in line or "a-cat.wav" in line for line in told.lines)


# The music.


@pytest.mark.parametrize("mood", MOODS)
def test_music_is_as_long_as_the_film_and_ends_with_it(mood):
    sound = music(Part(0, 9.37, mood))
    assert sound.shape == (2, round(9.37 * RATE)) and sound.dtype == np.float32
    levels = [float(np.sqrt(np.mean(sound[:, at : at + RATE] ** 2))) for at in range(0, 9 * RATE, RATE)]
    assert min(levels) > 0.005 and np.abs(sound).max() < 1
    assert np.abs(sound[:, -48:]).max() < 1e-3  # it has died away
    assert np.abs(np.diff(sound, axis=1)).max() < 0.35 * np.abs(sound).max() + 0.1


def test_the_same_parts_give_the_same_music():
    parts = (Part(0, 5, "calm"),)
    assert np.array_equal(music(*parts), music(*parts))


def test_a_part_begins_on_a_bar_at_its_clip():
    parts = [Part(0, 7.3, "calm"), Part(7.3, 12.9, "epic"), Part(12.9, 15, ""), Part(15, 31, "playful")]
    bars = list(bars_of(parts))
    for part in parts:
        assert not part.mood or any(abs(bar.start_s - part.start_s) < 1e-9 and bar.place == 0 for bar in bars)
    for one, other in pairwise(bars):
        assert one.start_s + one.length_s <= other.start_s + 1e-9
    assert [bar.mood for bar in bars if bar.is_last] == ["epic", "playful"] and [bar.mood for bar in bars if bar.leads] == [
        "calm"
    ]
    for bar in bars:  # the tempo bends, but not out of shape
        assert 0.75 < bar.beat_s / MOODS[bar.mood].beat_s < 1.34


def test_a_film_ends_on_a_cadence_and_no_four_bars_come_twice_in_a_row():
    bars = list(bars_of([Part(0, 180, "calm")]))
    assert [bar.chord for bar in bars[-2:]] == ["G", "C"]
    phrases = [tuple(bar.chord for bar in bars[at : at + 4]) for at in range(0, len(bars) - 6, 4)]
    assert all(one != other for one, other in pairwise(phrases)) and len(set(phrases)) >= 3
    energies = [bar.energy for bar in bars]
    assert energies[0] < 0.3 and max(energies) > 0.9


def test_music_is_never_looped():
    sound = music(Part(0, 30, "playful")).mean(axis=0)
    frames = sound[: len(sound) // 4800 * 4800].reshape(-1, 4800)
    shapes = np.log(np.abs(np.fft.rfft(frames * np.hanning(4800), axis=1))[:, 5:400] + 1e-3)
    shapes -= shapes.mean(axis=0)
    shapes /= np.linalg.norm(shapes, axis=1, keepdims=True)
    alike = [float((shapes[lag:] * shapes[:-lag]).sum(axis=1).mean()) for lag in range(15, 150)]
    assert max(alike) < 0.6  # a loop would be 1


def test_silence_between_two_parts_is_silent():
    sound = music(Part(0, 4, "epic"), Part(4, 8, ""), Part(8, 12, "calm"))
    assert np.abs(sound[:, 5 * RATE : 8 * RATE]).max() < 1e-6 < np.abs(sound[:, 9 * RATE :]).max()


def test_music_takes_a_bar_at_a_time():
    blocks = compose([Part(0, 3600, "calm")])
    assert next(blocks).shape[1] < 5 * RATE  # and not the hour


def test_notes_are_kept_while_they_are_played_again_within_bounds_and_freed(monkeypatch):
    monkeypatch.setattr(instruments, "_MOST_BYTES", 2_000_000)
    notes = instruments._NOTES
    kept = []
    for _ in compose([Part(0, 12, "epic")]):
        kept.append((notes._bytes, sum(note.nbytes for note in notes._kept.values())))
    assert 500_000 < max(kept)[0] <= 2_000_000 and all(said == there for said, there in kept)
    assert notes._bytes == len(notes._kept) == 0
    once, again = instruments.keys(60, 0.5), instruments.keys(60, 0.5)
    assert once is again and instruments.keys(61, 0.5) is not once


# The effects.


@pytest.mark.parametrize("name", MADE)
def test_an_effect_lies_in_its_clip_without_a_click(name):
    sound = effect(name, 3.0)
    assert sound.shape == (2, 3 * RATE) and np.array_equal(sound, effect(name, 3.0))
    rms, peak = float(np.sqrt((sound**2).mean())), float(np.abs(sound).max())
    assert 1e-3 < rms < 0.12 and 0.02 < peak < 0.7
    assert np.abs(sound[:, :24]).max() < 0.25 * peak  # it comes in softly


@pytest.mark.parametrize(
    ("name", "low_hz", "high_hz"),
    [
        ("heartbeat", 40, 110), ("thunder", 30, 250), ("wind", 100, 700), ("engine", 40, 500), ("crowd", 200, 1500),
        ("bell", 250, 1200), ("whistle", 2500, 3300), ("clock", 2000, 5500), ("rain", 1500, 7000), ("applause", 900, 4500),
        ("whoosh", 400, 4000), ("cheer", 500, 3000),
        ("kick", 50, 250), ("boom", 30, 250), ("fireworks", 40, 3000),
    ],
)  # fmt: skip
def test_an_effect_sounds_where_it_should(name, low_hz, high_hz):
    assert low_hz < centroid_hz(effect(name)) < high_hz


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("clock", 7, 9),
        ("footsteps", 6, 9),
        ("heartbeat", 7, 10),
        ("bell", 1, 3),
        ("whistle", 1, 8),
        ("click", 2, 10),
        ("kick", 1, 1),
        ("boom", 1, 1),
    ],
)
def test_what_is_struck_is_struck_as_often_as_it_should(name, least, most):
    assert least <= strokes_of(effect(name)) <= most


def test_fireworks_boom_low_and_crackle_high_where_a_boom_does_not():
    def share(name: str, low_hz: float, high_hz: float) -> float:
        power = np.abs(np.fft.rfft(effect(name).mean(axis=0))) ** 2
        hz = np.fft.rfftfreq(4 * RATE, 1 / RATE)
        return float(power[(hz > low_hz) & (hz < high_hz)].sum() / power.sum())

    assert share("fireworks", 20, 200) > 0.3 and share("fireworks", 2000, 9000) > 10 * share("boom", 2000, 9000)
    assert planned(board("fireworks"), None).effects == (Placed(0, 4, "fireworks"),)


def test_what_goes_on_does_not_come_again():
    sound = effect("rain", 30.0).mean(axis=0)
    part = sound[2 * RATE : 3 * RATE]
    for at in range(4 * RATE, 28 * RATE, RATE // 7):
        assert abs(float(np.corrcoef(part, sound[at : at + RATE])[0, 1])) < 0.1


def test_effects_are_heard_in_their_clips_only():
    sound = np.concatenate(list(placed(heard((Placed(2, 4, "wind"), Placed(6, 8, "click"))), 10)), axis=1)
    loud = [float(np.abs(sound[:, at * RATE : (at + 1) * RATE]).max()) > 1e-3 for at in range(10)]
    assert loud == [False, False, True, True, False, False, True, True, False, False]


def test_an_effect_is_made_when_its_clip_has_come(monkeypatch):
    asked = []
    wind = MADE["wind"].heard

    def counted(self, seconds, seed):
        asked.append(seed)
        return wind(seconds, seed)

    monkeypatch.setattr(type(MADE["wind"]), "heard", counted)
    stream = heard(tuple(Placed(10.0 * n, 10.0 * n + 10, "wind") for n in range(100)))
    next(stream)
    assert len(asked) <= 2


# The files.


def test_files_are_made_once(tmp_path):
    plan = Plan((Part(0, 2, "calm"),), None, (Placed(0, 2, "click"),))
    paths = [music_file(plan, tmp_path), effects_file(plan, 2.0, tmp_path)]
    before = [path.stat().st_mtime_ns for path in paths]
    assert [music_file(plan, tmp_path), effects_file(plan, 2.0, tmp_path)] == paths
    assert [path.stat().st_mtime_ns for path in paths] == before and len(list(tmp_path.iterdir())) == 2
    assert all(load_audio(path, RATE)[0].shape[-1] == 2 * RATE for path in paths)
    told = Told()
    assert (
        music_file(plan, tmp_path / "again", told).is_file() and effects_file(plan, 2.0, tmp_path / "again", told).is_file()
    )
    assert all(shares[-1] == 1 and any(0 < share < 1 for share in shares) for shares in told.shares.values())
    assert list(told.shares) == ["composing the music", "making the effects"]
    assert music_file(Plan(), tmp_path) is None and effects_file(Plan(), 2.0, tmp_path) is None


def test_a_persons_own_effect_is_levelled_cut_and_faded(tmp_path):
    t = np.arange(3 * RATE) / RATE
    write_sound(tmp_path / "dog.wav", [np.stack([np.sin(2600 * t)] * 2).astype(np.float32)], RATE)
    sound = np.concatenate(list(placed(heard((Placed(1, 2, "dog", tmp_path / "dog.wav"),)), 4)), axis=1)
    assert 0.02 < np.abs(sound[:, RATE : 2 * RATE]).max() < 0.1 and np.abs(sound[:, 2 * RATE :]).max() < 1e-6
    assert np.abs(np.diff(sound, axis=1)).max() < 0.01
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    with pytest.raises(MediaError, match=r"bad\.wav"):
        list(heard((Placed(0, 1, "bad", tmp_path / "bad.wav"),)))


def test_what_is_only_planned_is_not_composed(tmp_path):
    made = tmp_path / "made"
    asked = [board("rain"), ProductionSettings(music=Path("epic")), [], made, Told()]
    planned_only = sound_files(*asked, make=False)
    assert not made.exists() and all(path.parent == made for path in planned_only)
    assert sound_files(*asked, make=True) == planned_only and all(path.is_file() for path in planned_only)
