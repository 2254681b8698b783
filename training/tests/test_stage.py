"""Stages: configuration, sampling, training, resuming."""

from __future__ import annotations

import json
import lzma
import random
from pathlib import Path
from typing import Any

import pytest
import torch
from refrag_train.corpus import Corpus, words
from refrag_train.layout import ChunkRef
from refrag_train.prompt import Prompt
from refrag_train.stage import Stage, StageConfig, held_out_passages
from refrag_train.tasks.answering import Answering, prefix
from refrag_train.tasks.reconstruction import Reconstruction

CONFIGS = Path(__file__).parents[1] / "configs"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two passages of 24 words and a question on each."""
    folder = tmp_path / "data"
    folder.mkdir()
    passages = [{"pid": f"p{i}", "title": "", "text": " ".join(f"w{i}x{j}" for j in range(24))} for i in range(2)]
    questions = [
        {"id": f"q{i}", "question": f"what w{i}x3", "answers": [f"w{i}x4 w{i}x5"], "gold": [f"p{i}"], "neg": [f"p{1 - i}"]}
        for i in range(2)
    ]
    for name, rows in (("passages", passages), ("questions", questions)):
        with lzma.open(folder / f"set.{name}.jsonl.xz", "wt") as out:
            out.writelines(json.dumps(r) + "\n" for r in rows)
    return folder


def test_all_shipped_configurations_are_read() -> None:
    found = sorted(CONFIGS.rglob("*.toml"))
    assert len(found) == 5
    for path in found:
        assert StageConfig.read(path).steps > 0


def test_unknown_key_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('name = "x"\nsteps = 1\nstepz = 2\n')
    with pytest.raises(ValueError, match="stepz"):
        StageConfig.read(path)


def test_learning_rate_warms_up_and_falls_to_its_end() -> None:
    config = StageConfig(name="x", steps=100, warmup_steps=10, final_rate=0.1)
    assert config.rate(0) == pytest.approx(0.1)
    assert config.rate(9) == pytest.approx(1.0)
    assert config.rate(100) == pytest.approx(0.1)


def test_words_are_content_words() -> None:
    assert words("What is the Capital of Mongolia?") == ["capita", "mongol"]


def test_reconstruction_rows_hold_the_chunks_tokens(data: Path, tokenizer: Any) -> None:
    corpus, prompt = Corpus(data, ["set"], tokenizer), Prompt(tokenizer)
    task = Reconstruction(corpus, prompt, ["set/p0"], chunk_tokens=[4], chunks=[2], tokens=16)
    k, _, rows = task.sample(random.Random(1), 0.0)
    assert k == 4 and len(rows) == 2
    chunks = [e for e in rows[0].prefix if isinstance(e, ChunkRef)]
    first = chunks[0].index * 4
    assert rows[0].segments[0].ids[len(prompt.newline) :] == corpus.ids("set/p0")[first : first + 8]


def test_prefix_keeps_document_order_and_every_token_once(data: Path, tokenizer: Any) -> None:
    corpus, prompt = Corpus(data, ["set"], tokenizer), Prompt(tokenizer)
    entries = prefix(prompt, corpus, ["set/p0"], [{1}], 4)
    body = entries[len(prompt.head) + len(prompt.label(0)) :]
    assert body == [ChunkRef("set/p0", 0), *corpus.ids("set/p0")[4:8], *[ChunkRef("set/p0", c) for c in range(2, 6)]]


def test_every_nth_subject_is_held_out_with_all_its_passages(tmp_path: Path, tokenizer: Any) -> None:
    titles = ["Chad - A", "Chad - B", "Fiji - A", "Iran - A", "Iran - B"]
    with lzma.open(tmp_path / "set.passages.jsonl.xz", "wt") as out:
        out.writelines(json.dumps({"pid": str(i), "title": t, "text": "x"}) + "\n" for i, t in enumerate(titles))
    with lzma.open(tmp_path / "set.questions.jsonl.xz", "wt"):
        pass
    corpus = Corpus(tmp_path, ["set"], tokenizer)
    assert held_out_passages(corpus, {"set": 2}) == {"set/0", "set/1", "set/3", "set/4"}


def test_holding_out_of_a_set_that_is_not_read_is_refused(data: Path, tokenizer: Any) -> None:
    with pytest.raises(ValueError, match="other"):
        held_out_passages(Corpus(data, ["set"], tokenizer), {"other": 10})


def test_held_out_passages_are_neither_asked_nor_shown(data: Path, tokenizer: Any) -> None:
    corpus, prompt = Corpus(data, ["set"], tokenizer), Prompt(tokenizer)
    task = Answering(
        corpus,
        prompt,
        tokenizer,
        sets={"set": 1.0},
        contexts={"compressed": 1.0},
        chunk_tokens=[4],
        passages=(2, 2),
        questions=4,
        expand=(0.1, 0.2),
        served=0.5,
        states=0.0,
        alone=0.0,
        continuations=1,
        continuation_weight=0.5,
        max_raw_tokens=500,
        held_out=frozenset({"set/p1"}),
    )
    for seed in range(5):
        _, _, rows = task.sample(random.Random(seed), 0.0)
        assert {e.pid for e in rows[0].prefix if isinstance(e, ChunkRef)} == {"set/p0"}


class TestRunning:
    def stage(self, base: Path, data: Path, folder: Path, steps: int, monkeypatch: pytest.MonkeyPatch, tokenizer: Any) -> Stage:
        import transformers

        monkeypatch.setattr(transformers.AutoTokenizer, "from_pretrained", lambda _: tokenizer)
        path = folder.parent / f"{folder.name}.toml"
        path.write_text(
            f"""name = "tiny"
steps = {steps}
adapter_rate = 1e-2
[model]
injection_layer = 2
rank = 4
chunk_sizes = [4]
pool_hidden = 8
[[reconstruction]]
sets = ["set"]
chunk_tokens = [4]
chunks = [1, 2]
tokens = 16
[[answering]]
sets = {{ set = 1 }}
contexts = {{ compressed = 1, mixed = 1, raw = 1, none = 1 }}
chunk_tokens = [4]
passages = [1, 2]
continuations = 1
"""
        )
        return Stage(StageConfig.read(path), base, data, folder, None, torch.float32)

    def test_training_lowers_the_loss(
        self, tiny_base: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tokenizer: Any
    ) -> None:
        stage = self.stage(tiny_base, data, tmp_path / "run", 150, monkeypatch, tokenizer)
        stage.run()
        log = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
        assert [entry["step"] for entry in log] == [50, 100, 150]
        assert log[-1]["loss"]["rebuild4"] < log[0]["loss"]["rebuild4"]

    def test_a_resumed_run_equals_one_that_never_stopped(
        self, tiny_base: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tokenizer: Any
    ) -> None:
        whole = self.stage(tiny_base, data, tmp_path / "whole", 8, monkeypatch, tokenizer)
        whole.run()
        first = self.stage(tiny_base, data, tmp_path / "parts", 8, monkeypatch, tokenizer)
        stop_after(first, 4)
        second = self.stage(tiny_base, data, tmp_path / "parts", 8, monkeypatch, tokenizer)
        assert second.step == 4
        second.run()
        for name, tensor in whole.model.trained().items():
            torch.testing.assert_close(second.model.trained()[name], tensor, msg=name)


def stop_after(stage: Stage, steps: int) -> None:
    """Lets the stage run `steps` steps, then stops it the way an operator does."""
    import os
    import signal

    save = stage.optimizer.step

    def step(*args: Any, **kwargs: Any) -> Any:
        result = save(*args, **kwargs)
        if stage.step + 1 == steps:
            os.kill(os.getpid(), signal.SIGTERM)
        return result

    stage.optimizer.step = step  # type: ignore[method-assign]
    stage.run()
