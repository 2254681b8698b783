"""Suites: a bundle reads prompts as serving does, systems differ in what their names say, tables come out of small data."""

from __future__ import annotations

import json
import lzma
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from refrag_train.corpus import Skipped, Texts
from refrag_train.documents import split, windows
from refrag_train.export.bundle import BundleWriter
from refrag_train.export.reference import Pieces, forced
from refrag_train.export.session import Bundle
from refrag_train.layout import ChunkRef, Entry, TokenRef
from refrag_train.model import CompressedDecoder
from refrag_train.policy.model import PolicyConfig, SelectionPolicy
from refrag_train.prompt import Prompt, PromptFormat
from refrag_train.suites import conversations, forms, language, longdoc, reader, setup, summaries
from refrag_train.suites.reader import Passages, stored
from refrag_train.suites.scoring import ScoringBundle
from refrag_train.suites.selection import Budget
from refrag_train.suites.setup import Setup, chunk_sizes
from test_export import ABOUT, bundle, model  # noqa: F401
from test_model import SINK
from test_stage import write_set

WORDS = " ".join(f"w{i}" for i in range(40))
STOP = 2


@pytest.fixture
def opened(bundle: Path, tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> Setup:  # noqa: F811
    """The tiny bundle with two passages of 40 and 20 words."""
    monkeypatch.setattr(setup, "open_tokenizer", lambda _: tokenizer)
    opened = Setup.of(ScoringBundle(bundle))
    opened.texts.add("p", "", WORDS)
    opened.texts.add("q", "", " ".join(f"v{i}" for i in range(20)))
    return opened


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


class TestReader:
    def prompt(self, opened: Setup) -> list[Entry]:
        return [SINK, 5, 9, *(ChunkRef("p", c) for c in range(9)), TokenRef("q", 3), 7, 8]

    def pieces(self, opened: Setup) -> Pieces:
        passages = opened.reader.passages
        return [[SINK, 5, 9], np.concatenate([passages.vectors("p", 4)[:9], passages.states("q")[3:4]]), [7, 8]]

    def test_losses_are_those_of_one_step_after_the_other(self, opened: Setup, bundle: Path) -> None:  # noqa: F811
        tokens = [11, 12, 13, 14]
        logits = torch.from_numpy(forced(Bundle(bundle), self.pieces(opened), tokens))
        expected = -torch.log_softmax(logits, -1)[torch.arange(4), tokens]
        np.testing.assert_allclose(opened.reader.losses(self.prompt(opened), 4, tokens), expected, atol=1e-4)

    def test_an_answer_is_greedy_and_ends_before_its_stop_token(self, opened: Setup, bundle: Path) -> None:  # noqa: F811
        said = opened.reader.answer(self.prompt(opened), 4, -1, 5)
        logits = forced(Bundle(bundle), self.pieces(opened), said)
        assert said == logits.argmax(-1).tolist()
        stop = said[3]
        assert opened.reader.answer(self.prompt(opened), 4, stop, 5) == said[: said.index(stop)]

    def test_slices_change_nothing(self, opened: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
        prompt, tokens = self.prompt(opened), [11, 12, 13, 14]
        whole = opened.reader.losses(prompt, 4, tokens), opened.reader.answer(prompt, 4, STOP, 6)
        monkeypatch.setattr(reader, "SLICE", 3)
        opened.reader._read = ([], *opened.reader._read[1:])
        np.testing.assert_allclose(opened.reader.losses(prompt, 4, tokens), whole[0], atol=1e-4)
        assert opened.reader.answer(prompt, 4, STOP, 6) == whole[1]

    def test_answering_twice_gives_the_same(self, opened: Setup) -> None:
        first = opened.reader.answer(self.prompt(opened), 4, -1, 5)
        assert opened.reader.answer(self.prompt(opened), 4, -1, 5) == first  # the kept states of raw tokens were not written to

    def test_a_bundle_without_its_adapters_is_another_decoder(self, opened: Setup, bundle: Path) -> None:  # noqa: F811
        plain = Setup.of(ScoringBundle(bundle, adapted=False))
        prompt: list[Entry] = [SINK, 5, 9, 7]
        assert not np.allclose(plain.reader.losses(prompt, 4, [11]), opened.reader.losses(prompt, 4, [11]), atol=1e-3)


class TestStorage:
    def test_rounding_to_half_precision_loses_less_than_to_eight_bits(self) -> None:
        vectors = np.random.default_rng(1).standard_normal((9, 64)).astype(np.float32)
        halves, eighths = (np.abs(stored(vectors, form) - vectors).max() for form in ("float16", "int8"))
        assert 0 < halves < eighths < np.abs(vectors).max() / 254 + 1e-6
        np.testing.assert_array_equal(stored(vectors, "float32"), vectors)

    def test_an_unknown_form_is_refused(self, opened: Setup) -> None:
        with pytest.raises(ValueError, match="float32, float16, int8, not as int4"):
            Passages(opened.bundle, opened.texts, SINK, "int4")  # type: ignore[arg-type]

    def test_what_is_kept_is_bounded(self, opened: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader, "KEPT_TOKENS", 45)
        passages = Passages(opened.bundle, opened.texts, SINK)
        before = passages.vectors("p", 4)
        passages.vectors("q", 4)
        assert list(passages._kept) == ["q"]
        np.testing.assert_array_equal(passages.vectors("p", 4), before)


    def test_vectors_of_a_separate_encoder_are_not_pooled(self, opened: Setup) -> None:
        vectors = np.ones((10, 64), np.float32)
        separate = SimpleNamespace(manifest={"encoder": "encoder.onnx"}, encode=lambda ids, k, sink: vectors[: len(ids) // k])
        passages = Passages(separate, opened.texts, SINK)  # type: ignore[arg-type]
        assert passages.vectors("q", 4).shape == (5, 64)


class TestContexts:
    def test_compressed_has_a_vector_per_chunk_and_truncated_its_positions(self, opened: Setup) -> None:
        compressed = opened.contexts.compressed("where", ["p", "q"], 4)
        assert sum(isinstance(e, ChunkRef) for e in compressed) == 15
        truncated = opened.contexts.truncated("where", ["p", "q"], len(compressed))
        assert truncated == opened.contexts.raw("where", ["p", "q"])[: len(compressed)]

    def test_every_system_reads_what_the_prompt_opens_with(self, opened: Setup) -> None:
        prompt = Prompt(opened.tokenizer, PromptFormat(opening="Asked: {question}. "))
        contexts, asked, pids = replace(opened.contexts, prompt=prompt), "what w30", ["p", "q"]
        opening = prompt.opening(asked)
        assert contexts.none(asked) == opening and len(opening) > len(prompt.head)
        kept = Budget(0.2)
        mixed, only = contexts.mixed(asked, pids, 4, kept), contexts.only(asked, pids, 4, kept)
        systems = contexts.raw(asked, pids), contexts.compressed(asked, pids, 4), mixed, only
        assert all(entries[: len(opening)] == opening and len(entries) > len(opening) for entries in systems)
        assert contexts.truncated(asked, pids, 0) == opening == contexts.fewer(asked, pids, 0)

    def test_mixed_keeps_to_its_positions_and_only_is_its_raw_part(self, opened: Setup) -> None:
        asked, pids = "what w30", ["p", "q"]
        least = len(opened.contexts.compressed(asked, pids, 4))
        free = opened.contexts.mixed(asked, pids, 4, Budget(0.5))
        assert len(free) == least + 8 * 3
        bounded = opened.contexts.mixed(asked, pids, 4, Budget(0.5), least + 7)
        assert len(bounded) == least + 2 * 3
        raw = [e for e in bounded if isinstance(e, int)]
        only = opened.contexts.only(asked, pids, 4, Budget(0.5), least + 7)
        assert set(only) <= set(raw)
        assert not any(isinstance(e, ChunkRef) for e in only)

    @pytest.mark.parametrize(
        ("budget", "chunks"),
        [(Budget(0.1), 2), (Budget(0.1, least=9), 3), (Budget(0.5, least=9, most=17), 4), (Budget(0.5, most=1), 1), (Budget(0.0, least=9), 0)],
    )
    def test_a_share_has_bounds_in_tokens(self, opened: Setup, budget: Budget, chunks: int) -> None:
        chosen = opened.contexts.selection.expanded("what w30", ["p", "q"], 4, budget)
        assert sum(len(own) for own in chosen) == chunks

    def test_expanded_chunks_enter_raw_unless_states_are_asked_for(self, opened: Setup) -> None:
        states = Setup.of(opened.bundle, opened.texts, expanded="states").contexts.mixed("what w30", ["p"], 4, Budget(0.2))
        raw = opened.contexts.mixed("what w30", ["p"], 4, Budget(0.2))
        assert [opened.texts.ids("p")[e.index] if isinstance(e, TokenRef) else e for e in states] == raw
        assert sum(isinstance(e, TokenRef) for e in states) == 8

    def test_fewer_takes_the_passage_with_the_questions_words_first(self, opened: Setup) -> None:
        room = len(opened.contexts.raw("where is v3", ["q"]))
        assert opened.contexts.fewer("where is v3", ["p", "q"], room) == opened.contexts.raw("where is v3", ["q"])
        assert opened.contexts.fewer("where is v3", ["p", "q"], room - 1) == opened.contexts.raw("where is v3", ["q"])[:-1]

    def test_the_bundles_policy_chooses(
        self, model: CompressedDecoder, tiny_base: Path, tokenizer: Any, tmp_path: Path, opened: Setup  # noqa: F811
    ) -> None:
        torch.manual_seed(3)
        policy = SelectionPolicy(64, PolicyConfig(width=16, heads=2, hidden=16, match_heads=2, match_size=4))
        BundleWriter(tiny_base, model, tmp_path / "learned", policy).write(ABOUT, {}, {})
        learned = Setup.of(ScoringBundle(tmp_path / "learned"), opened.texts).contexts.selection
        lexical = opened.contexts.selection
        chunks = learned.chunks(["p", "q"], 4)
        scores = learned.scores("what w30", chunks)
        assert not np.allclose(scores, lexical.scores("what w30", chunks))  # the policy's scale is its own
        assert scores.argsort().tolist() == lexical.scores("what w30", chunks).argsort().tolist()  # untrained: the lexical order


def test_chunk_sizes_that_the_bundle_lacks_are_refused(opened: Setup) -> None:
    assert chunk_sizes(opened.bundle, None) == [2, 4]
    with pytest.raises(ValueError, match="--k has 3; the bundle has 2, 4"):
        chunk_sizes(opened.bundle, "2,3")


class TestTables:
    """The commands, on small data."""

    @pytest.fixture
    def data(self, tmp_path: Path) -> Path:
        folder = tmp_path / "data"
        lines = "\n".join(WORDS for _ in range(200))
        write_rows(folder / "books/dev.jsonl.xz", [{"id": "b1", "text": lines}, {"id": "b2", "text": "short\n"}])
        write_rows(folder / "latex/stacks.jsonl.xz", [{"id": f"l{i:02}", "text": lines} for i in range(21)])
        passages = [{"pid": f"p{i}", "title": "", "text": " ".join(f"w{i}x{j}" for j in range(24))} for i in range(3)]
        asked = [
            {"id": f"q{i}", "question": f"what w{i}x3", "answers": [f"w{i}x4"], "gold": [f"p{i}"], "neg": [f"p{2 - i}"]} for i in range(2)
        ]
        for part, name in (("rag_train", "wiki"), ("rag_dev", "squad11_dev")):
            write_set(folder / part, passages, asked, name)
        turns = [q | {"qid": "q"} for q in asked]
        write_rows(folder / "conversations/wiki_synthetic.dev.jsonl.xz", [{"id": "c", "turns": turns}])
        rule = {"tree_id": "t", "passage": WORDS, "scenario": "", "question": "may i", "answer": "Yes"}
        said = [{"question": "w3", "answer": "No"}]
        sharc = [rule | {"id": "s1", "history": said}, rule | {"id": "s2", "history": []}]
        write_rows(folder / "conversations/sharc.dev.jsonl.xz", sharc)
        document = {"title": "t", "document": lines[:400], "summary": "w1 w2 w3"}
        for n, name in enumerate(summaries.FILES):
            write_rows(folder / "summaries" / name, [document | {"id": f"d{n}"}])
        docs = [{"doc_id": f"a{i}", "title": f"t{i}", "text": f"{WORDS} x{i}\n{WORDS}"} for i in range(4)]
        write_rows(folder / "longdoc_qa/timeqa.docs.jsonl.xz", docs)
        longdoc_asked = [{"id": f"q{i}", "question": f"x{i}", "answers": [f"x{i}"], "doc_id": f"a{i}"} for i in range(4)]
        longdoc_asked.append({"id": "u", "question": "x", "answers": [], "doc_id": "a0", "unanswerable": True})
        write_rows(folder / "longdoc_qa/timeqa.dev.jsonl.xz", longdoc_asked)
        return folder

    def table(
        self, module: ModuleType, *options: str, opened: Setup, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
    ) -> list[dict[str, Any]]:
        if hasattr(module, "open_tokenizer"):
            monkeypatch.setattr(module, "open_tokenizer", lambda _: opened.tokenizer)
        command = ["suite", "--bundle", str(opened.bundle.folder), "--data", str(data), "--limit", "2", *options]
        monkeypatch.setattr(sys, "argv", command)
        lines = []
        for _ in range(2):  # the same command prints the same
            module.main()
            lines.append(capsys.readouterr().out)
        assert lines[0] == lines[1]
        return [json.loads(line) for line in lines[0].splitlines()]

    @pytest.fixture
    def fixtures(self, opened: Setup, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> dict[str, Any]:
        return {"opened": opened, "data": data, "monkeypatch": monkeypatch, "capsys": capsys}

    def test_language(self, fixtures: dict[str, Any]) -> None:
        rows = self.table(language, "--context", "64", "--following", "16", **fixtures)
        systems = ["none", "full", "compressed@2", "truncated@2", "compressed@4", "truncated@4"]
        for name in ("books", "latex"):
            own = {row["system"]: row for row in rows if row["set"] == name and "system" in row}
            assert list(own) == systems
            assert own["compressed@4"]["positions"] == own["truncated@4"]["positions"] == 16.0
            assert own["full"]["positions"] == 64.0
            assert set(own["compressed@2"]["p16_above"]) == {"none", "full", "truncated@2"}
            assert all(0 < row["p16"][0] < 20 for row in own.values())
        assert [row["skipped"].keys() for row in rows if "skipped" in row] == [{"text too short for a window"}]  # the short book

    def test_conversations(self, fixtures: dict[str, Any]) -> None:
        rows = self.table(conversations, **fixtures)
        for name in conversations.SETS:
            own = {row["system"]: row for row in rows if row["set"] == name and "system" in row}
            assert list(own) == ["none", "raw", "compressed", "truncated"]
            assert own["none"]["positions"] < own["compressed"]["positions"] == own["truncated"]["positions"]
            assert own["compressed"]["positions"] < own["raw"]["positions"]
        assert [row["skipped"] for row in rows if "skipped" in row] == [{"no earlier turn": 1}]

    def test_summaries(self, fixtures: dict[str, Any]) -> None:
        rows = {row["system"]: row for row in self.table(summaries, "--k", "4", "--max-summary-tokens", "8", **fixtures)}
        assert list(rows) == ["none", "compressed@4", "truncated@4", "full", "lead"]
        assert rows["lead"]["n"] == 2
        assert rows["lead"]["rouge1"][0] == pytest.approx(6 / 11, abs=1e-3)  # w1, w2 and w3 of 8 words, "t:" among them

    def test_long_documents(self, fixtures: dict[str, Any]) -> None:
        options = ("--contexts", "100,330", "--positions", "200", "--passage-tokens", "60", "--max-answer-tokens", "4")
        rows = self.table(longdoc, *options, **fixtures)
        short, long = ({r["system"] for r in rows if "system" in r and r["context"] == c} for c in (100, 330))
        assert short == set(longdoc.SYSTEMS)
        assert long == set(longdoc.SYSTEMS) - {"full"}
        assert all(r["positions"] <= 200 for r in rows if "system" in r)
        assert [r["skipped"] for r in rows if "skipped" in r] == [{"unanswerable": 1}]
        rows = self.table(longdoc, "--contexts", "60", *options[2:], **fixtures)
        assert [r["skipped"] for r in rows] == [{"unanswerable": 1}, {"article longer than the context": 2}]

    def test_forms(self, fixtures: dict[str, Any]) -> None:
        table = self.table(forms, "--passages", "2", **fixtures)
        rows = {row["system"]: row for row in table if row["set"] == "squad11_dev"}
        numbers = [row for row in table if row["set"] == "squad11_dev: numbers"]
        assert len(table) == len(rows) + len(numbers) == len(rows) + 5  # all answers have digits
        assert list(rows) == [f"{context}/{form.name}" for form in forms.FORMS for context in form.contexts]
        assert rows["mixed/int8-vectors"]["positions"] == rows["mixed/served"]["positions"]
        assert rows["compressed/fp32"]["loss_above"].keys() == {"compressed/served"}


@pytest.mark.parametrize(
    ("answer", "kind"), [("1,800 men", "numbers"), ("Ada Lovelace", "names"), ("a long River", "words"), ("Émile", "names")]
)
def test_kinds_of_answers(answer: str, kind: str) -> None:
    assert forms.kind(answer) == kind


def test_windows_lie_in_different_texts_while_there_are_any(tokenizer: Any) -> None:
    rows = [{"id": f"b{i}", "text": "\n".join(f"{i}x{j}" for j in range(300))} for i in range(3)]
    found = windows(rows, tokenizer, 8, 4, 3, 7, Skipped())
    assert len({window.id.split("/")[0] for window in found}) == 3
    assert all(len(window.context) == 8 and len(window.following) == 4 for window in found)


def test_articles_are_cut_between_paragraphs(tokenizer: Any) -> None:
    texts = Texts(tokenizer)
    pids = split(texts, "a", "", "one two\nthree four\n\nfive six seven eight nine\nten", 4)
    assert [texts.text[p] for p in pids] == ["one two\nthree four", "five six seven eight nine", "ten"]


def test_a_haystack_holds_the_article_and_keeps_to_its_tokens(tokenizer: Any) -> None:
    texts = Texts(tokenizer)
    articles = {f"a{i}": split(texts, f"a{i}", "", WORDS, 50) for i in range(5)}
    haystack = longdoc.Haystack(articles, texts)
    pids = haystack.around("a3", 130, "seed")
    assert "a3#0" in pids and len(pids) == 3
    assert haystack.around("a3", 130, "seed") == pids
    assert haystack.around("a3", 10, "seed") == []
