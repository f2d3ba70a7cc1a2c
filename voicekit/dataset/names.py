"""Which recordings a name means, as a table or a text file calls them."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

#: Folders whose names say only that they hold sound: a path means the same with and without them.
_PLAIN_FOLDERS = frozenset(
    (
        *("audio", "audios", "wav", "wavs", "flac", "mp3", "clips", "recordings", "sound", "sounds", "data", "dataset"),
        *("raw", "sliced", "slicer_opt", "denoise_opt", "uvr5_opt", "dummy", "dummy1", "dummy2"),
    )
)


class Names:
    """The names of recordings, relative to their folder, to be found by what others call them."""

    def __init__(self, names: Iterable[str], suffixes: Collection[str]):
        """`suffixes` are those of sound; what else is behind a dot is part of a name."""
        self._suffixes = suffixes
        self._by_last: dict[str, list[tuple[str, tuple[str, ...], str]]] = defaultdict(list)
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}
        for name in names:
            path = PurePosixPath(name)
            parts = _parts(path.with_suffix("").as_posix())
            self._by_last[parts[-1].casefold()].append((name, parts, path.suffix.lower()))

    def meant(self, called: str, inside: str = "") -> tuple[str, ...]:
        """The names that `called` fits equally well: none, one, or several among which nobody can choose.

        Where one says a folder and the other says another one, it fits none: monday/001 is not tuesday/001.wav. A path of
        another machine (C:\\voice\\wav\\a.wav) fits by its end.

        Args:
            inside: the folder that the table lies in; its names are meant first.
        """
        if (called, inside) not in self._known:
            self._known[called, inside] = self._found(called, inside)
        return self._known[called, inside]

    def _found(self, called: str, inside: str) -> tuple[str, ...]:
        parts = _parts(called.strip().strip("\"'").replace("\\", "/"))
        path = PurePosixPath(parts[-1]) if parts else PurePosixPath()
        suffix = path.suffix.lower() if path.suffix.lower() in self._suffixes else ""
        if suffix:
            parts = (*parts[:-1], path.stem)
        if not parts:
            return ()
        here = _parts(inside)
        ranked = [
            (_fit(parts, its, here), not suffix or suffix == its_suffix, name)
            for name, its, its_suffix in self._by_last.get(parts[-1].casefold(), ())
        ]
        best = max(((fit, same) for fit, same, _ in ranked), default=((0,), False))
        return tuple(name for fit, same, name in ranked if fit[0] and (fit, same) == best)


def _parts(path: str) -> tuple[str, ...]:
    path = unicodedata.normalize("NFC", path).removeprefix("file://")
    return tuple(part for part in path.split("/") if part not in ("", ".", ".."))


def _fit(called: tuple[str, ...], parts: tuple[str, ...], inside: tuple[str, ...]) -> tuple:
    """How well a name fits; begins with 0 where it does not. The same letters go before those that differ in case."""
    same = called == parts[len(parts) - len(called) :]
    ours, theirs = [part.casefold() for part in parts], [part.casefold() for part in called]
    folder = [part.casefold() for part in inside]
    if ours[: len(folder)] != folder:
        return (0,)
    if ours in (folder + theirs, theirs):
        return 3, len(theirs), same
    length = min(len(ours), len(theirs))
    if ours[-length:] == theirs[-length:]:
        return 2, length, same
    bare, bare_theirs = ([part for part in each[:-1] if part not in _PLAIN_FOLDERS] for each in (ours, theirs))
    length = min(len(bare), len(bare_theirs))
    if bare[len(bare) - length :] == bare_theirs[len(bare_theirs) - length :]:
        return 1, length, same
    return (0,)
