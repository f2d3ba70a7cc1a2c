"""Texts that a transcriber guessed: which are too bad to be taught, and what the person put right.

guesses.csv in the dataset lists them, the worst first. A text that is corrected there, or in metadata.csv, is taken
from then on, however often the recordings are prepared; one that is emptied is left out.
"""

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import stdev
from typing import TypeVar

from voicekit.core.documents import parse_json, read_document
from voicekit.core.errors import DatasetError
from voicekit.core.files import write_text
from voicekit.dataset.manifest import Utterance, doubtful, wav_path
from voicekit.dataset.tables import recognise
from voicekit.dataset.transcripts import read_text

FILE = "guesses.csv"
#: Where the sound of texts that are too bad lies, to be heard and corrected.
DOUBTFUL = "doubtful"
#: Guesses of which a smaller share of the words is probably right are not taught. Of 125 English utterances 7 % are such,
#: with a sixth of the words right, against two thirds of the others'; of 67 in seven other languages 84 %. Of 71 that
#: nothing was fitted to 17 % are such, with 39 % right; of those above 0.5 it is 80 %. Recordings whose guesses are as bad
#: on average are hardly English: those of the other languages have 0.21 at most (German; Spanish 0.09), those of 31 English
#: speakers, some Scottish or Irish, 0.27 and more where more than two utterances were heard.
LEAST_SURE = 0.25
#: So many guesses tell the language.
_FEWEST = 5
#: So many do while there are more to come, and of more than these the end tells.
_FEWEST_TO_STOP, MOST_TO_STOP = 8, 60
_OUT = "its text is a guess that is probably wrong; write the right one into guesses.csv, and prepare again"
_EMPTIED = "its text was emptied, so that it is left out"
_STATE, _CORRECTED = "guesses.json", "corrected.json"
_Kept = TypeVar("_Kept", str, list)


@dataclass(frozen=True)
class Guessed:
    """The guesses among the utterances of a dataset.

    Attributes:
        kept, left_out: those still to be read, the least sure first.
        heard: all that somebody listened to, with those that the person has put right.
    """

    kept: tuple[Utterance, ...] = ()
    left_out: tuple[Utterance, ...] = ()
    heard: tuple[Utterance, ...] = ()

    @property
    def worst_first(self) -> tuple[Utterance, ...]:
        return (*self.left_out, *self.kept)

    @property
    def foreign(self) -> float | None:
        """The mean sureness, where it is so low that the speech is hardly in the language of the transcriber."""
        sureness = [u.sureness for u in self.worst_first if u.text]
        mean = sum(sureness) / max(len(sureness), 1)
        return mean if len(sureness) >= _FEWEST and mean < LEAST_SURE else None

    @property
    def is_surely_foreign(self) -> bool:
        """Whether so few guesses already tell that all of them will be as bad: by their mean and its standard error."""
        sureness = [u.sureness for u in self.worst_first if u.text]
        if self.foreign is None or len(sureness) < _FEWEST_TO_STOP:
            return False
        return self.foreign + 2 * stdev(sureness) / len(sureness) ** 0.5 < LEAST_SURE


NOTHING = Guessed()


def problem_of(utterance: Utterance) -> str | None:
    """Why a guess, or what became of it, is not to be learned from."""
    if not utterance.text:
        return _EMPTIED
    return _OUT if utterance.heard_by and utterance.sureness < LEAST_SURE else None


def sort_out(heard: Iterable[Utterance]) -> Guessed:
    """What is to be known of the utterances that somebody listened to."""
    heard = tuple(heard)
    guesses = sorted(doubtful(list(heard)), key=lambda u: u.sureness)
    left_out = tuple(u for u in guesses if problem_of(u))
    return Guessed(tuple(u for u in guesses if not problem_of(u)), left_out, heard)


def read_corrections(dataset: Path, work: Path, note: Callable[[str], None]) -> dict[str, str]:
    """The place of an utterance in its recording → the text that the person wrote for it, in this run's time or before.

    Args:
        work: the folder of the dataset that is ours.
        note: told how many are new, and how many changes are not taken.

    Raises:
        DatasetError: a file of texts cannot be read.
    """
    corrections = _load(work / _CORRECTED, str)
    before = _load(work / _STATE, list)
    new = elsewhere = 0
    for path in (dataset / "metadata.csv", dataset / FILE) if before else ():
        for name, text in _rows(path, before):
            place, guess = map(str, before[name][:2])
            if _plain(text) in (_plain(guess), corrections.get(place, _plain(guess))):
                continue
            if not place:
                elsewhere += 1
            else:
                corrections[place] = _plain(text)
                new += 1
    if elsewhere:
        note(f"{elsewhere} texts changed in {dataset} are not taken: they are from beside the recordings; change those")
    if new:
        note(f"{new} {'text' if new == 1 else 'texts'} corrected in {dataset} since the last run: taken as written there")
        write_text(work / _CORRECTED, json.dumps(corrections, ensure_ascii=False))
    return corrections


def corrected(utterance: Utterance, corrections: dict[str, str]) -> Utterance:
    """The utterance with the person's text in place of the guess."""
    text = corrections.get(_place(utterance)) if utterance.heard_by else None
    if text is None:
        return utterance
    return replace(utterance, text=text, heard_by="", sureness=1.0) if text else replace(utterance, text="", sureness=0.0)


def write_guesses(dataset: Path, work: Path, guessed: Guessed, utterances: Iterable[Utterance]) -> None:
    """Writes guesses.csv, or takes it away where nothing is to be read; and what tells later what was corrected.

    Args:
        utterances: of the dataset; those that nobody listened to have their texts from elsewhere, and no place here.
    """
    state = {u.id: ["", _plain(u.text)] for u in utterances} | {u.id: [_place(u), _plain(u.text)] for u in guessed.heard}
    write_text(work / _STATE, json.dumps(state, ensure_ascii=False))
    rows = [f"{u.id}|{_plain(u.text)}|{u.sureness:.2f}|{listen_to(u)}\n" for u in guessed.worst_first]
    if rows:
        write_text(dataset / FILE, "".join(("id|text|sure|listen\n", *rows)))
    else:
        (dataset / FILE).unlink(missing_ok=True)


def learned_mistakes(utterances: list[Utterance]) -> str | None:
    """What to know of a voice that has learned from guesses; None where somebody wrote all the texts.

    Raises:
        PluginError: a transcriber is no longer installed.
    """
    guesses = doubtful(utterances)
    if not guesses:
        return None
    return (
        f"{len(guesses)} of the {len(utterances)} texts that it learned from are guesses, with the mistakes of a transcriber"
        f" that is often wrong: correct {FILE} in the dataset (the least sure come first), then prepare and train again"
    )


def listen_to(utterance: Utterance) -> str:
    """The file of its sound, in the dataset."""
    folder = Path(DOUBTFUL) if problem_of(utterance) else Path("wavs")
    return (folder / wav_path(Path(), utterance.id).name).as_posix()


def _rows(path: Path, known: Collection[str]) -> list[tuple[str, str]]:
    """(id, text) of each row for a known utterance, as we write them, or as a spreadsheet saved them."""
    if not path.is_file():
        return []
    text = read_text(path, lambda line: None)
    ours = [line.split("|") for line in text.splitlines() if "|" in line]
    if not ours and (table := recognise(text, ".csv", lambda name: int(name in known))):
        ours = [[row.name, row.text] for row in table.rows]
    return [(cells[0].strip(), cells[1]) for cells in ours if cells[0].strip() in known]


def _place(utterance: Utterance) -> str:
    return f"{utterance.recording}|{utterance.start_s}|{utterance.end_s}"


def _plain(text: str) -> str:
    """As it stands in a table."""
    return " ".join(text.replace("|", " ").split())


def _load(path: Path, kind: type[_Kept]) -> dict[str, _Kept]:
    try:
        found = read_document(path, parse_json, most_bytes=1 << 28)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} is damaged ({error}); remove it and prepare again") from error
    if not (isinstance(found, dict) and all(isinstance(kept, kind) for kept in found.values())):
        raise DatasetError(f"{path} is damaged; remove it and prepare again")
    return found
