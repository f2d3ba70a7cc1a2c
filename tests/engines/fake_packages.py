"""Packages of other engines as far as voicekit's workers call them: the same names and signatures as in the releases
that voicekit/engines/locks names, and sound that tells what they were called with."""

import sys
import textwrap
from pathlib import Path

#: 0.3 s of tones a word, so loud and long as a sentence may be; another seed is another pitch.
_SOUND = """
import numpy as np, random
def sound(text, rate, pace=1.0):
    t = np.arange(int(0.3 * rate * len(text.split()) / pace)) / rate
    pitch = 120 + random.random() * 10
    return (0.3 * np.sin(2 * np.pi * pitch * t) * (0.6 - 0.4 * np.cos(2 * np.pi * t / 0.3 * pace))).astype(np.float32)
def note(*told):
    import json, os
    with open(os.environ["TOLD"], "a") as file: file.write(json.dumps([str(one) for one in told]) + "\\n")
"""
SOURCES = {
    "fake_sound.py": _SOUND,
    "torch.py": """
        import random, numpy as np
        float32, float16, bfloat16 = "float32", "float16", "bfloat16"
        class Tensor:
            def __init__(self, array): self.array = array
            def squeeze(self, axis): return Tensor(self.array.squeeze(axis))
            def cpu(self): return self
            def numpy(self): return self.array
        def manual_seed(seed): random.seed(seed)
        def from_numpy(array): return Tensor(array)
    """,
    "torchaudio.py": "load = None",
    "huggingface_hub.py": """
        from fake_sound import note
        def hf_hub_download(repo_id, filename, *, cache_dir=None):
            note("download", repo_id, filename)
            return "/hub/" + filename
    """,
    "f5_tts/__init__.py": "",
    "f5_tts/api.py": """
        import random, torchaudio, wave
        from fake_sound import note, sound
        class F5TTS:
            def __init__(self, model="F5TTS_v1_Base", ckpt_file="", vocab_file="", ode_method="euler", use_ema=True,
                         vocoder_local_path=None, device=None, hf_cache_dir=None):
                note("F5TTS", model, ckpt_file, vocoder_local_path, device)
            def infer(self, ref_file, ref_text, gen_text, show_info=print, progress=None, target_rms=0.1,
                      cross_fade_duration=0.15, sway_sampling_coef=-1, cfg_strength=2, nfe_step=32, speed=1.0,
                      fix_duration=None, remove_silence=False, file_wave=None, file_spec=None, seed=None):
                random.seed(seed)
                show_info("Converting audio...")
                with wave.open(ref_file) as file: seconds = file.getnframes() / file.getframerate()
                waveform, rate = torchaudio.load(ref_file)
                print("gen_text 0", gen_text)
                note("infer", seconds, waveform.numpy().shape[0], ref_text, gen_text)
                return sound(gen_text, 24000, speed), 24000, None
    """,
    "omnivoice.py": """
        from fake_sound import note, sound
        class OmniVoice:
            sampling_rate = 24000
            @classmethod
            def from_pretrained(cls, pretrained_model_name_or_path, *args, **kwargs):
                note("OmniVoice", pretrained_model_name_or_path, kwargs["device_map"], kwargs["dtype"])
                return cls()
            def create_voice_clone_prompt(self, ref_audio, ref_text=None, preprocess_prompt=True):
                note("prompt", ref_text)
                return ref_text
            def generate(self, text, language=None, ref_text=None, ref_audio=None, voice_clone_prompt=None, instruct=None,
                         duration=None, speed=None, generation_config=None, normalize_text=False, **kwargs):
                note("generate", text, language, voice_clone_prompt)
                return [sound(text, 24000, speed)]
    """,
    "voxcpm.py": """
        from fake_sound import note, sound
        class Inner: sample_rate = 48000
        class VoxCPM:
            tts_model = Inner()
            @classmethod
            def from_pretrained(cls, hf_model_id="openbmb/VoxCPM2", load_denoiser=True, zipenhancer_model_id="",
                                cache_dir=None, local_files_only=False, optimize=True, device=None, lora_config=None,
                                lora_weights_path=None, **kwargs):
                note("VoxCPM", hf_model_id, load_denoiser, optimize, device)
                return cls()
            def generate(self, *args, **kwargs): return self._generate(*args, streaming=False, **kwargs)
            def _generate(self, text, prompt_wav_path=None, prompt_text=None, reference_wav_path=None, cfg_value=2.0,
                          inference_timesteps=10, min_len=2, max_len=4096, normalize=False, denoise=False,
                          retry_badcase=True, retry_badcase_max_times=3, retry_badcase_ratio_threshold=6.0,
                          streaming=False):
                note("generate", text, prompt_text, prompt_wav_path == reference_wav_path)
                return sound(text, 48000)
    """,
    "qwen_tts.py": """
        from fake_sound import note, sound
        class Qwen3TTSModel:
            @classmethod
            def from_pretrained(cls, pretrained_model_name_or_path, **kwargs):
                note("Qwen3", pretrained_model_name_or_path, kwargs["device_map"], kwargs["dtype"])
                return cls()
            def create_voice_clone_prompt(self, ref_audio, ref_text=None, x_vector_only_mode=False):
                waveform, rate = ref_audio
                note("prompt", round(len(waveform) / rate, 2), ref_text)
                return [ref_text]
            def generate_voice_clone(self, text, language=None, ref_audio=None, ref_text=None, x_vector_only_mode=False,
                                     voice_clone_prompt=None, non_streaming_mode=False, **kwargs):
                note("generate", text, language, voice_clone_prompt)
                return [sound(text, 24000)], 24000
    """,
    "chatterbox/__init__.py": "",
    "chatterbox/tts.py": """
        import torch
        from fake_sound import note, sound
        class ChatterboxTTS:
            sr, conds = 24000, None
            @classmethod
            def from_local(cls, ckpt_dir, device): note("local", cls.__name__, ckpt_dir, device); return cls()
            @classmethod
            def from_pretrained(cls, device): note("hub", cls.__name__, device); return cls()
            def prepare_conditionals(self, wav_fpath, exaggeration=0.5):
                self.conds = wav_fpath
            def generate(self, text, repetition_penalty=1.2, min_p=0.05, top_p=1.0, audio_prompt_path=None, exaggeration=0.5,
                         cfg_weight=0.5, temperature=0.8):
                note("generate", text)
                return torch.from_numpy(sound(text, 24000)[None])
    """,
    "chatterbox/mtl_tts.py": """
        from chatterbox.tts import *
        class ChatterboxMultilingualTTS(ChatterboxTTS):
            def generate(self, text, language_id, audio_prompt_path=None, exaggeration=0.5, cfg_weight=0.5, temperature=0.8,
                         repetition_penalty=2.0, min_p=0.05, top_p=1.0):
                note("generate", text, language_id)
                return torch.from_numpy(sound(text, 24000)[None])
    """,
    "onnx.py": """
        class Graph: node = []
        class Model:
            graph = Graph()
            def __init__(self, path): self.path = path
            def SerializeToString(self): return self.path.encode()
        def load(path):
            if open(path, "rb").read(4) == b"half": raise ValueError("Error parsing message")
            return Model(path)
    """,
    "onnxruntime.py": """
        class SessionOptions: pass
        class InferenceSession:
            def __init__(self, model, options, providers): pass
    """,
    "piper/__init__.py": """
        import random
        from dataclasses import dataclass
        from types import SimpleNamespace
        from fake_sound import note, sound
        @dataclass
        class SynthesisConfig:
            speaker_id: int = None
            length_scale: float = None
            noise_scale: float = None
            noise_w_scale: float = None
            normalize_audio: bool = True
            volume: float = 1.0
        @dataclass
        class PiperVoice:
            session: object
            config: object
            def synthesize(self, text, syn_config=None, include_alignments=False):
                note("piper", text, syn_config.speaker_id, round(self.config.length_scale / syn_config.length_scale, 3))
                random.seed(self.session.seed)
                rate = self.config.sample_rate
                audio = sound(text, rate, self.config.length_scale / syn_config.length_scale)
                signs = [SimpleNamespace(phoneme=one, num_samples=len(audio) // 40) for one in "^ðəlˈaɪtskˈʌmˈɔn.$"]
                yield SimpleNamespace(audio_float_array=audio, sample_rate=rate, phoneme_alignments=signs)
    """,
    "piper/config.py": """
        from types import SimpleNamespace
        class PiperConfig:
            @staticmethod
            def from_dict(config): return SimpleNamespace(sample_rate=config["audio"]["sample_rate"], length_scale=1.0)
    """,
    "piper/patch_voice_with_alignment.py": """
        def add_alignment_output(model, tensor_name=None): raise ValueError("Tensor is already marked as output")
    """,
}


def write_environment(folder: Path, fakes: Path) -> None:
    """An environment whose Python finds these packages first, and then numpy and soundfile where ours are."""
    for name, source in SOURCES.items():
        path = fakes / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), encoding="utf-8")
    packages = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    packages.mkdir(parents=True)
    import numpy

    (packages / "fakes.pth").write_text(f"{fakes}\n{Path(numpy.__file__).parents[1]}\n", encoding="utf-8")
    (folder / "bin").mkdir()
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    (folder / "bin" / "python").symlink_to(base)
    (folder / "pyvenv.cfg").write_text(f"home = {base.parent}\n", encoding="utf-8")
