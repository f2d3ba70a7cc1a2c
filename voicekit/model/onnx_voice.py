"""A voice's networks as one ONNX graph: what acoustic.py, vocoder.py and vocos.py compute, in the operators of ONNX.

Three parts that are run one by one, because what a sentence's place, its marks and its kind change lies between them:

    symbols, stresses ─────────────────────────────→ predicted_durations, predicted_pitch, predicted_energy
    symbols, stresses, durations, pitch, energy ───→ decoded_mel, log_f0, voiced
    mel, f0, noise ────────────────────────────────→ waveform

One sentence at a time (B = 1), so without masks. Complex numbers are pairs of real ones, and Fourier transforms products
with their matrices, because ONNX has neither complex numbers nor an inverse transform.
"""

import math
from collections.abc import Mapping
from dataclasses import fields
from functools import cache

import numpy as np

from voicekit.audio.features import HOP_LENGTH, N_FFT, N_MELS, SAMPLE_RATE
from voicekit.model.networks import SILENT_PART, Figures
from voicekit.model.onnx_graph import Graph, Value
from voicekit.model.onnx_layers import Weights
from voicekit.model.sizes import MAX_FRAMES, MAX_MAGNITUDE, NOISE_FFT, VocosConfig
from voicekit.model.voice_file import VoiceInfo

#: Behind the end of any axis.
_END = 2**31


def voice_graph(info: VoiceInfo, weights: Mapping[str, np.ndarray]) -> tuple[Graph, Figures]:
    """The networks of a voice, and the figures of its pitch and level.

    Args:
        weights: those of its `model.safetensors`, by their names there.

    Raises:
        ValueError: the weights are not of the sizes that `info` tells.
    """
    graph = Graph()
    every = Weights(graph, weights)
    symbols, stresses = (graph.input(name, "int64", ["tokens"], optional=1) for name in ("symbols", "stresses"))
    predicted = predict(every / "acoustic", symbols, stresses, info)
    for name, value in zip(("durations", "pitch", "energy"), predicted, strict=True):
        graph.output(f"predicted_{name}", value, ["tokens"])
    durations = graph.input("durations", "int64", ["tokens"], optional=1)
    pitch, energy = (graph.input(name, "float32", ["tokens"], optional=1) for name in ("pitch", "energy"))
    mel, log_f0, voiced = decode(every / "acoustic", symbols, stresses, durations, pitch, energy, info)
    graph.output("decoded_mel", mel, [N_MELS, "frames"])
    graph.output("log_f0", log_f0, ["frames"])
    graph.output("voiced", voiced, ["frames"])
    mel = graph.input("mel", "float32", [N_MELS, "frames"], optional=1)
    f0 = graph.input("f0", "float32", ["frames"], optional=1)
    noise = graph.input("noise", "float32", ["samples"], optional=HOP_LENGTH)
    graph.output("waveform", vocode(every / "vocoder", mel, f0, noise, info), ["samples"])
    figures = Figures(*(float((every / "acoustic").array(field.name, 1)[0]) for field in fields(Figures)))
    strange = {name for name in weights.keys() - every.used if not name.startswith(SILENT_PART)}
    if strange:
        raise ValueError(f"it holds the stranger {min(strange)[:60]}")
    return graph, figures


def predict(acoustic: Weights, symbols: Value, stresses: Value, info: VoiceInfo) -> tuple[Value, Value, Value]:
    """(N,) ids to what AcousticModel.predict_prosody gives, (N,) each."""
    predictor, channels = acoustic / "predictor", info.acoustic.prosody_channels
    speaker = (predictor / "speaker").projected(_speaker(acoustic, info), channels)
    x = _embedded(predictor, symbols, stresses, info, channels) + predictor.made("voice", speaker[None, :, None])
    for layer in range(2):
        x = (predictor / "blocks" / layer).conv_block(x, channels, 5)
    x = (predictor / "context").gru(x, channels, channels)
    out = (predictor / "out").conv(x, 2 * channels, 3, 1)  # (1, 3, N)
    durations, pitch, energy = (out.slice(1, row, row + 1).reshape(-1) for row in range(3))
    frames = (x.graph.op("Exp", durations) - 1).clip(0, 200) * float(acoustic.array("duration_scale"))
    return frames.clip(0, MAX_FRAMES), pitch * float(acoustic.array("pitch_scale")), energy


def decode(
    acoustic: Weights, symbols: Value, stresses: Value, durations: Value, pitch: Value, energy: Value, info: VoiceInfo
) -> tuple[Value, Value, Value]:
    """Tokens said so, (N,) each, to what AcousticModel.decode gives: (N_MELS, T), (T,) and (T,)."""
    graph, config = acoustic.graph, info.acoustic
    encoder, decoder, channels = acoustic / "encoder", acoustic / "decoder", config.channels
    x = _embedded(encoder, symbols, stresses, info, channels)
    for layer in range(config.encoder_layers):
        x = (encoder / "blocks" / layer).conv_block(x, channels, config.kernel_size)
    x = x + (encoder / "context").gru(x, channels, channels // 2)
    prosody = graph.op("Concat", pitch.reshape(1, 1, -1), energy.reshape(1, 1, -1), axis=1)
    x = x + (acoustic / "prosody").conv(prosody, 2, channels, 3)  # (1, C, N)
    token, position = expand(graph, durations)
    x = graph.op("Gather", x, token, axis=2)  # (1, C, T)
    wide = config.decoder_channels
    x = (decoder / "into").conv(x, channels, wide, 1) + (decoder / "position").conv(position, 3, wide, 1)
    for layer in range(config.decoder_layers):
        block = decoder / "blocks" / layer
        x = block.conv_block(x, wide, config.kernel_size, 1 + layer % 2, _speaker(acoustic, info))
    x = (decoder / "norm").channel_norm(x, wide)
    out = (decoder / "out").conv(x, wide, N_MELS + 2, 1).reshape(N_MELS + 2, -1)
    mel_std, mel_mean = (acoustic.made(f"{name}.T", acoustic.array(name, 1, N_MELS).T) for name in ("mel_std", "mel_mean"))
    mel = out.slice(0, 0, N_MELS) * mel_std + mel_mean
    log_f0 = out.slice(0, N_MELS, N_MELS + 1).reshape(-1).to("float64")  # see TorchNetworks.frames
    log_f0 = log_f0 * float(acoustic.array("log_f0_std", 1)[0]) + float(acoustic.array("log_f0_mean", 1)[0])
    return mel, log_f0, out.slice(0, N_MELS + 1, N_MELS + 2).reshape(-1)


def _embedded(encoder: Weights, symbols: Value, stresses: Value, info: VoiceInfo, channels: int) -> Value:
    """(N,) ids to (1, C, N)."""
    stress = (encoder / "stress").embedding(stresses, 3, channels)
    x = (encoder / "symbol").embedding(symbols, len(info.symbols), channels) + stress
    return x.transpose(1, 0).reshape(1, channels, -1)


def _speaker(acoustic: Weights, info: VoiceInfo) -> np.ndarray:
    return acoustic.single("embedding", info.acoustic.speaker_channels)


def expand(graph: Graph, durations: Value) -> tuple[Value, Value]:
    """acoustic.expand: (N,) whole frames to the token of each frame (T,), and where in it that is (1, 3, T)."""
    ends = graph.op("CumSum", durations, graph.constant(np.array(0, np.int64)))
    total = graph.op("ReduceSum", durations, keepdims=0)
    frame = graph.op("Range", graph.constant(np.array(0, np.int64)), total, graph.constant(np.array(1, np.int64)))
    token = (ends.reshape(1, -1) <= frame.reshape(-1, 1)).to("int64").sum(1)
    begin = graph.op("Gather", ends - durations, token)
    length = graph.op("Gather", durations, token).to("float32")
    part = ((frame - begin).to("float32") + 0.5) / length
    rows = (part, 1 - part, graph.op("Log", length / 10))
    return token, graph.op("Concat", *(row.reshape(1, 1, -1) for row in rows), axis=1)


def vocode(vocoder: Weights, mel: Value, f0: Value, noise: Value, info: VoiceInfo) -> Value:
    """(N_MELS, T) log-mel, (T,) F0 in Hz, 0 where unvoiced, (S,) white noise, to (S,): what the vocoder's forward gives."""
    if isinstance(info.vocoder, VocosConfig):
        return _vocos(vocoder, mel, info.vocoder)
    graph, config = vocoder.graph, info.vocoder
    voiced = f0 > 0
    pitch = graph.op("Where", voiced, graph.op("Log", f0.clip(1)) - 5, graph.constant(np.float32(0)), dtype="float32")
    x = graph.op("Concat", mel / 4 + 1, pitch.reshape(1, -1), voiced.to("float32").reshape(1, -1), axis=0)
    x = x.reshape(1, N_MELS + 2, -1)
    x = (vocoder / "into").conv(x, N_MELS + 2, config.channels, config.kernel_size)
    for layer in range(config.layers):
        x = (vocoder / "blocks" / layer).conv_block(x, config.channels, config.kernel_size)
    x = (vocoder / "norm").channel_norm(x, config.channels)
    ends = np.cumsum([config.harmonic_cepstrum, config.opening_cepstrum, 2 * config.noise_cepstrum]).tolist()
    x = (vocoder / "out").conv(x, config.channels, ends[2], 1)
    frames = x.transpose(0, 2, 1).reshape(-1, ends[2])  # (T, cepstra)
    harmonic, opening, noisy = (frames.slice(1, begin, end) for begin, end in zip([0, *ends], ends, strict=False))
    return _harmonic(graph, harmonic, opening, f0) + _noise(graph, noisy.reshape(-1, config.noise_cepstrum), noise)


def _harmonic(graph: Graph, cepstrum: Value, opening: Value, f0: Value) -> Value:
    """Vocoder._harmonic."""
    real, imaginary = _stft(graph, pulse_train(graph, f0), N_FFT)
    cos, sin = _waves(graph, N_FFT)  # (n, bin)
    log_magnitude = cepstrum @ _first(cos, cepstrum, 0) + opening @ _first(cos, opening, 1)
    phase = opening @ _first(sin, opening, 1) - cepstrum @ _first(sin, cepstrum, 0)
    magnitude = graph.op("Exp", log_magnitude.clip(high=8))
    a, b = magnitude * graph.op("Cos", phase), magnitude * graph.op("Sin", phase)
    return _istft(graph, real * a - imaginary * b, real * b + imaginary * a, N_FFT)


def _first(waves: Value, cepstrum: Value, begin: int) -> Value:
    """The rows of a Fourier matrix for as many coefficients as the cepstrum has, from time `begin` on."""
    end = cepstrum.size(1) + begin
    return waves.slice(0, begin, end)


def _noise(graph: Graph, cepstrum: Value, white: Value) -> Value:
    """Vocoder._noise."""
    real, imaginary = _stft(graph, white, NOISE_FFT)
    cos, _ = _waves(graph, NOISE_FFT)
    wanted = float(np.sqrt(np.square(_hann(NOISE_FFT)).sum()))
    magnitude = graph.op("Exp", (cepstrum @ _first(cos, cepstrum, 0)).clip(high=8)) * wanted
    scale = magnitude / graph.op("Sqrt", real * real + imaginary * imaginary).clip(1e-20)
    return _istft(graph, real * scale, imaginary * scale, NOISE_FFT)


def _vocos(vocos: Weights, mel: Value, config: VocosConfig) -> Value:
    graph, backbone, channels = vocos.graph, vocos / "backbone", config.channels
    x = (backbone / "embed").conv(mel.reshape(1, N_MELS, -1), N_MELS, channels, 7)
    x = (backbone / "norm").layer_norm(x.transpose(0, 2, 1), channels, 1e-6)
    for layer in range(config.layers):
        block = backbone / "convnext" / layer
        h = (block / "dwconv").conv(x.transpose(0, 2, 1), channels, channels, 7, groups=channels).transpose(0, 2, 1)
        h = (block / "pwconv1").linear((block / "norm").layer_norm(h, channels, 1e-6), channels, config.hidden_channels)
        h = (block / "pwconv2").linear(graph.op("Gelu", h), config.hidden_channels, channels)
        x = x + block.value("gamma", channels) * h
    x = (backbone / "final_layer_norm").layer_norm(x, channels, 1e-6)
    x = (vocos / "head" / "out").linear(x, channels, N_FFT + 2).reshape(-1, N_FFT + 2)
    bins = N_FFT // 2 + 1
    magnitude = graph.op("Exp", x.slice(1, 0, bins).clip(high=math.log(MAX_MAGNITUDE)))
    phase = x.slice(1, bins, 2 * bins)
    return _istft(graph, magnitude * graph.op("Cos", phase), magnitude * graph.op("Sin", phase), N_FFT, repeat_last=False)


def pulse_train(graph: Graph, f0: Value) -> Value:
    """vocoder.pulse_train: (T,) to (S,)."""
    held = _hold(graph, f0).reshape(-1, 1)
    following = graph.op("Concat", held.slice(0, 1, _END), held.slice(0, -1, _END), axis=0)
    ramp = graph.constant((np.arange(HOP_LENGTH, dtype=np.float32) / HOP_LENGTH)[None])
    track = (held + (following - held) * ramp).reshape(-1)
    # float64, as there.
    turns = graph.op("CumSum", (track.to("float64") / SAMPLE_RATE), graph.constant(np.array(0, np.int64)))
    phase = graph.op("Mod", turns * (2 * np.pi), 2 * np.pi, fmod=1)
    harmonics = graph.op("Floor", SAMPLE_RATE / 2 / track.clip(20)).to("float64")
    denominator = graph.op("Sin", phase / 2)
    near = graph.op("Less", graph.op("Abs", denominator), 1e-4, dtype="bool")
    one = graph.constant(np.array(1.0))
    ratio = graph.op("Sin", (harmonics + 0.5) * phase) / graph.op("Where", near, one, denominator, dtype="float64")
    ratio = graph.op("Where", near, harmonics * 2 + 1, ratio, dtype="float64")
    return ((ratio - 1) / 2 * graph.op("Sqrt", 2 / harmonics)).to("float32")


def _hold(graph: Graph, f0: Value) -> Value:
    """vocoder._hold: the n-th voiced frame is the last one before a frame that has n before it."""
    voiced = f0 > 0
    known = graph.op("Compress", f0, voiced, axis=0)
    count = graph.op("CumSum", voiced.to("int64"), graph.constant(np.array(0, np.int64)))
    values = graph.op("Concat", known, graph.constant(np.array([100], np.float32)), axis=0)
    return graph.op("Gather", values, (count - 1).clip(0))


def _hann(n_fft: int) -> np.ndarray:
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)


@cache
def _waves(graph: Graph, n_fft: int) -> tuple[Value, Value]:
    """(n_fft, bins) cosines and sines; reckoned when the graph is loaded, because they would be a third of the file."""
    times = graph.op("Range", *(graph.constant(np.array(n, np.int64)) for n in (0, n_fft, 1)))
    bins = times.slice(0, 0, n_fft // 2 + 1)
    turns = graph.op("Mod", times.reshape(-1, 1) * bins.reshape(1, -1), n_fft).to("float32") / n_fft
    angle = turns * float(2 * np.pi)
    return graph.op("Cos", angle), graph.op("Sin", angle)


def _stft(graph: Graph, waveform: Value, n_fft: int) -> tuple[Value, Value]:
    """(S,) to the real and imaginary part of its spectrum, (T, bins) each; a hop is a quarter of a window."""
    hop = n_fft // 4
    blocks = waveform.pad(0, 1, n_fft // 2, n_fft // 2).reshape(-1, hop)  # (T + 4, hop)
    frames = graph.op("Concat", *(blocks.slice(0, n, -4 + n) for n in range(4)), axis=1)
    frames = frames * graph.constant(_hann(n_fft).astype(np.float32))
    cos, sin = _waves(graph, n_fft)
    return frames @ cos, -(frames @ sin)


def _istft(graph: Graph, real: Value, imaginary: Value, n_fft: int, repeat_last: bool = True) -> Value:
    """The reverse: (T, bins) each to (S,). The inverse wants a frame that is centred on the end: a copy of the last."""
    hop, cosines = n_fft // 4, _waves(graph, n_fft)
    twice = np.full(n_fft // 2 + 1, 2 / n_fft, np.float32)  # all but two bins stand for a pair
    twice[[0, -1]] /= 2
    window = _hann(n_fft).astype(np.float32)
    cos, sin = (waves.transpose(1, 0) * graph.constant(twice[:, None]) * graph.constant(window) for waves in cosines)
    frames = real @ cos - imaginary @ sin  # (T, n_fft)
    if repeat_last:
        frames = graph.op("Concat", frames, frames.slice(0, -1, _END), axis=0)
    power = graph.op(
        "Expand", graph.constant(np.square(window)[None]), graph.op("Concat", frames.size(0), graph.ints(1), axis=0)
    )
    return _overlapped(graph, frames, hop, repeat_last) / _overlapped(graph, power, hop, repeat_last)


def _overlapped(graph: Graph, frames: Value, hop: int, has_end: bool) -> Value:
    """Frames of four hops laid over one another and added, without the half window at either end."""
    blocks = (frames.slice(1, n * hop, (n + 1) * hop).pad(0, 2, n, 3 - n) for n in range(4))
    first, *others = blocks
    for block in others:
        first = first + block
    return first.reshape(-1).slice(0, 2 * hop, -2 * hop if has_end else -hop)
