"""What an audiobook is to become: read, and checked before a word is spoken."""

import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from voicekit.audio.delivery import Form, form_for
from voicekit.audio.presets import Preset, find_preset
from voicekit.core.errors import ConfigError
from voicekit.core.files import check_writable
from voicekit.media.languages import track_language
from voicekit.media.tags import Tags, cover_of
from voicekit.media.write import check_format
from voicekit.narration.audiobook.credits import with_credits
from voicekit.narration.recital import Passage, passages_of
from voicekit.speech.engine import Engine
from voicekit.text.book.book import Book, Chapter
from voicekit.text.book.read import read_book
from voicekit.text.read import Note

#: The ending of the files of a folder.
_OF_CHAPTERS = ".mp3"
#: In signs and in bytes: names of files stay readable, and fit on any disk.
_LONGEST_NAME, _MOST_NAME_BYTES = 80, 180
#: What a name cannot have on one of the systems it may be copied to.
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*]+")


@dataclass(frozen=True)
class AudiobookOptions:
    """How a book becomes an audiobook.

    Attributes:
        preset: for whom it is, such as "acx", see `presets.PRESETS`; "" leaves the level of the voice.
        pace: 1.2 is 20 % faster.
        title, author, narrator: in place of those that the book names; the narrator is said and written where one is given.
        cover: a picture in place of the book's own.
        chapters: numbers of those to be read, from 1; empty for all, with credits before and after them.
        whole: see `read_book`.
        verify: listen whether every word is said, and speak again where not.
        cache_folder: where speech is kept; None for the user's own.
    """

    preset: str = ""
    pace: float = 1.0
    title: str = ""
    author: str = ""
    narrator: str = ""
    cover: Path | None = None
    chapters: frozenset[int] = frozenset()
    whole: bool = False
    verify: bool = False
    cache_folder: Path | None = None


DEFAULTS = AudiobookOptions()


@dataclass(frozen=True)
class Track:
    """A chapter as it is spoken; a file of its own where the audiobook is a folder."""

    title: str
    passages: tuple[Passage, ...]

    @property
    def n_signs(self) -> int:
        return sum(len(passage.cue.text) for passage in self.passages)


@dataclass(frozen=True)
class AudiobookJob:
    """A book to be spoken.

    Attributes:
        out: the file, or the folder.
        sample_rate: of what is written, in Hz.
        tags: of the whole book, without its chapters.
    """

    path: Path
    out: Path
    book: Book
    tracks: tuple[Track, ...]
    tags: Tags
    sample_rate: int
    preset: Preset | None
    options: AudiobookOptions

    @property
    def is_folder(self) -> bool:
        return wants_folder(self.out)

    @property
    def files(self) -> tuple[Path, ...]:
        """What is written, in order."""
        if not self.is_folder:
            return (self.out,)
        digits = max(2, len(str(len(self.tracks))))
        return tuple(
            self.out / f"{number:0{digits}} - {file_name(track.title)}{_OF_CHAPTERS}"
            for number, track in enumerate(self.tracks, start=1)
        )


def wants_folder(out: Path) -> bool:
    """Whether a file a chapter is wanted: a folder that is there, or a name without an ending."""
    return out.is_dir() or not out.suffix


def check(path: Path, out: Path, engine: Engine, options: AudiobookOptions, note: Note) -> AudiobookJob:
    """An audiobook that can be made: everything that can be checked before a word is spoken has been.

    Args:
        note: told what of the book is left out, guessed or changed.

    Raises:
        ScriptError: the book cannot be read; see `read_book`.
        ConfigError: a chapter is asked for that is not there, the preset or the cover is not known, or the book itself
            would be overwritten.
        MediaError: the ending of `out` names no format.
        VoicekitError: nothing can be written there.
    """
    preset = find_preset(options.preset) if options.preset else None
    rate = form_for(preset, Form(1, engine.sample_rate)).sample_rate
    one_file = out / f"1{_OF_CHAPTERS}" if wants_folder(out) else out
    rate = check_format(one_file, sample_rate=rate)
    if out.exists() and path.exists() and out.samefile(path):
        raise ConfigError(f"{out} is the book itself, which is never changed; choose another name with -o")
    book = read_book(path, options.whole)
    for line in book.notes:
        note(line)
    authors = (options.author,) if options.author else book.authors
    book = replace(book, title=options.title or book.title, authors=authors)
    chapters = chosen(book, options.chapters, path)
    if not options.chapters:
        if not book.title:
            note(f"{path}: it says no title, so nothing is said before and after it; give one with --title")
        chapters = with_credits(chapters, book.title, book.authors, options.narrator, engine.language)
    tracks = [Track(one.title, passages_of(one.blocks, engine.language or "en-us")) for one in chapters]
    tags = _tags(book, options, path, one_file, note)
    check_writable(one_file)  # last: it makes the folder
    return AudiobookJob(path, out, book, tuple(one for one in tracks if one.passages), tags, rate, preset, options)


def chosen(book: Book, numbers: frozenset[int], path: Path) -> tuple[Chapter, ...]:
    """The chapters of those numbers, from 1; all where there are no numbers. Raises ConfigError where one is not there."""
    if missing := sorted(number for number in numbers if not 1 <= number <= len(book.chapters)):
        raise ConfigError(
            f"{path} has no chapter {missing[0]}, only {len(book.chapters)}; they are listed by: voicekit script chapters"
        )
    return tuple(one for number, one in enumerate(book.chapters, start=1) if not numbers or number in numbers)


def _tags(book: Book, options: AudiobookOptions, path: Path, file: Path, note: Note) -> Tags:
    """Raises ConfigError where the given cover is no picture."""
    picture = book.cover
    if options.cover:
        try:
            picture = options.cover.read_bytes()
        except OSError as error:
            raise ConfigError(f"cannot read the cover {options.cover}: {error.strerror}") from error
    cover = cover_of(picture) if picture else None
    if picture and not cover and options.cover:
        raise ConfigError(f"{options.cover} is no picture; name a JPEG or PNG with --cover")
    if picture and not cover:
        note(f"{path}: its cover is no picture that can be read, and is left out; give one with --cover")
    authors = ", ".join(book.authors)
    said = {
        "title": book.title, "album": book.title, "artist": authors, "album_artist": authors, "composer": options.narrator,
        "genre": "Audiobook", "language": track_language(book.language), "comment": "Synthetic speech, made with voicekit",
    }  # fmt: skip
    if file.suffix.lower() in (".m4b", ".m4a"):
        said["media_type"] = "2"  # what makes an audiobook of a sound: players remember where one stopped
    return Tags(tuple((key, text) for key, text in said.items() if text and text != "und"), covers=(cover,) if cover else ())


def file_name(title: str) -> str:
    """A title as the name of a file that any system takes."""
    plain = unicodedata.normalize("NFC", _NOT_IN_NAMES.sub(" ", title))
    plain = " ".join(sign for sign in plain.split())[:_LONGEST_NAME]
    while len(plain.encode()) > _MOST_NAME_BYTES:
        plain = plain[:-1]
    return plain.strip(" .") or "Chapter"
