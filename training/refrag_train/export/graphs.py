"""The graphs: lower and upper half of the decoder, pooling. Weights stay outside (external data), graphs are small.

Quantised form `pt8h8`: one activation scale per token, int8 weights per output channel, 8-bit block-quantised head. A scale
per tensor would make a row depend on its batch mates, and fails with real weights: the first token's activations are about a
thousand times those of the others. The fp32 form takes its linear weights from the caller at load.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from refrag_train.base import DecoderConfig
from refrag_train.export.quantize import BLOCK
from refrag_train.export.weights import Place

MICROSOFT = "com.microsoft"
CALLER = "given-at-load"  # location of weights that the caller passes; never read
ELEMENT = {"i8": TensorProto.INT8, "u8": TensorProto.UINT8, "f32": TensorProto.FLOAT, "f16": TensorProto.FLOAT16}


class Graph:
    """Collects nodes and initializers of one graph."""

    def __init__(self, name: str, places: dict[str, Place]) -> None:
        self._name, self._places = name, places
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: dict[str, onnx.TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, element: int, shape: list[Any]) -> str:
        self._inputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def output(self, name: str, element: int, shape: list[Any]) -> None:
        self._outputs.append(helper.make_tensor_value_info(name, element, shape))

    def constant(self, name: str, array: NDArray[Any]) -> str:
        """A small constant inside the graph."""
        if name not in self._initializers:
            self._initializers[name] = numpy_helper.from_array(array, name)
        return name

    def weight(self, name: str, shape: tuple[int, ...] | None = None) -> str:
        """A tensor of a weight file, read as `shape` if given."""
        place = self._places[name]
        return self._external(name, ELEMENT[place.dtype], shape or place.shape, place.file, place.offset, place.length)

    def caller_weight(self, name: str, shape: tuple[int, ...]) -> str:
        """A float tensor that the caller passes at load."""
        return self._external(name, TensorProto.FLOAT, shape, CALLER, 0, 4 * int(np.prod(shape)))

    def _external(self, name: str, element: int, shape: tuple[int, ...], file: str, offset: int, length: int) -> str:
        if name not in self._initializers:
            tensor = TensorProto(name=name, data_type=element, dims=shape, data_location=TensorProto.EXTERNAL)
            for key, value in (("location", file), ("offset", offset), ("length", length)):
                tensor.external_data.add(key=key, value=str(value))
            self._initializers[name] = tensor
        return name

    def node(self, kind: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes: Any) -> str:
        """Adds a node; returns its first output."""
        self._nodes.append(helper.make_node(kind, inputs, outputs, name=f"{outputs[0]}/{kind}", domain=domain, **attributes))
        return outputs[0]

    def save(self, path: str) -> None:
        graph = helper.make_graph(self._nodes, self._name, self._inputs, self._outputs, list(self._initializers.values()))
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
        onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="refrag-train"), path)


class DecoderGraph:
    """Lays out one half of a decoder of the Llama or Qwen2 family."""

    def __init__(self, config: DecoderConfig, places: dict[str, Place], quantised: bool, positions: int) -> None:
        """positions: rows of the rotary tables."""
        self._config, self._places, self._quantised, self._positions = config, places, quantised, positions

    def lower(self, end: int, path: str) -> None:
        """input_ids [B, S] -> states [B, S, d]: embedding and layers 0 to end - 1. Without layers the lengths are not read."""
        c = self._config
        g = Graph("lower", self._places)
        g.input("input_ids", TensorProto.INT64, ["B", "S"])
        self._lengths(g)
        # The table is the head's: 8 bits, a scale per 32 components, zero point 128 (the default of both operators).
        x = g.node(
            "GatherBlockQuantized",
            [g.weight("embed.q"), "input_ids", g.weight("embed.s")],
            ["embedded" if end else "states"],
            MICROSOFT,
            bits=8,
            block_size=BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )
        if end:
            self._layers(g, x, 0, end, "states")
        g.output("states", TensorProto.FLOAT, ["B", "S", c.dimension])
        self._presents(g, 0, end)
        g.save(path)

    def upper(self, first: int, path: str) -> None:
        """states [B, S, d], last [B] -> logits [B, vocabulary] of each row's position `last`: layers `first` on, and head."""
        c = self._config
        g = Graph("upper", self._places)
        x = g.input("states", TensorProto.FLOAT, ["B", "S", c.dimension])
        g.input("last", TensorProto.INT64, ["B"])
        self._lengths(g)
        x = self._layers(g, x, first, c.layers, "upper")
        minus = g.constant("axis.1", np.array([1], np.int64))
        rows = g.node("Unsqueeze", ["last", minus], ["last.column"])
        x = g.node("GatherND", [x, rows], ["last.state"], batch_dims=1)
        x = g.node(
            "SimplifiedLayerNormalization", [x, g.weight("norm")], ["last.normed"], axis=-1, epsilon=c.norm_epsilon, stash_type=1
        )
        blocks = c.dimension // BLOCK
        head = "embed" if c.tied else "head"
        g.node(
            "MatMulNBits",
            [x, g.weight(head + ".q", (c.vocabulary, blocks, BLOCK)), g.weight(head + ".s")],
            ["logits"],
            MICROSOFT,
            K=c.dimension,
            N=c.vocabulary,
            bits=8,
            block_size=BLOCK,
            # The same head in both forms: level 1 unpacks the whole table at each call, which costs 150 ms.
            accuracy_level=4,
        )
        g.output("logits", TensorProto.FLOAT, ["B", c.vocabulary])
        self._presents(g, first, c.layers)
        g.save(path)

    def _rotary(self, g: Graph, name: str) -> str:
        """A table [positions, head / 2] that the caller computes."""
        return g.caller_weight(name, (self._positions, self._config.head_size // 2))

    @staticmethod
    def _lengths(g: Graph) -> None:
        g.input("seqlens_k", TensorProto.INT32, ["B"])  # total length - 1, per row
        g.input("total_sequence_length", TensorProto.INT32, [])

    def _presents(self, g: Graph, first: int, end: int) -> None:
        c = self._config
        for i in range(first, end):
            for part in "kv":
                g.output(f"present.{i}.{part}", TensorProto.FLOAT, ["B", c.kv_heads, "T", c.head_size])

    def _layers(self, g: Graph, x: str, first: int, end: int, out: str) -> str:
        """Residual stream x -> residual stream `out`."""
        c = self._config
        for i in range(first, end):
            for part in "kv":
                g.input(f"past.{i}.{part}", TensorProto.FLOAT, ["B", c.kv_heads, "P", c.head_size])
        norm: dict[str, Any] = {"epsilon": c.norm_epsilon}
        normed = g.node(
            "SimplifiedLayerNormalization", [x, g.weight(f"l{first}.in")], [f"l{first}.n"], axis=-1, stash_type=1, **norm
        )
        for i in range(first, end):
            p = f"l{i}."
            qkv = self._linear(g, normed, p + "qkv", c.dimension, (c.heads + 2 * c.kv_heads) * c.head_size)
            if c.qkv_bias:
                qkv = g.node("Add", [qkv, g.weight(p + "qkv.bias")], [p + "qkv.biased"])
            attended = g.node(
                "GroupQueryAttention",
                [qkv, "", "", f"past.{i}.k", f"past.{i}.v", "seqlens_k", "total_sequence_length", self._rotary(g, "cos"), self._rotary(g, "sin")],
                [p + "attended", f"present.{i}.k", f"present.{i}.v"],
                MICROSOFT,
                num_heads=c.heads,
                kv_num_heads=c.kv_heads,
                scale=c.head_size**-0.5,
                do_rotary=1,
                rotary_interleaved=0,
            )
            o = self._linear(g, attended, p + "o", c.heads * c.head_size, c.dimension)
            g.node(
                "SkipSimplifiedLayerNormalization",
                [x, o, g.weight(p + "post")],
                [p + "n2", "", "", p + "r2"],
                MICROSOFT,
                **norm,
            )
            gate = self._linear(g, p + "n2", p + "gate", c.dimension, c.hidden)
            up = self._linear(g, p + "n2", p + "up", c.dimension, c.hidden)
            silu = g.node("Mul", [gate, g.node("Sigmoid", [gate], [p + "sigmoid"])], [p + "silu"])
            down = self._linear(g, g.node("Mul", [silu, up], [p + "gated"]), p + "down", c.hidden, c.dimension)
            if i == end - 1:
                return g.node("Add", [p + "r2", down], [out])
            normed = p + "n3"
            x = p + "r3"
            g.node(
                "SkipSimplifiedLayerNormalization",
                [p + "r2", down, g.weight(f"l{i + 1}.in")],
                [normed, "", "", x],
                MICROSOFT,
                **norm,
            )
        raise ValueError(f"no layers between {first} and {end}")

    def _linear(self, g: Graph, x: str, name: str, inputs: int, outputs: int) -> str:
        if not self._quantised:
            return g.node("MatMul", [x, g.caller_weight(name + ".w", (inputs, outputs))], [name])
        rows, scale = self._per_token(g, x)
        one, zero = g.constant("one", np.array(1, np.float32)), g.constant("zero_point", np.array(128, np.uint8))
        # Said though it is the default, once for each: ONNX Runtime 1.28 needs it where it makes weights unsigned (see session.py).
        weight_zero = g.constant(name + ".z", np.array(0, np.int8))
        product = g.node(
            "MatMulIntegerToFloat",
            [rows, g.weight(name + ".q"), one, g.weight(name + ".s"), zero, weight_zero],
            [name + ".i"],
            MICROSOFT,
        )
        return g.node("Mul", [product, scale], [name])

    def _per_token(self, g: Graph, x: str) -> tuple[str, str]:
        """Symmetric uint8 rows and their scales; shared by the linears that read x."""
        rows, scale = x + ".rows", x + ".scale"
        if (x, rows) not in self._seen(g):
            self._seen(g).add((x, rows))
            axis = g.constant("axis.-1", np.array([-1], np.int64))
            largest = g.node("ReduceMax", [g.node("Abs", [x], [x + ".abs"]), axis], [x + ".max"], keepdims=1)
            raw = g.node("Mul", [largest, g.constant("one/127", np.array([1 / 127], np.float32))], [x + ".raw_scale"])
            g.node("Max", [raw, g.constant("tiny", np.array([1e-8], np.float32))], [scale])
            scaled = g.node("Div", [x, scale], [x + ".scaled"])
            one, zero = g.constant("one", np.array(1, np.float32)), g.constant("zero_point", np.array(128, np.uint8))
            g.node("QuantizeLinear", [scaled, one, zero], [rows])
        return rows, scale

    @staticmethod
    def _seen(g: Graph) -> set[tuple[str, str]]:
        seen: set[tuple[str, str]] = g.__dict__.setdefault("_per_token_rows", set())
        return seen


def pooling(dimension: int, k: int, hidden: int, places: dict[str, Place], path: str) -> None:
    """states [n, k, d], valid [n, k] -> vectors [n, d]; weights are stored in int8.

    ONNX Runtime fuses each DequantizeLinear and MatMul into MatMulNBits and rounds the activations, one scale per 32 of them
    (vectors' cosine with fp32 products above 0.9999, a quarter of the memory); session.qdq_matmulnbits_accuracy_level = 1
    keeps them fp32.
    """
    g = Graph(f"pool.{k}", places)
    g.input("states", TensorProto.FLOAT, ["n", k, dimension])
    g.input("valid", TensorProto.FLOAT, ["n", k])
    axes = {a: g.constant(f"axis.{a}", np.array([a], np.int64)) for a in (-1, 1)}
    mask = g.node("Unsqueeze", ["valid", axes[-1]], ["mask"])
    states = g.node("Mul", ["states", mask], ["masked"])
    count = g.node("ReduceSum", ["valid", axes[1]], ["count"], keepdims=1)
    mean = g.node("Div", [g.node("ReduceSum", [states, axes[1]], ["sum"], keepdims=0), count], ["mean"])

    def mean_square(x: str) -> str:
        return g.node("ReduceMean", [g.node("Mul", [x, x], [x + ".squares"]), axes[-1]], [x + ".mean_square"], keepdims=1)

    shifted = g.node("Add", [mean_square(states), g.constant("epsilon", np.array([1e-6], np.float32))], ["shifted"])
    normed = g.node("Div", [states, g.node("Sqrt", [shifted], ["rms"])], ["normed"])
    flat = g.node("Reshape", [normed, g.constant("flat.shape", np.array([-1, k * dimension], np.int64))], ["flat"])

    def linear(x: str, name: str) -> str:
        weight = g.node("DequantizeLinear", [g.weight(name + ".q"), g.weight(name + ".s")], [name + ".w"], axis=1)
        return g.node("Add", [g.node("MatMul", [x, weight], [name + ".p"]), g.weight(name + ".b")], [name])

    inner = linear(flat, "hidden")
    inner = g.node("Mul", [inner, g.node("Sigmoid", [inner], ["inner.sigmoid"])], ["inner"])
    learned = g.node("Add", [linear(flat, "linear"), linear(inner, "out")], ["learned"])
    scale = g.node("Sqrt", [mean_square(mean)], ["scale"])
    g.node("Add", [mean, g.node("Mul", [learned, scale], ["scaled"])], ["vectors"])
    g.output("vectors", TensorProto.FLOAT, ["n", dimension])
    g.save(path)
