"""Engines of others are agreed to before they are used; their voices are found by name."""

import pytest
from click.testing import CliRunner

from voicekit.cli import cli
from voicekit.core import plugins
from voicekit.core.errors import ConfigError, PluginError
from voicekit.engines import install, store
from voicekit.engines.catalogue import CATALOGUE, EngineCard
from voicekit.engines.voice import Presets, read_settings, save_adapted_voice
from voicekit.speech.voices import check_may_be_sold, engine_folder, find_voice
from voicekit.testing import check_presets


class Tin(Presets):
    engine = "tin"

    def languages(self):
        store.installed("tin")
        return {"anna": "en-us", "bernd": "de"}


@pytest.fixture
def tin(monkeypatch, tmp_path):
    """An engine that nobody has heard of, not added yet."""
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    card = EngineCard("Tin", "CC-BY-NC-4.0", False, 1, "en, de", True, "https://example.org/tin")
    monkeypatch.setitem(CATALOGUE, "tin", card)

    class Module:
        @staticmethod
        def prepare(weights, reporter):
            return weights

    names, load, module = plugins.names, plugins.load, install.importlib.import_module
    monkeypatch.setattr(plugins, "names", lambda kind: sorted({*names(kind), *(["tin"] if kind == "presets" else [])}))
    monkeypatch.setattr(
        plugins, "load", lambda kind, name: Tin() if (kind, name) == ("presets", "tin") else load(kind, name)
    )
    monkeypatch.setattr(
        install.importlib,
        "import_module",
        lambda name, *package: Module if name == "voicekit.engines.tin" else module(name, *package),
    )
    return tmp_path


def run(*args, **how):
    result = CliRunner().invoke(cli, args, **how)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_an_engine_speaks_only_after_its_licence_was_agreed_to(tin):
    with pytest.raises(PluginError, match=r"CC-BY-NC-4.0.*NOT be sold.*voicekit engines add tin"):
        find_voice("tin:anna")
    assert "CC-BY-NC-4.0" in run("engines", "add", "tin", "--yes").output
    voice = find_voice("tin:anna")
    assert (voice.name, voice.engine, voice.language) == ("tin:anna", "tin", "en-us")
    check_presets(Tin())


def test_without_a_terminal_nobody_has_agreed(tin):
    with pytest.raises(ConfigError, match="--yes"):
        run("engines", "add", "tin")
    assert store.find_installed("tin") is None


def test_the_licence_stands_in_the_voice_and_forbids_selling(tin):
    run("engines", "add", "tin", "--yes")
    folder = find_voice("tin:bernd").folder
    assert 'weights = "CC-BY-NC-4.0"' in (folder / "voice.toml").read_text(encoding="utf-8")
    assert "NOT be sold" in (folder / "README.md").read_text(encoding="utf-8")
    with pytest.raises(PluginError, match="forbids to sell"):
        check_may_be_sold(find_voice("tin:bernd"))
    check_may_be_sold(find_voice("base"))


def test_the_nearest_voice_is_named(tin):
    run("engines", "add", "tin", "--yes")
    with pytest.raises(ConfigError, match="did you mean 'tin:anna'"):
        find_voice("tin:ana")
    assert "tin:bernd  de" in run("voices", "--engine", "tin").output


def test_engines_are_listed_and_removed(tin):
    run("engines", "add", "tin", "--yes")
    line = next(line for line in run("engines").output.splitlines() if line.strip().startswith("tin"))
    assert "CC-BY-NC-4.0" in line and " no " in line
    find_voice("tin:anna")
    run("engines", "remove", "tin")
    assert not engine_folder("tin").exists()
    with pytest.raises(ConfigError, match="nothing"):
        run("engines", "remove", "tin")
    with pytest.raises(ConfigError, match="there is no engine"):
        run("engines", "add", "tun", "--yes")


def test_weights_that_are_not_there_are_told(tin):
    with pytest.raises(ConfigError, match="nothing at"):
        run("engines", "add", "tin", "--yes", "--weights", str(tin / "none"))


def test_a_damaged_note_is_told(tin):
    run("engines", "add", "tin", "--yes")
    (engine_folder("tin") / "engine.toml").write_text("weights = [", encoding="utf-8")
    with pytest.raises(PluginError, match=r"damaged.*engines add tin"):
        find_voice("tin:anna")


def test_settings_of_a_voice_are_read_strictly(tin):
    from dataclasses import dataclass

    from voicekit.core.errors import CheckpointError

    @dataclass(frozen=True)
    class Settings:
        voice: str = "anna"

    run("engines", "add", "tin", "--yes")
    save_adapted_voice(tin / "v", "tin", "en-us", {"voice": "bernd"})
    assert read_settings(tin / "v", "tin", Settings()).voice == "bernd"
    save_adapted_voice(tin / "v", "tin", "en-us", {"voise": "bernd"})
    with pytest.raises(CheckpointError, match="voise"):
        read_settings(tin / "v", "tin", Settings())
