import threading
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from voicekit.cli.stage import command
from voicekit.core import plugins
from voicekit.core.errors import ConfigError, PluginError, ScriptError
from voicekit.film.pipeline.stage_run import StageRun, Store, load_stage, options_of
from voicekit.film.stage import Context, Stage
from voicekit.testing import check_stage


@dataclass(frozen=True)
class Tint:
    red: float = 0.5
    upside_down: bool = False
    label: str = ""


class Sepia(Stage):
    """A stranger's stage, and how it may go wrong."""

    name, kind = "sepia", "stills"
    takes, gives = (".png",), ".png"
    Options = Tint

    def __init__(self, fault=None):
        self.fault, self.calls = fault, 0

    def run(self, inputs, out, options, context):
        self.calls += 1
        if self.fault == "raises":
            raise KeyError("x")
        if self.fault == "tells":
            raise ScriptError("the words are wrong; write others")
        if self.fault == "hangs":
            threading.Event().wait()
        if self.fault == "nothing":
            return
        if self.fault == "wrong":
            out.write_text("no picture")
            return
        if self.fault == "other":
            Image.new("RGB", (8, 6)).save(out, format="GIF")
            return
        with Image.open(inputs[0]) as picture:
            pixels = np.asarray(picture.convert("RGB")) * [options.red, 0.8, 0.6]
        if self.fault == "touches":
            inputs[0].write_bytes(b"")
        if self.fault == "random":
            pixels += np.random.default_rng().integers(0, 9, pixels.shape)
        if self.fault == "litters":
            (out.parent / "left.txt").write_text("x")
        context.progress(1.0 if self.fault != "boasts" else 2.0)
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(out)


@pytest.fixture
def still(tmp_path):
    Image.new("RGB", (8, 6), (200, 200, 200)).save(tmp_path / "still.png")
    return tmp_path / "still.png"


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(plugins, "names", lambda kind: ["camera", "cards", "sepia"])
    monkeypatch.setattr(plugins, "load", lambda kind, name: {"sepia": Sepia, "cards": lambda: object()}[name])


def test_the_contract(still, tmp_path):
    made = check_stage(Sepia(), [still], tmp_path / "work", Tint(red=1.0))
    with Image.open(made) as picture:
        assert picture.getpixel((0, 0)) == (200, 160, 120)


@pytest.mark.parametrize("fault", ["touches", "random", "litters", "boasts"])
def test_the_contract_catches(still, tmp_path, fault):
    with pytest.raises((AssertionError, PluginError)):
        check_stage(Sepia(fault), [still], tmp_path / "work")


def test_the_same_work_is_done_once(still, tmp_path):
    stage, store = Sepia(), Store(tmp_path / "made")
    step = StageRun(stage, (still,), Tint())
    first = store.make(step, Context())
    assert store.make(StageRun(stage, (still,), Tint()), Context()) == first and stage.calls == 1
    other = still.with_name("copy.png")
    other.write_bytes(still.read_bytes())
    assert store.make(StageRun(stage, (other,), Tint()), Context()) == first, "a file counts by what is in it"
    changed = [StageRun(stage, (still,), Tint(red=0.4)), StageRun(stage, (still,), Tint(), seed=1)]
    Image.new("RGB", (8, 6)).save(other)
    changed.append(StageRun(stage, (other,), Tint()))
    assert len({store.make(one, Context()) for one in [step, *changed]}) == 4 and stage.calls == 4
    newer = Sepia()
    newer.version = "2"
    assert store.make(replace(step, stage=newer), Context()) != first


def test_an_option_that_names_a_file_counts_by_its_content(still, tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("a")
    step = StageRun(Sepia(), (still,), Tint(label=str(note)))
    before = step.key
    note.write_text("b")
    assert step.key != before


@pytest.mark.parametrize(
    ("fault", "error", "message"),
    [
        ("raises", PluginError, "the stage 'sepia' failed: KeyError: 'x'"),
        ("tells", ScriptError, "the words are wrong; write others"),
        ("nothing", PluginError, "the stage 'sepia' made nothing"),
        ("wrong", PluginError, r"the stage 'sepia' made no valid \.png"),
        ("other", PluginError, r"made no valid \.png: a GIF with another ending"),
    ],
)
def test_a_stage_that_fails_is_named_and_leaves_nothing(still, tmp_path, fault, error, message):
    with pytest.raises(error, match=message):
        Store(tmp_path / "made").make(StageRun(Sepia(fault), (still,), Tint()), Context())
    assert list((tmp_path / "made").iterdir()) == []


def test_a_stage_that_hangs_is_given_up(still, tmp_path):
    with pytest.raises(PluginError, match="the stage 'sepia' did nothing for 0 s and was given up"):
        Store(tmp_path / "made").make(StageRun(Sepia("hangs"), (still,), Tint()), Context(), patience_s=0.3)


def test_unknown_stages_and_options_name_the_nearest(installed):
    with pytest.raises(PluginError, match=r"no stage 'sepai'; did you mean sepia\? \(installed: camera, cards, sepia\)"):
        load_stage("sepai")
    with pytest.raises(PluginError, match="'cards' is not a stage"):
        load_stage("cards")
    with pytest.raises(PluginError, match="'sepia' is one for stills, not for animate"):
        load_stage("sepia", "animate")
    stage = Sepia()
    assert options_of(stage, {"red": "0.25", "upside_down": "yes"}) == Tint(0.25, True)
    for given, message in [
        ({"rad": "1"}, "the stage 'sepia': unknown key 'rad'; did you mean 'red'"),
        ({"red": "much"}, "the stage 'sepia': 'red' is a number, not 'much'"),
        ({"upside_down": "perhaps"}, "is yes or no, not 'perhaps'"),
    ]:
        with pytest.raises(ConfigError, match=message):
            options_of(stage, given)


def test_one_stage_from_the_command_line(installed, still, monkeypatch):
    monkeypatch.chdir(still.parent)

    def run(*arguments):
        return CliRunner().invoke(command, arguments)

    assert run("sepia", "still.png", "-o", "out.png", "--set", "red=1").exit_code == 0
    assert Path("out.png").exists()
    for arguments, message in [
        (("sepia", "none.png", "-o", "x.png"), "none.png does not exist"),
        (("sepia", "still.png", "-o", "still.png"), "the input itself"),
        (("sepia", "still.png", "-o", "x.mp4"), "gives .png"),
        (("sepia", "still.png", "-o", "x.png", "--set", "red"), "KEY=VALUE"),
    ]:
        assert message in str(run(*arguments).exception)
    assert not Path("x.png").exists()
    Path("text.txt").write_text("x")
    assert "takes .png, not text.txt" in str(run("sepia", "text.txt", "-o", "x.png").exception)
