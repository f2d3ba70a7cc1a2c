"""A voice's networks in Piper's form: code points of IPA in, sound out, in one go.

    input (1, M) ids, input_lengths (1), scales (3: noise, length, duration noise) → output (1, 1, 1, samples)

What `speech.native` does around the networks is done in the graph as far as a graph can: code points become phones and
stresses, pauses are those of speech.pauses, durations are whole frames. The voice is deterministic: of the scales only the
length counts. The melody of yes-no questions is the network's own, because whether words ask for a yes is not in the phones.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from voicekit.audio.features import FRAME_RATE, HOP_LENGTH
from voicekit.model.networks import MIN_FRAMES
from voicekit.model.noise_floor import LOG_MEL_FLOOR, OVERSUBTRACTION, least_power, noise_floor, takes_noise
from voicekit.model.onnx_graph import Graph, Value
from voicekit.model.onnx_layers import Weights
from voicekit.model.onnx_voice import decode, predict, vocode
from voicekit.model.voice_file import Calibration, VoiceInfo

#: The ids that every Piper voice has: between two phones, before the first and behind the last.
PAD, BEGIN, END = 0, 1, 2
#: Highest and lowest log F0, as in speech.native; and a peak that nothing is driven over.
_LOG_F0 = (3.5, 6.5)
_MOST_PEAK = 0.97
_FAR = 1e6


@dataclass(frozen=True)
class Spelling:
    """How code points stand for the tokens of a voice, and what those are.

    Attributes:
        ids: of each code point, from END + 1 on.
        tokens: strings of code points → token: an index of the voice's symbols, or behind those one for each stress.
        boundaries, vowels: (symbols,) bool.
        pauses_s: (symbols,) how long a boundary within a sentence is silent; NaN where that is left to the network.
        least_weights: (symbols,) what a boundary has to weigh for that; see speech.pauses.
        foresight: of the weight; see there.
        begin, stop: the tokens that a sentence begins with, and ends with where it has no mark of its own.
        ends: (symbols,) bool: those marks.
    """

    ids: Mapping[str, int]
    tokens: Mapping[str, int]
    boundaries: np.ndarray
    vowels: np.ndarray
    pauses_s: np.ndarray
    least_weights: np.ndarray
    foresight: float
    begin: int
    stop: int
    ends: np.ndarray


def piper_graph(info: VoiceInfo, weights: Mapping[str, np.ndarray], spelling: Spelling) -> Graph:
    """Raises ValueError where the weights are not of the sizes that `info` tells."""
    graph = Graph()
    acoustic, vocoder = Weights(graph, weights, "acoustic."), Weights(graph, weights, "vocoder.")
    ids = graph.input("input", "int64", ["batch_size", "phonemes"])
    length = graph.input("input_lengths", "int64", ["batch_size"])
    scales = graph.input("scales", "float32", [3])
    symbols, stresses = _tokens(graph, ids.reshape(-1).slice(0, 0, length), spelling)
    foreseen, pitch, energy = predict(acoustic, symbols, stresses, info)
    is_boundary = _of_each(graph, spelling.boundaries, symbols)
    frames = _frames(graph, symbols, foreseen, info, spelling) * scales.slice(0, 1, 2)
    mel, log_f0, voiced = decode(acoustic, symbols, stresses, _whole(graph, frames, is_boundary), pitch, energy, info)
    hz = graph.op("Exp", log_f0.clip(*_LOG_F0)).to("float32")
    f0 = graph.op("Where", voiced > 0, hz, graph.constant(np.float32(0)), dtype="float32")
    samples = graph.op("Concat", mel.size(1), graph.ints(HOP_LENGTH), axis=0)
    silence = graph.op("Expand", graph.constant(np.zeros((1, 1), np.float32)), samples)
    noise = graph.op("RandomNormalLike", silence, seed=0.0).reshape(-1)
    mel = _without_noise(graph, mel, info.calibration)
    waveform = vocode(vocoder, mel, f0, noise, info) * float(10 ** (info.calibration.gain_db / 20))
    peak = graph.op("ReduceMax", graph.op("Abs", waveform), keepdims=0)
    waveform = waveform / (peak / _MOST_PEAK).clip(1)
    graph.output("output", waveform.reshape(1, 1, 1, -1), ["batch_size", 1, 1, "time"])
    return graph


def _without_noise(graph: Graph, mel: Value, calibration: Calibration) -> Value:
    """noise_floor.without_noise."""
    if not takes_noise(calibration):
        return mel
    above = (mel - graph.constant(noise_floor(calibration))).clip(0)
    kept = 1 - graph.op("Exp", above * -2.0) * OVERSUBTRACTION
    return (mel + graph.op("Log", kept.clip(least_power(calibration))) * 0.5).clip(LOG_MEL_FLOOR)


def _of_each(graph: Graph, table: np.ndarray, symbols: Value) -> Value:
    """What a table (symbols,) says of each token (N,)."""
    return graph.op("Gather", graph.constant(table), symbols)


def _tokens(graph: Graph, ids: Value, spelling: Spelling) -> tuple[Value, Value]:
    """Ids of code points (M,) to symbols and stresses (N,): the longest spelling is read, what fits none is not."""
    sounds = graph.op("Compress", ids, ids > END, axis=0)
    sounds = graph.op("Concat", sounds, graph.ints(PAD), axis=0)  # nothing reads it, but a scan of nothing fails
    values, lengths = _longest(graph, sounds, spelling)
    starts = _starts(graph, lengths)
    kept = graph.op("Compress", values, graph.op("And", starts, values > -1), axis=0)
    n_symbols, zero = len(spelling.boundaries), graph.ints(0)
    is_mark = kept > n_symbols - 1
    marks = graph.op("Where", is_mark, kept - (n_symbols - 1), zero, dtype="int64")
    stresses = graph.op("Concat", zero, marks, axis=0).slice(0, 0, -1)  # a mark stands before its phone
    is_phone = graph.op("Not", is_mark)
    symbols, stresses = (graph.op("Compress", track, is_phone, axis=0) for track in (kept, stresses))
    symbols = graph.op("Concat", graph.ints(spelling.begin), symbols, axis=0)
    stresses = graph.op("Concat", zero, stresses, axis=0)
    # A sentence ends with one of its marks: a comma or blank at its end makes way for a full stop.
    inner = spelling.boundaries & ~spelling.ends
    inner[spelling.begin] = False
    last = symbols.slice(0, -1, 2**31)
    size = symbols.size(0) - _of_each(graph, inner.astype(np.int64), last)
    end = size + _of_each(graph, (~spelling.ends).astype(np.int64), last)
    symbols = graph.op("Concat", symbols.slice(0, 0, size), graph.ints(spelling.stop), axis=0).slice(0, 0, end)
    return symbols, graph.op("Concat", stresses.slice(0, 0, size), zero, axis=0).slice(0, 0, end)


def _longest(graph: Graph, sounds: Value, spelling: Spelling) -> tuple[Value, Value]:
    """The token of the longest spelling that begins at each code point (M,), −1 where none does, and how long it is."""
    longest, base = max(map(len, spelling.tokens)), max(spelling.ids.values()) + 1
    following = graph.op("Concat", sounds, graph.constant(np.zeros(longest, np.int64)), axis=0)
    code, values, lengths = sounds, sounds * 0 - 1, sounds * 0 + 1
    for length in range(1, longest + 1):
        if length > 1:
            code = code * base + following.slice(0, length - 1, length - 1 - longest)
        known = {text: token for text, token in spelling.tokens.items() if len(text) == length}
        if not known:
            continue
        codes = [sum(spelling.ids[sign] * base**place for place, sign in enumerate(reversed(text))) for text in known]
        same = graph.op("Equal", code.reshape(-1, 1), graph.constant(np.array([codes])), dtype="bool").to("int64")
        token, found = (same * graph.constant(np.array([[*known.values()]]))).sum(1), same.sum(1) > 0
        values = graph.op("Where", found, token, values, dtype="int64")
        lengths = graph.op("Where", found, graph.ints(length), lengths, dtype="int64")
    return values, lengths


def _starts(graph: Graph, lengths: Value) -> Value:
    """(M,) bool: whether a spelling is read from here, where those before it are as long as they are."""
    body = Graph("scan.")
    waiting, length = body.input("scan.waiting", "int64", []), body.input("scan.length", "int64", [])
    is_start = body.op("Equal", waiting, 0, dtype="bool")
    body.output("scan.next", body.op("Where", is_start, length, waiting, dtype="int64") - 1, [])
    body.output("scan.starts", is_start, [])
    initial = graph.constant(np.array(0, np.int64))
    return graph.ops("Scan", 2, initial, lengths, dtype="bool", body=body, num_scan_inputs=1)[1]


def _frames(graph: Graph, symbols: Value, foreseen: Value, info: VoiceInfo, spelling: Spelling) -> Value:
    """(N,) real-valued durations: the voice's own at its calibrated pace, and the pauses of speech.pauses."""
    is_mark = spelling.boundaries & np.array([symbol != " " for symbol in info.symbols])
    marks = _of_each(graph, is_mark, symbols)
    phones = graph.op("Not", _of_each(graph, spelling.boundaries, symbols)).to("float32")
    vowels = graph.op(
        "CumSum",
        _of_each(graph, spelling.vowels.astype(np.float32), symbols),
        graph.constant(np.array(0, np.int64)),
        exclusive=1,
    )
    place = graph.op(
        "Range", *(graph.constant(np.array(0, np.int64)), symbols.size(0).reshape(), graph.constant(np.array(1, np.int64)))
    )
    column, row, at_marks = place.reshape(-1, 1), place.reshape(1, -1), marks.reshape(1, -1)

    def nearest(is_that_side: Value, none: float, kind: str) -> Value:
        """How many vowels lie before the next mark on one side of each token."""
        seen = graph.op("And", is_that_side, at_marks)
        counts = graph.op("Where", seen, vowels.reshape(1, -1), graph.constant(np.float32(none)), dtype="float32")
        return graph.op(kind, counts, graph.ints(1), keepdims=0)

    before = vowels - nearest(row <= column - 1, 0.0, "ReduceMax")
    after = nearest(row > column, _FAR, "ReduceMin") - vowels
    said = graph.op("Log", (before + 1).clip(1)) + graph.op("Log", (after + 1).clip(1))
    usual = (graph.op("ReduceSum", foreseen * phones, keepdims=0) / graph.op("ReduceSum", phones, keepdims=0).clip(1)).clip(
        0.5
    )
    weight = said + graph.op("Log", foreseen.clip(0.5) / usual) * spelling.foresight
    pauses = _of_each(graph, np.nan_to_num(spelling.pauses_s * FRAME_RATE).astype(np.float32), symbols)
    is_light = graph.op("Less", weight, _of_each(graph, spelling.least_weights.astype(np.float32), symbols), dtype="bool")
    pauses = graph.op("Where", is_light, graph.constant(np.float32(0)), pauses, dtype="float32")
    ends = graph.op("Or", row.reshape(-1) <= 0, row.reshape(-1) > symbols.size(0) - 2)
    own = graph.op("Where", ends, foreseen, foreseen / info.calibration.rate, dtype="float32")
    inner = graph.op("And", graph.op("Not", ends), marks)
    return graph.op("Where", inner, pauses, own, dtype="float32")


def _whole(graph: Graph, frames: Value, is_boundary: Value) -> Value:
    """networks.whole_frames: (N,) to int64; fractions carry over, phones last MIN_FRAMES, boundaries that or nothing."""
    ends = graph.op("Round", graph.op("CumSum", frames, graph.constant(np.array(0, np.int64))))
    whole = ends - graph.op("Concat", graph.constant(np.zeros(1, np.float32)), ends.slice(0, 0, -1), axis=0)
    is_short = graph.op("Less", whole, float(MIN_FRAMES), dtype="bool")
    short = graph.op("Where", is_boundary, *(graph.constant(np.float32(n)) for n in (0, MIN_FRAMES)), dtype="float32")
    return graph.op("Where", is_short, short, whole, dtype="float32").to("int64")
