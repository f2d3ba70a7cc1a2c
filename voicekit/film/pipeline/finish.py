"""The last step of a film in which nothing is said: its sound is mastered, its clips become chapters."""

import math
from contextlib import suppress
from itertools import accumulate, pairwise
from pathlib import Path

from voicekit.audio import master
from voicekit.audio.limiter import BLOCK_S, limited
from voicekit.audio.presets import find_preset
from voicekit.core.documents import parse_json, read_document
from voicekit.core.errors import VoicekitError
from voicekit.core.files import write_text
from voicekit.core.reporter import SILENT, Reporter
from voicekit.media.container import probe
from voicekit.media.muxing import SAMPLE_RATE, Extras, mux
from voicekit.media.read import read_audio
from voicekit.media.sound import Sound, lasting, watched
from voicekit.narration.job import DEFAULTS, NarrationOptions
from voicekit.narration.report.report import Report, Stretch
from voicekit.text.script.storyboard import Storyboard

#: What a run that spoke leaves beside its film, and would no longer be true.
_OF_SPEECH = (".srt", ".vtt", ".ass", ".report.html")

_MEASURING, _WRITING = "measuring the sound", "writing the film"


def finish(
    film: Path, board: Storyboard, out: Path, options: NarrationOptions = DEFAULTS, reporter: Reporter = SILENT
) -> Report:
    """Writes the finished film at `out`, and its report (.report.json); no subtitles, as there is nothing to read.

    Args:
        film: its pictures with their sound, the clips of the storyboard one after another.
        options: its preset says how loud the film is, and `chapters` whether its clips are chapters.

    Raises:
        VoicekitError: the film cannot be read, or `out` cannot be written.
    """
    info = probe(film)
    n_samples = round(info.duration_s * SAMPLE_RATE)
    block = round(BLOCK_S * SAMPLE_RATE)

    def read():
        return lasting(read_audio(film, SAMPLE_RATE, 2, block_s=1.0) if info.has_audio else (), n_samples, block)

    edges_s = list(accumulate((scene.clip.duration_s or 0.0 for scene in board.scenes), initial=0.0))
    clips = tuple(
        Stretch(begin, end, scene.clip.title) for scene, (begin, end) in zip(board.scenes, pairwise(edges_s), strict=True)
    )
    whole = watched(Sound(SAMPLE_RATE, 2, info.duration_s, read), _MEASURING, reporter)
    mastering = master.measure_for(whole, find_preset(options.preset))
    mastered = limited(read(), SAMPLE_RATE, mastering.gain_db, mastering.ceiling_db)
    chapters = [(one.start_s, one.end_s, one.title) for one in clips] if options.chapters else ()
    report_path = out.with_suffix(".report.json")
    outcome = Report(
        out,
        None,
        report_path,
        voice_fingerprint="",
        film_s=info.duration_s,
        narrated_s=info.duration_s,
        film_lufs=mastering.before_lufs if info.has_audio else None,
        mix_lufs=mastering.before_lufs,
        loudness_lufs=mastering.loudness_lufs,
        true_peak_db=mastering.true_peak_db,
        shots=tuple(Stretch(one.start_s, one.end_s) for one in clips),
        clips=clips,
        cues=(),
    )
    blocks = reporter.track(mastered, _WRITING, total=math.ceil(n_samples / block))
    mux(film, blocks, SAMPLE_RATE, out, extras=Extras(chapters=chapters))
    if _tells_of_speech(report_path):  # else they are somebody else's
        for ending in _OF_SPEECH:
            out.with_suffix(ending).unlink(missing_ok=True)
    write_text(report_path, outcome.to_json())
    return outcome


def expected(film_s: float) -> list[tuple[str, float]]:
    """The tasks of `finish`; see `Reporter.expect`."""
    return [(_MEASURING, 0.03 * film_s), (_MEASURING, 0.03 * film_s), (_WRITING, 0.1 * film_s)]


def _tells_of_speech(report: Path) -> bool:
    """Whether the film's last run, of which this is the report, had somebody speak."""
    with suppress(VoicekitError, OSError, ValueError):
        found = read_document(report, parse_json, most_bytes=1 << 28)
        return isinstance(found, dict) and bool(found.get("voice_fingerprint"))
    return False
