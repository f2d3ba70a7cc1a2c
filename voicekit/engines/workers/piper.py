"""Piper's voices, each a network in ONNX with its settings beside it. Runs where piper-tts is (GPL-3.0), never in voicekit.

A voice: {"model": path of the .onnx, "speaker": number of a speaker, or null}.
"""

import json
from collections import OrderedDict
from contextlib import suppress

import numpy as np
import onnx
import onnxruntime
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig
from piper.patch_voice_with_alignment import add_alignment_output

#: Voices that are kept loaded; each takes about 100 MB.
_MOST_LOADED = 4
_NOISE = "voicekit_noise_"
#: How many frames of noise a sign takes at most, about, at the voice's own pace; and of how many channels.
_FRAMES_A_SIGN, _CHANNELS = 12, 192


class Speaker:
    def __init__(self, weights, device):
        self._voices = OrderedDict()

    def speak(self, text, pace, seed, voice):
        piper = self._loaded(voice["model"])
        piper.session.seed, piper.session.slowness = seed, 1 / pace
        config = SynthesisConfig(
            speaker_id=voice.get("speaker"),
            length_scale=piper.config.length_scale / pace,
            normalize_audio=False,  # each sentence would have a level of its own
        )
        text = text.replace("[[", "[").replace("]]", "]")  # it would take what is between them for phones
        for chunk in piper.synthesize(text, config, include_alignments=True):
            yield chunk.audio_float_array, chunk.sample_rate, _signs(chunk)

    def _loaded(self, path):
        if path not in self._voices:
            self._voices[path] = _load(path)
            while len(self._voices) > _MOST_LOADED:
                self._voices.popitem(last=False)
        self._voices.move_to_end(path)
        return self._voices[path]


class Seeded:
    """A network whose noise comes from a seed: onnxruntime's own goes on from sentence to sentence."""

    def __init__(self, model):
        self._inputs = _take_noise_in(model)
        with suppress(ValueError):  # it has it already, or has none
            add_alignment_output(model)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
        self.seed, self.slowness = 0, 1.0

    def run(self, outputs, inputs):
        n_values = int(_CHANNELS * _FRAMES_A_SIGN * inputs["input"].size * max(self.slowness, 1.0))
        for last in (False, False, True):
            noise = {
                name: np.random.default_rng([self.seed, number]).standard_normal(n_values, np.float32)
                for number, name in enumerate(self._inputs)
            }
            try:
                return self._session.run(outputs, {**inputs, **noise})
            except Exception:  # a voice that draws its words out takes more
                if last or not noise:
                    raise
                n_values *= 4
        raise AssertionError("the last try returns or raises")


def _load(path):
    with open(f"{path}.json", encoding="utf-8") as file:
        config = PiperConfig.from_dict(json.load(file))
    return PiperVoice(session=Seeded(onnx.load(path)), config=config)


def _take_noise_in(model):
    """Has the network take its noise as inputs, flat and at least as long as it needs; their names."""
    graph = model.graph
    names: list[str] = []
    for node in [node for node in graph.node if node.op_type == "RandomNormalLike"]:
        name = f"{_NOISE}{len(names)}"
        names.append(name)
        settings = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
        like, made = node.input[0], node.output[0]
        constant = onnx.helper.make_tensor
        graph.initializer.extend(
            [
                constant(f"{name}_0", onnx.TensorProto.INT64, [1], [0]),
                constant(f"{name}_scale", onnx.TensorProto.FLOAT, [], [settings.get("scale", 1.0)]),
                constant(f"{name}_mean", onnx.TensorProto.FLOAT, [], [settings.get("mean", 0.0)]),
            ]
        )
        make = onnx.helper.make_node
        nodes = [
            make("Shape", [like], [f"{name}_shape"]),
            make("ReduceProd", [f"{name}_shape"], [f"{name}_size"], keepdims=1),
            make("Slice", [name, f"{name}_0", f"{name}_size", f"{name}_0"], [f"{name}_part"]),
            make("Reshape", [f"{name}_part", f"{name}_shape"], [f"{name}_plain"]),
            make("Mul", [f"{name}_plain", f"{name}_scale"], [f"{name}_scaled"]),
            make("Add", [f"{name}_scaled", f"{name}_mean"], [made]),
        ]
        place = list(graph.node).index(node)
        graph.node.remove(node)
        for offset, one in enumerate(nodes):
            graph.node.insert(place + offset, one)
        graph.input.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [f"{name}_values"]))
    return names


def _signs(chunk):
    """Each sign of the phones that were said, with its start and end in seconds; none where the network does not tell."""
    signs, gone = [], 0
    for aligned in chunk.phoneme_alignments or []:
        end = gone + int(aligned.num_samples)
        signs.append((aligned.phoneme, gone / chunk.sample_rate, end / chunk.sample_rate))
        gone = end
    return signs
