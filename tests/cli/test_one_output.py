"""A file that another run is writing is not written a second time: whoever comes second is told, before any work."""

import threading
from contextlib import contextmanager

import pytest
from made import spoken, write

from voicekit.audio.treatment import Treatment
from voicekit.core.errors import VoicekitError
from voicekit.core.files import alone, claimed
from voicekit.postproduction.chain import run_chain


@contextmanager
def by_another(holding):
    """Something that another run holds: to the locks, another thread is one."""
    begun, over = threading.Event(), threading.Event()

    def hold():
        with holding:
            begun.set()
            over.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(60)
    yield
    over.set()
    thread.join()


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["denoise", "take.wav", "-o", "out.wav"], "out.wav"),
        (["master", "take.wav", "--for", "podcast", "-o", "out.wav"], "out.wav"),
        (["restore", "take.wav", "-o", "out.flac"], "out.flac"),
        (["enhance", "take.wav", "-o", "out.mp3"], "out.mp3"),
        (["post", "take.wav", "-o", "out.wav"], "out.wav"),
        (["separate", "take.wav", "-o", "parts"], "parts/background.wav"),
        (["compare", "take.wav", "take.wav", "-o", "out.html"], "out.html"),
        (["stage", "cards", "title.txt", "-o", "out.png"], "out.png"),
        (["say", "Hello.", "--voice", "tiny", "-o", "out.wav"], "out.wav"),
    ],
)
def test_the_second_is_told(tmp_path, monkeypatch, exit_code, capsys, tiny_voice, arguments, out):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "take.wav", spoken(0.5))
    (tmp_path / "title.txt").write_text("A title\n")
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "tiny").symlink_to(tiny_voice)
    with by_another(claimed(tmp_path / out)):
        assert exit_code(*arguments) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("voicekit: ")]
    assert told == [f"voicekit: another run of voicekit is writing {out}; wait until it has ended, or choose another name"]
    assert not (tmp_path / out).exists()
    assert exit_code(*arguments) == 0 and (tmp_path / out).exists()
    assert not list(tmp_path.rglob(".*"))


def test_two_runs_do_not_work_in_one_dataset(tmp_path, monkeypatch, exit_code, capsys):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "recordings" / "take.wav", spoken(0.5))
    with by_another(alone(tmp_path / "datasets" / "me" / ".work")):
        assert exit_code("prepare", "recordings", "--name", "me") == 1
    assert "another run of voicekit is at work in datasets/me/.work" in capsys.readouterr().err


def test_its_name_is_a_runs_own_as_long_as_it_works(tmp_path):
    refused = []

    def meanwhile():
        with pytest.raises(VoicekitError, match="another run"), claimed(tmp_path / "out.wav"):
            pytest.fail("two write it")
        refused.append(True)

    def step(sound):
        other = threading.Thread(target=meanwhile)
        other.start()
        other.join()
        return Treatment(())

    run_chain(write(tmp_path / "take.wav", spoken(0.5)), tmp_path / "out.wav", {"step": step})
    assert refused == [True] and (tmp_path / "out.wav").exists()
