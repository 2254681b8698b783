"""The same questions with weights and chunk vectors in other forms, and two controls:

python -m refrag_train.suites.forms --bundle BUNDLE --data DATA

F1 and answer loss (nat per token of the reference answer) on rag_dev/squad11_dev, gold passage and hard negatives. Systems are
CONTEXT/FORM. Contexts: mixed (a share of the chunks raw, as served), compressed, full (all raw), top1 (the best passage by its words,
raw), none. Forms: served (8-bit weights, vectors in half precision), fp32-vectors, int8-vectors (one scale per vector), fp32 (products
of the rounded weights in fp32, vectors in fp32), plain (the base decoder without what was trained; no vectors).

The served form is also told apart by kind of answer: numbers (with a digit), names (every word with a capital), words (others).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from refrag_train.corpus import Corpus
from refrag_train.evaluate import Evaluation
from refrag_train.layout import Entry
from refrag_train.scores import Results, f1
from refrag_train.suites.reader import Stored
from refrag_train.suites.scoring import ScoringBundle
from refrag_train.suites.selection import Budget
from refrag_train.suites.setup import Setup, arguments, expansion, open_tokenizer, print_rows, prompt_of

READS_VECTORS = ("mixed", "compressed")
REFERENCE = "served"
KINDS = ("numbers", "names", "words")


@dataclass(frozen=True)
class Form:
    """Of weights and vectors, and the contexts that it is worth reading."""

    name: str
    contexts: tuple[str, ...]
    quantised: bool = True
    adapted: bool = True
    vectors: Stored = "float16"


FORMS = (
    Form(REFERENCE, ("mixed", "compressed", "full", "top1", "none")),
    Form("fp32-vectors", READS_VECTORS, vectors="float32"),
    Form("int8-vectors", READS_VECTORS, vectors="int8"),
    Form("fp32", READS_VECTORS, quantised=False, vectors="float32"),
    Form("plain", ("full", "top1"), adapted=False),
)


def entries(setup: Setup, context: str, question: str, pids: list[str], k: int, share: float) -> list[Entry]:
    """What is read before the question."""
    contexts = setup.contexts
    reads: dict[str, Callable[[], list[Entry]]] = {
        "mixed": lambda: contexts.mixed(question, pids, k, Budget(share)),
        "compressed": lambda: contexts.compressed(question, pids, k),
        "full": lambda: contexts.raw(question, pids),
        "top1": lambda: contexts.raw(question, contexts.selection.best_passages(question, pids)[:1]),
        "none": lambda: contexts.none(question),
    }
    return reads[context]()


def kind(answer: str) -> str:
    """What an answer is."""
    if any(map(str.isdigit, answer)):
        return "numbers"
    return "names" if all(word[0].isupper() for word in answer.split()) else "words"


def run(
    setup: Setup, form: Form, evaluation: Evaluation, results: Results, kinds: dict[str, Results], k: int, share: float, most: int
) -> None:
    """One form on all questions."""
    for q, pids in zip(evaluation.questions, evaluation.pids):
        for context in form.contexts:
            prompt = [*entries(setup, context, q.question, pids, k, share), *setup.prompt.question(q.question)]
            said = setup.text(setup.reader.answer(prompt, k, setup.prompt.stop, most))
            loss = float(setup.reader.losses(prompt, k, setup.prompt.answer(q.answers[0])).mean())
            figures = {"f1": f1(said, list(q.answers)), "loss": loss, "positions": len(prompt)}
            results.add(f"{context}/{form.name}", q.gold[0], **figures)
            if form.name == REFERENCE:
                kinds[kind(q.answers[0])].add(f"{context}/{form.name}", q.gold[0], **figures)


def main() -> None:
    parser = arguments(__doc__, limit=60)
    parser.add_argument("--k", type=int, help="tokens per chunk; default: the bundle's")
    expansion(parser, share=0.1)
    parser.add_argument("--passages", type=int, default=5)
    parser.add_argument("--max-answer-tokens", type=int, default=32)
    a = parser.parse_args()
    tokenizer = open_tokenizer(a.bundle)
    corpus = Corpus(a.data / "rag_dev", ["squad11_dev"], tokenizer)
    prompt = prompt_of(a.bundle, tokenizer)
    evaluation = Evaluation(corpus, prompt, tokenizer, limit=a.limit, passages=a.passages, seed=a.seed)
    results, kinds, k = Results(), {name: Results() for name in KINDS}, a.k
    for form in FORMS:  # one bundle in memory at a time
        bundle = ScoringBundle(a.bundle, quantised=form.quantised, threads=a.threads, adapted=form.adapted)
        setup = Setup.of(bundle, corpus, expanded=a.expanded, form=form.vectors)
        k = k or setup.k
        run(setup, form, evaluation, results, kinds, k, a.expand, a.max_answer_tokens)
    against = {f"{c}/{f.name}": [f"{c}/{REFERENCE}"] for f in FORMS for c in f.contexts if f.name != REFERENCE}
    against["mixed/served"] = ["full/served", "top1/served", "none/served", "full/plain", "top1/plain"]
    common = {"suite": "forms", "set": "squad11_dev", "k": k, "expand": a.expand, "passages": a.passages}
    print_rows(results, a.seed, against, corpus.skipped, **common)
    for name, own in kinds.items():
        print_rows(own, a.seed, {"mixed/served": ["full/served"]}, **common | {"set": f"squad11_dev: {name}"})


if __name__ == "__main__":
    main()
