"""A voice whose licence forbids it says nothing that is to be sold; and the report says whose voice is heard."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from clips import FakeVoice, make_clip, make_sound

from voicekit.cli import cli
from voicekit.core.errors import CheckpointError, PluginError
from voicekit.film.pipeline import narrate_stage
from voicekit.film.pipeline.narrate_stage import Narrate, NarrateOptions
from voicekit.film.stage import Context
from voicekit.speech import voices
from voicekit.speech.voices import Voice, find_voice, read_voice

NC = {"weights": "CC-BY-NC-4.0", "may_be_sold": False}
FREE = {"weights": "Apache-2.0", "may_be_sold": True}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a clip, and a voice of a model that others trained; its licence is to be set."""
    Path(tmp_path / "script.txt").write_text("One.\n\n[00:02] Two, a little longer.\n", encoding="utf-8")
    make_clip(tmp_path / "clip.mp4", 4.0, make_sound(4.0))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICEKIT_CACHE", str(tmp_path / "cache"))
    voice = Voice("tin:anna", tmp_path, "tin", "en-us", {"made_by": "Tin-82M"}, licence=dict(NC))
    loaded = []
    monkeypatch.setattr(voices, "find_voice", lambda name=None, **_: voice)
    monkeypatch.setattr(voices, "load_engine", lambda voice, device="auto": loaded.append(voice) or FakeVoice())
    return voice, loaded


def run(*args):
    result = CliRunner().invoke(cli, args)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.parametrize(
    "command",
    [
        ["say", "One.", "-o", "one.wav"],
        ["narrate", "script.txt", "--video", "clip.mp4"],
        ["produce", "script.txt", "-o", "film.mp4"],
    ],
)
def test_what_is_to_be_sold_is_not_spoken_where_the_licence_forbids_it(desk, command):
    with pytest.raises(PluginError, match=r"'tin:anna' are under CC-BY-NC-4\.0, which forbids to sell.*--commercial"):
        run(*command, "--commercial")
    assert desk[1] == [] and not any(Path(name).exists() for name in ("one.wav", "clip.narrated.mp4", "film.mp4"))


def test_the_stage_refuses_it_as_well(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(narrate_stage, "find_voice", voices.find_voice)
    with pytest.raises(PluginError, match="forbids to sell"):
        inputs = [Path("clip.mp4"), Path("script.txt")]
        Narrate().run(inputs, tmp_path / "out.mp4", NarrateOptions(commercial=True), Context("cpu"))
    assert desk[1] == []


def test_a_free_voice_speaks_what_is_to_be_sold(desk):
    desk[0].licence.update(FREE)
    assert run("say", "One.", "-o", "one.wav", "--commercial").exit_code == 0 and Path("one.wav").is_file()


@pytest.mark.parametrize("licence", [{}, {"weights": "the server's own"}])
def test_what_nobody_says_may_be_sold_is_not(desk, tmp_path, licence):
    desk[0].licence.clear()
    desk[0].licence.update(licence)
    told = f"licence is {licence.get('weights', 'unknown')}.*write may_be_sold = true below .licence. in .*voice.toml"
    with pytest.raises(PluginError, match=told):
        run("say", "One.", "-o", "one.wav", "--commercial")
    assert desk[1] == [] and not Path("one.wav").exists()
    desk[0].licence.update(may_be_sold=True)
    assert run("say", "One.", "-o", "one.wav", "--commercial").exit_code == 0


def test_a_film_remembers_that_it_is_to_be_sold(desk):
    desk[0].licence.update(FREE)
    run("narrate", "script.txt", "--video", "clip.mp4", "--commercial", "--no-verify")
    assert "commercial = true" in Path("project.toml").read_text(encoding="utf-8")
    desk[0].licence.update(NC)
    with pytest.raises(PluginError, match="forbids to sell"):
        run("narrate", "script.txt", "--video", "clip.mp4")
    assert run("narrate", "script.txt", "--video", "clip.mp4", "--no-commercial").exit_code == 0


def test_the_report_says_whose_voice_is_heard(desk):
    run("narrate", "script.txt", "--video", "clip.mp4", "--no-verify")
    told = json.loads(Path("clip.narrated.report.json").read_text(encoding="utf-8"))["credits"]
    assert told == [
        {"voice": "tin:anna", "engine": "tin", "model": "Tin-82M", "licence": "CC-BY-NC-4.0", "may_be_sold": False}
    ]
    page = Path("clip.narrated.report.html").read_text(encoding="utf-8")
    assert "<dt>Voice</dt><dd>tin:anna<small>Tin-82M, CC-BY-NC-4.0, not to be sold</small>" in page


def test_nobody_of_a_cast_says_what_may_not_be_sold(desk, monkeypatch):
    from voicekit.speech import cast, company

    free = Voice("me", Path(), "native", "en-us", {}, licence=FREE)
    for module in (voices, cast, company):
        monkeypatch.setattr(module, "find_voice", lambda name=None, **_: desk[0] if name == "tin:anna" else free)
    monkeypatch.setattr(company, "load_engine", voices.load_engine)
    Path("script.txt").write_text("ANNA: One.\n\nBERND: Two, a little longer.\n", encoding="utf-8")
    Path("cast.toml").write_text('[ANNA]\nvoice = "tin:anna"\n', encoding="utf-8")
    command = ["narrate", "script.txt", "--video", "clip.mp4", "--cast", "cast.toml", "--no-verify"]
    with pytest.raises(PluginError, match=r"'tin:anna'.*forbids to sell"):
        run(*command, "--commercial")
    assert not Path("clip.narrated.mp4").exists()
    assert run(*command).exit_code == 0
    told = json.loads(Path("clip.narrated.report.json").read_text(encoding="utf-8"))["credits"]
    assert [one["voice"] for one in told] == ["tin:anna", "me"]


def test_our_own_voice_has_the_licence_of_its_recordings(tiny_voice):
    credit = find_voice("base").credit
    assert (credit.engine, credit.model, credit.may_be_sold) == ("native", "", True) and "CC0" in credit.licence
    assert read_voice(tiny_voice).credit.may_be_sold


def test_a_licence_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "voice.toml").write_text('engine = "tin"\nlanguage = "de"\nlicence = "free"\n', encoding="utf-8")
    with pytest.raises(CheckpointError, match="no valid 'licence'"):
        read_voice(tmp_path)
