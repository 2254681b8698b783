"""Stages: configuration, sampling, training, resuming."""

from __future__ import annotations

import json
import lzma
import random
from pathlib import Path
from typing import Any, Callable

import pytest
import torch
from refrag_train.config import StageConfig
from refrag_train.corpus import Corpus, words
from refrag_train.layout import ChunkRef
from refrag_train.lexical import LexicalChoice
from refrag_train.model import ModelConfig
from refrag_train.policy.choice import LearnedChoice
from refrag_train.policy.model import PolicyConfig, SelectionPolicy
from refrag_train.policy.train import PolicyTraining
from refrag_train.prompt import Prompt, PromptFormat
from refrag_train.scores import REFUSAL
from refrag_train.stage import Stage, held_out_passages
from refrag_train.states import StateCache
from refrag_train.tasks.answering import Answering, prefix
from refrag_train.tasks.reconstruction import Reconstruction

MODEL = "[model]\ninjection_layer = 2\nrank = 4\nchunk_sizes = [4]\n"
CONFIGS = Path(__file__).parents[1] / "configs"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two passages of 24 words and a question on each."""
    passages = [{"pid": f"p{i}", "title": "", "text": " ".join(f"w{i}x{j}" for j in range(24))} for i in range(2)]
    questions = [
        {"id": f"q{i}", "question": f"what w{i}x3", "answers": [f"w{i}x4 w{i}x5"], "gold": [f"p{i}"], "neg": [f"p{1 - i}"]}
        for i in range(2)
    ]
    write_set(tmp_path / "data", passages, questions)
    return tmp_path / "data"


def write_set(folder: Path, passages: list[dict[str, Any]], questions: list[dict[str, Any]], name: str = "set") -> None:
    """The two files of a set."""
    folder.mkdir(exist_ok=True)
    for kind, rows in (("passages", passages), ("questions", questions)):
        with lzma.open(folder / f"{name}.{kind}.jsonl.xz", "wt") as out:
            out.writelines(json.dumps(r) + "\n" for r in rows)


def test_all_shipped_configurations_are_read() -> None:
    found = sorted([*CONFIGS.rglob("[0-9]*-*.toml"), *CONFIGS.rglob("unpublished/*.toml")])
    assert len(found) == 29
    for path in found:
        assert StageConfig.read(path).steps > 0


def test_unknown_key_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(f'name = "x"\nsteps = 1\nstepz = 2\n{MODEL}')
    with pytest.raises(ValueError, match="c.toml: .*stepz"):
        StageConfig.read(path)


@pytest.mark.parametrize(
    "model, problem",
    [
        ("", "missing 3 required keyword-only arguments: 'injection_layer', 'rank', and 'chunk_sizes'"),
        (MODEL.replace("rank", "rnak"), "rnak"),
        (MODEL.replace("[4]", "[4, 5]"), r"chunk_sizes is \[4, 5\]; it needs one or more sizes that divide 256"),
        (MODEL + 'targets = ["q"]', r"targets is \['q'\]; it needs one or more of qkv, o, gate_up, down"),
        (MODEL.replace("= 2", "= -1"), "injection_layer is -1; it must not be negative"),
        (MODEL.replace("= 4", "= 0"), "rank is 0; it must be at least 1"),
    ],
)
def test_a_model_table_that_cannot_be_used_is_refused(model: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(f'name = "x"\nsteps = 1\n{model}')
    with pytest.raises(ValueError, match=f"c.toml: .*{problem}"):
        StageConfig.read(path)


def test_learning_rate_warms_up_and_falls_to_its_end() -> None:
    model = ModelConfig(injection_layer=2, rank=4, chunk_sizes=(4,))
    config = StageConfig(name="x", steps=100, warmup_steps=10, final_rate=0.1, model=model)
    assert config.rate(0) == pytest.approx(0.1)
    assert config.rate(9) == pytest.approx(1.0)
    assert config.rate(100) == pytest.approx(0.1)


def test_words_are_content_words() -> None:
    assert words("What is the Capital of Mongolia?") == ["capita", "mongol"]


def test_reconstruction_rows_hold_the_chunks_tokens(data: Path, tokenizer: Any) -> None:
    corpus, prompt = Corpus(data, ["set"], tokenizer), Prompt(tokenizer)
    task = Reconstruction(corpus, prompt, ["set/p0"], chunk_tokens=[4], chunks=[2], tokens=16)
    sample = task.sample(random.Random(1), 0.0)
    k, rows = sample.k, sample.rows
    assert k == 4 and len(rows) == 2
    chunks = [e for e in rows[0].prefix if isinstance(e, ChunkRef)]
    first = chunks[0].index * 4
    assert rows[0].segments[0].ids[len(prompt.newline) :] == corpus.ids("set/p0")[first : first + 8]


def test_prefix_keeps_document_order_and_every_token_once(data: Path, tokenizer: Any) -> None:
    corpus, prompt = Corpus(data, ["set"], tokenizer), Prompt(tokenizer)
    entries = prefix(prompt, corpus, "what", ["set/p0"], [{1}], 4)
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


def answering(corpus: Corpus, tokenizer: Any, prompt: Prompt | None = None, **changes: Any) -> Answering:
    settings: dict[str, Any] = {
        "sets": {"set": 1.0},
        "contexts": {"compressed": 1.0},
        "chunk_tokens": [4],
        "passages": (2, 2),
        "questions": 4,
        "expand": (0.1, 0.2),
        "served": 0.5,
        "states": 0.0,
        "alone": 0.0,
        "absent": 0.0,
        "continuations": 1,
        "continuation_weight": 0.5,
        "continuation_tokens": 8,
        "max_raw_tokens": 300,
        "held_out": frozenset(),
        "window": 512,
    }
    return Answering(corpus, prompt or Prompt(tokenizer), LexicalChoice(corpus, tokenizer), **settings | changes)


def test_a_question_that_stands_first_has_a_row_and_raw_chunks_of_its_own(data: Path, tokenizer: Any) -> None:
    corpus, prompt = Corpus(data, ["set"], tokenizer), Prompt(tokenizer, PromptFormat(opening="Asked: {question}. "))
    settings = {"contexts": {"mixed": 1.0}, "served": 1.0, "expand": (0.2, 0.2), "window": 560}
    sample = answering(corpus, tokenizer, prompt=prompt, **settings).sample(random.Random(1), 0.0)
    assert len(sample.rows) == 2 and sample.shown is None
    asked = [q for row in sample.rows for q in corpus.questions["set"] if row.prefix[: len(prompt.opening(q.question))] == prompt.opening(q.question)]
    assert len({q.id for q in asked}) == 2
    for row, question in zip(sample.rows, asked):
        (segment,) = row.segments
        assert segment.ids[: len(prompt.question(question.question))] == prompt.question(question.question)
    compressed = [[e for e in row.prefix if isinstance(e, ChunkRef)] for row in sample.rows]
    assert compressed[0] != compressed[1]


def test_a_question_takes_room_wherever_it_stands(data: Path, tokenizer: Any) -> None:
    def takes_all(window: int, prompt: Prompt) -> bool:
        corpus = Corpus(data, ["set"], tokenizer)
        try:
            answering(corpus, tokenizer, prompt=prompt, window=window)
        except ValueError:
            return False
        return not corpus.skipped.counts()

    once, twice = Prompt(tokenizer), Prompt(tokenizer, PromptFormat(opening="{question}"))
    windows = [next(w for w in range(300, 700) if takes_all(w, prompt)) for prompt in (once, twice)]
    questions = Corpus(data, ["set"], tokenizer).questions["set"]
    assert windows[1] - windows[0] == max(len(once.text(q.question)) for q in questions)


def test_held_out_passages_are_neither_asked_nor_shown(data: Path, tokenizer: Any) -> None:
    task = answering(Corpus(data, ["set"], tokenizer), tokenizer, held_out=frozenset({"set/p1"}))
    for seed in range(5):
        rows = task.sample(random.Random(seed), 0.0).rows
        assert {e.pid for e in rows[0].prefix if isinstance(e, ChunkRef)} == {"set/p0"}


def test_a_teacher_is_shown_the_gold_passages_of_the_questions_raw(data: Path, tokenizer: Any) -> None:
    corpus = Corpus(data, ["set"], tokenizer)
    sample = answering(corpus, tokenizer).sample(random.Random(1), 0.0)
    assert sample.shown is not None
    asked = len(sample.shown.segments)
    assert sample.shown.segments == sample.rows[0].segments[:asked] and len(sample.rows[0].segments) == asked + 1
    gold = [pid for pid in ("set/p0", "set/p1") if set(corpus.ids(pid)) <= set(sample.shown.prefix)]
    assert len(gold) == asked


def test_what_is_expanded_stands_alone_without_the_labels_of_empty_passages(data: Path, tokenizer: Any) -> None:
    corpus, prompt = Corpus(data, ["set"], tokenizer), Prompt(tokenizer)
    task = answering(corpus, tokenizer, contexts={"mixed": 1.0}, alone=1.0, served=1.0, expand=(0.01, 0.02), questions=1)
    (row,) = task.sample(random.Random(1), 0.0).rows
    assert len(row.prefix) == len(prompt.head) + len(prompt.label(0)) + 4
    assert len(row.segments) == 1, "nothing is to be continued that is not shown"


def test_each_question_of_a_row_chooses_its_part_of_the_raw_chunks(data: Path, tokenizer: Any) -> None:
    task = answering(Corpus(data, ["set"], tokenizer), tokenizer, contexts={"mixed": 1.0}, served=1.0, expand=(0.2, 0.2), continuations=0)
    shares: list[float] = []

    class InTurn:
        def raw(self, question: str, pids: list[str], k: int, share: float) -> list[set[int]]:
            shares.append(share)
            return [{len(shares)}, set()]

    task._choice = InTurn()
    (row,) = task.sample(random.Random(1), 0.0).rows
    assert len(row.segments) == 2 and shares == [0.1, 0.1]
    compressed = [e.index for e in row.prefix if isinstance(e, ChunkRef)]
    assert compressed == [0, 3, 4, 5, 0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("context", ["raw", "compressed", "mixed"])
def test_a_refused_question_sees_no_passage_that_answers_it(context: str, data: Path, tokenizer: Any) -> None:
    corpus, prompt = Corpus(data, ["set"], tokenizer), Prompt(tokenizer)
    sample = answering(corpus, tokenizer, contexts={context: 1.0}, absent=1.0, continuations=0).sample(random.Random(1), 0.0)
    (row,) = sample.rows
    (segment,) = row.segments
    assert [i for i, w in zip(segment.ids, segment.weights) if w] == prompt.answer(REFUSAL)
    (gold,) = next(q for q in corpus.questions["set"] if prompt.question(q.question) == segment.ids[: -len(prompt.answer(REFUSAL))]).gold
    shown = {e.pid for e in row.prefix if isinstance(e, ChunkRef)}
    assert gold not in shown and not set(corpus.ids(gold)) <= set(row.prefix)
    assert sample.shown is None


def test_a_negative_with_the_answer_in_it_is_no_reason_to_refuse(tmp_path: Path, tokenizer: Any) -> None:
    passages = [{"pid": p, "title": "", "text": "w1 w2 w3"} for p in ("gold", "same")]
    write_set(tmp_path, passages, [{"id": "q", "question": "w1", "answers": ["W2"], "gold": ["gold"], "neg": ["same"]}])
    task = answering(Corpus(tmp_path, ["set"], tokenizer), tokenizer, absent=1.0)
    (row,) = task.sample(random.Random(1), 0.0).rows
    assert not any(isinstance(e, ChunkRef) for e in row.prefix)


def test_a_learned_choice_takes_the_policys_best_chunks(tiny_stage: Callable[..., Stage], data: Path, tmp_path: Path) -> None:
    stage = learned_stage(tiny_stage, data, tmp_path, "run")
    (choice,) = {task._choice for _, task in stage.tasks if isinstance(task, Answering)}
    assert isinstance(choice, LearnedChoice)
    pids = ["set/p0", "set/p1"]
    scores = choice.scores("w0x3", pids, 4)
    chosen = choice.raw("w0x3", pids, 4, 0.25)
    places = [(p, c) for p in range(2) for c in range(6)]
    best = sorted(range(12), key=lambda i: -scores[i])[:3]
    assert [(p, c) for p, own in enumerate(chosen) for c in sorted(own)] == sorted(places[i] for i in best)
    assert choice.raw("w0x3", pids, 4, 0.25) == chosen


def test_a_learned_choice_without_a_policy_is_refused(tiny_stage: Callable[..., Stage], data: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="it needs a policy's checkpoint"):
        tiny_stage(data, tmp_path / "run", LEARNED)


def test_an_unknown_choice_is_refused(tiny_stage: Callable[..., Stage], data: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="choice is best; expected lexical or learned"):
        tiny_stage(data, tmp_path / "run", ("[[answering]]", '[[answering]]\nchoice = "best"'))


def test_resuming_with_another_policy_is_refused(tiny_stage: Callable[..., Stage], data: Path, tmp_path: Path) -> None:
    stop_after(learned_stage(tiny_stage, data, tmp_path, "run"), 1)
    SelectionPolicy(64, PolicyConfig(width=16, match_heads=2, match_size=4)).save(tmp_path / "policy.pt")
    with pytest.raises(ValueError, match="another configuration: policy is"):
        learned_stage(tiny_stage, data, tmp_path, "run")


LEARNED = ("[[answering]]", '[[answering]]\nchoice = "learned"')


def learned_stage(tiny_stage: Callable[..., Stage], data: Path, folder: Path, name: str, *changes: tuple[str, str]) -> Stage:
    """A stage whose raw chunks are chosen by a policy that knows nothing yet but differs from the lexical one."""
    path = folder / "policy.pt"
    if not path.exists():
        torch.manual_seed(5)
        policy = SelectionPolicy(64, PolicyConfig(width=16, match_heads=2, match_size=4))
        torch.nn.init.normal_(policy.logit.weight)
        policy.save(path)
    return tiny_stage(data, folder / name, LEARNED, *changes, policy=path)


def test_training_lowers_the_loss(tiny_stage: Callable[..., Stage], data: Path, tmp_path: Path) -> None:
    tiny_stage(data, tmp_path / "run", ("steps = 8", "steps = 150")).run()
    log = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in log] == [50, 100, 150]
    assert log[-1]["loss"]["rebuild4"] < log[0]["loss"]["rebuild4"]


ONLY_VECTORS = ("{ compressed = 1, mixed = 1, raw = 1, states = 1, none = 1 }", "{ compressed = 1, mixed = 1 }")


@pytest.mark.parametrize(
    ("frozen", "left", "learns"), [("train_adapters", "lora", "pool.pools.4"), ("train_pool", "pool.pools", "lora_b")]
)
def test_a_stage_leaves_weights_alone_that_it_does_not_train(
    frozen: str, left: str, learns: str, tiny_stage: Callable[..., Stage], data: Path, tmp_path: Path
) -> None:
    stage = tiny_stage(data, tmp_path / "run", ("steps = 8", f"steps = 8\n{frozen} = false"), ONLY_VECTORS)
    before = {name: tensor.clone() for name, tensor in stage.model.trained().items()}
    stage.run()
    changed = {name for name, tensor in stage.model.trained().items() if not torch.equal(tensor, before[name])}
    assert any(learns in name for name in changed)
    assert not any(left in name for name in changed)


def test_a_pooling_alone_learns_from_prompts_with_vectors_only(
    tiny_stage: Callable[..., Stage], data: Path, tmp_path: Path
) -> None:
    frozen = ("steps = 8", "steps = 8\ntrain_adapters = false")
    with pytest.raises(ValueError, match="prompts without vectors"):
        tiny_stage(data, tmp_path / "run", frozen)
    with pytest.raises(ValueError, match="are both false"):
        tiny_stage(data, tmp_path / "run", frozen, ("steps = 8", "steps = 8\ntrain_pool = false"))


def test_a_resumed_run_equals_one_that_never_stopped(tiny_stage: Callable[..., Stage], tmp_path: Path) -> None:
    """To the last bit: rows and their order, token states, weights, optimiser and random states, however often it stops."""
    data = uneven_data(tmp_path / "data", passages=12)
    steps = ("steps = 8", "steps = 40"), ("pool_hidden = 8", "pool_hidden = 8\n[distillation]\nlayers = [3, 4]")
    whole = learned_stage(tiny_stage, data, tmp_path, "whole", *steps)
    expected_rows, expected_states = record(whole)
    whole.run()
    rows, states = [], {}
    for stop in (1, 7, 23, 40):
        part = learned_stage(tiny_stage, data, tmp_path, "parts", *steps)
        own_rows, own_states = record(part)
        stop_after(part, stop)
        assert part.step == stop
        rows += own_rows
        for pid, own in own_states.items():
            assert torch.equal(own, expected_states[pid]) and torch.equal(states.setdefault(pid, own), own), pid
    assert rows == expected_rows
    assert len({sample.label for sample in rows}) == 6
    expected, found = (torch.load(tmp_path / run / "checkpoint.pt", weights_only=True) for run in ("whole", "parts"))
    for saved in (expected, found):
        assert saved.pop("seconds") > 0
    assert_same_bits(found, expected)


def uneven_data(folder: Path, passages: int) -> Path:
    """Passages of 8 to 60 words, so that neighbours in a batch would be padded differently, and a question on each."""
    lengths = [8 + (i * 17) % 53 for i in range(passages)]
    write_set(
        folder,
        [{"pid": f"p{i}", "title": "", "text": " ".join(f"w{i}x{j}" for j in range(n))} for i, n in enumerate(lengths)],
        [
            {"id": f"q{i}", "question": f"w w{i}x3", "answers": [f"w{i}x4"], "gold": [f"p{i}"], "neg": [f"p{(i + 5) % passages}"]}
            for i in range(passages)
        ],
    )
    return folder


def record(stage: Stage) -> tuple[list[Any], dict[str, torch.Tensor]]:
    """What the stage draws and reads from now on: its samples, and the token states of passages."""
    rows: list[Any] = []
    states: dict[str, torch.Tensor] = {}
    assert isinstance(stage.inputs, StateCache)
    own_states = stage.inputs.of

    def of(pids: list[str]) -> dict[str, torch.Tensor]:
        found = own_states(pids)
        states.update(found)
        return found

    def recorded(sample: Callable[..., Any]) -> Callable[..., Any]:
        def draw(*args: Any) -> Any:
            rows.append(sample(*args))
            return rows[-1]

        return draw

    stage.inputs.of = of  # type: ignore[method-assign]
    for _, task in stage.tasks:
        task.sample = recorded(task.sample)  # type: ignore[method-assign]
    return rows, states


def assert_same_bits(found: Any, expected: Any, name: str = "checkpoint") -> None:
    """Equal values, tensors bit for bit."""
    if isinstance(expected, torch.Tensor):
        assert torch.equal(found, expected), name
    elif isinstance(expected, dict):
        assert found.keys() == expected.keys(), name
        for key, value in expected.items():
            assert_same_bits(found[key], value, f"{name}.{key}")
    else:
        assert found == expected, name


def stop_after(stage: Stage | PolicyTraining, steps: int) -> None:
    """Lets the stage run `steps` steps, then stops it the way an operator does."""
    import os
    import signal

    save = stage.optimizer.step

    def step(*args: Any, **kwargs: Any) -> Any:
        result = save(*args, **kwargs)
        if stage.step + 1 == steps < stage.config.steps:
            os.kill(os.getpid(), signal.SIGTERM)
        return result

    stage.optimizer.step = step  # type: ignore[method-assign]
    stage.run()
