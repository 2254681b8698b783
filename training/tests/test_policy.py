"""The selection policy: choices, objectives, targets, training, evaluation, export."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from onnx import helper
from refrag_train.corpus import Corpus, Question
from refrag_train.evaluate import Evaluation, System
from refrag_train.layout import ChunkRef, Row, Segment, collate, token_losses
from refrag_train.model import CompressedDecoder
from refrag_train.policy.evaluate import POLICIES, Comparison, Scores
from refrag_train.policy.export import export_policy
from refrag_train.policy.model import PolicyConfig, SelectionPolicy, standardised
from refrag_train.policy.objective import advantages, clipped_objective, entropy, listwise_loss
from refrag_train.policy.perplexity import Perplexity
from refrag_train.policy.queries import PASSAGE_GAP, Chunks, Queries, VectorCache
from refrag_train.policy.restore import restore_policy
from refrag_train.policy.sampling import draw, greedy, log_probabilities, number
from refrag_train.policy.targets import NEIGHBOUR, AnswerLoss, AnswerSpans
from refrag_train.policy.train import PassageDraws, PolicyRunConfig, PolicyTraining, ReinforcedConfig, SupervisedConfig
from refrag_train.prompt import Prompt
from refrag_train.states import StateCache
from test_model import SINK, make
from test_stage import CONFIGS, assert_same_bits, data, stop_after  # noqa: F401

TINY = PolicyConfig(width=16, heads=2, hidden=16, match_heads=2, match_size=4)


class World:
    """Everything that a query needs, over the tiny decoder and two passages."""

    def __init__(self, base: Path, folder: Path, tokenizer: Any) -> None:
        self.data, self.tokenizer = folder, tokenizer
        self.model = make(base).requires_grad_(False)
        self.corpus, self.prompt = Corpus(folder, ["set"], tokenizer), Prompt(tokenizer)
        self.states = StateCache(self.model, SINK, self.corpus.ids)
        self.queries = Queries(self.model, self.corpus, self.prompt, tokenizer, self.states)
        self.spans = AnswerSpans(self.corpus, tokenizer)
        self.loss = AnswerLoss(self.model, self.states, self.corpus, self.prompt)
        self.question: Question = self.corpus.questions["set"][0]


@pytest.fixture
def world(tiny_base: Path, data: Path, tokenizer: Any) -> World:  # noqa: F811
    return World(tiny_base, data, tokenizer)


def moved(policy: SelectionPolicy) -> SelectionPolicy:
    """Away from the start, where parts do not show in the logits."""
    with torch.no_grad():
        for p in policy.parameters():
            p.add_(torch.randn(p.shape) * 0.2)
    return policy


PIDS = ["set/p0", "set/p1"]


class TestChoosing:
    def test_probability_of_an_ordered_draw_is_the_product_of_masked_softmaxes(self) -> None:
        logits = torch.tensor([1.0, 2.0, 3.0]).log()
        found = log_probabilities(logits, torch.tensor([[2, 0], [0, 1]])).exp()
        torch.testing.assert_close(found, torch.tensor([[3 / 6, 1 / 3], [1 / 6, 2 / 5]]))

    def test_drawing_all_chunks_leaves_no_choice_at_the_end(self) -> None:
        found = log_probabilities(torch.tensor([0.3, -1.0, 2.0]), torch.tensor([[1, 2, 0]]))
        assert float(found[0, 2]) == pytest.approx(0.0, abs=1e-6)

    def test_draws_follow_their_probabilities_and_take_nothing_twice(self) -> None:
        torch.manual_seed(1)
        logits = torch.tensor([1.0, 2.0, 3.0]).log()
        drawn = draw(logits, 2, 20_000)
        assert bool((drawn[:, 0] != drawn[:, 1]).all())
        for first, second, probability in ((2, 0, 1 / 6), (0, 1, 1 / 15), (1, 2, 2 / 6 * 3 / 4)):
            share = ((drawn[:, 0] == first) & (drawn[:, 1] == second)).float().mean()
            assert float(share) == pytest.approx(probability, abs=0.012)

    def test_greedy_takes_the_best_and_the_first_of_equals(self) -> None:
        assert greedy(torch.tensor([0.0, 5.0, 0.0, 7.0]), 3).tolist() == [3, 1, 0]

    def test_a_share_is_at_least_one_chunk(self) -> None:
        assert [number(0.02, 12), number(0.25, 12)] == [1, 3]


class TestObjectives:
    def test_advantages_are_rewards_in_deviations_from_the_groups_mean(self) -> None:
        found = advantages(torch.tensor([1.0, 3.0, 5.0, 7.0]))  # mean 4, deviation sqrt(5)
        torch.testing.assert_close(found, torch.tensor([-3.0, -1.0, 1.0, 3.0]) / math.sqrt(5), atol=1e-3, rtol=0)

    def test_equal_rewards_teach_nothing(self) -> None:
        assert advantages(torch.full((4,), -2.5)).tolist() == [0, 0, 0, 0]

    def test_objective_is_clipped_where_it_would_go_on_rising(self) -> None:
        old = torch.zeros(2, 2)
        new = torch.tensor([[1.5, 1.1], [1.5, 0.5]]).log()
        # advantage 1: min(1.5, 1.2), 1.1; advantage -2: min(-3, -2.4), min(-1, -1.6)
        found = clipped_objective(new, old, torch.tensor([1.0, -2.0]), 0.2)
        assert float(found) == pytest.approx((1.2 + 1.1 - 3.0 - 1.6) / 4)

    def test_entropy_of_equal_logits_is_that_of_their_number(self) -> None:
        assert float(entropy(torch.full((8,), 3.0))) == pytest.approx(math.log(8))

    def test_listwise_loss_is_least_at_the_targets_and_reads_known_chunks_only(self) -> None:
        targets, known = torch.tensor([[1.0, 3.0, 0.0]]), torch.tensor([[True, True, False]])
        logits = torch.tensor([[1.0, 3.0, 1e-9]]).log()
        found = float(listwise_loss(logits, targets, known))
        assert found == pytest.approx(-(0.25 * math.log(0.25) + 0.75 * math.log(0.75)))
        assert float(listwise_loss(logits + torch.tensor([[0.1, 0.0, 9.0]]), targets, known)) > found

    def test_a_question_without_worth_is_left_out(self) -> None:
        assert float(listwise_loss(torch.randn(1, 3), torch.zeros(1, 3), torch.ones(1, 3, dtype=torch.bool))) == 0


class TestChunks:
    CHUNKS = Chunks(["a", "b"], [9, 5], 4)

    def test_chunks_are_numbered_through_the_passages(self) -> None:
        assert self.CHUNKS.places() == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
        assert self.CHUNKS.expansion([1, 3]) == [{1}, {0}]

    def test_neighbours_stay_in_the_passage(self) -> None:
        assert [self.CHUNKS.near(c, 1) for c in (0, 2, 3)] == [[0, 1], [1, 2], [3, 4]]

    def test_positions_count_tokens_and_gaps(self) -> None:
        assert self.CHUNKS.positions().tolist() == [0, 4, 8, 9 + PASSAGE_GAP, 13 + PASSAGE_GAP]
        assert self.CHUNKS.lengths().tolist() == [4, 4, 1, 4, 1]


class TestInputs:
    def test_vectors_are_the_poolings_in_half_precision_whatever_was_cached(self, world: World) -> None:
        cache = VectorCache(world.model, world.states, max_chunks=1)
        for k in (2, 4):
            found = cache.of(PIDS, k)
            expected = []
            for pid in PIDS:
                states = world.states.of([pid])[pid].float().view(-1, k, 64)
                expected.append(world.model.pool(states, torch.ones(states.shape[:2])))
            torch.testing.assert_close(found, torch.cat(expected).half(), atol=2e-3, rtol=2e-3)

    def test_features_are_the_runtimes_score_the_passages_rank_and_the_chunks_length(self, world: World) -> None:
        chunks = world.queries.chunks(PIDS, 4)
        inputs = world.queries.inputs([world.question.question, "w1x3 and more"], chunks)
        assert inputs.features.shape == (2, 12, 3) and inputs.vectors.shape == (12, 64)
        torch.testing.assert_close(inputs.features[0, :, 0], world.queries.lexical(world.question.question, chunks))
        assert inputs.features[0, :, 1].tolist() == [1.0] * 6 + [0.5] * 6
        assert inputs.features[1, :, 1].tolist() == [0.5] * 6 + [1.0] * 6
        assert inputs.features[0, :, 2].unique().tolist() == [0.25]
        assert inputs.asked.sum(1).tolist() == [2, 3]


class TestModel:
    def logits(self, policy: SelectionPolicy, world: World, questions: list[str]) -> torch.Tensor:
        with torch.no_grad():
            found: torch.Tensor = policy(*world.queries.inputs(questions, world.queries.chunks(PIDS, 4)).all())
        return found

    def test_training_starts_at_the_lexical_score(self, world: World) -> None:
        found = self.logits(SelectionPolicy(64, TINY), world, [world.question.question])
        lexical = world.queries.lexical(world.question.question, world.queries.chunks(PIDS, 4))
        torch.testing.assert_close(found[0], standardised(lexical))

    def test_padding_of_shorter_questions_changes_nothing(self, world: World) -> None:
        policy = moved(SelectionPolicy(64, TINY))
        alone = self.logits(policy, world, ["what w0x3"])
        together = self.logits(policy, world, ["what w0x3", "a longer question than the first one"])
        torch.testing.assert_close(together[:1], alone, atol=1e-5, rtol=1e-5)

    def test_only_the_query_blind_form_answers_every_question_alike(self, world: World) -> None:
        torch.manual_seed(2)
        for blind in (True, False):
            found = self.logits(moved(SelectionPolicy(64, replace(TINY, query_blind=blind))), world, ["what w0x3", "what w1x3"])
            assert torch.equal(found[0], found[1]) == blind

    def test_a_checkpoint_gives_the_same_policy_back(self, world: World, tmp_path: Path) -> None:
        policy = moved(SelectionPolicy(64, TINY))
        policy.vector_norm.measure(torch.randn(9, 64))
        policy.save(tmp_path / "policy.pt")
        again = SelectionPolicy.load(tmp_path / "policy.pt")
        assert torch.equal(self.logits(again, world, ["what w0x3"]), self.logits(policy, world, ["what w0x3"]))


class TestTargets:
    def test_chunks_of_the_answer_count_fully_and_their_neighbours_less(self, world: World) -> None:
        chunks = world.queries.chunks(["set/p1", "set/p0"], 4)  # "w0x4 w0x5" is chunk 1 of the second passage
        assert world.spans.occurrences(world.question, chunks) == [{7}]
        assert world.spans.targets(world.question, chunks).tolist() == pytest.approx([0] * 6 + [NEIGHBOUR, 1, NEIGHBOUR, 0, 0, 0])

    def test_an_answer_is_found_as_whole_words_in_any_case(self, world: World) -> None:
        chunks = world.queries.chunks(PIDS, 4)
        assert world.spans.occurrences(replace(world.question, answers=("W0X7",)), chunks) == [{1}]
        assert world.spans.occurrences(replace(world.question, answers=("0x7",)), chunks) == []

    def test_gains_are_differences_of_the_mixed_prompts_losses(self, world: World) -> None:
        chunks = world.queries.chunks(PIDS, 4)
        gains = world.loss.gains(world.question, chunks, [1, 7], reach=1)
        one_by_one = [float(world.loss.of(world.question, chunks, [e])[0]) for e in ([], [0, 1, 2], [6, 7, 8])]
        assert gains.tolist() == pytest.approx([one_by_one[0] - one_by_one[1], one_by_one[0] - one_by_one[2]], abs=1e-4)

    def test_losses_are_those_of_the_evaluation(self, world: World) -> None:
        evaluation = Evaluation(world.corpus, world.prompt, world.tokenizer, limit=1, passages=2, seed=7)
        mixed = evaluation.entries(0, System.parse("mixed@4:0.2"))
        chunks = world.queries.chunks(evaluation.pids[0], 4)
        compressed = {(e.pid, e.index) for e in mixed if isinstance(e, ChunkRef)}
        expanded = [i for i, (p, c) in enumerate(chunks.places()) if (chunks.pids[p], c) not in compressed]
        expected = evaluation.run(world.model, world.states, System.parse("mixed@4:0.2"))["loss"]
        assert float(world.loss.of(evaluation.questions[0], chunks, [expanded])[0]) == pytest.approx(expected, abs=1e-3)

    def test_small_batches_give_the_same_losses(self, world: World) -> None:
        chunks = world.queries.chunks(PIDS, 4)
        expansions = [[0], [5, 6], [0], []]
        small = AnswerLoss(world.model, world.states, world.corpus, world.prompt, max_positions=1)
        torch.testing.assert_close(
            small.of(world.question, chunks, expansions), world.loss.of(world.question, chunks, expansions), atol=1e-4, rtol=1e-4
        )


class TestTraining:
    CONFIG = PolicyRunConfig(name="tiny", sets={"set": 1.0}, chunk_tokens=[4], passages=(2, 2), warmup_steps=2, policy=TINY)

    def training(self, config: PolicyRunConfig, world: World, folder: Path, init: Path | None = None) -> PolicyTraining:
        return PolicyTraining(config, world.model, world.data, folder, world.tokenizer, init)

    @pytest.mark.parametrize("name", ["policy", "policy-again"])
    def test_the_shipped_configurations_are_read(self, name: str) -> None:
        config = PolicyRunConfig.read(CONFIGS / "smollm2-135m" / f"{name}.toml")
        assert config.steps == config.supervised.steps + config.reinforced.steps > 0

    def test_unknown_keys_and_targets_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "c.toml"
        path.write_text('name = "x"\nchunk_tokens = [4]\n[sets]\nset = 1\n[supervised]\nstepz = 2\n')
        with pytest.raises(ValueError, match="stepz"):
            PolicyRunConfig.read(path)
        with pytest.raises(ValueError, match="answer-spam"):
            SupervisedConfig(targets="answer-spam")  # type: ignore[arg-type]

    def test_each_phase_has_its_rate(self) -> None:
        supervised, reinforced = SupervisedConfig(steps=10, rate=1.0), ReinforcedConfig(steps=10, rate=0.1)
        config = replace(self.CONFIG, supervised=supervised, reinforced=reinforced)
        assert [config.rate(s) for s in (0, 2, 10, 12)] == pytest.approx([0.5, 1.0, 0.05, 0.1])

    def test_questions_are_those_that_the_passages_answer(self, world: World) -> None:
        k, pids, questions = PassageDraws(world.corpus, self.CONFIG).draw(random.Random(1))
        assert k == 4 and sorted(pids) == PIDS and sorted(q.id for q in questions) == ["set/q0", "set/q1"]

    def test_supervised_training_learns_where_answers_stand(self, world: World, tmp_path: Path) -> None:
        config = replace(self.CONFIG, supervised=SupervisedConfig(steps=100, rate=5e-3))
        self.training(config, world, tmp_path / "run").run()
        lines = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
        first, last = (json.loads(line)["loss"]["supervised4"] for line in lines)
        assert last < first
        assert last < 1.1  # the targets' own entropy is 0.99; equal logits have 2.48

    def test_measured_targets_are_gains_of_candidates(self, world: World, tmp_path: Path) -> None:
        config = replace(self.CONFIG, supervised=SupervisedConfig(steps=2, targets="leave-one-out", candidates=4))
        training = self.training(config, world, tmp_path / "run")
        chunks = world.queries.chunks(PIDS, 4)
        targets, known = training._targets(world.question, chunks)
        assert int(known.sum()) == 4 and bool(known[1])  # the answer's chunk is always measured
        gains = world.loss.gains(world.question, chunks, known.nonzero()[:, 0].tolist())
        torch.testing.assert_close(targets[known], gains.clamp(min=0), atol=1e-4, rtol=0)
        training.run()
        assert training.step == 2

    def test_reinforcement_raises_what_is_rewarded(
        self, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(AnswerLoss, "of", lambda self, q, chunks, drawn: torch.tensor([1.0 - (9 in d) for d in drawn]))
        config = replace(self.CONFIG, reinforced=ReinforcedConfig(steps=50, rate=1e-2, shares=(0.2, 0.2), entropy=0.01))
        training = self.training(config, world, tmp_path / "run")
        training.run()
        entry = json.loads((tmp_path / "run" / "log.jsonl").read_text())
        assert entry["reward"]["mean4"] > -0.5  # by chance 2 of 12 chunks: -0.83
        assert 0 < entry["choices"]["clipped"] < 1

    def test_a_resumed_run_equals_one_that_never_stopped(self, world: World, tmp_path: Path) -> None:
        config = replace(self.CONFIG, supervised=SupervisedConfig(steps=3), reinforced=ReinforcedConfig(steps=3, updates=1))
        whole = self.training(config, world, tmp_path / "whole")
        whole.run()
        for stop in (2, 5):
            part = self.training(config, world, tmp_path / "parts")
            stop_after(part, stop)
        last = self.training(config, world, tmp_path / "parts")
        assert last.step == 5
        last.run()
        expected, found = (torch.load(tmp_path / run / "checkpoint.pt", weights_only=True) for run in ("whole", "parts"))
        for saved in (expected, found):
            assert saved.pop("seconds") > 0
        assert_same_bits(found, expected)

    def test_a_run_goes_on_from_a_policy_with_the_scale_of_its_inputs(self, world: World, tmp_path: Path) -> None:
        torch.manual_seed(5)
        moved(SelectionPolicy(64, TINY)).save(tmp_path / "policy.pt")
        config = replace(self.CONFIG, supervised=SupervisedConfig(steps=2))
        training = self.training(config, world, tmp_path / "run", tmp_path / "policy.pt")
        assert_same_bits(dict(training.policy.state_dict()), dict(SelectionPolicy.load(tmp_path / "policy.pt").state_dict()))
        training.run()
        again = self.training(config, world, tmp_path / "run", tmp_path / "policy.pt")
        assert again.step == 2
        assert_same_bits(dict(again.policy.state_dict()), dict(training.policy.state_dict()))

    def test_a_policy_of_another_shape_is_refused_by_its_file(self, world: World, tmp_path: Path) -> None:
        SelectionPolicy(64, replace(TINY, hidden=TINY.hidden * 2)).save(tmp_path / "policy.pt")
        with pytest.raises(ValueError, match="policy.pt"):
            self.training(self.CONFIG, world, tmp_path / "run", tmp_path / "policy.pt")

    def test_a_resumed_run_keeps_its_settings(self, world: World, tmp_path: Path) -> None:
        self.training(self.CONFIG, world, tmp_path / "run").save()
        with pytest.raises(ValueError, match="seed is 5, was 23"):
            self.training(replace(self.CONFIG, seed=5), world, tmp_path / "run")

    def test_chunk_sizes_and_sets_have_to_fit(self, world: World, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"chunk_tokens has \[8\]"):
            self.training(replace(self.CONFIG, chunk_tokens=[4, 8]), world, tmp_path / "run")
        with pytest.raises(ValueError, match="'set' has no question"):
            self.training(replace(self.CONFIG, max_tokens=5), world, tmp_path / "run")


class TestEvaluation:
    def test_policies_are_compared_with_the_lexical_one(self, world: World) -> None:
        evaluation = Evaluation(world.corpus, world.prompt, world.tokenizer, limit=2, passages=2, seed=7)
        perplexity = Perplexity(world.model, world.corpus, SINK)
        scoring = Scores(world.queries, world.spans, perplexity, SelectionPolicy(64, TINY), 1.0, 7)
        chunks = [world.queries.chunks(pids, 4) for pids in evaluation.pids]
        scores = [scoring.all(q, c) for q, c in zip(evaluation.questions, chunks)]
        comparison = Comparison(evaluation, chunks, scores, world.spans, world.loss, 2, 7)
        rows = {row["policy"]: row for row in comparison.rows(list(POLICIES), 0.02)}
        assert list(rows) == list(POLICIES)
        assert rows["oracle"]["kept"] == 1 and rows["rank"]["kept"] == 0
        for policy in ("lexical", "learned", "learned+lexical"):  # untrained, the learned one is the lexical one
            assert rows[policy]["kept"] == 1
            assert rows[policy]["kept_difference"] == rows[policy]["loss_difference"] == [0, 0, 0]

    def test_perplexity_is_the_loss_of_a_chunks_tokens_read_raw(self, world: World) -> None:
        chunks = world.queries.chunks(PIDS, 4)
        scores = Perplexity(world.model, world.corpus, SINK).scores(chunks)
        expected: list[torch.Tensor] = []
        for pid in PIDS:
            ids = world.corpus.ids(pid)
            row = Row([], [Segment([SINK, *ids], [0.0] + [1.0] * len(ids))])
            loss, _, _ = token_losses(world.model, collate([row], 4, world.model.decoder.dimension, world.states))
            expected += [own.mean() for own in loss.split(4)]
        torch.testing.assert_close(scores, torch.stack(expected))
        assert len(scores) == len(chunks.places())


class TestExport:
    @pytest.mark.parametrize("blind", [False, True])
    def test_the_graph_computes_the_policy(self, tmp_path: Path, blind: bool) -> None:
        torch.manual_seed(3)
        policy = moved(SelectionPolicy(64, replace(TINY, query_blind=blind)))
        policy.vector_norm.measure(torch.randn(9, 64) * 3 + 1)
        export_policy(policy, tmp_path / "policy.onnx")
        with torch.no_grad():  # the graph's matrices are rounded to half precision
            for name, p in policy.named_parameters():
                if name.endswith("weight"):
                    p.copy_(p.half().float())
        session = ort.InferenceSession(str(tmp_path / "policy.onnx"), providers=["CPUExecutionProvider"])
        for n, q in ((1, 1), (7, 5), (50, 12)):
            inputs = (torch.randn(n, 64), torch.arange(n) * 4, torch.rand(1, n, 3), torch.randn(1, q, 64), torch.ones(1, q) > 0)
            feed = {"vectors": inputs[0].numpy(), "positions": inputs[1].numpy()}
            if not blind:
                feed |= {"features": inputs[2][0].numpy(), "question": inputs[3][0].numpy()}
            with torch.no_grad():
                expected = policy(*inputs)[0].numpy()
            np.testing.assert_allclose(session.run(["logits"], feed)[0], expected, atol=1e-4)

    def test_the_full_size_fits_and_the_same_weights_give_the_same_bytes(self, tmp_path: Path) -> None:
        policy = SelectionPolicy(576, PolicyConfig())
        sizes = [export_policy(policy, tmp_path / name) for name in ("a.onnx", "b.onnx")]
        assert sizes[0] < 1_500_000
        assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()

    @pytest.mark.parametrize("blind", [False, True])
    def test_a_policy_comes_back_from_its_graph(self, blind: bool, tmp_path: Path) -> None:
        config = replace(PolicyConfig(query_blind=True) if blind else TINY, width=16, heads=2, hidden=24)
        export_policy(moved(SelectionPolicy(64, config)), tmp_path / "policy.onnx")
        restored = restore_policy(tmp_path / "policy.onnx")
        assert restored.config == config
        export_policy(restored, tmp_path / "again.onnx")
        assert (tmp_path / "again.onnx").read_bytes() == (tmp_path / "policy.onnx").read_bytes()

    def test_a_graph_that_is_no_policy_is_refused(self, tmp_path: Path) -> None:
        graph = helper.make_graph([], "other", [], [], [])
        onnx.save(helper.make_model(graph), tmp_path / "other.onnx")
        with pytest.raises(ValueError, match="other.onnx: not the graph of a policy, 'vector' is missing"):
            restore_policy(tmp_path / "other.onnx")

    def test_a_policy_too_large_for_a_bundle_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="at most 1500000"):
            export_policy(SelectionPolicy(576, PolicyConfig(width=192)), tmp_path / "policy.onnx")
