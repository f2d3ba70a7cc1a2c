"""The seconds that a person chose themselves for an engine to clone a voice from: any sound or film file."""

import tempfile
from pathlib import Path

import numpy as np
import torch

from voicekit.audio.features import SAMPLE_RATE, log_mel
from voicekit.audio.level import level
from voicekit.core.errors import DatasetError, ScriptError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.core.wording import decimal, quoted
from voicekit.dataset.recording import FRAME_S, Recording, decode_and_analyse, read_segment, speech_runs, whole
from voicekit.engines.passage import Passage
from voicekit.model.checkpoint import load_networks
from voicekit.model.reference import embed, passage, second_voice
from voicekit.model.speaker import REFERENCE_FRAMES
from voicekit.speech.voices import built_in_folder
from voicekit.text.read import read_text

#: Of a passage from its first to its last word; in less something else is heard most of the time.
_LEAST_SPEECH = 0.5
_MOST_CLIPPED = 1e-3
#: Noise that is so much below the speech is told.
_NOISY_DB = 20.0


def read_passage(path: Path, wanted_s: tuple[float, float], reporter: Reporter = SILENT) -> Passage:
    """The speech in a file, without the silence around it; its words are those of the text file of its name, if any.

    Args:
        wanted_s: the fewest and the most seconds that the engine takes.

    Raises:
        MediaError: the file cannot be read, or has no sound.
        DatasetError: it holds too little or too much, or hardly any speech.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = decode_and_analyse(path, Path(folder) / "passage", reporter=reporter)
        segment = whole(found.speech, found.level_db, found.noise_floor_db)
        waveform = read_segment(found.scratch, segment) if segment else np.zeros(0, np.float32)
    told = f"the engine takes {decimal(wanted_s[0])} to {decimal(wanted_s[1])} s of one person who speaks"
    duration_s = len(waveform) / SAMPLE_RATE
    spoken_s = FRAME_S * sum(end - start for start, end in speech_runs(found.speech, found.level_db, found.noise_floor_db))
    if segment is None or spoken_s < _LEAST_SPEECH * duration_s:
        raise DatasetError(f"in {path} hardly any speech is heard; is it music, or noise? {told[0].upper()}{told[1:]}")
    if duration_s < wanted_s[0]:
        raise DatasetError(f"{path} holds {duration_s:.1f} s of speech; {told}: record more, or leave out --passage")
    if duration_s > wanted_s[1]:
        raise DatasetError(
            f"{path} holds {duration_s:.1f} s; {told}. Cut it, or let the best seconds be found in it: put it into a "
            "folder, run voicekit prepare on that, and leave out --passage"
        )
    levelled = level(waveform, SAMPLE_RATE)
    if levelled is None:
        raise DatasetError(f"{path} is almost silent; record it louder")
    for line in (*found.notes, *_faults(found, levelled.waveform, path)):
        reporter.note(line)
    text = _text(path, reporter)
    origin = {"dataset": path.stem, "passage": [path.name], "passage_text": text, "seconds": round(duration_s, 1)}
    return Passage(levelled.waveform, SAMPLE_RATE, text, origin)


def _faults(found: Recording, waveform: np.ndarray, path: Path) -> list[str]:
    """What the voice would have of the passage that nobody wants in it."""
    faults = []
    below_db = found.speech_db - found.noise_floor_db
    if below_db < _NOISY_DB:
        faults.append(
            f"the noise in {path.name} lies only {below_db:.0f} dB below the speech, and the voice will have it; take it "
            f"out with: voicekit denoise {quoted([str(path)])}"
        )
    if float(found.clipped.mean()) > _MOST_CLIPPED:
        faults.append(f"{found.clipped.mean():.1%} of {path.name} is clipped, and the voice will sound so; record it softer")
    if _are_two(waveform):
        faults.append(f"two voices seem to be heard in {path.name}; the voice becomes a mixture of both")
    return faults


def _are_two(waveform: np.ndarray) -> bool:
    mel = log_mel(waveform)
    starts = range(0, max(mel.shape[1] - REFERENCE_FRAMES, 1), REFERENCE_FRAMES // 2)
    encoder = load_networks(built_in_folder())[1].speaker_encoder.eval()
    with torch.no_grad():
        return bool(len(second_voice(embed(encoder, [passage(mel, start) for start in starts]))))


def _text(path: Path, reporter: Reporter) -> str:
    beside = path.with_suffix(".txt")
    if not beside.is_file():
        reporter.note(
            f"nobody says what is said in {path.name}; an engine that wants it reads it from {beside.name} beside it"
        )
        return ""
    text = " ".join(read_text(beside, reporter.note).split())
    if not text:
        raise ScriptError(f"{beside} is empty; write what is said in {path.name}")
    return text
