"""Training an isolator from a folder of recordings: what is kept for judging, resuming, and what is missing."""

import json

import numpy as np
import pytest
import soundfile
from conftest import buzz
from isolator import corpus
from isolator.corpus import judging_corpus, training_corpus
from isolator.settings import IsolatorTraining
from isolator.train import train_isolator
from reporters import Steps

from voicekit.core.errors import DatasetError
from voicekit.model.sizes import SpeechSeparatorConfig
from voicekit.separation.speech_separator import load_speech_separator
from voicekit.training.settings import TaskConfig

TINY = IsolatorTraining(
    isolator=TaskConfig(0.03, 2, 1e-3, check_every_s=1),
    isolator_network=SpeechSeparatorConfig(8, 8, 1),
    seconds=1.0,
    save_every_s=0.2,
)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A folder as the project's data, with one second in each file."""
    monkeypatch.setattr(corpus, "MADE_UP_S", dict.fromkeys(corpus.MADE_UP_S, 8))
    folder = tmp_path / "data"
    speech = ["kathleen/k", "kerstin/n", "librispeech/train-clean-100/r", "librispeech/test-other/s/t", "vctk/p/v"]
    names = [f"{name}{i}.wav" for name in speech for i in range(24 if name[0] == "k" else 3)]
    names += [f"noise/esc10/rain/1-{source}-A.wav" for source in range(8)] + ["noise/esc10/rain/1-7-B.wav"]
    names += [f"music/stems/{stem}.wav" for stem in ("drums", "horns")]
    for i, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, buzz(1.5, seed=i % 5), 24000)
    return folder


def test_what_is_judged_on_is_not_trained_on(data):
    heard, kept = training_corpus(data), judging_corpus(data)

    def files(one):
        return {p for group in (one.speakers, one.noises) for paths in group.values() for p in paths} | set(
            one.music.values()
        )

    assert files(heard) and files(kept) and not files(heard) & files(kept)
    sources = [{path.stem.split("-")[1] for path in one.noises["rain"]} for one in (heard, kept)]
    assert not sources[0] & sources[1]
    assert set(heard.music) == {"drums"} and set(kept.music) == {"horns"}


def test_an_isolator_is_trained_and_goes_on_where_it_was(data, tmp_path):
    out = tmp_path / "own"

    class Killed(Exception):
        pass

    def kill(step):
        if step.share > 0.45:
            raise Killed

    with pytest.raises(Killed):
        train_isolator(data, out, TINY, "cpu", reporter=Steps(kill))
    steps = Steps()
    train_isolator(data, out, TINY, "cpu", reporter=steps)
    assert steps.seen[0].number > 1 and steps.seen[-1].left_s == 0
    isolator = load_speech_separator(out)
    assert isolator.config == TINY.isolator_network
    assert (out / "training" / "losses.csv").read_text().count("held-out")
    assert np.isfinite(json.loads((out / "training" / "run.json").read_text())["minutes"][0])


def test_a_finished_run_is_finished(data, tmp_path):
    train_isolator(data, tmp_path / "own", TINY, "cpu")
    again = Steps()
    train_isolator(data, tmp_path / "own", TINY, "cpu", reporter=again)
    assert again.seen == []


@pytest.mark.parametrize("missing", ["kathleen", "librispeech/train-clean-100", "noise/esc10/rain"])
def test_a_folder_that_lacks_something(data, tmp_path, missing):
    for path in (data / missing).rglob("*.wav"):
        path.unlink()
    with pytest.raises(DatasetError, match=f"{missing} holds no recordings"):
        train_isolator(data, tmp_path / "own", TINY, "cpu")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(DatasetError, match="holds no recordings; point to the folder"):
        train_isolator(tmp_path / "nothing", tmp_path / "own", TINY, "cpu")
