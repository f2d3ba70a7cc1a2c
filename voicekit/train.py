"""From a dataset to a voice: align, train the acoustic model, train the vocoder on what it makes, save the voice.

A run lives in `voices/NAME/training/`. It is saved every `save_every_s` seconds, so that Ctrl-C or kill −9 loses less than a
minute, and the same command goes on from there.
"""

import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric

from voicekit.audio.features import FRAME_RATE, Features
from voicekit.config import TrainConfig
from voicekit.dataset.batches import Batches, Example, align_dataset
from voicekit.dataset.manifest import features_path, read_manifest
from voicekit.engines.native import NativeEngine
from voicekit.errors import ConfigError, DatasetError
from voicekit.files import atomic, write_text
from voicekit.loop import Position, Progress, Run
from voicekit.media import write_wav
from voicekit.model.acoustic import AcousticModel
from voicekit.model.checkpoint import VoiceInfo, load_voice, save_voice
from voicekit.model.stages import (
    acoustic_stage,
    calibrate_durations,
    predicted_mels,
    vocoder_stage,
)
from voicekit.model.vocoder import Vocoder
from voicekit.progress import track
from voicekit.text.arpabet import nearest_arpabet
from voicekit.text.phonemise import BOUNDARIES
from voicekit.voices import choose_device

SAMPLE_SENTENCE = "This is how the voice sounds by now. Is it getting any better?"


def train(
    dataset: Path,
    voice: Path,
    config: TrainConfig,
    base: Path | None,
    device: str = "auto",
    watch: Callable[[Progress], None] = lambda progress: None,
) -> Path:
    """Trains the voice `voice` on the prepared `dataset`, going on with an unfinished run of the same settings.

    Args:
        base: the folder of the voice to start from, or None to start from nothing.
        device: "auto", "cpu", "cuda" or another accelerator that Lightning Fabric knows.
        watch: called after every step.

    Returns:
        The voice's folder.

    Raises:
        DatasetError, CheckpointError, VoicekitError: see the steps.
    """
    fabric = _fabric(config, device)
    examples = align_dataset(dataset)
    training = [example for example in examples if example.split == "train"]
    if not training:
        raise DatasetError(f"{dataset} holds no utterance to train on; record at least a few minutes of speech")
    language = read_manifest(dataset)[0].language
    acoustic, vocoder = _networks(base, examples)
    _measure(acoustic, dataset, training)

    run = Run(voice / "training", config, dataset)
    fabric.launch()
    position = run.restore(acoustic, vocoder)
    info = VoiceInfo(voice.name, language, acoustic.symbols, acoustic.config, vocoder.config)

    def sample(name: str) -> None:
        _speak_sample(run.folder / "samples" / f"{name}.wav", info, acoustic, vocoder)

    batches = Batches(dataset, training, acoustic.symbols)
    held_out = Batches(dataset, [e for e in examples if e.split != "train"][:24], acoustic.symbols)
    if position.stage == "acoustic":
        stage = acoustic_stage(
            acoustic, lambda rng: batches.acoustic(rng, config.acoustic.batch), _held_out_acoustic(held_out)
        )
        run.go(fabric, stage, config.acoustic, position, (acoustic, vocoder), watch, sample)
        # On sentences it was not taught, where there are any: those it was it knows too well.
        unseen = stage.held_out or [stage.draw(np.random.default_rng(0))]
        calibrate_durations(acoustic, [fabric.to_device(batch) for batch in unseen])
        position = Position("vocoder")
        run.save(position, acoustic, vocoder)
    if position.stage == "vocoder":
        predicted = run.folder / "predicted"
        _write_predicted(predicted, acoustic, batches)
        stage = vocoder_stage(
            vocoder,
            lambda rng: batches.vocoder(rng, config.vocoder.batch, config.segment_frames, predicted),
            [held_out.vocoder(np.random.default_rng(0), 12, config.segment_frames)] if held_out.examples else [],
        )
        run.go(fabric, stage, config.vocoder, position, (acoustic, vocoder), watch, sample)
        position = Position("done")
        run.save(position, acoustic, vocoder)
        shutil.rmtree(predicted, ignore_errors=True)  # as large as the features, and of no more use

    origin = {
        "dataset": dataset.name,
        "minutes": round(sum(sum(e.durations) for e in training) / FRAME_RATE / 60, 1),
        "base": base.name if base else "none",
        "trained": date.today().isoformat(),
        "training": asdict(config),
    }
    save_voice(voice, replace(info, origin=origin), acoustic, vocoder)
    write_text(voice / "README.md", _model_card(voice.name, origin, language))
    return voice


def _fabric(config: TrainConfig, device: str) -> Fabric:
    device = choose_device(device)
    try:
        return Fabric(accelerator=device, devices=config.devices, precision=config.precision)
    except (ValueError, RuntimeError, ImportError) as error:  # Lightning's ways to say no
        raise ConfigError(
            f"cannot train on {config.devices} x {device} in precision '{config.precision}': {str(error).splitlines()[0]}"
        ) from error


def _networks(base: Path | None, examples: list[Example]) -> tuple[AcousticModel, Vocoder]:
    """The base's networks, or new ones; with an embedding for every phone of the examples."""
    spoken = {symbol for example in examples for symbol in example.symbols}
    if base is None:
        symbols = BOUNDARIES + tuple(sorted(spoken - set(BOUNDARIES)))
        return AcousticModel(symbols), Vocoder()
    info, old, vocoder = load_voice(base)
    new = tuple(sorted(spoken - set(info.symbols)))
    acoustic = AcousticModel(info.symbols + new, info.acoustic)
    state = old.state_dict()
    embedding = state["encoder.symbol.weight"]
    # A phone the base never met starts as the one it knows that sounds most like it.
    rows = [_nearest_row(symbol, info.symbols) for symbol in new]
    state["encoder.symbol.weight"] = torch.cat((embedding, embedding[rows])) if rows else embedding
    acoustic.load_state_dict(state)
    return acoustic, vocoder


def _nearest_row(symbol: str, known: tuple[str, ...]) -> int:
    wanted = nearest_arpabet(symbol)
    rows = [i for i, k in enumerate(known) if k not in BOUNDARIES and nearest_arpabet(k) == wanted]
    return rows[0] if rows else len(BOUNDARIES)


def _measure(acoustic: AcousticModel, dataset: Path, examples: list[Example]) -> None:
    """The voice's statistics, from up to 400 of its utterances."""
    chosen = examples[:: max(len(examples) // 400, 1)]
    features = [Features.load(features_path(dataset, example.id)) for example in chosen]
    mels = np.concatenate([f.mel for f in features], axis=1)
    f0 = np.concatenate([f.f0[f.f0 > 0] for f in features])
    if len(f0) == 0:
        raise DatasetError(f"no voice was found in {dataset}; are these recordings of speech?")
    log_f0, energy = np.log(f0), mels.mean(0)
    for name, value in {
        "mel_mean": mels.mean(1), "mel_std": mels.std(1).clip(0.1), "log_f0_mean": log_f0.mean(),
        "log_f0_std": max(log_f0.std(), 0.05), "energy_mean": energy.mean(), "energy_std": max(energy.std(), 0.1),
    }.items():  # fmt: skip
        getattr(acoustic, name).copy_(torch.as_tensor(value, dtype=torch.float32))


def _write_predicted(folder: Path, acoustic: AcousticModel, batches: Batches) -> None:
    acoustic.eval()
    device = next(acoustic.parameters()).device
    for example in track(batches.examples, "speaking what is to be vocoded", total=len(batches.examples)):
        path = folder / f"{example.id}.npy"
        batch = batches.collate([example])
        mel = predicted_mels(acoustic, type(batch)(*(tensor.to(device) for tensor in batch)))
        with atomic(path) as partial, partial.open("wb") as file:
            np.save(file, mel[0].cpu().numpy().astype(np.float16))


def _held_out_acoustic(held_out: Batches) -> list:
    return [held_out.collate(held_out.examples[i : i + 12]) for i in range(0, len(held_out.examples), 12)]


def _speak_sample(path: Path, info: VoiceInfo, acoustic: AcousticModel, vocoder: Vocoder) -> None:
    device = next(acoustic.parameters()).device
    speech = NativeEngine(info, acoustic, vocoder, str(device)).synthesize(SAMPLE_SENTENCE)
    write_wav(path, [speech.waveform], speech.sample_rate)
    acoustic.train()
    vocoder.train()


def _model_card(name: str, origin: dict, language: str) -> str:
    return f"""# {name}

A voice made by voicekit from {origin["minutes"]} minutes of the dataset `{origin["dataset"]}` on {origin["trained"]},
starting from the voice `{origin["base"]}`. Language: {language}.

It speaks as the person in the recordings does. Use it only with that person's consent.

Settings, sizes and phones: `voice.toml`. Losses and samples of its making: `training/`.
"""
