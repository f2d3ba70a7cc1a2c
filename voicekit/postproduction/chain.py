"""From a recording or film to one that sounds right: read, treat step by step, write.

Each step first reads the sound to find out what it needs, then treats it block by block. Between two steps the sound is on
disk, so that the next one can measure the result of the last one, and memory stays the same however long the file is.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from voicekit.audio.delivery import Form, delivered, form_for
from voicekit.audio.presets import Preset
from voicekit.audio.treatment import Treatment
from voicekit.core.errors import ConfigError, MediaError
from voicekit.core.files import check_writable, claimed, explain_os_error
from voicekit.core.reporter import SILENT, Reporter
from voicekit.media import MediaInfo, check_format, check_mux, left_out, mux, open_sound, probe, write_sound
from voicekit.media.channels import usual
from voicekit.media.muxing import CONTAINERS, can_stay, sound_kind
from voicekit.media.read import no_sound
from voicekit.media.sound import Sound, watched
from voicekit.media.tags import NO_TAGS, read_tags
from voicekit.media.tracks import Wanted
from voicekit.media.write import told_format, told_tags

#: Files of these codecs may go above full scale.
_FLOAT_CODECS = {"pcm_f32le", "pcm_f64le", "pcm_f32be", "pcm_f64be", "wavpack"}

#: Looks at a sound and says what is to be done to it.
Step = Callable[[Sound], Treatment]

#: Seconds that a million samples take on two CPU cores, about: each listening of a step, and its treatment.
_LISTENING_S = {"denoise": (0.5,), "restore": (0.4,), "enhance": (0.12,), "master": (0.06, 0.3, 0.3, 0.3), "level": (0.02,)}
_TREATING_S = {"denoise": 1.0, "restore": 0.4, "enhance": 0.2, "master": 0.15}
_OTHER_S, _WRITING_S = 0.3, 0.05


def run_chain(
    path: Path | str,
    out: Path | str,
    steps: dict[str, Step],
    track: Wanted = None,
    reporter: Reporter = SILENT,
    preset: Preset | None = None,
    least_rate: int = 0,
) -> None:
    """Treats the sound of `path` with `steps`, by name and in order, and writes `out`; a film keeps its picture's packets.

    Args:
        track: which of its sound tracks; None for the default one. A film keeps the others as they are.
        preset: for whom a sound file is: it is brought into the form that they ask for; a film's sound keeps its own.
        reporter: told what is found and done, and before all work what of `path` does not come along.
        least_rate: steps that bring sound of their own work at this sample rate at least, and so is `out` written.

    Raises:
        ConfigError: `out` is `path` itself.
        MediaError: the file cannot be read or has no sound, the ending of `out` is not known.
        VoicekitError: the disk is full, the folder cannot be written to, another run is writing `out`.
    """
    path, out = Path(path), Path(out)
    info = check_out(path, out, track, preset)
    film = out.suffix.lower() in CONTAINERS
    beside = can_stay(path, out, (one for one in info.tracks if one not in info.heard)) if film else ()
    told = [*info.notes, *info.tracks_told(beside)]
    tags = NO_TAGS if film else read_tags(path, info.heard[0])  # a film's own come along with its picture
    if film:
        told.append(left_out(path, out))
    else:
        form = form_for(preset, _form(info, least_rate))
        told += (*told_format(out, form.layout or usual(form.channels), form.sample_rate), *told_tags(out, tags))
    for line in filter(None, told):
        reporter.note(line)
    sound = open_sound(path, sample_rate=max(info.sample_rate, least_rate), track=track)
    if info.audio_codec in _FLOAT_CODECS:
        steps = {"level": within_full_scale, **steps}
    writing = f"writing {out.name}"
    reporter.expect(_expected(steps, sound, writing))
    with claimed(out), ExitStack() as stack:
        if preset and preset.others and not film:
            sound, changes = delivered(watched(sound, "listening", reporter), preset)
            for line in changes:
                reporter.say(line)
        for number, (name, step) in enumerate(steps.items(), start=1):
            treatment = step(watched(sound, f"{name}: listening", reporter))
            for line in treatment.said:
                reporter.say(f"{name}: {line}")
            if treatment.apply is None:
                continue
            if number == len(steps):
                sound = replace(sound, read=partial(iter, treatment.apply(sound.read())))
            else:
                treated = treatment.apply(watched(sound, name, reporter).read())
                sound = stack.enter_context(spooled(treated, sound, out.parent))
        sound = watched(sound, writing, reporter)
        if film:
            place = info.heard[0] if len(info.heard) == 1 else None
            mux(path, sound.read(), sound.sample_rate, out, sound.channels, layout=sound.layout, place=place, beside=beside)
        else:
            bit_rate = preset.mp3_bit_rate if preset else 0
            write_sound(out, sound.read(), sound.sample_rate, sound.layout, tags, bit_rate)


def _expected(steps: Iterable[str], sound: Sound, writing: str) -> Iterator[tuple[str, float]]:
    """The tasks of `run_chain`; see `Reporter.expect`. The last treatment is done while its sound is written."""
    millions = sound.duration_s * sound.sample_rate * sound.channels / 1e6
    names = list(steps)
    for name in names:
        for seconds in _LISTENING_S.get(name, (_OTHER_S,)):
            yield f"{name}: listening", seconds * millions
        if name != names[-1]:
            yield name, _TREATING_S.get(name, _OTHER_S) * millions
    yield writing, (_TREATING_S.get(names[-1], _OTHER_S) + _WRITING_S) * millions


def _form(info: MediaInfo, least_rate: int = 0) -> Form:
    return Form(info.channels, max(info.sample_rate, least_rate), info.layout)


def check_out(path: Path, out: Path, track: Wanted = None, preset: Preset | None = None) -> MediaInfo:
    """Makes sure, before any work, that `out` can be written and is not `path`; what `path` holds.

    Args:
        preset: whose form a sound file is brought into; see `run_chain`.

    Raises:
        ConfigError, MediaError: see `run_chain`.
    """
    info = probe(path, track)
    if not info.has_audio:
        raise MediaError(no_sound(info))
    if out.exists() and out.samefile(path):
        raise ConfigError(f"{out} is the input itself, which is never changed; choose another name with -o")
    check_writable(out)
    if info.has_video and out.suffix.lower() in CONTAINERS:
        check_mux(path, out)
        sound_kind(out, info.layout)
    elif out.suffix.lower() in CONTAINERS:
        raise MediaError(f"{out}: {path} has no picture; choose an ending for sound, such as .wav")
    else:
        form = form_for(preset, _form(info))
        check_format(out, form.channels, form.sample_rate, form.layout)
    return info


def within_full_scale(sound: Sound) -> Treatment:
    """The first step of all: a float file may go above full scale, where no other would hold it."""
    peak = max((float(np.abs(block).max(initial=0.0)) for block in sound.read()), default=0.0)
    if peak <= 1:
        return Treatment(())
    gain = np.float32(1 / peak)
    said = f"goes above full scale by {20 * np.log10(peak):.1f} dB: turned down by as much"
    return Treatment((said,), lambda blocks: (block * gain for block in blocks))


@contextmanager
def spooled(blocks: Iterable[np.ndarray], like: Sound, folder: Path) -> Iterator[Sound]:
    """Puts `blocks` into a temporary file in `folder`, for as long as the context lasts, as a sound of its own.

    Raises:
        VoicekitError: the disk is full, the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed below
    except OSError as error:
        raise explain_os_error(error, folder) from error
    with file:
        samples = 0
        for block in blocks:
            try:
                file.write(np.ascontiguousarray(block.T, dtype=np.float32).tobytes())
            except OSError as error:
                raise explain_os_error(error, folder) from error
            samples += block.shape[1]

        def read() -> Iterator[np.ndarray]:
            frame, at = 4 * like.channels, 0
            while at < samples:
                file.seek(at * frame)  # each time: two readers may take turns
                count = min(like.sample_rate, samples - at)
                yield np.frombuffer(file.read(count * frame), np.float32).reshape(count, -1).T.copy()
                at += count

        yield replace(like, duration_s=samples / like.sample_rate, read=read)
