"""Which sentences a voice is judged on: those that a dataset held back, some of a small one, or those of a text file."""

from dataclasses import dataclass
from pathlib import Path

from voicekit.core.errors import DatasetError, ScriptError
from voicekit.dataset.manifest import Utterance, evenly, read_manifest, wav_path
from voicekit.text.read import Note, read_text

#: More recordings of the speaker hardly move the mean of their embeddings.
_RECORDINGS = 40


@dataclass(frozen=True)
class Sentence:
    """A sentence to be spoken.

    Attributes:
        id: names its files.
        text: as a person would write it.
        human: the recording of the person saying it, 24 kHz mono; None without one.
        taught: it is among the sentences to train on.
    """

    id: str
    text: str
    human: Path | None = None
    taught: bool = False


@dataclass(frozen=True)
class Material:
    """What a voice is judged on and by.

    Attributes:
        recordings: of the speaker, that are to train on.
        notes: what was guessed in reading the sentences.
    """

    sentences: tuple[Sentence, ...]
    recordings: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def choose(dataset: Path | None, sentences: int | Path, language: str) -> Material:
    """Picks the sentences and the recordings of the speaker.

    Args:
        dataset: a prepared one; None for sentences without a human to compare with.
        sentences: how many held-out ones at most, evenly over the dataset, or of those it was taught where none is held
            back; or a text file, one a line.
        language: of the voice, an espeak language code; en-us and en-gb are one here.

    Raises:
        DatasetError: the dataset is damaged or of another language.
        ScriptError: the file cannot be read or has no sentence in it.
    """
    utterances = _of_language(dataset, language) if dataset else []
    taught = [utterance for utterance in utterances if utterance.split == "train"]
    if isinstance(sentences, Path):
        notes: list[str] = []
        given = _from_file(sentences, dataset, utterances, notes.append)
        return Material(given, _wavs(dataset, taught), tuple(note.replace(str(sentences), sentences.name) for note in notes))
    if dataset is None:
        raise DatasetError("without a dataset there are no held-out sentences; name a dataset or a file of sentences")
    chosen = evenly([u for u in utterances if u.split == "held-out"], sentences)
    if not chosen:  # too small to keep any back: on half of what it was taught, beside the other half
        chosen = evenly(taught, min(sentences, max(len(taught) // 2, 1)))
        taught = [utterance for utterance in taught if utterance not in chosen] or taught
    judged = tuple(Sentence(u.id, u.text, wav_path(dataset, u.id), u.split == "train") for u in chosen)
    return Material(judged, _wavs(dataset, taught))


def _wavs(dataset: Path | None, utterances: list[Utterance]) -> tuple[Path, ...]:
    return tuple(wav_path(dataset, utterance.id) for utterance in evenly(utterances, _RECORDINGS)) if dataset else ()


def _of_language(dataset: Path, language: str) -> list[Utterance]:
    utterances = read_manifest(dataset)
    mine = [u for u in utterances if u.language.split("-")[0] == language.split("-")[0]]
    if not mine:
        raise DatasetError(
            f"{dataset} is in '{utterances[0].language}', the voice speaks '{language}'; "
            "judge it by a dataset of its own language"
        )
    return mine


def _from_file(path: Path, dataset: Path | None, utterances: list[Utterance], note: Note) -> tuple[Sentence, ...]:
    lines = [" ".join(line.split()) for line in read_text(path, note).splitlines()]
    spoken = {" ".join(u.text.split()): u for u in utterances}
    sentences = []
    for number, text in enumerate(lines, start=1):
        utterance = spoken.get(text)
        human = wav_path(dataset, utterance.id) if dataset and utterance else None
        taught = utterance is not None and utterance.split == "train"
        if text:
            sentences.append(Sentence(f"line-{number:03d}", text, human, taught))
    if not sentences:
        raise ScriptError(f"{path} is empty; write the sentences to judge by, one a line")
    return tuple(sentences)
