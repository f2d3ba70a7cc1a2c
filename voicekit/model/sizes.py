"""Sizes of the networks. Without torch, so that a voice is known to be one before it is loaded."""

from dataclasses import dataclass
from typing import Annotated, Literal

from voicekit.audio.features import N_FFT
from voicekit.core.settings import Bounded, Range

#: The vocoder's noise filter moves twice a frame, in windows half as long, because bursts of plosives are short.
NOISE_FFT = N_FFT // 2
#: No token is longer, whatever the weights say: more than four seconds.
MAX_FRAMES = 400
#: Of a bin of a Vocos: a larger magnitude is an error of the network, not a sound.
MAX_MAGNITUDE = 100.0

# The largest are several times those of any network that we know of; what is built is held against its weights, too.
Channels = Annotated[int, Range(1, 4096)]
Layers = Annotated[int, Range(1, 64)]
#: Odd, so that a convolution is centred.
Kernel = Annotated[int, Range(1, 63, step=2)]
Dropout = Annotated[float, Range(0, 1)]


@dataclass(frozen=True)
class AcousticConfig(Bounded):
    """Sizes of the acoustic model."""

    channels: Annotated[int, Range(2, 4096, step=2)] = 192  #: of the token-level encoder, half of them each way
    encoder_layers: Annotated[int, Range(0, 64)] = 3
    decoder_channels: Channels = 256
    decoder_layers: Layers = 6
    kernel_size: Kernel = 5
    dropout: Dropout = 0.2  #: of the encoder
    speaker_channels: Channels = 64  #: of the speaker embedding
    prosody_channels: Channels = 128
    prosody_dropout: Dropout = 0.4  #: an hour of speech is little to learn a melody from


@dataclass(frozen=True)
class VocoderConfig(Bounded):
    """Sizes of our own vocoder."""

    channels: Channels = 256
    layers: Layers = 6
    kernel_size: Kernel = 7
    harmonic_cepstrum: Annotated[int, Range(1, N_FFT // 2)] = 160  #: minimum-phase coefficients of the harmonic filter
    opening_cepstrum: Annotated[int, Range(1, N_FFT // 2)] = 32  #: its maximum-phase coefficients
    noise_cepstrum: Annotated[int, Range(1, NOISE_FFT // 2)] = 80  #: coefficients of each noise filter


@dataclass(frozen=True)
class VocosConfig(Bounded):
    """Sizes of a Vocos; the defaults are those of the public weights."""

    kind: Literal["vocos"] = "vocos"  #: which vocoder this is, for `voice.toml`
    channels: Channels = 512
    hidden_channels: Annotated[int, Range(1, 16384)] = 1536  #: between the two dense layers of a block
    layers: Layers = 8


@dataclass(frozen=True)
class SpeechSeparatorConfig(Bounded):
    """Sizes of the isolator."""

    channels: Channels = 48
    #: Of the recurrent layers along time; half as many each way along the bands.
    hidden: Annotated[int, Range(2, 4096, step=2)] = 64
    layers: Layers = 2
