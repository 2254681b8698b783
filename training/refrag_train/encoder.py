"""A separate encoder: a Hugging Face model of the BERT or RoBERTa family (MiniLM is one) reads the text of each chunk by itself, and two
linear maps project it to the decoder's width. This is the set-up of arXiv 2509.01092, section 2, which does not say how the states of
a chunk's tokens become one vector: here it is their mean.

Shape letters: n chunks, w tokens of the encoder in the longest of them (padded), e encoder width, d decoder width.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

if TYPE_CHECKING:
    from refrag_train.layout import ChunkRef, TokenRef

FAMILIES = ("bert", "roberta")
FOLDER = "encoder"  # in the decoder's folder


class TextEncoder(nn.Module):
    """Everything in it is trained, as in the paper. folder: config.json, tokenizer.json and weights of the encoder."""

    def __init__(self, folder: Path, dimension: int, dtype: torch.dtype) -> None:
        from transformers import AutoModel

        super().__init__()
        config = json.loads((folder / "config.json").read_text())
        if config.get("model_type") not in FAMILIES:
            raise ValueError(f"{folder / 'config.json'}: model_type is {config.get('model_type')}; expected {' or '.join(FAMILIES)}")
        self.folder, self.dtype = folder, dtype
        self.model: nn.Module = AutoModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32)
        self.hidden, self.out = nn.Linear(config["hidden_size"], dimension), nn.Linear(dimension, dimension)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """ids [n, w]; mask [n, w] 1 or 0 -> [n, d] fp32."""
        if not len(ids):
            return torch.zeros(0, self.out.out_features, device=ids.device)
        with torch.autocast(ids.device.type, self.dtype, enabled=self.dtype != torch.float32):
            states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
            weight = mask[..., None].to(states.dtype)
            mean = (states * weight).sum(1) / weight.sum(1)
            vectors: Tensor = self.out(F.gelu(self.hidden(mean)))
        return vectors.float()


class ChunkTexts:
    """What a separate encoder reads of chunks: their texts, in tokens of its own."""

    def __init__(self, encoder: Path, decoder: Path, ids: Callable[[str], list[int]]) -> None:
        """encoder, decoder: their tokenizer.json. ids: the decoder's token ids of a passage."""
        from tokenizers import Tokenizer

        self._encoder, self._decoder = Tokenizer.from_file(str(encoder)), Tokenizer.from_file(str(decoder))
        self._encoder.enable_padding()  # what it pads with is masked
        self._encoder.no_truncation()
        self._ids = ids

    def chunks(self, refs: list[ChunkRef], k: int) -> tuple[Tensor, Tensor]:
        """Token ids and mask, both [n, w]."""
        if not refs:
            return torch.zeros(0, 0, dtype=torch.long), torch.zeros(0, 0, dtype=torch.long)
        tokens = [self._ids(c.pid)[c.index * k : (c.index + 1) * k] for c in refs]
        read = self._encoder.encode_batch([self._decoder.decode(t, skip_special_tokens=False) for t in tokens])
        return torch.tensor([r.ids for r in read]), torch.tensor([r.attention_mask for r in read])

    def tokens(self, refs: list[TokenRef]) -> Tensor:
        """There are none."""
        if refs:
            raise ValueError("a separate encoder has no states of single tokens at the decoder's layer N")
        return torch.zeros(0)
