"""From a dataset to a voice: align, train the acoustic model, train the vocoder on what it makes, save the voice.

A run lives in `voices/NAME/training/`. It is saved every `save_every_s` seconds, so that Ctrl-C or kill −9 loses less than a
minute, and the same command goes on from there.
"""

import csv
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric

from voicekit.audio.features import FRAME_RATE, Features
from voicekit.config import StageConfig, TrainConfig
from voicekit.dataset.batches import Batches, Example, align_dataset
from voicekit.dataset.manifest import features_path, read_manifest
from voicekit.engines.native import NativeEngine
from voicekit.errors import CheckpointError, DatasetError
from voicekit.files import atomic, write_text
from voicekit.model.acoustic import AcousticModel
from voicekit.model.checkpoint import VoiceInfo, load_tensors, load_voice, save_tensors, save_voice
from voicekit.model.losses import adversarial_loss, discriminator_loss, feature_loss
from voicekit.model.stages import (
    Stage,
    acoustic_stage,
    calibrate_durations,
    predicted_mels,
    vocoder_stage,
)
from voicekit.model.vocoder import Vocoder
from voicekit.progress import track
from voicekit.text.arpabet import nearest_arpabet
from voicekit.text.phonemise import BOUNDARIES

SAMPLE_SENTENCE = "This is how the voice sounds by now. Is it getting any better?"
WARMUP_STEPS = 100


@dataclass(frozen=True)
class Position:
    """Where a run is: the stage, the steps and seconds it has been trained for."""

    stage: str = "acoustic"
    step: int = 0
    elapsed_s: float = 0.0


@dataclass(frozen=True)
class Progress:
    """What a run tells whoever watches, after every step."""

    position: Position
    budget_s: float
    losses: dict[str, float]


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
    examples = align_dataset(dataset)
    training = [example for example in examples if example.split == "train"]
    if not training:
        raise DatasetError(f"{dataset} holds no utterance to train on; record at least a few minutes of speech")
    language = read_manifest(dataset)[0].language
    acoustic, vocoder = _networks(base, examples)
    _measure(acoustic, dataset, training)

    run = Run(voice / "training", config, dataset)
    fabric = Fabric(accelerator=device, devices=config.devices, precision=config.precision)
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


class Run:
    """The folder of a run: its state, its losses, its samples."""

    def __init__(self, folder: Path, config: TrainConfig, dataset: Path) -> None:
        self.folder = folder
        self.config = config
        self.settings = json.dumps({"dataset": str(dataset.resolve()), **asdict(config)}, sort_keys=True)
        self._optimizers: dict[str, dict[str, torch.Tensor]] = {}

    def restore(self, acoustic: AcousticModel, vocoder: Vocoder) -> Position:
        """Puts the saved weights into the networks; the start where there is no run to go on with."""
        path = self.folder / "state.safetensors"
        described = self.folder / "run.json"
        if not path.is_file() or not described.is_file() or described.read_text(encoding="utf-8") != self.settings:
            write_text(described, self.settings)
            (self.folder / "losses.csv").unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            return Position()
        tensors = load_tensors(path)
        position = Position(**json.loads(bytes(tensors.pop("position").tolist())))
        for name, module in (("acoustic", acoustic), ("vocoder", vocoder)):
            try:
                module.load_state_dict(_part(tensors, name))
            except RuntimeError as error:
                raise CheckpointError(
                    f"{path} does not fit this dataset or version; remove {self.folder} to start anew"
                ) from error
        self._optimizers = tensors
        self._trim_losses(position)
        return position

    def save(self, position: Position, acoustic: AcousticModel, vocoder: Vocoder, others: dict | None = None) -> None:
        """Writes everything needed to go on, whole or not at all."""
        tensors = dict(others or {})
        for name, module in (("acoustic", acoustic), ("vocoder", vocoder)):
            tensors.update({f"{name}.{key}": value.detach().cpu() for key, value in module.state_dict().items()})
        tensors["position"] = torch.tensor(list(json.dumps(asdict(position)).encode()), dtype=torch.uint8)
        save_tensors(self.folder / "state.safetensors", {k: v.contiguous() for k, v in tensors.items()})

    def go(
        self,
        fabric: Fabric,
        stage: Stage,
        config: StageConfig,
        position: Position,
        networks: tuple[AcousticModel, Vocoder],
        watch: Callable[[Progress], None],
        sample: Callable[[str], None],
    ) -> None:
        """Trains one stage until its minutes are used up.

        The learning rate follows the time gone by: up over the first steps, then down along a cosine to nothing.
        """
        budget_s = config.minutes * 60
        generator, g_optimizer = fabric.setup(stage.generator, _adam(stage.generator, config))
        critic, c_optimizer = fabric.setup(stage.critic, _adam(stage.critic, config))
        parts = {"generator": (stage.generator, g_optimizer), "critic": (stage.critic, c_optimizer)}
        _load_optimizers(self._optimizers, parts)
        step, elapsed_s = position.step, position.elapsed_s
        saved_at, sampled_at = elapsed_s, elapsed_s
        clock = time.monotonic()
        with _LossLog(self.folder / "losses.csv") as log:

            def save() -> None:
                at = Position(stage.name, step, elapsed_s)
                log.flush()
                self.save(at, *networks, others=_collect_optimizers(parts))

            try:
                while elapsed_s < budget_s:
                    rate = config.learning_rate * _schedule(step, elapsed_s / budget_s)
                    for optimizer in (g_optimizer, c_optimizer):
                        for group in optimizer.param_groups:
                            group["lr"] = rate
                    rng = np.random.default_rng((self.config.seed, len(stage.name), step, fabric.global_rank))
                    torch.manual_seed(self.config.seed + step)
                    batch = fabric.to_device(stage.draw(rng))
                    adversarial = elapsed_s / budget_s >= config.adversarial_from
                    losses = _step(fabric, stage, (generator, g_optimizer), (critic, c_optimizer), batch, adversarial)
                    step += 1
                    now = time.monotonic()
                    elapsed_s, clock = elapsed_s + now - clock, now
                    log.add(Position(stage.name, step, elapsed_s), "train", losses)
                    watch(Progress(Position(stage.name, step, elapsed_s), budget_s, losses))
                    if elapsed_s - saved_at >= self.config.save_every_s and fabric.is_global_zero:
                        save()
                        saved_at = elapsed_s
                    if elapsed_s - sampled_at >= self.config.sample_every_s and fabric.is_global_zero:
                        log.add(Position(stage.name, step, elapsed_s), "held-out", _held_out_losses(stage, fabric))
                        sample(f"{stage.name}-{step:06d}")
                        sampled_at = elapsed_s
                    clock = time.monotonic()  # saving and sampling are not training
            except KeyboardInterrupt:
                save()
                raise
            log.add(Position(stage.name, step, elapsed_s), "held-out", _held_out_losses(stage, fabric))
        self._optimizers = {}
        plot_losses(self.folder / "losses.csv", self.folder / "losses.png")

    def _trim_losses(self, position: Position) -> None:
        """Drops the rows of steps that were lost with the kill and are trained again."""
        path = self.folder / "losses.csv"
        if not path.is_file():
            return
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if not (row.split(",")[0] == position.stage and int(row.split(",")[1]) > position.step)]
        write_text(path, "".join(row + "\n" for row in [header, *kept]))


def _step(fabric: Fabric, stage: Stage, generator, critic, batch, adversarial: bool) -> dict[str, float]:
    """One step of both networks; the losses as numbers."""
    generator, g_optimizer = generator
    critic, c_optimizer = critic
    generator.train()
    out = generator(batch)
    losses = dict(out.losses)
    if adversarial:
        judged = discriminator_loss(critic(out.real), critic(out.made.detach()))
        c_optimizer.zero_grad()
        fabric.backward(judged)
        c_optimizer.step()
        with torch.no_grad():
            real_maps = critic(out.real)
        made_maps = critic(out.made)
        losses["adversarial"] = stage.adversarial_weight * adversarial_loss(made_maps)
        losses["feature"] = stage.feature_weight * feature_loss(real_maps, made_maps)
    g_optimizer.zero_grad()
    fabric.backward(sum(losses.values()))
    fabric.clip_gradients(generator, g_optimizer, max_norm=5.0, error_if_nonfinite=False)
    g_optimizer.step()
    if adversarial:
        losses["critic"] = judged
    return {name: float(value.detach()) for name, value in losses.items()}


@torch.no_grad()
def _held_out_losses(stage: Stage, fabric: Fabric) -> dict[str, float]:
    stage.generator.eval()
    torch.manual_seed(0)
    rows = [stage.generator(fabric.to_device(batch)).losses for batch in stage.held_out]
    return {name: float(np.mean([float(row[name]) for row in rows])) for name in rows[0]} if rows else {}


def _schedule(step: int, gone: float) -> float:
    return min((step + 1) / WARMUP_STEPS, 1.0) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(gone, 1.0))))


def _adam(module: torch.nn.Module, config: StageConfig) -> torch.optim.Optimizer:
    return torch.optim.AdamW(module.parameters(), lr=config.learning_rate, betas=(0.8, 0.99), weight_decay=0.01)


def _collect_optimizers(parts) -> dict[str, torch.Tensor]:
    """Critic weights and both optimizers' moments by name, so that they need no pickle."""
    tensors = {}
    for part, (module, optimizer) in parts.items():
        if part == "critic":
            tensors.update({f"critic.weights.{k}": v.detach().cpu() for k, v in module.state_dict().items()})
        for index, moments in optimizer.state_dict()["state"].items():
            tensors.update({f"{part}.adam.{index}.{k}": torch.as_tensor(v).cpu() for k, v in moments.items()})
    return tensors


def _load_optimizers(tensors: dict[str, torch.Tensor], parts) -> None:
    for part, (module, optimizer) in parts.items():
        if part == "critic" and (weights := _part(tensors, "critic.weights")):
            module.load_state_dict(weights)
        state: dict[int, dict[str, torch.Tensor]] = {}
        for name, tensor in _part(tensors, f"{part}.adam").items():
            index, key = name.split(".", 1)
            state.setdefault(int(index), {})[key] = tensor
        if state:
            optimizer.load_state_dict({**optimizer.state_dict(), "state": state})


def _part(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {k.removeprefix(prefix + "."): v for k, v in tensors.items() if k.startswith(prefix + ".")}


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
    for example in track(batches.examples, "speaking what is to be vocoded"):
        path = folder / f"{example.id}.npy"
        batch = batches.collate([example])
        mel = predicted_mels(acoustic, type(batch)(*(tensor.to(device) for tensor in batch)))
        with atomic(path) as partial, partial.open("wb") as file:
            np.save(file, mel[0].cpu().numpy().astype(np.float16))


def _held_out_acoustic(held_out: Batches) -> list:
    return [held_out.collate(held_out.examples[i : i + 12]) for i in range(0, len(held_out.examples), 12)]


def _speak_sample(path: Path, info: VoiceInfo, acoustic: AcousticModel, vocoder: Vocoder) -> None:
    import soundfile

    device = next(acoustic.parameters()).device
    speech = NativeEngine(info, acoustic, vocoder, str(device)).synthesize(SAMPLE_SENTENCE)
    with atomic(path) as partial:
        soundfile.write(partial, speech.waveform, speech.sample_rate)
    acoustic.train()
    vocoder.train()


class _LossLog:
    """`losses.csv`: stage, step, minutes, split, name, value; training losses as means over 20 steps."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists()
        self._file = path.open("a", newline="", encoding="utf-8")
        self._rows = csv.writer(self._file)
        self._sums: dict[str, list[float]] = {}
        if fresh:
            self._rows.writerow(["stage", "step", "minutes", "split", "name", "value"])

    def __enter__(self) -> "_LossLog":
        return self

    def __exit__(self, *_) -> None:
        self._file.close()

    def add(self, position: Position, split: str, losses: dict[str, float]) -> None:
        if split == "train":
            for name, value in losses.items():
                self._sums.setdefault(name, []).append(value)
            if position.step % 20:
                return
            losses = {name: float(np.mean(values)) for name, values in self._sums.items()}
            self._sums = {}
        minutes = f"{position.elapsed_s / 60:.3f}"
        for name, value in losses.items():
            self._rows.writerow([position.stage, position.step, minutes, split, name, f"{value:.5f}"])

    def flush(self) -> None:
        self._file.flush()


def plot_losses(losses: Path, picture: Path) -> None:
    """Draws `losses.csv`, a panel a stage."""
    from matplotlib.figure import Figure

    curves: dict[str, dict[str, tuple[list[float], list[float]]]] = {}
    with losses.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = row["name"] + (" (held out)" if row["split"] == "held-out" else "")
            xs, ys = curves.setdefault(row["stage"], {}).setdefault(name, ([], []))
            xs.append(float(row["minutes"]))
            ys.append(float(row["value"]))
    figure = Figure(figsize=(6 * max(len(curves), 1), 4), layout="constrained")
    panels = figure.subplots(1, max(len(curves), 1), squeeze=False)[0]
    for panel, (stage, named) in zip(panels, curves.items(), strict=False):
        for name, (xs, ys) in named.items():
            panel.plot(xs, ys, "o--" if "held out" in name else "-", label=name, markersize=3, linewidth=1)
        panel.set(title=stage, xlabel="minutes", yscale="log")
        panel.legend(fontsize=6)
    with atomic(picture) as partial:
        figure.savefig(partial, dpi=110)


def _model_card(name: str, origin: dict, language: str) -> str:
    return f"""# {name}

A voice made by voicekit from {origin["minutes"]} minutes of the dataset `{origin["dataset"]}` on {origin["trained"]},
starting from the voice `{origin["base"]}`. Language: {language}.

It speaks as the person in the recordings does. Use it only with that person's consent.

Settings, sizes and phones: `voice.toml`. Losses and samples of its making: `training/`.
"""
