"""Trains the isolator, the network that takes speech out of a mixture, from a folder of recordings.

A run lives in OUT/training; interrupted, the same command goes on where it was.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from voicekit.config import IsolatorTraining
from voicekit.isolate.corpus import judging_corpus, load, training_corpus
from voicekit.isolate.mixtures import draw
from voicekit.isolate.noises import KINDS
from voicekit.isolate.stage import isolator_stage
from voicekit.loop import Position, Progress, Run, make_fabric
from voicekit.model.checkpoint import save_tensors
from voicekit.model.isolator import SAMPLE_RATE, Isolator

#: Mixtures of the judging corpus, whose loss is drawn; nothing is chosen by it.
_HELD_OUT_BATCHES = 2


def train_isolator(data: Path, out: Path, config: IsolatorTraining, device: str, watch: Callable[[Progress], None]) -> None:
    """From the folder of recordings `data` to `out`/model.safetensors."""
    fabric = make_fabric(config, device)
    fabric.launch()
    heard, unheard = load(training_corpus(data)), load(judging_corpus(data), 1, dict.fromkeys(KINDS, 80))
    samples = round(config.seconds * SAMPLE_RATE)
    held_out = [draw(np.random.default_rng(i), unheard, config.isolator.batch, samples) for i in range(_HELD_OUT_BATCHES)]
    isolator = Isolator(config.isolator_network)
    networks = {"isolator": isolator}
    run = Run(out / "training", config, {data.resolve().name: f"{len(heard.speakers)} speakers"})
    position = run.restore(networks)
    stage = isolator_stage(isolator, lambda rng, size: draw(rng, heard, size, samples), held_out)
    if position.stage != "done":
        run.go(fabric, stage, config.isolator, position, networks, watch, lambda name: None)
        run.save(Position("done"), networks)
    if fabric.is_global_zero:
        save_tensors(out / "model.safetensors", {k: v.half() for k, v in isolator.state_dict().items()})
