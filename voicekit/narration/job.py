"""What is to be narrated, and how: everything that can be checked before a word is spoken."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from voicekit.audio.presets import FOR_FILMS
from voicekit.audio.treatment import Separator
from voicekit.core.documents import parse_json, read_document
from voicekit.core.errors import ConfigError, MediaError
from voicekit.core.files import check_writable, digest, write_text
from voicekit.core.reporter import SILENT, Reporter
from voicekit.media import MediaInfo, check_mux, default_out, left_out, probe
from voicekit.media.burn import check_fonts
from voicekit.media.container import check_picture
from voicekit.media.cuts import find_cuts
from voicekit.media.muxing import can_stay
from voicekit.media.tracks import Wanted
from voicekit.narration.timing.timeline import check_times
from voicekit.narration.turns import in_turns
from voicekit.speech.cast import NO_CAST, Cast, Role
from voicekit.text.script.cue import Cue, Script
from voicekit.text.script.script import read_script

#: The parts of the film's own sound that may be kept under the voice.
KEEP = ("all", "background", "none")
#: The choices for the film's own sound track, and for its subtitles.
TRACKS = ("replace", "add")
SUBTITLES = ("files", "soft", "burn")
#: The choices for a script that is too long for its film.
OVERRUNS = ("stop", "film")


@dataclass(frozen=True)
class Ducking:
    """How the film's sound makes room. The levels are those of a voice at −16 LUFS.

    Attributes:
        depth_db: how far it goes down at most.
        threshold_db: below this level of the voice (RMS of 10 ms) nothing happens.
        full_db: from this level on it is down by depth_db.
        attack_s, release_s: time constants of going down and of coming back.
        hold_s: it stays down so long after the voice, so that it does not pump between words.
        look_ahead_s: it starts to go down so long before the voice.
    """

    depth_db: float = 12.0
    threshold_db: float = -45.0
    full_db: float = -30.0
    attack_s: float = 0.04
    release_s: float = 0.35
    hold_s: float = 0.3
    look_ahead_s: float = 0.12


@dataclass(frozen=True)
class NarrationOptions:
    """How a film is to be narrated.

    Attributes:
        ducking: how the film's sound makes room for the voice.
        keep: of the film's own sound: "all", its "background" without the voices in it, or "none".
        separator: tells voices from background; without it the one that voicekit ships.
        track: "replace" the film's sound, or "add" a track to it.
        subtitles: beside the film as "files"; as a track in it too ("soft"), or drawn into the picture ("burn").
        chapters: the clips of a storyboard become chapters.
        reencode: the picture is encoded anew rather than copied.
        preset: for whom the film's sound is; see `presets.FOR_FILMS`.
        overrun: where lines are too long for their times or for the film, "stop" before anything is spoken, or go on: the
            "film" becomes as long as it takes.
        verify: listen whether every word was said.
        asr_model: the folder of weights of Whisper to listen with; see `whisper.find_weights`.
        only: numbers of the cues, from 1, that are to be spoken anew.
        cache_folder: where speech is kept; without it the user's own.
        audio_track: which of the film's own sound tracks the voice is laid over; None for the default one.
        language: the one that is spoken of a script in two side by side, by its code; without it, the first.
        cast: who is spoken by which voice; without one, “[voice: …]” in the script says it.
        names: in the SRT file, and in the film's own subtitles, who speaks stands in front of what they say.
    """

    ducking: Ducking = field(default_factory=Ducking)
    keep: str = "all"
    separator: Separator | None = None
    track: str = "replace"
    subtitles: str = "files"
    chapters: bool = False
    reencode: bool = False
    preset: str = "podcast"
    overrun: str = "stop"
    verify: bool = True
    asr_model: Path | None = None
    only: frozenset[int] = frozenset()
    cache_folder: Path | None = None
    audio_track: Wanted = None
    language: str = ""
    cast: Cast = NO_CAST
    names: bool = False

    def __post_init__(self) -> None:
        choices = {"keep": KEEP, "track": TRACKS, "subtitles": SUBTITLES, "preset": FOR_FILMS, "overrun": OVERRUNS}
        for name, known in choices.items():
            chosen = getattr(self, name)
            if chosen not in known:
                raise ConfigError(f"'{name}' can be {', '.join(known)}, not '{chosen}'")

    @property
    def encodes_picture(self) -> bool:
        """Whether the picture is encoded anew: wished for, or needed to draw into it."""
        return self.reencode or self.subtitles == "burn"


DEFAULTS = NarrationOptions()


@dataclass(frozen=True)
class Job:
    """A script to be narrated over a clip, and how.

    Attributes:
        script_path: of the script.
        film: the file to write.
        notes: what the person has to know of the clip, and of what of it will not be in the film, before any work; a line
            each.
        roles: how each cue of the script is spoken.
    """

    script_path: Path
    script: Script
    clip: MediaInfo
    film: Path
    options: NarrationOptions = DEFAULTS
    notes: tuple[str, ...] = ()
    roles: Mapping[Cue, Role] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, Path]:
        """What is written, by kind."""
        endings = {"srt": ".srt", "vtt": ".vtt", "ass": ".ass", "report": ".report.json", "page": ".report.html"}
        return {"film": self.film} | {kind: self.film.with_suffix(ending) for kind, ending in endings.items()}

    def tell(self, reporter: Reporter) -> None:
        """Reports what the person has to know of the script and of the clip."""
        for line in (*self.script.notes, *self.notes):
            reporter.note(line)


def look(
    script_path: Path | str,
    video_path: Path | str,
    out_path: Path | str | None = None,
    options: NarrationOptions = DEFAULTS,
) -> Job:
    """Reads the script and looks at the clip; where the film is to be written is not looked at.

    Args:
        out_path: of the film; without it, CLIP.narrated.mp4 (or the clip's own ending) in the current folder.

    Raises:
        VoicekitError: the script or the clip is unusable, or a given time is past the clip's end.
    """
    script_path, video_path = Path(script_path), Path(video_path)
    clip = probe(video_path, options.audio_track)
    check_picture(video_path)
    if clip.duration_s <= 0:
        raise MediaError(f"{video_path} has no length; copy or export it again")
    script, roles = in_turns(read_script(script_path, options.language or None), options.cast, str(script_path))
    check_times(script.cues, clip.duration_s, str(script_path))
    film = Path(out_path) if out_path else default_out(video_path, "narrated")
    return Job(script_path, script, clip, film, options, clip.notes, roles)


def check(
    script_path: Path | str,
    video_path: Path | str,
    out_path: Path | str | None = None,
    options: NarrationOptions = DEFAULTS,
    reporter: Reporter = SILENT,
) -> Job:
    """A job that can be done: everything that can be checked before a word is spoken has been. See `look`.

    Raises:
        VoicekitError: see `look`; or an option cannot be met, the film's name is wrong or its folder cannot be written to.
    """
    job = look(script_path, video_path, out_path, options)
    check_mux(job.clip.path, job.film, reencode=options.encodes_picture, keep_sound=options.track == "add")
    _check_options(job)
    _check_files(job)
    lost = left_out(job.clip.path, job.film, reencode=options.encodes_picture).splitlines()
    job = replace(job, notes=(*job.notes, *_tracks_told(job), *lost))
    job.tell(reporter)
    return job


def _check_options(job: Job) -> None:
    """Raises VoicekitError where cues are asked for that the script does not have, or what it has cannot be done."""
    options, n_cues = job.options, len(job.script.cues)
    check_only(options.only, n_cues, job.script_path)
    if options.chapters and not job.script.clips:
        raise ConfigError(f"{job.script_path} is not a storyboard, whose clips would be the chapters; leave --chapters out")
    if options.subtitles == "burn":
        check_fonts(cue.text for cue in job.script.cues)


def check_only(only: frozenset[int], n_cues: int, script: Path) -> None:
    """Raises ConfigError where cues are to be spoken anew that a script does not have."""
    missing = sorted(number for number in only if not 1 <= number <= n_cues)
    if missing:
        raise ConfigError(f"{script} has no cue {missing[0]}, only {n_cues} cues; the film's report numbers them")


def _check_files(job: Job) -> None:
    """Raises VoicekitError where a file cannot be written, or would take the place of one that is not ours."""
    ours = job.files["report"].exists()
    for kind, written in job.files.items():
        if written.is_dir():
            raise ConfigError(f"{written} is a folder; choose another name with -o")
        for given in (job.script_path, job.clip.path):
            if written.exists() and written.samefile(given):
                raise ConfigError(f"{given} would be overwritten by the narrated {kind}; choose another name with -o")
        if kind != "film" and written.exists() and not ours:  # not of an earlier run, which would have left its report
            raise ConfigError(f"{written}, where the film's {kind} would go, already exists; choose another name with -o")
    for written in job.files.values():
        check_writable(written)


def _tracks_told(job: Job) -> tuple[str, ...]:
    """What becomes of the clip's own sound tracks."""
    clip = job.clip
    if clip.tracks and not clip.heard:
        return (f"{clip.path}: {', '.join(map(str, clip.tracks))}: narrated as a film without sound",)
    return clip.tracks_told(can_stay(clip.path, job.film, clip.tracks) if job.options.track == "add" else ())


def cuts_of(job: Job, cache: Path, reporter: Reporter = SILENT) -> tuple[float, ...]:
    """The cuts of the clip, which are looked for once: a film of an hour is decoded for minutes.

    Raises:
        VoicekitError: the clip cannot be read, the cache not written.
    """
    video = job.clip.path
    about = video.stat()
    known = json.dumps([2, video.name, about.st_size, about.st_mtime_ns])  # the same wherever it is moved to
    entry = cache / f"cuts-{digest(known)}.json"
    try:
        return tuple(float(cut) for cut in read_document(entry, parse_json, most_bytes=1 << 24))
    except (OSError, ValueError, TypeError):
        cuts_s = find_cuts(video, reporter)
        write_text(entry, json.dumps(cuts_s))
        return cuts_s
