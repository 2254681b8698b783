"""A bundle whose upper half gives the logits of any of its positions: what log-perplexity needs, and serving does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from refrag_train.export.session import Bundle, Cache, Float


@dataclass
class ScoringBundle(Bundle):
    """The same graphs, with one operator of the upper half replaced at load: it picks positions of a row, not one per row."""

    def logits(self, x: Float, cache: Cache, places: NDArray[np.int64]) -> Float:
        """States and vectors [positions, d] after what the cache holds -> logits [places, vocabulary] of the given ones."""
        names = ["logits", *(f"present.{n}" for n in cache.tensors)]
        logits, *present = self._upper.run(names, {"states": x[None], "last": places, **self._feed(cache, len(x))})
        self._keep(cache, present, len(x))
        result: Float = logits[0]
        return result

    def upper(self, x: Float, cache: Cache) -> Float:
        last: Float = self.logits(x, cache, np.array([len(x) - 1], np.int64))[0]
        return last

    def _graph(self, name: str) -> str | bytes:
        if not name.startswith("upper"):
            return super()._graph(name)
        model = onnx.load(str(self.folder / name), load_external_data=False)
        pick = next(n for n in model.graph.node if n.op_type == "GatherND")
        pick.CopyFrom(helper.make_node("Gather", [pick.input[0], "last"], list(pick.output), name=pick.name, axis=1))
        for value in (*model.graph.input, *model.graph.output):
            if value.name == "last":
                value.type.tensor_type.shape.dim[0].dim_param = "M"
            elif value.name == "logits":
                element = value.type.tensor_type.elem_type
                value.CopyFrom(helper.make_tensor_value_info("logits", element, ["B", "M", self.manifest["vocabulary"]]))
        content: bytes = model.SerializeToString()
        return content
