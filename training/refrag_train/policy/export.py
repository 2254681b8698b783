"""The policy as one ONNX graph with its weights inside: python -m refrag_train.policy.export --policy CHECKPOINT --out FILE

Inputs for one query: vectors [n, d], positions [n] int64 (queries.Chunks.positions), and unless the policy is query-blind
features [n, 3] (model.FEATURES) and question [q, d], the states of the question's tokens. Output: logits [n]. Matrices are stored
in half precision and widened at load; everything is computed in fp32.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from refrag_train.export.graphs import Graph
from refrag_train.policy.model import EPSILON, FEATURES, SelectionPolicy

MAX_BYTES = 1_500_000


class PolicyGraph:
    """Lays out SelectionPolicy.forward for one question without padding."""

    def __init__(self, policy: SelectionPolicy) -> None:
        self._policy, self._config = policy, policy.config
        self._state = {name: tensor.float().numpy() for name, tensor in policy.state_dict().items()}
        self._graph = Graph("policy", {})
        self._names = 0

    def save(self, path: Path) -> None:
        g, c, d = self._graph, self._config, self._policy.dimension
        g.input("vectors", TensorProto.FLOAT, ["n", d])
        g.input("positions", TensorProto.INT64, ["n"])
        chunks = self._input_norm("vectors", "vector_norm")
        x = self._linear(chunks, "vector")
        question, lexical = "", ""
        if not c.query_blind:
            g.input("features", TensorProto.FLOAT, ["n", len(FEATURES)])
            g.input("question", TensorProto.FLOAT, ["q", d])
            normed = self._input_norm("question", "question_norm")
            x = self._add(x, self._linear(self._matching(chunks, normed), "matched"))
            scores, others = self._split("features", [1, len(FEATURES) - 1], 1)
            lexical = self._standardised(scores, 0)
            x = self._add(x, self._linear(self._concat([lexical, others], 1), "features"))
            question = self._rms(self._linear(normed, "question"))
        rope = self._rope()
        for i in range(c.layers):
            x = self._layer(x, f"layers.{i}.", rope, question)
        logits = self._linear(self._rms(x), "logit")
        if not c.query_blind:
            logits = self._add(logits, self._node("Mul", lexical, self._vector("blend", self._state["blend"])))
        g.node("Squeeze", [logits, self._axes(1)], ["logits"])
        g.output("logits", TensorProto.FLOAT, ["n"])
        g.save(str(path))

    def _layer(self, x: str, name: str, rope: tuple[str, str], question: str) -> str:
        q, k, v = self._split(self._linear(self._rms(x), name + "qkv"), [self._config.width] * 3, 1)
        attended = self._attend(self._turn(self._heads(q), rope), self._turn(self._heads(k), rope), self._heads(v))
        x = self._add(x, self._linear(attended, name + "out"))
        if question:
            k, v = self._split(self._linear(question, name + "answers"), [self._config.width] * 2, 1)
            asked = self._heads(self._linear(self._rms(x), name + "ask"))
            x = self._add(x, self._linear(self._attend(asked, self._heads(k), self._heads(v)), name + "heard"))
        up = self._linear(self._rms(x), name + "up")
        silu = self._node("Mul", up, self._node("Sigmoid", up))
        return self._add(x, self._linear(silu, name + "down"))

    def _matching(self, chunks: str, tokens: str) -> str:
        """[n, d], [q, d] -> [n, 2 m]"""
        m, size = self._config.match_heads, self._config.match_size
        c = self._node("Transpose", self._reshape(self._linear(chunks, "matching.chunk"), [-1, m, size]), perm=[1, 2, 0])
        t = self._node("Transpose", self._reshape(self._linear(tokens, "matching.token"), [-1, m, size]), perm=[1, 0, 2])
        scores = self._standardised(self._node("MatMul", t, c), -1)
        best = self._node("ReduceMax", scores, self._axes(1), keepdims=0)
        importance = self._node("Transpose", self._linear(tokens, "matching.importance"), perm=[1, 0])
        weight = self._node("Unsqueeze", self._node("Softmax", importance, axis=-1), self._axes(1))
        mean = self._node("Squeeze", self._node("MatMul", weight, scores), self._axes(1))
        return self._node("Transpose", self._concat([best, mean], 0), perm=[1, 0])

    def _rope(self) -> tuple[str, str]:
        """cos and sin [n, size / 2]"""
        position = self._node("Unsqueeze", self._node("Cast", "positions", to=TensorProto.FLOAT), self._axes(1))
        angle = self._node("Mul", position, self._vector("frequency", self._policy.frequency().numpy()))
        return self._node("Cos", angle), self._node("Sin", angle)

    def _turn(self, x: str, rope: tuple[str, str]) -> str:
        """[heads, n, size] by each chunk's angle."""
        half = self._config.width // self._config.heads // 2
        first, second = self._split(x, [half, half], 2)
        cos, sin = rope
        turned = self._node("Sub", self._node("Mul", first, cos), self._node("Mul", second, sin))
        other = self._add(self._node("Mul", second, cos), self._node("Mul", first, sin))
        return self._concat([turned, other], 2)

    def _heads(self, x: str) -> str:
        """[t, w] -> [heads, t, size]"""
        size = self._config.width // self._config.heads
        return self._node("Transpose", self._reshape(x, [-1, self._config.heads, size]), perm=[1, 0, 2])

    def _attend(self, q: str, k: str, v: str) -> str:
        """[heads, t, size], [heads, s, size] twice -> [t, w]"""
        scale = self._vector("attention.scale", np.array((self._config.width // self._config.heads) ** -0.5, np.float32))
        scores = self._node("MatMul", self._node("Mul", q, scale), self._node("Transpose", k, perm=[0, 2, 1]))
        attended = self._node("MatMul", self._node("Softmax", scores, axis=-1), v)
        return self._reshape(self._node("Transpose", attended, perm=[1, 0, 2]), [-1, self._config.width])

    def _input_norm(self, x: str, name: str) -> str:
        centred = self._node("Sub", x, self._vector(name + ".mean", self._state[name + ".mean"]))
        return self._rms(self._node("Div", centred, self._vector(name + ".deviation", self._state[name + ".deviation"])))

    def _rms(self, x: str) -> str:
        return self._node("Div", x, self._root(x, -1))

    def _standardised(self, x: str, axis: int) -> str:
        centred = self._node("Sub", x, self._node("ReduceMean", x, self._axes(axis), keepdims=1))
        return self._node("Div", centred, self._root(centred, axis))

    def _root(self, x: str, axis: int) -> str:
        """Root of the mean square along an axis, which stays with length 1."""
        square = self._node("ReduceMean", self._node("Mul", x, x), self._axes(axis), keepdims=1)
        return self._node("Sqrt", self._add(square, self._vector("epsilon", np.array(EPSILON, np.float32))))

    def _linear(self, x: str, name: str) -> str:
        half = self._graph.constant(name + ".half", np.ascontiguousarray(self._state[name + ".weight"].T).astype(np.float16))
        y = self._node("MatMul", x, self._node("Cast", half, to=TensorProto.FLOAT))
        bias = self._state.get(name + ".bias")
        return y if bias is None else self._add(y, self._vector(name + ".bias", bias))

    def _add(self, x: str, y: str) -> str:
        return self._node("Add", x, y)

    def _concat(self, parts: list[str], axis: int) -> str:
        return self._node("Concat", *parts, axis=axis)

    def _split(self, x: str, sizes: list[int], axis: int) -> list[str]:
        outputs = [self._name() for _ in sizes]
        lengths = self._graph.constant("sizes." + ".".join(map(str, sizes)), np.array(sizes, np.int64))
        self._graph.node("Split", [x, lengths], outputs, axis=axis)
        return outputs

    def _reshape(self, x: str, shape: list[int]) -> str:
        constant = self._graph.constant("shape." + ".".join(map(str, shape)), np.array(shape, np.int64))
        return self._node("Reshape", x, constant)

    def _axes(self, axis: int) -> str:
        return self._graph.constant(f"axis.{axis}", np.array([axis], np.int64))

    def _vector(self, name: str, array: NDArray[Any]) -> str:
        return self._graph.constant(name, array)

    def _node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self._graph.node(kind, list(inputs), [self._name()], **attributes)

    def _name(self) -> str:
        self._names += 1
        return f"t{self._names}"


def export_policy(policy: SelectionPolicy, path: Path) -> int:
    """Writes the graph; returns its bytes, which are the same for the same weights. ValueError when they are too many."""
    PolicyGraph(policy).save(path)
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ValueError(f"{path} has {size} bytes; a policy has at most {MAX_BYTES}")
    return size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", type=Path, required=True, help="checkpoint.pt of refrag_train.policy.train")
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    print(f"{a.out}: {export_policy(SelectionPolicy.load(a.policy), a.out):,} bytes")


if __name__ == "__main__":
    main()
