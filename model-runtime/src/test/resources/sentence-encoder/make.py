"""Makes the tiny sentence encoder beside this file: one random BERT layer over words, and the vectors that Python computes with it.

Run: pip install numpy onnx onnxruntime tokenizers, then python make.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

HERE = Path(__file__).parent
WORDS = "the river is long and flows north she painted ships in a harbour bread needs flour water salt how where who what".split()
TEXTS = ["The river flows north.", "She painted ships in the harbour, and she painted the river.", "bread"]
D = 16
POSITIONS = 32
MAX_TOKENS = 12


def tokenizer() -> Tokenizer:
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ".", ",", "?", *WORDS]
    made = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    # As in MiniLM's own file: what a file says of length is not what a retriever wants.
    made.enable_truncation(8)
    made.enable_padding(length=8)
    return made


def graph(vocabulary: int) -> onnx.ModelProto:
    random = np.random.default_rng(7)
    weights = {
        "words": random.normal(size=(vocabulary, D)),
        "positions": 0.1 * random.normal(size=(POSITIONS, D)),
        "types": 0.1 * random.normal(size=(2, D)),
        **{name: 0.2 * random.normal(size=(D, D)) for name in ("q", "k", "v", "o")},
    }
    node = helper.make_node
    nodes = [
        node("Gather", ["words", "input_ids"], ["word"]),
        node("Gather", ["types", "token_type_ids"], ["type"]),
        node("Shape", ["input_ids"], ["width"], start=1, end=2),
        node("Slice", ["positions", "zero", "width"], ["position"]),
        node("Add", ["word", "type"], ["typed"]),
        node("Add", ["typed", "position"], ["x"]),
        *(node("MatMul", ["x", name], ["x" + name]) for name in "qkv"),
        node("Transpose", ["xk"], ["xkt"], perm=[0, 2, 1]),
        node("MatMul", ["xq", "xkt"], ["scores"]),
        # What is padding is not attended to.
        node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        node("Sub", ["one", "mask"], ["hidden"]),
        node("Mul", ["hidden", "lowest"], ["bias"]),
        node("Unsqueeze", ["bias", "axis"], ["row_bias"]),
        node("Add", ["scores", "row_bias"], ["masked"]),
        node("Softmax", ["masked"], ["shares"], axis=-1),
        node("MatMul", ["shares", "xv"], ["seen"]),
        node("MatMul", ["seen", "o"], ["out"]),
        node("Add", ["x", "out"], ["last_hidden_state"]),
    ]
    constants = {
        "zero": np.array([0], np.int64),
        "axis": np.array([1], np.int64),
        "one": np.array(1, np.float32),
        "lowest": np.array(-1e9, np.float32),
    }
    made = helper.make_graph(
        nodes,
        "tiny-bert",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask", "token_type_ids")
        ],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", D])],
        [
            numpy_helper.from_array(value if name in constants else value.astype(np.float32), name)
            for name, value in {**weights, **constants}.items()
        ],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def vector(session: ort.InferenceSession, ids: list[int]) -> list[float]:
    row = np.array([ids], np.int64)
    (states,) = session.run(None, {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)})
    mean = states[0].mean(axis=0)
    return [round(float(value), 6) for value in mean / np.linalg.norm(mean)]


def main() -> None:
    words = tokenizer()
    words.save(str(HERE / "tokenizer.json"), pretty=False)
    model = graph(words.get_vocab_size())
    onnx.checker.check_model(model)
    onnx.save(model, HERE / "model.onnx")
    session = ort.InferenceSession(HERE / "model.onnx")
    words.no_padding()
    words.enable_truncation(MAX_TOKENS)
    expected = {"max_tokens": MAX_TOKENS, "positions": POSITIONS, "vectors": {t: vector(session, words.encode(t).ids) for t in TEXTS}}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
