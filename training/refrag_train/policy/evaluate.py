"""What a policy keeps: python -m refrag_train.policy.evaluate --base BASE --checkpoint FILE --policy FILE --data DEV

Per policy and share of chunks: `kept`, the share of questions with an occurrence of the reference answer wholly in expanded
chunks (of those whose gold passages have one), and `loss`, the answer loss of the mixed prompt on the first --losses questions;
each with the mean difference to the lexical policy and its 95 % interval (paired bootstrap over questions).

Policies: random, perplexity (chunks that surprise the decoder), rank (the retriever's best passages from their beginning), lexical (the
runtime's untrained one), learned, learned+lexical (sum of standardised scores), oracle (chunks of the answer and their neighbours, then
lexical).
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from refrag_train.corpus import Corpus, Question
from refrag_train.evaluate import Evaluation
from refrag_train.model import CompressedDecoder
from refrag_train.policy.model import SelectionPolicy, standardised
from refrag_train.policy.perplexity import Perplexity
from refrag_train.policy.queries import Chunks, Queries
from refrag_train.policy.sampling import greedy, number
from refrag_train.policy.targets import AnswerLoss, AnswerSpans
from refrag_train.prompt import Prompt, PromptFormat
from refrag_train.scores import Float, interval
from refrag_train.states import StateCache

POLICIES = ("random", "perplexity", "rank", "lexical", "learned", "learned+lexical", "oracle")
REFERENCE = "lexical"


class Scores:
    """Scores of the chunks of a query, by policy."""

    def __init__(
        self,
        queries: Queries,
        spans: AnswerSpans,
        perplexity: Perplexity | None,
        policy: SelectionPolicy | None,
        weight: float,
        seed: int,
    ) -> None:
        """perplexity, policy: without one, there are no scores of it."""
        self._queries, self._spans, self._perplexity, self._policy, self._weight = queries, spans, perplexity, policy, weight
        self._generator = torch.Generator().manual_seed(seed)

    def all(self, question: Question, chunks: Chunks) -> dict[str, Tensor]:
        """[n] each."""
        lexical = self._queries.lexical(question.question, chunks)
        scores = {
            "random": torch.rand(len(lexical), generator=self._generator),
            "rank": self._queries.relevance(question.question, chunks),
            "lexical": lexical,
            "oracle": 100 * self._spans.targets(question, chunks) + lexical,
        }
        if self._perplexity is not None:
            scores["perplexity"] = self._perplexity.scores(chunks)
        if self._policy is not None:
            with torch.no_grad():
                learned = self._policy(*self._queries.inputs([question.question], chunks).all())[0]
            scores["learned"] = learned
            scores["learned+lexical"] = standardised(learned) + self._weight * standardised(lexical)
        return scores


@dataclass(frozen=True)
class Comparison:
    """Policies on the same questions. loss_questions: on how many of them the answer loss is measured."""

    evaluation: Evaluation
    chunks: list[Chunks]
    scores: list[dict[str, Tensor]]
    spans: AnswerSpans
    losses: AnswerLoss
    loss_questions: int
    seed: int

    def rows(self, policies: list[str], share: float) -> list[dict[str, Any]]:
        """A row per policy."""
        names = list(dict.fromkeys([REFERENCE, *policies]))
        chosen = {p: [greedy(s[p], number(share, len(s[p]))).tolist() for s in self.scores] for p in names}
        kept = {p: self._kept(chosen[p]) for p in names}
        losses = self._losses([chosen[p] for p in names])
        rows = []
        for p in policies:
            row: dict[str, Any] = {"policy": p, "k": self.chunks[0].k, "share": share, "questions": len(kept[p])}
            row |= {"kept": round(float(kept[p].mean()), 3), "kept_difference": interval(kept[p] - kept[REFERENCE], self.seed)}
            if len(losses):
                own, reference = losses[:, names.index(p)], losses[:, names.index(REFERENCE)]
                row |= {"losses": len(own), "loss": round(float(own.mean()), 3)}
                row["loss_difference"] = interval(own - reference, self.seed)
            rows.append(row)
        return rows

    def _kept(self, chosen: list[list[int]]) -> Float:
        """1 or 0 for each question whose answer stands in its gold passages."""
        found = zip(self.evaluation.questions, self.chunks, chosen)
        held = [(self.spans.occurrences(q, c), set(own)) for q, c, own in found]
        return np.array([any(o <= own for o in occurrences) for occurrences, own in held if occurrences], float)

    def _losses(self, chosen: list[list[list[int]]]) -> Float:
        """[questions, policies]"""
        asked = list(zip(self.evaluation.questions, self.chunks))[: self.loss_questions]
        return np.array([self.losses.of(q, c, [own[i] for own in chosen]).tolist() for i, (q, c) in enumerate(asked)])


def main() -> None:
    from transformers import AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--policy", type=Path, help="what refrag_train.policy.train wrote; without it: the untrained policies")
    parser.add_argument("--data", type=Path, required=True, help="folder of a development set")
    parser.add_argument("--sets", default="squad11_dev")
    parser.add_argument("--policies", default=",".join(POLICIES))
    parser.add_argument("--shares", default="0.02,0.05,0.1,0.15")
    parser.add_argument("--weight", type=float, default=1.0, help="of the lexical score in learned+lexical")
    parser.add_argument("--k", type=int, default=4)
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--losses", type=int, default=100, help="questions whose answer loss is measured; 0: none")
    parser.add_argument("--passages", type=int, default=10)
    parser.add_argument("--form", choices=["raw", "states"], default="raw", help="how expanded chunks enter")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="bfloat16")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    policies = a.policies.split(",")
    if strange := [p for p in policies if p not in POLICIES]:
        parser.error(f"policies are {', '.join(POLICIES)}; not {', '.join(strange)}")
    tokenizer = AutoTokenizer.from_pretrained(a.base)
    corpus = Corpus(a.data, a.sets.split(","), tokenizer)
    model = CompressedDecoder.load(a.base, a.checkpoint, getattr(torch, a.dtype))
    prompt = Prompt(tokenizer, PromptFormat.of(tokenizer, model.config.opening))
    states = StateCache(model, prompt.sink, corpus.ids, 500_000)
    evaluation = Evaluation(corpus, prompt, tokenizer, limit=a.limit, passages=a.passages, seed=a.seed)
    queries, spans = Queries(model, corpus, prompt, tokenizer, states), AnswerSpans(corpus, tokenizer)
    perplexity = Perplexity(model, corpus, prompt.sink) if "perplexity" in policies else None
    scoring = Scores(queries, spans, perplexity, SelectionPolicy.load(a.policy) if a.policy else None, a.weight, a.seed)
    chunks = [queries.chunks(pids, a.k) for pids in evaluation.pids]
    scores = [scoring.all(q, c) for q, c in zip(evaluation.questions, chunks)]
    losses = AnswerLoss(model, states, corpus, prompt, a.form)
    comparison = Comparison(evaluation, chunks, scores, spans, losses, a.losses, a.seed)
    for share in map(float, a.shares.split(",")):
        for row in comparison.rows([p for p in policies if p in scores[0]], share):
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
