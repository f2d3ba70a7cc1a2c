"""How good a voice is: held-out sentences in the voice, beside the person saying them and beside copy-synthesis.

Copy-synthesis is the person's recording, passed through the voice's own mel and vocoder: what it loses is lost by the
vocoder, and what the voice loses beyond that by the acoustic model.
"""

from pathlib import Path

import numpy as np

from voicekit.audio.features import HOP_LENGTH, SAMPLE_RATE, extract
from voicekit.core.files import alone
from voicekit.core.reporter import SILENT, Reporter
from voicekit.dataset.manifest import DATASETS_FOLDER, find_dataset
from voicekit.evaluation import report
from voicekit.evaluation.compare import (
    HUMAN,
    JUDGING,
    WARMING_UP,
    Evaluation,
    System,
    SystemOutput,
    compare,
    human,
    read_recording,
    timed,
)
from voicekit.evaluation.material import Material, Sentence, choose
from voicekit.evaluation.metrics import METRICS_RATE, Metrics
from voicekit.evaluation.page import write_page
from voicekit.recognition import transcribe
from voicekit.speech.device import choose_device
from voicekit.speech.native import load
from voicekit.speech.voices import Voice, load_engine, read_voice

COPY = "copy-synthesis"
#: The name of our own engine; the networks of other engines are not known.
_NATIVE = "native"
_LOADING, _LISTENING, _PAGE = "loading the voice", "listening to the person", "writing the page"


def evaluate(
    voice_folder: Path,
    dataset: Path | None,
    sentences: int | Path = 40,
    out: Path | None = None,
    device: str = "auto",
    asr_model: Path | None = None,
    reporter: Reporter = SILENT,
) -> Evaluation:
    """Judges a voice, and writes evaluation.json, evaluation.html and what was heard into a folder.

    Args:
        voice_folder: the voice.
        dataset: a prepared one of the person the voice is to be; None for sentences without a human beside them.
        sentences: at most so many held-out ones of the dataset, or a text file, one a line.
        out: the folder to write to; None for `default_folder`.
        device: that the voice speaks on; the metrics work on the CPU.
        asr_model: the folder of weights of Whisper that hears the words; see `whisper.find_weights`.

    Raises:
        DatasetError: the dataset is damaged, of another language; no sentence can be said.
        ScriptError: the file of sentences cannot be read or is empty.
        CheckpointError, PluginError, ConfigError: the voice cannot be loaded.
        VoicekitError: the folder cannot be written to, or another run is in it.
    """
    voice = read_voice(voice_folder)
    out = out or default_folder(voice)
    material = choose(dataset, sentences, voice.language)
    transcribe.find_checker(None, voice.language, asr_model)  # a folder without weights is told before the work
    with alone(out):  # first, so that a folder that cannot be written to is told before the work
        name = f"voice {voice.name}"
        systems: dict[str, System] = {HUMAN: human}
        reporter.expect(expected(len(material.sentences)))
        with reporter.during(_LOADING):
            if voice.engine == _NATIVE:
                systems[COPY] = copy_synthesis(voice.folder, device)
            systems[name] = speaker(voice, device)
        with reporter.during(_LISTENING):
            recordings = (read_recording(path).at(METRICS_RATE) for path in material.recordings)
            metrics = Metrics(voice.language, recordings, asr_model)
        evaluation = compare(
            material.sentences,
            systems,
            metrics,
            out,
            voice=voice.name,
            dataset=_name(dataset, sentences),
            notes=_notes(voice, dataset, material),
            caveats=voice.caveats,
            pictured=(HUMAN, name),
            reporter=reporter,
        )
        report.write_json(evaluation)
        with reporter.during(_PAGE):
            write_page(evaluation, voice.folder / "training" / "losses.png")
    return evaluation


def expected(n_sentences: int) -> list[tuple[str, float]]:
    """The tasks of `evaluate`; see `Reporter.expect`."""
    return [
        (_LOADING, 1.0),
        (_LISTENING, 7.0),
        (WARMING_UP, 1.0),
        (JUDGING, 7.0 * n_sentences),
        (_PAGE, 0.1 * n_sentences),
    ]


def default_folder(voice: Voice) -> Path:
    """Beside the voice; for the one that comes with voicekit, whose folder is not ours, in the current folder."""
    return Path("evaluation") / voice.name if voice.built_in else voice.folder / "evaluation"


def own_dataset(voice: Voice, sentences: int | Path) -> Path | None:
    """The dataset a voice was made from, where it still lies in `datasets/`.

    Otherwise the newest; but None for sentences from a file, which need no dataset, and least of all another person's.

    Raises:
        DatasetError: there is none.
    """
    own = DATASETS_FOLDER / str(voice.origin.get("dataset", ""))
    if (own / "manifest.jsonl").is_file():
        return own
    return None if isinstance(sentences, Path) else find_dataset()


def speaker(voice: Voice, device: str) -> System:
    """A voice as a system."""
    engine = load_engine(voice, device)
    return lambda sentence: timed(lambda: engine.synthesize(sentence.text).waveform, engine.sample_rate)


def copy_synthesis(voice_folder: Path, device: str) -> System:
    """The person's recordings through mel, F0 and the vocoder of one of our own voices."""
    networks = load(voice_folder, choose_device(device)).networks

    def vocode(mel: np.ndarray, f0: np.ndarray) -> np.ndarray:
        noise = np.random.default_rng(0).standard_normal(len(f0) * HOP_LENGTH, dtype=np.float32)
        return networks.waveform(mel, f0, noise).clip(-1, 1)

    def speak(sentence: Sentence) -> SystemOutput | None:
        take = human(sentence)
        if take is None:
            return None
        features = extract(take.at(SAMPLE_RATE))
        return timed(lambda: vocode(features.mel, features.f0))

    return speak


def _name(dataset: Path | None, sentences: int | Path) -> str:
    if isinstance(sentences, Path):
        return sentences.name
    return dataset.name if dataset else str(sentences)


def _notes(voice: Voice, dataset: Path | None, material: Material) -> tuple[str, ...]:
    """What makes figures better, worse or other than one would think."""
    notes = [*material.notes]
    taught = sum(sentence.taught for sentence in material.sentences)
    if taught:
        notes.append(f"{taught} of the sentences are among those to train on: a voice says them better than others")
    if all(sentence.human is None for sentence in material.sentences):
        notes.append("nobody recorded these sentences: there is no human to compare with, and no copy-synthesis")
    made_from = voice.origin.get("dataset")
    if dataset and made_from and made_from != dataset.name:
        notes.append(f"the voice was made from the dataset '{made_from}', and is judged by the speaker of '{dataset.name}'")
    if voice.engine != _NATIVE:
        notes.append(f"copy-synthesis is left out: the engine '{voice.engine}' does not show its vocoder")
    return tuple(notes)
