"""Rows of raw tokens, chunks and token states, with several segments packed over one shared prefix, and their batches.

Positions: below layer N raw tokens are counted over raw tokens only, from N on over the shortened sequence: what a decoder
with two contiguous key-value caches does. Segments see the prefix and themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Protocol

import torch
from torch import Tensor

from refrag_train.model import CompressedDecoder


@dataclass(frozen=True)
class ChunkRef:
    """Chunk `index` of passage `pid`, entering as one vector."""

    pid: str
    index: int


@dataclass(frozen=True)
class TokenRef:
    """Token `index` of passage `pid`, entering as its own state at layer N: the finest resolution, cached as vectors are."""

    pid: str
    index: int


Entry = int | ChunkRef | TokenRef


@dataclass(frozen=True)
class Segment:
    """Tokens after the prefix; weights[i] is the loss weight of predicting ids[i]. sources[i]: where ids[i] stands in a passage; none
    where nobody knows."""

    ids: list[int]
    weights: list[float]
    sources: list[TokenRef | None] | None = None

    def __post_init__(self) -> None:
        if len(self.ids) != len(self.weights):
            raise ValueError(f"a segment has {len(self.ids)} tokens but {len(self.weights)} weights")
        if self.sources is not None and len(self.sources) != len(self.ids):
            raise ValueError(f"a segment has {len(self.ids)} tokens but {len(self.sources)} sources")


@dataclass(frozen=True)
class Row:
    prefix: list[Entry]
    segments: list[Segment]


@dataclass(frozen=True)
class Batch:
    """b rows, r raw tokens, t positions (both padded), n chunks, k tokens per chunk, s token states.

    raw_ids, raw_positions [b, r]; raw_mask [b, 1, r, r]; positions [b, t]; mask [b, 1, t, t]; raw_source, raw_target [m],
    chunk_target [n] and state_target [s]: places in the flattened [b * r] and [b * t]; targets, weights [b, t]; chunk_inputs
    and chunk_valid: see `Inputs.chunks`; token_states [s, d]. seeking [c]: places in the flattened [b * t] whose next token stands in a
    chunk or state of the prefix; sought [c]: the position of that in its row.
    """

    raw_ids: Tensor
    raw_positions: Tensor
    raw_mask: Tensor
    positions: Tensor
    mask: Tensor
    raw_source: Tensor
    raw_target: Tensor
    chunk_target: Tensor
    chunk_inputs: Tensor
    chunk_valid: Tensor
    state_target: Tensor
    token_states: Tensor
    targets: Tensor
    weights: Tensor
    seeking: Tensor
    sought: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same there."""
        return Batch(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})


class Inputs(Protocol):
    """What the encoder reads of passages."""

    def chunks(self, refs: list[ChunkRef], k: int) -> tuple[Tensor, Tensor]:
        """Inputs of `CompressedDecoder.pool`: token states [n, k, d] and which of them are valid [n, k], or what a separate encoder
        reads: token ids and mask [n, w]."""

    def tokens(self, refs: list[TokenRef]) -> Tensor:
        """States at the input of layer N. [s, d]"""


def packed_mask(segment: Tensor) -> Tensor:
    """segment [b, t]: 0 = shared prefix, s > 0 = segment s, -1 = padding. Returns the additive mask [b, 1, t, t]."""
    t = segment.shape[1]
    causal = torch.ones(t, t, dtype=torch.bool).tril()
    visible = (segment[:, None, :] == 0) | (segment[:, None, :] == segment[:, :, None])
    return torch.zeros(visible.shape).masked_fill_(~(causal & visible), float("-inf"))[:, None]


def collate(rows: list[Row], k: int, dimension: int, inputs: Inputs) -> Batch:
    """One k per batch; needs at least one segment per row."""
    flat: list[tuple[list[Entry], list[int], list[int], list[float]]] = []
    for row in rows:
        entries, seg, pos = list(row.prefix), [0] * len(row.prefix), list(range(len(row.prefix)))
        wgt = [0.0] * len(row.prefix)
        for number, part in enumerate(row.segments, 1):
            entries += part.ids
            seg += [number] * len(part.ids)
            pos += range(len(row.prefix), len(row.prefix) + len(part.ids))
            wgt += part.weights
        flat.append((entries, seg, pos, wgt))
    b, t = len(rows), max(len(f[0]) for f in flat)
    raw_places = [[j for j, e in enumerate(f[0]) if isinstance(e, int)] for f in flat]
    r = max(len(p) for p in raw_places)
    ids, position, segment = torch.zeros(b, t, dtype=torch.long), torch.zeros(b, t, dtype=torch.long), torch.full((b, t), -1)
    weight = torch.zeros(b, t)
    raw_ids, raw_position = torch.zeros(b, r, dtype=torch.long), torch.zeros(b, r, dtype=torch.long)
    raw_segment = torch.full((b, r), -1)
    source: list[int] = []
    target: list[int] = []
    chunks: list[ChunkRef] = []
    chunk_target: list[int] = []
    tokens: list[TokenRef] = []
    state_target: list[int] = []
    seeking: list[int] = []
    sought: list[int] = []
    for i, (entries, seg, pos, wgt) in enumerate(flat):
        n, places = len(entries), raw_places[i]
        segment[i, :n], position[i, :n], weight[i, :n] = torch.tensor(seg), torch.tensor(pos), torch.tensor(wgt)
        raw_segment[i, : len(places)] = torch.tensor([seg[j] for j in places])
        raw_ids[i, : len(places)] = torch.tensor([e for e in entries if isinstance(e, int)])
        shared = sum(isinstance(e, int) for e in rows[i].prefix)
        raw_position[i, : len(places)] = torch.tensor(
            [m if seg[j] == 0 else shared + pos[j] - len(rows[i].prefix) for m, j in enumerate(places)]
        )
        ids[i, torch.tensor(places)] = raw_ids[i, : len(places)]
        source += range(i * r, i * r + len(places))
        target += [i * t + j for j in places]
        for j, e in enumerate(entries):
            if isinstance(e, ChunkRef):
                chunks.append(e)
                chunk_target.append(i * t + j)
            elif isinstance(e, TokenRef):
                tokens.append(e)
                state_target.append(i * t + j)
        for j, place in sources(rows[i], k):
            seeking.append(i * t + j - 1)
            sought.append(place)
    chunk_inputs, chunk_valid = inputs.chunks(chunks, k)
    next_ids, next_segment = ids.roll(-1, 1), segment.roll(-1, 1)
    next_weight = weight.roll(-1, 1) * (next_segment == segment)
    next_weight[:, -1] = 0.0
    return Batch(
        raw_ids=raw_ids,
        raw_positions=raw_position,
        raw_mask=packed_mask(raw_segment),
        positions=position,
        mask=packed_mask(segment),
        raw_source=torch.tensor(source, dtype=torch.long),
        raw_target=torch.tensor(target, dtype=torch.long),
        chunk_target=torch.tensor(chunk_target, dtype=torch.long),
        chunk_inputs=chunk_inputs,
        chunk_valid=chunk_valid,
        state_target=torch.tensor(state_target, dtype=torch.long),
        token_states=inputs.tokens(tokens).view(len(tokens), dimension),
        targets=next_ids,
        weights=next_weight,
        seeking=torch.tensor(seeking, dtype=torch.long),
        sought=torch.tensor(sought, dtype=torch.long),
    )


def sources(row: Row, k: int) -> list[tuple[int, int]]:
    """Position of each token of a segment whose source the prefix has, as a chunk or a state, and the position of that. What a segment
    begins with follows the prefix, not a token of its own, and is left out."""
    places = {e: j for j, e in enumerate(row.prefix) if not isinstance(e, int)}
    found: list[tuple[int, int]] = []
    first = len(row.prefix)
    for part in row.segments:
        for i, source in enumerate(part.sources or []):
            if source is not None and i > 0:
                place = places.get(source, places.get(ChunkRef(source.pid, source.index // k)))
                if place is not None:
                    found.append((first + i, place))
        first += len(part.ids)
    return found


def entering(model: CompressedDecoder, batch: Batch) -> Tensor:
    """What enters layer N: states of raw tokens, chunk vectors and token states in their places, [b, t, d]."""
    b, t = batch.positions.shape
    d = model.decoder.dimension
    raw = model.lower(batch.raw_ids, batch.raw_positions, batch.raw_mask).view(-1, d)
    x = torch.zeros(b * t, d, device=raw.device).index_copy(0, batch.raw_target, raw[batch.raw_source])
    x = x.index_copy(0, batch.state_target, batch.token_states)
    if len(batch.chunk_target):
        x = x.index_copy(0, batch.chunk_target, model.pool(batch.chunk_inputs, batch.chunk_valid))
    return x.view(b, t, d)


def hidden(model: CompressedDecoder, batch: Batch) -> Tensor:
    """Last hidden states [b, t, d] of a batch."""
    return model.upper(entering(model, batch), batch.positions, batch.mask)


def token_losses(model: CompressedDecoder, batch: Batch, last: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
    """Per supervised position: cross-entropy [m], weight [m], whether the most likely token is right [m]. last: `hidden`, where the
    caller has it already."""
    chosen = batch.weights > 0
    logits = model.logits((hidden(model, batch) if last is None else last)[chosen])
    targets = batch.targets[chosen]
    loss = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
    return loss, batch.weights[chosen], logits.argmax(-1) == targets
