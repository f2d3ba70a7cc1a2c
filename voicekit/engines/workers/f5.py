"""F5-TTS in its own environment. A voice: {"passage": path, "text": what is said there, "language": …}."""

import tempfile
from pathlib import Path

import soundfile
import torch
import torchaudio
from huggingface_hub import hf_hub_download

_REPOSITORY, _CHECKPOINT = "SWivid/F5-TTS", "F5TTS_v1_Base/model_1250000.safetensors"


def _load_sound(path, *_, **__):
    """What torchaudio does with the FFmpeg of the system, which need not be there; (channels, samples)."""
    waveform, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return torch.from_numpy(waveform.T.copy()), rate


torchaudio.load = _load_sound


class Speaker:
    def __init__(self, weights, device):
        from f5_tts.api import F5TTS

        if weights:
            folder = Path(weights)
            checkpoint = str(max(folder.rglob("model_*.safetensors")))
            vocoder = str(next(folder.rglob("pytorch_model.bin")).parent)
        else:
            checkpoint, vocoder = hf_hub_download(_REPOSITORY, _CHECKPOINT), None
        self._model = F5TTS(model="F5TTS_v1_Base", ckpt_file=checkpoint, vocoder_local_path=vocoder, device=device)
        self._folder = tempfile.TemporaryDirectory(prefix="voicekit-f5-")
        self._passages = {}

    def speak(self, text, pace, seed, voice):
        passage = self._as_wav(voice["passage"])
        waveform, rate, _ = self._model.infer(
            passage, voice["text"], text, speed=pace, seed=seed, show_info=_nothing, remove_silence=False
        )
        yield waveform, rate

    def _as_wav(self, path):
        """It reads other formats with the FFmpeg of the system."""
        if path not in self._passages:
            waveform, rate = soundfile.read(path)
            wav = str(Path(self._folder.name) / f"{len(self._passages)}.wav")
            soundfile.write(wav, waveform, rate, subtype="PCM_16")
            self._passages[path] = wav
        return self._passages[path]


def _nothing(*_):
    pass
