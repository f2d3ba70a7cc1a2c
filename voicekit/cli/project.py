"""project.toml: how the films of a folder were made, so that the next run of each makes it in the same way.

    [film."clip.narrated.mp4"]
    voice = "nick"
    for = "youtube"

A table a film, because several lie in one folder; a key is an option without its dashes, and its value what stands behind
it, so that nothing has to be learnt to edit it. Defaults < project.toml < command line.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from voicekit.core.documents import parse_toml, shown
from voicekit.core.errors import ConfigError, VoicekitError
from voicekit.core.files import as_text, atomic
from voicekit.core.reporter import Reporter
from voicekit.core.settings import check_key, read_tables
from voicekit.core.wording import decimal, quoted

if TYPE_CHECKING:
    from voicekit.speech.voices import Voice

FILE_NAME = "project.toml"
#: Of one run or of one machine, and not of the film.
_OF_A_RUN = ("out", "video", "device", "only", "dry-run")
_ABOUT = """\
# How the films of this folder were made. voicekit reads it at the next run of a film; the command line goes before it.
# A key is an option without its dashes. Delete a line to have the default again, or the file to have all of them.
"""


@dataclass(frozen=True)
class Project:
    """What is remembered of a film, and what this run of a command changes of it.

    Attributes:
        path: of project.toml.
        film: the name of the film, by which its table is known.
        remembered: key → value, as the file has them.
        given: key → value, as this command line has them, in the file's form.
    """

    path: Path
    film: str
    remembered: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, film: Path, ctx: click.Context) -> "Project":
        """What project.toml beside `film` says of it.

        Raises:
            ConfigError: it cannot be read, a key is unknown, or a value is none for its option.
        """
        path = film.parent / FILE_NAME
        project = cls(path, as_text(film.name))
        project.remembered.update(_table(_document(path), project.film, path))
        for key, value in project.remembered.items():
            if option := _options(ctx.command).get(key):
                _check(option, value, ctx, project.where)
        for key, option in _options(ctx.command).items():
            if ctx.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE:
                project.given[key] = project._stored(ctx.params[option.name or ""], option)
        return project

    @property
    def where(self) -> str:
        return f"{self.path}: [{_header(self.film)}]"

    @property
    def settings(self) -> dict[str, Any]:
        """Of this run, in the file's form: what is remembered, and over it what is given."""
        return self.remembered | {key: _over(self.remembered.get(key), value) for key, value in self.given.items()}

    def values(self, ctx: click.Context, reporter: Reporter) -> dict[str, Any]:
        """The command's options by their names, with what is remembered in place of defaults; the person is told what is.

        Raises:
            ConfigError: the film's voice is gone.
        """
        values, told = dict(ctx.params), []
        for key, option in _options(ctx.command).items():
            if key in self.settings:
                values[option.name or ""] = self._converted(self.settings[key], option, ctx)
            if key in self.remembered and self.remembered[key] == self.settings[key]:
                told.append(_said(key, self.remembered[key]))
        if told:
            reporter.note(f"from {self.path}: {', '.join(told)}")
        if "voice" in self.remembered and "voice" not in self.given:
            self._check_voice(values["voice"], reporter)
        return values

    def remember(self, voice: "Voice | None", reporter: Reporter) -> None:
        """Writes what this run was told into project.toml, and the voice that speaks; tells what is new in it.

        Raises:
            VoicekitError: it cannot be read or written.
        """
        settings = dict(self.settings)
        if voice:
            settings.setdefault("voice", voice.name)
        if settings == self.remembered:
            return
        with atomic(self.path) as partial:  # whoever writes another film's table meanwhile waits
            text = self.path.read_text(encoding="utf-8-sig") if self.path.is_file() else _ABOUT
            document = _document(self.path)
            document.setdefault("film", {})[self.film] = settings
            written = _edited(text, self.film, settings)
            with suppress(ValueError):
                if parse_toml(written) == document:
                    partial.write_text(written, encoding="utf-8")
            if not partial.exists():  # written in a way that cannot be changed line by line
                import tomli_w

                partial.write_text(_ABOUT + "\n" + tomli_w.dumps(document), encoding="utf-8")
                reporter.note(f"{self.path} was written anew, without its comments")
        changed = [
            _said(key, value) + (f" (was {_plain(self.remembered[key])})" if key in self.remembered else "")
            for key, value in settings.items()
            if self.remembered.get(key) != value
        ]
        reporter.note(f"remembered in {self.path}: {', '.join(changed)}")

    def _check_voice(self, name: str, reporter: Reporter) -> None:
        """Raises ConfigError where the film's voice is gone; tells of one that was trained since."""
        from voicekit.speech.voices import find_voice, list_voices

        try:
            voice = find_voice(name)
        except VoicekitError as error:
            raise ConfigError(
                f"{self.where}: the voice of this film is gone: {error}; bring it back, or choose another with --voice"
            ) from error
        newest = next(iter(list_voices()), voice)
        since = (newest.folder / "voice.toml").stat().st_mtime if (newest.folder / "voice.toml").is_file() else 0.0
        if newest.name != voice.name and not newest.built_in and since > self.path.stat().st_mtime:
            reporter.note(f"'{newest.name}' was trained since; --voice {quoted([newest.name])} has it speak this film")

    def _stored(self, value: Any, option: click.Option) -> Any:
        """A value of the command line as the file has it: ways to files are from the film's folder on."""
        if isinstance(value, tuple | list):
            return [self._way(text, behind="=") if option.name == "settings" else text for text in value]
        if isinstance(option.type, click.Path):
            return str(value) if _is_word(value, option) else self._way(str(value))
        if option.name == "voice" and _is_way(value):
            return self._way(value)
        return value

    def _way(self, text: str, behind: str = "") -> str:
        """The file that `text` names, as seen from the film's folder; one outside that was named in full stays as it is.

        Args:
            behind: the name begins behind this sign.
        """
        head, sign, name = text.rpartition(behind) if behind else ("", "", text)
        with suppress(OSError, ValueError):  # longer than any name, or on another drive
            if name and Path(name).exists():
                folder, place = self.path.parent.resolve(), Path(name).resolve()
                if place.is_relative_to(folder) or not Path(name).is_absolute():
                    way = Path(os.path.relpath(place, folder)).as_posix()
                    name = way if _is_way(way) or not _is_way(name) else f"./{way}"
        return as_text(f"{head}{sign}{name}")

    def _converted(self, value: Any, option: click.Option, ctx: click.Context) -> Any:
        """A value of the file as the command takes it."""
        if isinstance(value, list):
            return tuple(self._place(text, behind="=") if option.name == "settings" else text for text in value)
        if isinstance(option.type, click.Path):
            return Path(value) if _is_word(value, option) else Path(self._place(value))
        if option.name == "voice":
            return self._place(value) if _is_way(value) else value
        return value if option.is_flag else option.type.convert(value, option, ctx)

    def _place(self, text: str, behind: str = "") -> str:
        """What `_way` says, as seen from the current folder."""
        head, sign, name = text.rpartition(behind) if behind else ("", "", text)
        with suppress(OSError, ValueError):
            found = self.path.parent / name
            if name and (found.exists() or not behind):
                name = str(found)
        return f"{head}{sign}{name}"


def _is_word(value: Path | str, option: click.Option) -> bool:
    """Whether it names no file, though the option takes some: "--music epic"."""
    from voicekit.film.soundtrack.plan import is_composed

    return option.name == "music" and is_composed(value)


def _is_way(name: str) -> bool:
    """Whether it leads to a folder; a name alone is looked for where voices lie."""
    return "/" in name or os.sep in name


def _document(path: Path) -> dict[str, Any]:
    """Raises ConfigError where project.toml is no such file."""
    if not path.exists():
        return {}
    advice = "correct it, or delete it to begin anew"
    if not path.is_file():
        raise ConfigError(f"{path} is not a file; remove it, because voicekit keeps there how a film was made")
    try:
        document = read_tables(path)
    except ConfigError as error:
        raise ConfigError(f"{error}; {advice}") from error
    for key in get_close_matches("film", document, n=1):  # other tables are other programs': Julia has such a file, too
        check_key(key, ("film",), str(path))
    films = document.get("film", {})
    if not isinstance(films, dict) or not all(isinstance(table, dict) for table in films.values()):
        raise ConfigError(f'{path}: a film is a table, [film."film.mp4"]; {advice}')
    return document


def _table(document: dict[str, Any], film: str, path: Path) -> dict[str, Any]:
    """What is said of a film. Raises ConfigError where a key is none."""
    from voicekit.cli.narrate import command as narrate
    from voicekit.cli.produce import command as produce

    known = list(dict.fromkeys((*_options(narrate), *_options(produce))))
    table = document.get("film", {}).get(film, {})
    for key in table:
        check_key(key, known, f"{path}: [{_header(film)}]")
    return table


def _options(command: click.Command) -> dict[str, click.Option]:
    """The options that are of the film, by their keys."""
    options = [one for one in command.params if isinstance(one, click.Option)]
    keys = {max(one.opts, key=len).lstrip("-"): one for one in options}
    return {key: one for key, one in keys.items() if key not in _OF_A_RUN}


def _check(option: click.Option, value: Any, ctx: click.Context, where: str) -> None:
    """Raises ConfigError where a value is none for its option."""
    key = max(option.opts, key=len).lstrip("-")
    is_number, is_whole = isinstance(option.type, click.FloatRange | click.IntRange), isinstance(option.type, click.IntRange)
    kind, fits = "text", isinstance(value, str)
    if option.is_flag:
        kind, fits = "true or false", isinstance(value, bool)
    elif option.multiple:
        kind, fits = "a list of texts", isinstance(value, list) and all(isinstance(one, str) for one in value)
    elif is_number:
        kind = "a whole number" if is_whole else "a number"
        fits = isinstance(value, int if is_whole else int | float) and not isinstance(value, bool)
    elif not isinstance(option.type, click.Path) and key != "voice":
        fits = fits or (isinstance(value, int) and not isinstance(value, bool))  # audio-track = 2
    if not fits:
        raise ConfigError(f"{where}: '{key}' is {kind}, not {shown(value)}")
    if option.is_flag or isinstance(option.type, click.Path):
        return
    try:
        for one in value if option.multiple else [value]:
            option.type.convert(one if is_number else str(one), option, ctx)
    except click.BadParameter as error:
        raise ConfigError(f"{where}: '{key}': {error.message}") from error


def _over(old: Any, new: Any) -> Any:
    """What is given over what is remembered; of a list, by what stands in front of "=": another pick leaves the others."""
    if not isinstance(new, list) or not isinstance(old, list):
        return new
    return list({text.partition("=")[0].strip(): text for text in (*old, *new)}.values())


def _said(key: str, value: Any) -> str:
    """A setting as a person would give it."""
    if key == "voice":
        return f"voice {value}"
    if isinstance(value, bool):
        return f"--{key}" if value else f"--no-{key}"
    values = value if isinstance(value, list) else [value]
    return ", ".join(f"--{key} {quoted([_plain(one)])}" for one in values)


def _plain(value: Any) -> str:
    return decimal(value) if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)


def _header(film: str) -> str:
    return f"film.{_toml(film)}"


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _edited(text: str, film: str, settings: dict[str, Any]) -> str:
    """`text` with the film's table as `settings` has it; comments and other tables stay as they are."""
    lines = text.splitlines()
    begin = next((n for n, line in enumerate(lines) if _alone(line) == {"film": {film: {}}}), None)
    if begin is None:
        begin = len(lines) + 1
        lines += ["", f"[{_header(film)}]"]
    end = next((n for n in range(begin + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    while end > begin + 1 and not lines[end - 1].strip():
        end -= 1
    kept, missing = [], dict(settings)
    for line in lines[begin + 1 : end]:
        for key, value in (_alone(line) or {}).items():
            if key in missing and missing.pop(key) != value:
                line = f"{key} = {_toml(settings[key])}"
        kept.append(line)
    kept += [f"{key} = {_toml(value)}" for key, value in missing.items()]
    return "\n".join([*lines[: begin + 1], *kept, *lines[end:]]) + "\n"


def _alone(line: str) -> dict[str, Any] | None:
    """What a line says by itself; None where it is a part of something, or nothing."""
    with suppress(ValueError):
        return parse_toml(line) or None
    return None
