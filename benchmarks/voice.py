"""How good a voice is: judged by others' models on held-out sentences, beside the human saying them.

    python benchmarks/voice.py DATASET [--voice base] [--sentences 40]

Rows: the human; copy-synthesis (human → mel and F0 → our vocoder); Griffin-Lim from the same mels; the voice.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import soundfile
import torch
from judge import Judgement, Judges
from rich.console import Console
from rich.table import Table

from voicekit.audio.features import HOP_LENGTH, N_FFT, N_MELS, SAMPLE_RATE, Features
from voicekit.dataset.manifest import Utterance, features_path, read_manifest, wav_path
from voicekit.model.checkpoint import load_voice
from voicekit.voices import find_voice, load_engine

Spoken = list[tuple[np.ndarray, int, str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--voice")
    parser.add_argument("--sentences", type=int, default=40)
    parser.add_argument("--keep", type=Path, help="folder to write what was judged to")
    parser.add_argument("--picture", type=Path, help="PNG file to draw one sentence to, as each row says it")
    arguments = parser.parse_args()

    voice = find_voice(arguments.voice)
    utterances = read_manifest(arguments.dataset)
    held_out = [u for u in utterances if u.split == "held-out"][: arguments.sentences]
    others = [u for u in utterances if u.split == "train"][:: max(len(utterances) // 40, 1)]
    judges = Judges()
    speaker = np.mean([judges.embedding(*_read(arguments.dataset, u)) for u in others], axis=0)

    human = [(*_read(arguments.dataset, u), u.text) for u in held_out]
    rows: dict[str, tuple[Spoken, float]] = {"human": (human, 0.0)}
    _, _, vocoder = load_voice(voice.folder)
    rows["copy-synthesis"] = _timed(lambda u: _vocode(vocoder, arguments.dataset, u), held_out)
    rows["Griffin-Lim, 32 iterations"] = _timed(lambda u: _griffin_lim(arguments.dataset, u), held_out)
    engine = load_engine(voice, "cpu")
    rows[f"voice '{voice.name}'"] = _timed(lambda u: engine.synthesize(u.text).waveform, held_out)

    table = Table("", "WER", "SIG", "BAK", "OVRL", "P.808", "similarity", "RTF", title=f"{len(held_out)} held-out sentences")
    for name, (spoken, rtf) in rows.items():
        table.add_row(name, *_figures(judges.judge(spoken, speaker)), f"{rtf:.3f}" if rtf else "")
        if arguments.keep:
            arguments.keep.mkdir(parents=True, exist_ok=True)
            for utterance, (waveform, rate, _) in zip(held_out, spoken, strict=True):
                soundfile.write(arguments.keep / f"{utterance.id}.{name.split()[0].strip(',')}.wav", waveform, rate)
    Console().print(table)
    if arguments.picture:
        longest = int(np.argmax([len(waveform) for waveform, _, _ in human]))
        _draw(arguments.picture, {name: spoken[longest] for name, (spoken, _) in rows.items() if "Griffin" not in name})


def _draw(path: Path, spoken: dict[str, tuple[np.ndarray, int, str]]) -> None:
    """Spectrograms of one sentence, a panel a row; a smeared or striped one is a bad voice whatever the average says."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 2.6 * len(spoken)), layout="constrained")
    for panel, (name, (waveform, rate, text)) in zip(figure.subplots(len(spoken)), spoken.items(), strict=True):
        panel.specgram(waveform + 1e-6, NFFT=1024, noverlap=896, Fs=rate, vmin=-130, vmax=-40, cmap="magma")
        panel.set(title=f"{name}: “{text}”", ylabel="Hz", xlim=(0, max(len(w) / r for w, r, _ in spoken.values())))
    figure.savefig(path, dpi=80)


def _figures(j: Judgement) -> list[str]:
    return [f"{j.wer:.3f}", *(f"{mark:.2f}" for mark in (j.sig, j.bak, j.ovrl, j.p808)), f"{j.similarity:.3f}"]


def _read(dataset: Path, utterance: Utterance) -> tuple[np.ndarray, int]:
    return soundfile.read(wav_path(dataset, utterance.id), dtype="float32")


def _timed(speak, utterances: list[Utterance]) -> tuple[Spoken, float]:
    """What `speak` makes of each utterance, and the time it took by the time it lasts."""
    speak(utterances[0])
    start = time.perf_counter()
    waveforms = [speak(u) for u in utterances]
    took_s = time.perf_counter() - start
    spoken = [(w, SAMPLE_RATE, u.text) for w, u in zip(waveforms, utterances, strict=True)]
    return spoken, took_s / sum(len(w) / SAMPLE_RATE for w in waveforms)


@torch.inference_mode()
def _vocode(vocoder: torch.nn.Module, dataset: Path, utterance: Utterance) -> np.ndarray:
    features = Features.load(features_path(dataset, utterance.id))
    mel, f0 = torch.from_numpy(features.mel)[None], torch.from_numpy(features.f0)[None]
    return vocoder(mel, f0, torch.Generator().manual_seed(0))[0].clamp(-1, 1).numpy()


def _griffin_lim(dataset: Path, utterance: Utterance) -> np.ndarray:
    import librosa
    import torchaudio

    mel = np.exp(Features.load(features_path(dataset, utterance.id)).mel)
    bank = torchaudio.functional.melscale_fbanks(N_FFT // 2 + 1, 0, SAMPLE_RATE / 2, N_MELS, SAMPLE_RATE).numpy()
    magnitude = np.maximum(np.linalg.pinv(bank.T) @ mel, 0)
    return librosa.griffinlim(magnitude, n_iter=32, hop_length=HOP_LENGTH, n_fft=N_FFT).astype(np.float32).clip(-1, 1)


if __name__ == "__main__":
    main()
