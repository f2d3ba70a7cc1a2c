"""From a dataset to a voice: align, train the acoustic model, its prosody, the vocoder on what it makes, save the voice.

A run lives in `voices/NAME/training/`. It is saved every `save_every_s` seconds, so that Ctrl-C or kill −9 loses less than a
minute, and the same command goes on from there.
"""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import numpy as np
import torch
from lightning_fabric.utilities import move_data_to_device

from voicekit.audio.features import FRAME_RATE
from voicekit.core.errors import ConfigError, DatasetError
from voicekit.core.files import atomic, write_text
from voicekit.core.progress import track
from voicekit.dataset.manifest import read_manifest
from voicekit.media import write_wav
from voicekit.model.acoustic import AcousticModel
from voicekit.model.checkpoint import VoiceInfo, load_voice, save_voice
from voicekit.model.reference import embed, second_voice, voice_embedding
from voicekit.model.vocoder import Vocoder
from voicekit.speech.native import NativeEngine
from voicekit.text.phonemes.arpabet import nearest_arpabet
from voicekit.text.phonemes.phonemise import BOUNDARIES
from voicekit.training.data import Batches, Example, align_dataset, predicted_path
from voicekit.training.ewc import FILE as LESSONS
from voicekit.training.ewc import consolidation, fisher_diagonal, load_lessons, save_lessons
from voicekit.training.settings import TrainConfig
from voicekit.training.tasks import (
    Stage,
    acoustic_stage,
    calibrate,
    predicted_mels,
    prosody_stage,
    speaker_stage,
    vocoder_stage,
)
from voicekit.training.trainer import Position, Progress, Run, make_fabric

#: What the Fisher information is taken over.
FISHER_UTTERANCES = 200

SAMPLE_SENTENCE = "This is how the voice sounds by now. Is it getting any better?"


def train(
    datasets: list[Path],
    voice: Path,
    config: TrainConfig,
    base: Path | None,
    device: str = "auto",
    watch: Callable[[Progress], None] = lambda progress: None,
    say: Callable[[str], None] = lambda line: None,
) -> Path:
    """Trains the voice `voice` on prepared datasets, going on with an unfinished run of the same settings.

    Args:
        datasets: the first one's first speaker is whom the voice will speak as. Where there are more speakers the networks
            learn to tell them apart, which a base voice does and a clone need not.
        base: the folder of the voice to start from, or None to start from nothing.
        device: "auto", "cpu", "cuda" or another accelerator that Lightning Fabric knows.
        watch: called after every step.
        say: told what a person should know.

    Returns:
        The voice's folder.

    Raises:
        DatasetError, CheckpointError, VoicekitError: see the steps.
    """
    fabric = make_fabric(config, device)
    examples = [example for dataset in datasets for example in align_dataset(dataset)]
    training = [example for example in examples if example.split == "train"]
    if not training:
        raise DatasetError(f"{datasets[0]} holds no utterance to train on; record at least a few minutes of speech")
    language = read_manifest(datasets[0])[0].language
    acoustic, vocoder = _networks(base, config, examples)
    batches = Batches(training, acoustic.symbols)
    held_out = Batches([e for e in examples if e.split != "train"][:24], acoustic.symbols, batches.statistics)
    single = len(batches.statistics) == 1
    _become(acoustic, batches, training[0].speaker)
    if single and base:
        _tell_of_a_second_voice(acoustic, batches, training[0].speaker, say)

    # A dataset prepared anew is another one.
    material = {str(d.resolve()): hashlib.sha1((d / "manifest.jsonl").read_bytes()).hexdigest() for d in datasets}
    run = Run(voice / "training", config, material)
    fabric.launch()
    # Before a run is resumed, whose weights have moved already.
    start = {p: p.detach().clone() for network in (acoustic, vocoder) for p in network.parameters()}
    networks = {"acoustic": acoustic, "vocoder": vocoder}
    position = run.restore(networks)
    info = VoiceInfo(voice.name, language, acoustic.symbols, acoustic.config, vocoder.config)
    utterances = held_out.in_order(12) or [batches.acoustic(np.random.default_rng(0), 12)]

    def sample(name: str) -> None:
        _speak_sample(run.folder / "samples" / f"{name}.wav", info, acoustic, vocoder)

    def go(stage: Stage) -> None:
        """From the base's critic, held by what the base needs, and what was learned left for those who start from here."""
        fisher = load_lessons(base, stage)
        if config.ewc and fisher:
            stage = replace(stage, penalty=consolidation(stage.generator, fisher, start, config.ewc))
        settings = getattr(config, stage.name)
        run.go(fabric, stage, settings, position, networks, watch, sample)
        if base is None and stage.name != "speaker" and fabric.is_global_zero:
            rng = np.random.default_rng(0)
            fisher = fisher_diagonal(stage, (fabric.to_device(stage.draw(rng, 1)) for _ in range(FISHER_UTTERANCES)))
            save_lessons(run.folder, stage, fisher)

    if position.stage in ("", "speaker"):
        if not single and config.speaker.minutes:
            go(speaker_stage(acoustic.speaker_encoder, batches.speakers, []))
            _become(acoustic, batches, training[0].speaker)
        position = Position("acoustic")
        run.save(position, networks)
    for parameter in _frozen(acoustic, config.trainable):
        parameter.requires_grad_(False)
    if position.stage == "acoustic":
        go(acoustic_stage(acoustic, single, batches.acoustic, held_out.in_order(12)))
        position = Position("prosody")
        run.save(position, networks)
    if position.stage == "prosody":
        go(prosody_stage(acoustic, single, batches.acoustic, held_out.in_order(12)))
        # On sentences it was not taught, where there are any: those it was it knows too well.
        calibrate(acoustic, [fabric.to_device(batch) for batch in utterances], single)
        position = Position("vocoder")
        run.save(position, networks)
    if position.stage == "vocoder":
        predicted = run.folder / "predicted" if config.predicted and config.vocoder.minutes else None
        if predicted:
            _write_predicted(predicted, acoustic, batches, single)
        rng, frames = np.random.default_rng(0), config.segment_frames
        go(
            vocoder_stage(
                vocoder,
                lambda rng, size: batches.vocoder(rng, size, frames, config.stretch, predicted, config.predicted),
                [held_out.vocoder(rng, 12, frames)] if held_out.examples else [],
            )
        )
        position = Position("done")
        run.save(position, networks)
        if predicted:
            shutil.rmtree(predicted, ignore_errors=True)  # as large as the features, and of no more use

    origin = {
        "dataset": datasets[0].name,
        "heard": [dataset.name for dataset in datasets[1:]],
        "minutes": round(sum(sum(e.durations) for e in training) / FRAME_RATE / 60, 1),
        "base": base.name if base else "none",
        "trained": date.today().isoformat(),
        "training": asdict(config),
    }
    if base is None:
        shutil.copyfile(run.folder / LESSONS, voice / LESSONS)
    save_voice(voice, replace(info, origin=origin), acoustic, vocoder)
    write_text(voice / "README.md", _model_card(voice.name, origin, language))
    return voice


def _networks(base: Path | None, config: TrainConfig, examples: list[Example]) -> tuple[AcousticModel, Vocoder]:
    """The base's networks, or new ones; with an embedding for every phone of the examples.

    Raises:
        ConfigError: the settings ask for other sizes than the base has.
    """
    spoken = {symbol for example in examples for symbol in example.symbols}
    if base is None:
        symbols = BOUNDARIES + tuple(sorted(spoken - set(BOUNDARIES)))
        return AcousticModel(symbols, config.acoustic_network), Vocoder(config.vocoder_network)
    info, old, vocoder = load_voice(base)
    for name, wanted, given in (
        ("acoustic_network", config.acoustic_network, info.acoustic),
        ("vocoder_network", config.vocoder_network, info.vocoder),
    ):
        if wanted not in (given, type(wanted)()):
            raise ConfigError(f'a voice has the sizes of its base {base.name!r}: leave out [{name}], or set base = "none"')
    new = tuple(sorted(spoken - set(info.symbols)))
    acoustic = AcousticModel(info.symbols + new, info.acoustic)
    state = old.state_dict()
    # A phone the base never met starts as the one it knows that sounds most like it.
    rows = list(range(len(info.symbols))) + [_nearest_row(symbol, info.symbols) for symbol in new]
    for name in ("encoder.symbol.weight", "predictor.symbol.weight"):
        state[name] = state[name][rows]
    acoustic.load_state_dict(state)
    return acoustic, vocoder


def _nearest_row(symbol: str, known: tuple[str, ...]) -> int:
    wanted = nearest_arpabet(symbol)
    rows = [i for i, k in enumerate(known) if k not in BOUNDARIES and nearest_arpabet(k) == wanted]
    return rows[0] if rows else len(BOUNDARIES)


def _become(acoustic: AcousticModel, batches: Batches, speaker: str) -> None:
    """Makes a speaker's voice the model's own, as far as listening to them goes."""
    embedding = voice_embedding(acoustic.speaker_encoder, batches.passages(speaker)[1])
    acoustic.become(batches.statistics[speaker], embedding)


def _tell_of_a_second_voice(acoustic: AcousticModel, batches: Batches, speaker: str, say: Callable[[str], None]) -> None:
    examples, passages = batches.passages(speaker)
    others = second_voice(embed(acoustic.speaker_encoder, passages)).tolist()
    if others:
        named = ", ".join(examples[i].id for i in others[:5]) + (", …" if len(others) > 5 else "")
        say(
            f"{len(others)} of {len(passages)} utterances looked at seem to be spoken by somebody else: {named}. The voice"
            " becomes a mixture of both; prepare one person's recordings alone for a likeness."
        )


def _frozen(acoustic: AcousticModel, trainable: str) -> list[torch.nn.Parameter]:
    """What stays as it is; of "speaker" only the embedding, and how the decoder is steered by it, is trained."""
    frozen = list(acoustic.speaker_encoder.named_parameters())  # it has heard many voices; one would spoil it
    if trainable == "speaker":
        kept = ("embedding", "decoder.out", "decoder.norm", "predictor.speaker", "predictor.out")
        frozen = [(n, p) for n, p in acoustic.named_parameters() if not n.startswith(kept) and ".speaker." not in n]
    return [parameter for _, parameter in frozen]


def _write_predicted(folder: Path, acoustic: AcousticModel, batches: Batches, single: bool) -> None:
    acoustic.eval()
    device = next(acoustic.parameters()).device
    for example in track(batches.examples, "speaking what is to be vocoded", total=len(batches.examples)):
        path = predicted_path(folder, example)
        batch = batches.collate([example], np.random.default_rng(0))
        mel = predicted_mels(acoustic, move_data_to_device(batch, device), single)
        with atomic(path) as partial, partial.open("wb") as file:
            np.save(file, mel[0].cpu().numpy().astype(np.float16))


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
