"""A voice as a Piper voice: NAME.onnx, NAME.onnx.json, and the table of tokens that sherpa-onnx asks for."""

import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from voicekit.audio.features import HOP_LENGTH, SAMPLE_RATE
from voicekit.core.files import atomic, write_text
from voicekit.model.piper_graph import BEGIN, END, PAD, Spelling, piper_graph
from voicekit.model.voice_file import VoiceInfo
from voicekit.speech.native import nearest_symbol
from voicekit.speech.pauses import FORESIGHT, KINDS
from voicekit.speech.prosody import SENTENCE_ENDS
from voicekit.text.phonemes.arpabet import KNOWN_PHONES
from voicekit.text.phonemes.ipa import SOUNDS, is_vowel
from voicekit.text.phonemes.phonemise import BOUNDARIES

_STRESSES = "ˈˌ"
#: Signs about a phone that our voices do not know: they have an id, so that Piper does not complain, and are left out.
_LEFT_OUT = "ːˑʰʲʷˠˤ˞ˀ-'\"()0123456789" + "".join(map(chr, range(0x300, 0x370)))


def write_piper_voice(
    out: Path, info: VoiceInfo, weights: Mapping[str, np.ndarray], murmured: tuple[str, ...]
) -> list[Path]:
    """Writes the three files of a Piper voice; the sound last, so that there is none without its configuration.

    Args:
        murmured: marks of a sentence's end that the voice cannot say; it says a full stop.

    Raises:
        ValueError: the weights are not of the sizes that `info` tells.
        VoicekitError: `out` cannot be written.
    """
    spelling = spelling_of(info, murmured)
    metadata = {
        "model_type": "vits", "comment": "piper", "language": info.language, "voice": info.language, "has_espeak": "1",
        "n_speakers": "1", "sample_rate": str(SAMPLE_RATE), "add_blank": "1", "maker": "voicekit",
    }  # fmt: skip
    model = piper_graph(info, weights, spelling).serialise(metadata)
    ids = {"_": PAD, "^": BEGIN, "$": END, **spelling.ids}
    config = {
        "audio": {"sample_rate": SAMPLE_RATE, "quality": "medium"},
        "espeak": {"voice": info.language},
        "language": {"code": info.language},
        "dataset": info.name,
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_map": {},
        "phoneme_id_map": {sign: [number] for sign, number in ids.items()},
        "num_symbols": len(ids),
        "num_speakers": 1,
        "speaker_id_map": {},
        "hop_length": HOP_LENGTH,
        "piper_version": "1.0.0",
    }
    config_path, tokens_path = out.with_name(f"{out.name}.json"), out.with_name(f"{out.stem}.tokens.txt")
    write_text(config_path, json.dumps(config, ensure_ascii=False, indent=2))
    write_text(tokens_path, "".join(f"{sign} {number}\n" for sign, number in ids.items()))
    with atomic(out) as partial:
        partial.write_bytes(model)
    return [out, config_path, tokens_path]


def spelling_of(info: VoiceInfo, murmured: tuple[str, ...] = ()) -> Spelling:
    """How the code points that espeak-ng writes stand for the tokens of a voice; a phone it lacks for the nearest it has."""
    index = {symbol: number for number, symbol in enumerate(info.symbols)}
    said = {mark: "." if mark in murmured or mark not in index else mark for mark in BOUNDARIES[1:]}
    tokens = {stress: len(index) + number for number, stress in enumerate(_STRESSES)}
    for phone in sorted({*KNOWN_PHONES, *SOUNDS}):
        if len(phone) > 1 and all(sign in index for sign in phone):  # "ts" is one phone in German, and two where it is none
            continue
        tokens[_decomposed(phone)] = index[nearest_symbol(phone, info.symbols)]
    tokens |= {_decomposed(symbol): number for symbol, number in index.items() if symbol not in BOUNDARIES}
    for mark, spoken in said.items():
        tokens[mark] = index[spoken] if spoken in index else index[info.symbols[-1]]
        if mark != " ":  # a blank that follows a mark is none of its own, and no more so is one before it
            tokens |= {f"{mark} ": tokens[mark], f" {mark}": tokens[mark], f" {mark} ": tokens[mark]}
    signs = sorted({*_LEFT_OUT, *(sign for text in tokens for sign in text)})
    of_kind = {kind: getattr(info.calibration, f"{kind}_s") for kind in KINDS.values()}
    return Spelling(
        ids={sign: END + 1 + number for number, sign in enumerate(signs)},
        tokens=tokens,
        boundaries=np.array([symbol in BOUNDARIES for symbol in info.symbols]),
        vowels=np.array([symbol not in BOUNDARIES and is_vowel(symbol) for symbol in info.symbols]),
        pauses_s=np.array([of_kind[KINDS[symbol]] if symbol in KINDS else np.nan for symbol in info.symbols]),
        least_weights=np.array([info.calibration.comma_from if symbol == "," else -1e6 for symbol in info.symbols]),
        foresight=FORESIGHT,
        begin=index["^"],
        stop=index["."],
        ends=np.array([symbol in SENTENCE_ENDS for symbol in info.symbols]),
    )


def _decomposed(phone: str) -> str:
    """As Piper writes it: accents as signs of their own."""
    return unicodedata.normalize("NFD", phone)
