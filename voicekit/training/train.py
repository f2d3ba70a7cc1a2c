"""From a dataset to a voice: align, train the acoustic model, its prosody, the vocoder on what it makes, save the voice.

A run lives in `voices/NAME/training/`. It is saved every `save_every_s` seconds, so that Ctrl-C or kill −9 loses less than a
minute, and the same command goes on from there.
"""

import shutil
from dataclasses import asdict, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
from lightning_fabric.utilities import move_data_to_device

from voicekit.audio.features import FRAME_RATE
from voicekit.core.errors import ConfigError, DatasetError
from voicekit.core.files import atomic, digest, write_text
from voicekit.core.reporter import SILENT, Reporter
from voicekit.dataset.guesses import learned_mistakes
from voicekit.dataset.manifest import read_manifest
from voicekit.media import write_wav
from voicekit.model.acoustic import AcousticModel
from voicekit.model.checkpoint import load_networks, new_network, save_voice
from voicekit.model.reference import embed, second_voice, voice_embedding
from voicekit.model.torch_networks import TorchNetworks
from voicekit.model.vocoder import Vocoder
from voicekit.model.vocos import Vocos
from voicekit.model.voice_file import Calibration, VoiceInfo
from voicekit.speech.device import choose_device
from voicekit.speech.native import NativeEngine
from voicekit.speech.voices import find_voice
from voicekit.text.language_names import sample_sentence
from voicekit.text.phonemes.arpabet import nearest_arpabet
from voicekit.text.phonemes.phonemise import BOUNDARIES
from voicekit.training.calibration import calibrate
from voicekit.training.data import Batches, Example, VocoderSegments, align_dataset, predicted_path
from voicekit.training.devices import is_first, joined, shared
from voicekit.training.ewc import FILE as FINE_TUNING
from voicekit.training.ewc import consolidation, fisher_diagonal, load_fine_tuning, save_fine_tuning
from voicekit.training.forecast import check_enough
from voicekit.training.processor import ProcessorTime, told_afterwards
from voicekit.training.run import DONE, Run
from voicekit.training.settings import TrainConfig
from voicekit.training.tasks import Task, acoustic_task, predicted_mels, prosody_task, set_scales, speaker_task, vocoder_task
from voicekit.training.trainer import Trainer, make_fabric

DEFAULTS = TrainConfig()

#: At most so many of the utterances kept back are looked at while training.
HELD_OUT_UTTERANCES = 24

#: What the Fisher information is taken over.
FISHER_UTTERANCES = 200


def train(
    datasets: list[Path],
    voice: Path,
    config: TrainConfig = DEFAULTS,
    base: Path | str | None = TrainConfig.base,
    device: str = "auto",
    reporter: Reporter = SILENT,
) -> Path:
    """Trains a voice on prepared datasets, going on with an unfinished run of the same settings.

    Args:
        datasets: the first one's first speaker is whom the voice will speak as. Where there are more speakers the networks
            learn to tell them apart, which a base voice does and a clone need not.
        voice: the folder that it goes to.
        base: the name or folder of the voice to start from, or None to start from nothing.
        device: "auto", "cpu", "cuda" or another accelerator that Lightning Fabric knows.

    Returns:
        The voice's folder.

    Raises:
        ConfigError: there is no such base or device, or training came apart.
        DatasetError: a dataset is damaged, or holds too little to train on.
        CheckpointError: the base, or the run to go on with, is damaged.
        VoicekitError: the disk is full, the folder cannot be written to.

    Example:
        >>> train([Path("datasets/me")], Path("voices/me"))  # doctest: +SKIP
    """
    check_enough(datasets)
    start = find_voice(base).folder if isinstance(base, str) else base
    device = choose_device(device)
    with joined(config.devices, device, _train, datasets, voice, config, start, device):
        return _train(datasets, voice, config, start, device, reporter)


def _train(
    datasets: list[Path], voice: Path, config: TrainConfig, base: Path | None, device: str, reporter: Reporter = SILENT
) -> Path:
    """What each of the devices does."""
    training = VoiceTraining(datasets, voice, config, base, device, reporter)
    training.run_tasks()
    return shared(training.save)


class VoiceTraining:
    """The networks of a voice, what they learn from, and the tasks that train them one after the other.

    Attributes:
        acoustic, vocoder: the networks.
        examples: the utterances that are trained on.
        batches, held_out: what batches of these and of those kept back are drawn from.
        single: there is one speaker, whose voice the acoustic model makes its own.
        start: the weights that the networks started from; a resumed run has long left them.
        sample: what it says to be heard on its way, in its own language.
        run: where training is.
    """

    def __init__(
        self, datasets: list[Path], voice: Path, config: TrainConfig, base: Path | None, device: str, reporter: Reporter
    ) -> None:
        config = replace(config, base=base.name if base else "none")  # it is written down, and where it lies is not
        self.datasets, self.voice, self.config, self.base, self.reporter = datasets, voice, config, base, reporter
        self.fabric = make_fabric(config, device)
        examples = shared(lambda: [example for dataset in datasets for example in align_dataset(dataset, reporter)])
        self.examples = [example for example in examples if example.split == "train"]
        if not self.examples:
            raise DatasetError(f"{datasets[0]} holds no utterance to train on; record at least a few minutes of speech")
        self.acoustic, self.vocoder = _networks(base, config, examples)
        self.batches = Batches(self.examples, self.acoustic.symbols)
        kept_back = [example for example in examples if example.split != "train"][:HELD_OUT_UTTERANCES]
        self.held_out = Batches(kept_back, self.acoustic.symbols, self.batches.statistics)
        self.single = len(self.batches.statistics) == 1
        self._set_speaker()
        if self.single and base and is_first():
            self._tell_of_a_second_voice()
        self.fabric.launch()
        self.start = {p: p.detach().clone() for network in (self.acoustic, self.vocoder) for p in network.parameters()}
        # A dataset prepared again is another one. Where it lies does not matter, and is nobody's business.
        states = [digest((d / "manifest.jsonl").read_bytes()) for d in datasets]
        fingerprint = {f"{n} {d.name}": state for n, (d, state) in enumerate(zip(datasets, states, strict=True), start=1)}
        self.run = Run(voice / "training", config, fingerprint, {"acoustic": self.acoustic, "vocoder": self.vocoder})
        first = read_manifest(datasets[0])[0]
        language, self.sample = first.language, sample_sentence(first.language) or first.text
        self.info = VoiceInfo(voice.name, language, self.acoustic.symbols, self.acoustic.config, self.vocoder.config)

    def run_tasks(self) -> None:
        """All tasks that the run has not come to the end of."""
        tasks = {
            "speaker": self.train_speaker_encoder,
            "acoustic": self.train_acoustic_model,
            "prosody": self.train_prosody,
            "vocoder": self.train_vocoder,
        }
        names = [*tasks, DONE]
        for name, following in pairwise(names[names.index(self.run.state.task or "speaker") :]):
            if name != "speaker":
                self._freeze()
            tasks[name]()
            self.run.enter(following)

    def train_speaker_encoder(self) -> None:
        if self.single or not self.config.speaker.minutes:
            return
        self._train(speaker_task(self.acoustic.speaker_encoder, self.batches.speakers, []))
        self._set_speaker()

    def train_acoustic_model(self) -> None:
        self._train(acoustic_task(self.acoustic, self.single, self.batches.acoustic, self.held_out.in_order(12)))

    def train_prosody(self) -> None:
        self._train(prosody_task(self.acoustic, self.single, self.batches.acoustic, self.held_out.in_order(12)))
        # On sentences it was not taught, where there are any: those it was it knows too well.
        utterances = self.held_out.in_order(12) or [self.batches.acoustic(np.random.default_rng(0), 12)]
        set_scales(self.acoustic, [self.fabric.to_device(batch) for batch in utterances], self.single)

    def train_vocoder(self) -> None:
        frames = self.config.segment_frames
        predicted = self.run.folder / "predicted" if self.config.predicted and self.config.vocoder.minutes else None
        if predicted:
            shared(lambda: self._write_predicted(predicted))
        segments = VocoderSegments(self.batches, frames, self.config.stretch, predicted, self.config.predicted)
        held_out = [self.held_out.vocoder(np.random.default_rng(0), 12, frames)] if self.held_out.examples else []
        self._train(vocoder_task(self.vocoder, segments, held_out))
        if predicted and is_first():
            shutil.rmtree(predicted, ignore_errors=True)  # as large as the features, and of no more use

    def save(self) -> Path:
        """Writes the voice; its folder."""
        origin = {
            "dataset": self.datasets[0].name,
            "heard": [dataset.name for dataset in self.datasets[1:]],
            "minutes": round(sum(sum(e.durations) for e in self.examples) / FRAME_RATE / 60, 1),
            "base": self.base.name if self.base else "none",
            "trained": date.today().isoformat(),
            "steps": self.run.state.steps,
            "caveats": self._caveats(),
            "training": asdict(self.config),
        }
        if self.base is None:
            shutil.copyfile(self.run.folder / FINE_TUNING, self.voice / FINE_TUNING)
        info = replace(self.info, origin=origin, calibration=self._calibration())
        save_voice(self.voice, info, self.acoustic, self.vocoder)
        write_text(self.voice / "README.md", _model_card(self.voice.name, origin, self.info.language))
        return self.voice

    def _caveats(self) -> list[str]:
        """What a person should know of how the voice was made."""
        state = self.run.state
        busy = told_afterwards(ProcessorTime(state.ran_s, state.waited_s), sum(state.steps.values()), self.config.minutes)
        guesses = (learned_mistakes(read_manifest(dataset)) for dataset in self.datasets)
        return [caveat for caveat in (*guesses, busy) if caveat]

    def _train(self, task: Task) -> None:
        """From the base's discriminator, held by what the base needs; both are left for those who start from this voice."""
        fisher = load_fine_tuning(self.base, task)
        if self.config.ewc and fisher:
            task = replace(task, penalty=consolidation(task.generator, fisher, self.start, self.config.ewc))
        Trainer(self.fabric, self.run, task, self.reporter, self._speak_sample).train()
        if self.base is None and task.name != "speaker":
            rng = np.random.default_rng(0)
            batches = (self.fabric.to_device(task.draw(rng, 1)) for _ in range(FISHER_UTTERANCES))
            fisher = fisher_diagonal(task, batches)
            if is_first():
                save_fine_tuning(self.run.folder, task, fisher)

    def _set_speaker(self) -> None:
        """Makes the first speaker's voice the model's own, as far as listening to them goes."""
        speaker = self.examples[0].speaker
        embedding = voice_embedding(self.acoustic.speaker_encoder, self.batches.passages(speaker)[1])
        self.acoustic.set_speaker(self.batches.statistics[speaker], embedding)

    def _tell_of_a_second_voice(self) -> None:
        examples, passages = self.batches.passages(self.examples[0].speaker)
        others = second_voice(embed(self.acoustic.speaker_encoder, passages)).tolist()
        if others:
            named = ", ".join(examples[i].id for i in others[:5]) + (", …" if len(others) > 5 else "")
            self.reporter.note(
                f"{len(others)} of {len(passages)} utterances looked at seem to be spoken by somebody else: {named}. The"
                " voice becomes a mixture of both; prepare one person's recordings alone for a likeness."
            )

    def _freeze(self) -> None:
        """Freezes what is not to change; of "speaker" only the embedding, and how it steers the decoder, is trained."""
        frozen = list(self.acoustic.speaker_encoder.named_parameters())  # it has heard many voices; one would spoil it
        if self.config.trainable == "speaker":
            kept = ("embedding", "decoder.out", "decoder.norm", "predictor.speaker", "predictor.out")
            every = self.acoustic.named_parameters()
            frozen = [(n, p) for n, p in every if not n.startswith(kept) and ".speaker." not in n]
        for _, parameter in frozen:
            parameter.requires_grad_(False)

    def _write_predicted(self, folder: Path) -> None:
        """The mels that the acoustic model makes of the examples, for the vocoder to learn from."""
        self.acoustic.eval()
        device = next(self.acoustic.parameters()).device
        examples = self.batches.examples
        for example in self.reporter.track(examples, "predicting mels for the vocoder", total=len(examples)):
            batch = self.batches.collate([example], np.random.default_rng(0))
            mel = predicted_mels(self.acoustic, move_data_to_device(batch, device), self.single)
            with atomic(predicted_path(folder, example)) as partial, partial.open("wb") as file:
                np.save(file, mel[0].cpu().numpy().astype(np.float16))

    def _calibration(self) -> Calibration:
        first = self.examples[0]
        mine = [example for example in self.examples + self.held_out.examples if example.speaker == first.speaker]
        return calibrate(self._engine(), mine, read_manifest(self.datasets[0]), self.reporter)

    def _engine(self) -> NativeEngine:
        device = next(self.acoustic.parameters()).device
        return NativeEngine(self.info, TorchNetworks(self.acoustic, self.vocoder, str(device)))

    def _speak_sample(self, name: str) -> None:
        speech = self._engine().synthesize(self.sample)
        write_wav(self.run.folder / "samples" / f"{name}.wav", [speech.waveform], speech.sample_rate)
        self.acoustic.train()
        self.vocoder.train()


def _networks(base: Path | None, config: TrainConfig, examples: list[Example]) -> tuple[AcousticModel, Vocoder | Vocos]:
    """The base's networks, or new ones; with an embedding for every phone of the examples.

    Raises:
        ConfigError: the settings ask for other sizes than the base has, or for larger ones than can be trained.
    """
    spoken = {symbol for example in examples for symbol in example.symbols}
    if base is None:
        symbols = BOUNDARIES + tuple(sorted(spoken - set(BOUNDARIES)))
        acoustic = new_network(lambda: AcousticModel(symbols, config.acoustic_network))
        return acoustic, new_network(lambda: Vocoder(config.vocoder_network))
    info, old, vocoder = load_networks(base)
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


def _model_card(name: str, origin: dict, language: str) -> str:
    return f"""# {name}

A voice made by voicekit from {origin["minutes"]} minutes of the dataset `{origin["dataset"]}` on {origin["trained"]},
starting from the voice `{origin["base"]}`. Language: {language}.

{"".join(f"- {caveat}" + chr(10) for caveat in origin["caveats"])}
It speaks as the person in the recordings does. Use it only with that person's consent.

Settings, sizes and phones: `voice.toml`. Losses and samples of its making: `training/`.
"""
