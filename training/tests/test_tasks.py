"""Going on with texts, turns of conversations, summaries: what their rows hold, and that a stage learns from them."""

from __future__ import annotations

import json
import lzma
import random
from pathlib import Path
from typing import Any, Callable

import pytest
from refrag_train.conversations import Turn, article_turns, sharc_turns, spoken, wiki_turns
from refrag_train.corpus import Corpus, Skipped, Texts
from refrag_train.documents import Document, Window
from refrag_train.layout import ChunkRef, Entry, Row
from refrag_train.lexical import LexicalChoice
from refrag_train.prompt import Prompt
from refrag_train.scores import REFUSAL
from refrag_train.stage import Stage
from refrag_train.tasks import curriculum
from refrag_train.tasks.continuing import Continuing
from refrag_train.tasks.conversing import Conversing
from refrag_train.tasks.summarising import REQUEST, Summarising
from conftest import STAGE
from test_stage import write_set
from test_suites import write_rows


def words(letter: str, count: int) -> str:
    return " ".join(f"{letter}{i}" for i in range(count))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Every kind of file that a stage can read, the sets in a folder of their own."""
    passages = [{"pid": p, "title": "", "text": words(p, 24)} for p in ("p", "q")]
    questions = [{"id": "1", "question": "what p3", "answers": ["p4"], "gold": ["p"], "neg": ["q"]}]
    write_set(tmp_path / "sets", passages, questions, name="wiki")
    turns = [{"question": f"what p{i}", "answers": [f"p{i + 1}"], "gold": ["p"], "neg": ["q"]} for i in range(3)]
    write_rows(tmp_path / "conversations/wiki_synthetic.train.jsonl.xz", [{"id": "c", "turns": turns}])
    rule = {"tree_id": "t", "passage": words("r", 12), "scenario": "so", "question": "may I", "answer": "Yes"}
    spoken_before = [{"question": "r1", "answer": "No"}]
    write_rows(
        tmp_path / "conversations/sharc.train.jsonl.xz",
        [{"id": "s1", **rule, "history": spoken_before}, {"id": "s2", **rule, "history": []}],
    )
    asked = [{"id": "a1", "question": "when t1", "answers": ["t2"], "doc_id": "d"}, {"id": "a2", "question": "where", "doc_id": "d"}]
    write_rows(tmp_path / "longdoc_qa/timeqa.train.jsonl.xz", [*asked, {"id": "a3", "question": "who", "doc_id": "gone"}])
    article = words("t", 12) + "\n" + words("v", 12)
    write_rows(tmp_path / "longdoc_qa/timeqa.docs.jsonl.xz", [{"doc_id": "d", "title": "", "text": article}])
    write_rows(
        tmp_path / "books.jsonl.xz", [{"id": f"b{i}", "text": "\n".join(words(f"b{i}l{j}", 9) for j in range(9))} for i in range(4)]
    )
    summary = {"title": "", "document": words("x", 20), "summary": words("y", 9)}
    write_rows(tmp_path / "summaries.jsonl.xz", [{"id": "d1", **summary}, {"id": "d2", **summary, "document": words("x", 90)}])
    return tmp_path / "sets"


def chunks(row: Row) -> list[ChunkRef]:
    return [e for e in row.prefix if isinstance(e, ChunkRef)]


def learned(row: Row) -> list[int]:
    """Tokens of the only segment that have a loss."""
    (segment,) = row.segments
    return [i for i, w in zip(segment.ids, segment.weights) if w]


def test_a_curriculum_begins_with_the_first_step_and_ends_with_the_last() -> None:
    rng = random.Random(1)
    early, late = ([curriculum(rng, [1, 2, 4, 8], progress) for _ in range(300)] for progress in (0.0, 1.0))
    assert max(set(early), key=early.count) == 1 and max(set(late), key=late.count) == 8
    assert set(early) == {1, 2, 4, 8}, "no step is ever left out"


class TestContinuing:
    def task(self, tokenizer: Any, **changes: Any) -> Continuing:
        windows = {n: [Window("w", list(range(10, 10 + n)), [5, 6, 7])] for n in (8, 16)}
        settings = {"chunk_tokens": [4], "compressed": 0.0, "expand": (0.3, 0.3)} | changes
        return Continuing(Texts(tokenizer), Prompt(tokenizer), windows, **settings)

    def test_every_token_of_the_context_is_read_once(self, tokenizer: Any) -> None:
        sample = self.task(tokenizer).sample(random.Random(2), 1.0)
        assert sample.shown is not None
        row, context = sample.rows[0], sample.shown.prefix[1:]
        read: list[Entry] = []
        for entry in row.prefix[1:]:
            read += context[entry.index * 4 : entry.index * 4 + 4] if isinstance(entry, ChunkRef) else [entry]
        assert read == context and len(context) in (8, 16)
        assert 0 < len(chunks(row)) < len(context) / 4, "some chunks are raw and some are not"
        assert row.segments == sample.shown.segments and learned(row) == [5, 6, 7]

    def test_a_share_of_the_rows_has_vectors_alone(self, tokenizer: Any) -> None:
        task, rng = self.task(tokenizer, compressed=0.5), random.Random(3)
        labels = [task.sample(rng, 0.5).label for _ in range(200)]
        assert 60 < labels.count("compressed text4") < 140 and set(labels) == {"compressed text4", "mixed text4"}

    def test_texts_that_are_too_short_are_an_error_with_the_length(self, tokenizer: Any) -> None:
        with pytest.raises(ValueError, match="long enough for 64 tokens"):
            Continuing(Texts(tokenizer), Prompt(tokenizer), {64: []}, chunk_tokens=[4], compressed=0.5, expand=(0.1, 0.2))


class TestConversing:
    def task(self, data: Path, tokenizer: Any, source: str, **changes: Any) -> Conversing:
        corpus, skipped, folder = Corpus(data, ["wiki"], tokenizer), Skipped(), data.parent
        turns = {
            "wiki": wiki_turns(folder / "conversations/wiki_synthetic.train.jsonl.xz", corpus, 2, 7, skipped),
            "sharc": sharc_turns(folder / "conversations/sharc.train.jsonl.xz", corpus, skipped),
            "timeqa": article_turns(
                folder / "longdoc_qa/timeqa.train.jsonl.xz", folder / "longdoc_qa/timeqa.docs.jsonl.xz", corpus, 12, skipped
            ),
        }
        assert skipped.counts() == {"article unknown": 1, "no earlier turn": 1}
        settings: dict[str, Any] = {
            "sources": {source: 1.0},
            "chunk_tokens": [4],
            "raw_turns": (1, 1),
            "compressed": 0.0,
            "expand": (0.2, 0.2),
            "max_raw_tokens": 100,
            "held_out": frozenset(),
        }
        return Conversing(corpus, Prompt(tokenizer), LexicalChoice(corpus, tokenizer), turns, **settings | changes)

    def test_old_turns_are_vectors_and_the_last_ones_raw(self, tokenizer: Any) -> None:
        texts, prompt = Texts(tokenizer), Prompt(tokenizer)
        turn = Turn(id="t", history=[("a b c", "d"), ("e", "f")], question="g", answers=["h"], pids=[], gold=[])
        blank = [*prompt.newline, *prompt.newline]
        last = texts.tokens("Question: e\nAnswer: f")
        assert spoken(prompt, texts, turn, 4, 1) == [*blank, ChunkRef("t/turn/0", 0), ChunkRef("t/turn/0", 1), *blank, *last]
        assert not [e for e in spoken(prompt, texts, turn, 4, 2) if isinstance(e, ChunkRef)]

    def test_a_teacher_reads_the_gold_passage_and_all_turns_raw(self, data: Path, tokenizer: Any) -> None:
        task = self.task(data, tokenizer, "wiki", raw_turns=(0, 0), compressed=1.0)
        sample = task.sample(random.Random(4), 0.0)
        assert sample.shown is not None
        row, shown = sample.rows[0], sample.shown
        assert {c.pid.split("/turn")[0] for c in chunks(row)} >= {"wiki/p", "wiki/q"}
        assert any("/turn/" in c.pid for c in chunks(row)), "earlier turns are vectors"
        assert not chunks(shown) and shown.segments == row.segments
        corpus = Corpus(data, ["wiki"], tokenizer)
        assert set(corpus.ids("wiki/p")) <= set(shown.prefix) and not set(corpus.ids("wiki/q")) & set(shown.prefix)

    def test_the_choice_keeps_some_chunks_raw(self, data: Path, tokenizer: Any) -> None:
        row = self.task(data, tokenizer, "sharc").sample(random.Random(4), 0.0).rows[0]
        assert len([c for c in chunks(row) if c.pid == "sharc/t"]) == 2, "one of three chunks is raw"

    def test_what_an_article_does_not_say_is_refused_and_not_taught(self, data: Path, tokenizer: Any) -> None:
        task, refusal = self.task(data, tokenizer, "timeqa"), Prompt(tokenizer).answer(REFUSAL)
        samples = [task.sample(random.Random(seed), 0.0) for seed in range(12)]
        refused = [s for s in samples if learned(s.rows[0]) == refusal]
        assert 0 < len(refused) < 12
        assert all((s.shown is None) == (s in refused) for s in samples)

    def test_passages_beyond_the_bound_and_held_out_ones_are_not_shown(self, data: Path, tokenizer: Any) -> None:
        for changes in ({"max_raw_tokens": 30}, {"held_out": frozenset({"wiki/q"})}):
            row = self.task(data, tokenizer, "wiki", **changes).sample(random.Random(4), 0.0).rows[0]
            assert {c.pid for c in chunks(row) if "/turn/" not in c.pid} == {"wiki/p"}

    @pytest.mark.parametrize("changes", [{"max_raw_tokens": 9}, {"held_out": frozenset({"wiki/p"})}])
    def test_a_source_without_a_usable_turn_is_an_error(self, changes: dict[str, Any], data: Path, tokenizer: Any) -> None:
        with pytest.raises(ValueError, match="source 'wiki' has no turn"):
            self.task(data, tokenizer, "wiki", **changes)


class TestSummarising:
    def test_a_document_is_read_as_vectors_and_its_summary_is_cut(self, data: Path, tokenizer: Any) -> None:
        corpus, prompt = Corpus(data, ["wiki"], tokenizer), Prompt(tokenizer)
        known = [Document("d1", "", words("x", 20), words("y", 9)), Document("d2", "", words("x", 90), "y")]
        task = Summarising(corpus, prompt, known, chunk_tokens=[4], summary_tokens=4, max_raw_tokens=60)
        row = task.sample(random.Random(1), 0.0).rows[0]
        assert chunks(row) == [ChunkRef("d1", c) for c in range(5)]
        assert row.segments[0].ids == prompt.question(REQUEST) + corpus.tokens(words("y", 4))
        assert learned(row) == corpus.tokens(words("y", 4))
        assert corpus.skipped.counts() == {"document longer than 60 tokens": 1}

    def test_documents_that_are_all_too_long_are_an_error(self, data: Path, tokenizer: Any) -> None:
        corpus = Corpus(data, ["wiki"], tokenizer)
        with pytest.raises(ValueError, match="longer than 5 tokens"):
            Summarising(
                corpus, Prompt(tokenizer), [Document("d", "", words("x", 9), "y")], chunk_tokens=[4], summary_tokens=4, max_raw_tokens=5
            )


TABLES = """[distillation]
layers = [3, 4]
[[continuing]]
files = { "../books.jsonl.xz" = 2 }
contexts = [8, 16]
following = 6
windows = 5
chunk_tokens = [4]
[[conversing]]
sources = { wiki = 1, sharc = 1, timeqa = 1 }
passages = 2
passage_tokens = 12
chunk_tokens = [4]
[[summarising]]
files = ["../summaries.jsonl.xz"]
chunk_tokens = [4]
summary_tokens = 4
max_raw_tokens = 60
"""
OTHERS = STAGE[STAGE.index("[[reconstruction]]") :]


def test_a_stage_learns_from_all_of_them(data: Path, tmp_path: Path, tiny_stage: Callable[..., Stage]) -> None:
    stage = tiny_stage(data, tmp_path / "run", (OTHERS, TABLES), ("steps = 8", "steps = 50"))
    before = {name: p.clone() for name, p in stage.model.trained().items()}
    stage.run()
    (entry,) = (json.loads(line) for line in (tmp_path / "run/log.jsonl").read_text().splitlines())
    assert {label.rstrip("0123456789") for label in entry["loss"]} == {
        "compressed text", "mixed text", "wiki", "sharc", "timeqa", "summary"
    }  # fmt: skip
    assert entry["segments_per_second"] > 0 and entry["positions_per_second"] > entry["segments_per_second"]
    assert "distance" in entry and not any(label.startswith("summary") for label in entry["distance"])
    assert all(bool((p != before[name]).any()) for name, p in stage.model.trained().items())
    assert stage.skipped["no earlier turn"] == 1


def test_every_second_text_is_left_to_the_evaluation(data: Path, tmp_path: Path, tiny_stage: Callable[..., Stage]) -> None:
    stage = tiny_stage(data, tmp_path / "run", (OTHERS, TABLES))
    (task,) = (task for _, task in stage.tasks if isinstance(task, Continuing))
    samples = [task.sample(random.Random(seed), 0.5) for seed in range(30)]
    assert {ref.pid.split("/")[0] for s in samples for ref in chunks(s.rows[0])} == {"b1", "b3"}


def test_a_source_that_does_not_exist_is_refused(data: Path, tmp_path: Path, tiny_stage: Callable[..., Stage]) -> None:
    with pytest.raises(ValueError, match="sources has wikki; expected some of wiki, sharc, timeqa"):
        tiny_stage(data, tmp_path / "run", (OTHERS, TABLES.replace("wiki = 1", "wikki = 1")))


def test_a_file_that_is_missing_is_named(data: Path, tmp_path: Path, tiny_stage: Callable[..., Stage]) -> None:
    with pytest.raises(FileNotFoundError, match="bookz"):
        tiny_stage(data, tmp_path / "run", (OTHERS, TABLES.replace("books.j", "bookz.j")))


def test_rows_of_another_form_are_named_with_their_file(data: Path, tmp_path: Path, tiny_stage: Callable[..., Stage]) -> None:
    with lzma.open(data.parent / "summaries.jsonl.xz", "wt") as out:
        out.write('{"id": "d"}\n')
    with pytest.raises(ValueError, match="summaries.jsonl.xz, row 1: expected an object with id, title, document, summary"):
        tiny_stage(data, tmp_path / "run", (OTHERS, TABLES))
