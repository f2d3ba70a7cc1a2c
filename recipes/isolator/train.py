"""Trains the isolator, the network that takes speech out of a mixture, from a folder of recordings.

A run lives in OUT/training; interrupted, the same command goes on where it was.
"""

from pathlib import Path

import numpy as np

from isolator.corpus import judging_corpus, load, training_corpus
from isolator.mixtures import draw
from isolator.noises import KINDS
from isolator.settings import IsolatorTraining
from isolator.task import separator_task
from voicekit.core.errors import CheckpointError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.model.checkpoint import new_network, save_tensors
from voicekit.model.speech_separator import SAMPLE_RATE, SpeechSeparator, grown
from voicekit.separation.speech_separator import load_speech_separator
from voicekit.speech.device import choose_device
from voicekit.training.devices import is_first, joined
from voicekit.training.run import DONE, Run
from voicekit.training.trainer import Trainer, make_fabric

#: Mixtures of the judging corpus, whose loss is drawn; nothing is chosen by it.
_HELD_OUT_BATCHES = 2


def train_isolator(
    data: Path,
    out: Path,
    config: IsolatorTraining,
    device: str,
    start: Path | None = None,
    reporter: Reporter = SILENT,
) -> None:
    """From the folder of recordings `data` to `out`/model.safetensors.

    Args:
        start: folder of an isolator to go on from; it may have fewer layers than the new one.

    Raises:
        CheckpointError: there is none in `start`, or of other sizes.
    """
    device = choose_device(device)
    with joined(config.devices, device, _train, data, out, config, device, start):
        _train(data, out, config, device, start, reporter)


def _train(
    data: Path, out: Path, config: IsolatorTraining, device: str, start: Path | None, reporter: Reporter = SILENT
) -> None:
    """What each of the devices does."""
    fabric = make_fabric(config, device)
    fabric.launch()
    heard, unheard = load(training_corpus(data)), load(judging_corpus(data), 1, dict.fromkeys(KINDS, 80))
    samples = round(config.seconds * SAMPLE_RATE)
    held_out = [draw(np.random.default_rng(i), unheard, config.isolator.batch, samples) for i in range(_HELD_OUT_BATCHES)]
    isolator = _start(start, config)
    run = Run(out / "training", config, {data.resolve().name: f"{len(heard.speakers)} speakers"}, {"isolator": isolator})
    if run.state.task != DONE:
        task = separator_task(isolator, lambda rng, size: draw(rng, heard, size, samples), held_out)
        Trainer(fabric, run, task, reporter).train()
        run.enter(DONE)
    if is_first():
        save_tensors(out / "model.safetensors", {k: v.half() for k, v in isolator.state_dict().items()})


def _start(folder: Path | None, config: IsolatorTraining) -> SpeechSeparator:
    if folder is None:
        return new_network(lambda: SpeechSeparator(config.isolator_network))
    try:
        return grown(load_speech_separator(folder).state_dict(), config.isolator_network)
    except RuntimeError as error:
        sizes = "the recipe's 'isolator_network' may differ from it in 'layers' only"
        raise CheckpointError(f"{folder}: this isolator is no start for the new one: {sizes}") from error
