"""Ablations differ from the first variant in what their plan says, and are trained and evaluated in one go."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from refrag_train import ablations
from refrag_train.ablations import merged, read_plan
from test_stage import CONFIGS, write_set

PLAN = """
[stage.first]
steps = 2
model = { injection_layer = 2, rank = 4, chunk_sizes = [4], pool_hidden = 8 }
[[stage.first.reconstruction]]
sets = ["set"]
chunk_tokens = [4]
chunks = [1, 2]
tokens = 16
[stage.second]
steps = 3
model = { injection_layer = 2, rank = 4, chunk_sizes = [4], pool_hidden = 8 }
[[stage.second.answering]]
sets = { set = 1 }
contexts = { compressed = 1 }
chunk_tokens = [4]
passages = [1, 2]
max_raw_tokens = 300
[[variant]]
name = "as it is"
[[variant]]
name = "mean pooling"
all = { train_pool = false }
first = { steps = 0 }
second = { steps = 5, model = { rank = 2 } }
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    return path


def test_a_change_within_a_table_leaves_the_rest_of_it() -> None:
    assert merged({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": 4}, "e": 5}) == {"a": 1, "b": {"c": 4, "d": 3}, "e": 5}


def test_variants_have_the_stages_with_their_changes(plan: Path) -> None:
    first, other = read_plan(plan)
    assert [(s.name, s.steps, s.train_pool) for s in first.stages] == [("first", 2, True), ("second", 3, True)]
    assert [(s.name, s.steps, s.train_pool) for s in other.stages] == [("second", 5, False)]
    assert (other.stages[0].model.rank, other.stages[0].model.injection_layer) == (2, 2)


def test_variants_share_the_folders_of_stages_that_begin_alike(plan: Path) -> None:
    plan.write_text(plan.read_text() + '[[variant]]\nname = "longer"\nsecond = { steps = 4 }\n')
    first, _, longer = read_plan(plan)
    assert first.folders()[0] == longer.folders()[0]
    assert first.folders()[1] != longer.folders()[1]
    plan.write_text(plan.read_text().replace("steps = 2", "steps = 3"))
    assert read_plan(plan)[0].folders()[1] != first.folders()[1]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("first = { steps = 0 }", "third = { steps = 0 }"), "third"),
        (('name = "mean pooling"\n', ""), "expected name"),
        (("rank = 2", "rang = 2"), "mean pooling.*rang"),
        (('name = "mean pooling"', 'name = "as it is"'), "name of its own"),
        (("second = { steps = 5", "second = { steps = 0"), "a stage"),
        (("[stage.first]", "[strange]\n[stage.first]"), "strange"),
    ],
)
def test_a_plan_that_cannot_be_run_is_refused(change: tuple[str, str], problem: str, plan: Path) -> None:
    plan.write_text(plan.read_text().replace(*change))
    with pytest.raises(ValueError, match=problem):
        read_plan(plan)


def test_the_shipped_plan_is_read_and_its_variants_differ() -> None:
    variants = read_plan(CONFIGS / "smollm2-135m" / "ablations.toml")
    assert len(variants) == 7
    assert all(v.stages != variants[0].stages for v in variants[1:])


@pytest.fixture
def command(tiny_base: Path, tokenizer: Any, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan's variants over two passages and a question on each, as the command line has them."""
    import transformers

    monkeypatch.setattr(transformers.AutoTokenizer, "from_pretrained", lambda _: tokenizer)
    monkeypatch.setattr(ablations, "check_tokenizer", lambda _: None)
    passages = [{"pid": f"p{i}", "title": "", "text": " ".join(f"w{i}x{j % 20}" for j in range(72))} for i in range(2)]
    questions = [
        {"id": f"q{i}", "question": f"what w{i}x3", "answers": [f"w{i}x4 w{i}x5"], "gold": [f"p{i}"], "neg": [f"p{1 - i}"]}
        for i in range(2)
    ]
    for folder, name in (("rag_train", "set"), ("rag_dev", "squad11_dev")):
        write_set(tmp_path / folder, passages, questions, name)
    places = ["--plan", str(plan), "--base", str(tiny_base), "--data", str(tmp_path), "--out", str(tmp_path / "runs")]
    monkeypatch.setattr(sys, "argv", ["ablations", *places, "--dtype", "float32", "--limit", "2"])


def test_a_stage_that_was_stopped_is_not_built_upon(command: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ablations.Stage, "run", lambda _: None)
    with pytest.raises(SystemExit, match="step 0 of 2"):
        ablations.main()


def test_variants_are_trained_and_their_losses_printed(command: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ablations.main()
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["variant"], row["steps"]) for row in rows] == [("as it is", "first 2, second 3"), ("mean pooling", "second 5")]
    assert rows[0]["compressed_above_first"] == [0.0, 0.0, 0.0]
    above = rows[1]["compressed@4"] - rows[0]["compressed@4"]
    assert rows[1]["compressed_above_first"][0] == pytest.approx(above, abs=2e-3)
    assert above != 0.0
    assert len(list((tmp_path / "runs").glob("*/run.json"))) == 3
    ablations.main()
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == rows
