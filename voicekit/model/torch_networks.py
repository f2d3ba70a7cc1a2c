"""The networks of a voice as torch runs them: on a GPU, and while they are being trained."""

from dataclasses import fields

import numpy as np
import torch
from torch import Tensor

from voicekit.model.acoustic import AcousticModel, Prosody
from voicekit.model.networks import Figures, SpokenFrames, TokenProsody, check_finite, weights_digest
from voicekit.model.vocoder import Vocoder
from voicekit.model.vocos import Vocos


class TorchNetworks:
    """See networks.Networks."""

    def __init__(self, acoustic: AcousticModel, vocoder: Vocoder | Vocos, device: str = "cpu") -> None:
        self.device = torch.device(device)
        self.acoustic = acoustic.to(self.device).eval()
        self.vocoder = vocoder.to(self.device).eval()
        own = acoustic.statistics()
        self.figures = Figures(*(float(getattr(own, field.name)) for field in fields(Figures)))

    @property
    def digest(self) -> str:
        parts = (("acoustic", self.acoustic), ("vocoder", self.vocoder))
        return weights_digest(
            {f"{p}.{name}": t.cpu().numpy() for p, module in parts for name, t in module.state_dict().items()}
        )

    @torch.inference_mode()
    def prosody(self, symbols: np.ndarray, stresses: np.ndarray) -> TokenProsody:
        own = self.acoustic.predict_prosody(*self._tokens(symbols, stresses), self.acoustic.embedding[None])
        arrays = [track[0].cpu().numpy() for track in (own.durations, own.pitch, own.energy)]
        check_finite(*arrays)
        return TokenProsody(*arrays)

    @torch.inference_mode()
    def frames(self, symbols: np.ndarray, stresses: np.ndarray, prosody: TokenProsody) -> SpokenFrames:
        tokens = self._tokens(symbols, stresses)
        said = Prosody(*(self._tensor(track) for track in (prosody.durations, prosody.pitch, prosody.energy)))
        voice = self.acoustic.statistics()
        # float64: in float32 the last bit of a logarithm of 5 is a millionth of the pitch, and after some seconds the
        # phases of two runs would lie apart.
        voice = voice._replace(log_f0_mean=voice.log_f0_mean.double(), log_f0_std=voice.log_f0_std.double())
        made, _ = self.acoustic.decode(self.acoustic.encoder(*tokens), tokens[2], said, voice, self.acoustic.embedding[None])
        arrays = [track[0].cpu().numpy() for track in (made.mel, made.log_f0, made.voiced)]
        check_finite(*arrays)
        return SpokenFrames(*arrays)

    @torch.inference_mode()
    def waveform(self, mel: np.ndarray, f0: np.ndarray, noise: np.ndarray) -> np.ndarray:
        made = self.vocoder(*(self._tensor(track) for track in (mel, f0, noise)))[0].cpu().numpy()
        check_finite(made)
        return made

    def _tokens(self, symbols: np.ndarray, stresses: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
        """Ids and stresses (1, N), and a mask that hides none of them."""
        return self._tensor(symbols), self._tensor(stresses), torch.ones(1, 1, len(symbols), device=self.device)

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(array)[None].to(self.device)
