"""Tables of what `refrag_train.suites` and the tools of a training printed."""

from __future__ import annotations

from typing import Any, Iterator

from refrag_train.report.chart import Chart, Point
from refrag_train.report.format import difference, measured, number, table
from refrag_train.report.results import Result
from refrag_train.report.section import Section

ABOVE = "_above"
DIFFERENCES = ("_above_", "_below_", "_difference")
LABELS = {"f1": "F1", "loss": "loss", "rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougel": "ROUGE-L"}
SETTINGS = ("context", "k", "expand", "least", "most", "passages")

TITLES = {
    "language": (
        "Language modelling",
        "Log-perplexity (nat per token) of the first 512, 1,024 and 2,048 tokens behind a context of held-out text, as arXiv 2509.01092 "
        "measures it: none, full, one vector per k tokens (`compressed@k`), the last tokens at the same positions (`truncated@k`).",
    ),
    "conversations": (
        "Conversations",
        "F1 and answer loss (nat per token) when earlier turns are left out, raw, compressed, or cut to the positions of compressed. "
        "`wiki`: training has seen passages of these articles unless it left them out, and its questions mostly stand alone; `sharc`: the "
        "right answer depends on the earlier turns.",
    ),
    "summaries": (
        "Summaries",
        "ROUGE (F1) against the authors' summaries, and the loss (nat per token) of these; `truncated@k` reads as many positions as "
        "`compressed@k`; `lead` is the document's beginning, without a decoder.",
    ),
    "longdoc": (
        "Long documents",
        "F1 on TimeQA's development questions, the article among others. No prompt has more than the stated positions; `full` is shown "
        "where it fits.",
    ),
    "forms": (
        "Weights and vectors in other forms, and controls",
        "The same SQuAD 1.1 development questions; loss in nat per token of the reference answer. CONTEXT/FORM: `served` has 8-bit weights and "
        "vectors in half precision, `plain` is the base decoder without what was trained, `top1` the best passage by its words, raw.",
    ),
    "policy": (
        "Selection policy",
        "`kept`: share of the questions whose answer stands wholly in expanded chunks; `loss`: answer loss of the mixed prompt; differences are "
        "to the lexical policy, question by question.",
    ),
    "answers": (
        "Answer loss",
        "Nat per token of the reference answer, in PyTorch, all systems with the same weights: `shuffled` has another question's vectors, "
        "`only` the raw chunks alone; `first`: of the answer's first token, which has to be found.",
    ),
    "ablations": (
        "Ablations",
        "Short trainings of the base decoder that differ from the first one in one thing each, at equal compute. `rebuilt`: share of 64 tokens that "
        "come back from 16 vectors of k = 4; then the answer loss as above; by how much that of `compressed@4` is above the first variant's, and "
        "that of `shuffled@4` above `compressed@4`, question by question: whether vectors are read.",
    ),
    "development": (
        "How far training has come",
        "Answer loss (nat per token) of the bundles published so far on the same SQuAD 1.1 development questions, in PyTorch, against the core hours "
        "behind each: where a line no longer falls, more training of the same kind gains nothing. `compressed below first`: by how much "
        "`compressed@4` is better than in the first one, question by question.",
    ),
    "rebuilt": (
        "What vectors carry",
        "Share of tokens predicted, and loss, each token after the right ones before it: with the right vectors, with wrong ones and without.",
    ),
}


def sections(results: list[Result]) -> Iterator[Section]:
    """One per kind, in the order of the titles."""
    for kind, (title, text) in TITLES.items():
        own = [r for r in results if r.kind == kind]
        if not own:
            continue
        lines = [text, ""]
        for result in own:
            for heading, rows in groups(result).items():
                lines += [f"### {heading}", "", *(suite_table(rows) if "suite" in rows[0] else plain_table(rows)), ""]
            for row in result.rows:
                if "skipped" in row:
                    lines += [f"Skipped: {row['set']}, {skips(row['skipped'])}.", ""]
        charts = {"language": language_charts, "development": development_charts}
        yield Section(title, lines, charts[kind](own) if kind in charts else {})


def skips(counts: dict[str, int]) -> str:
    return ", ".join(f"{reason}: {count}" for reason, count in counts.items())


def groups(result: Result) -> dict[str, list[dict[str, Any]]]:
    """Rows by set and settings; those of other tools together, under the result's name."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in result.rows:
        if "skipped" not in row:
            settings = [f"{name} {shown(row[name])}" for name in SETTINGS if name in row]
            heading = ", ".join([str(row["set"]), *settings]) if "suite" in row else result.name
            found.setdefault(heading, []).append(row)
    return found


def shown(value: Any) -> str:
    """A setting."""
    return ", ".join(map(str, value)) if isinstance(value, list) else f"{value:,}" if isinstance(value, int) else str(value)


def figures(rows: list[dict[str, Any]]) -> list[str]:
    """Names of what was measured, in their order."""
    return list(dict.fromkeys(name for row in rows for name, v in row.items() if isinstance(v, list) and name not in SETTINGS))


def suite_table(rows: list[dict[str, Any]]) -> list[str]:
    """Means with their intervals, then the differences between systems."""
    names = figures(rows)
    labels = [LABELS.get(name, name.upper()) for name in names]
    lines = table(
        ["system", "n", "positions", *labels],
        [[r["system"], r["n"], number(r.get("positions"), 0), *(measured(n, r.get(n)) for n in names)] for r in rows],
    )
    pairs = [(r, rival) for r in rows for rival in next((v for n, v in r.items() if n.endswith(ABOVE)), {})]
    if pairs:
        compared = [[f"{r['system']} − {rival}", *(above(r, n, rival) for n in names)] for r, rival in pairs]
        lines += ["", *table(["difference", *labels], compared)]
    return lines


def above(row: dict[str, Any], name: str, rival: str) -> str:
    """By how much a row is above a rival; a dash where they were not compared."""
    return difference(name, row.get(name + ABOVE, {}).get(rival))


def plain_table(rows: list[dict[str, Any]]) -> list[str]:
    """All keys as columns."""
    columns = list(dict.fromkeys(key for row in rows for key in row))

    def cell(name: str, value: Any) -> str:
        if isinstance(value, list):
            sign = "+" if is_difference(name) else ""
            mean, low, high = (f"{v:{sign}.3f}" for v in value)
            return f"{mean} ({low} to {high})"
        return "–" if value is None else str(value)

    return table([c.replace("_", " ") for c in columns], [[cell(c, row.get(c)) for c in columns] for row in rows])


def is_difference(name: str) -> bool:
    """Whether a figure of that name has a sign that says which of two is above."""
    return any(word in name for word in DIFFERENCES)


def development_charts(results: list[Result]) -> dict[str, Chart]:
    """Losses against core hours, a line per system."""
    lines: dict[str, list[Point]] = {}
    for row in (row for result in results for row in result.rows):
        for name in figures([row]):
            if not is_difference(name):
                mean, low, high = row[name]
                lines.setdefault(name, []).append(Point(row["core_hours"], mean, low, high, ""))
    return {"Answer loss against core hours of training": Chart("core hours", "loss", lines, apart=True)}


def language_charts(results: list[Result]) -> dict[str, Chart]:
    """Log-perplexity of the longest continuation against k."""
    found: dict[str, Chart] = {}
    for result in results:
        for heading, rows in groups(result).items():
            longest = figures(rows)[-1]
            sizes = sorted({int(k) for row in rows if (k := row["system"].partition("@")[2])})
            lines: dict[str, list[Point]] = {}
            for row in rows:
                name, _, k = row["system"].partition("@")
                mean, low, high = row[longest]
                lines.setdefault(name, []).extend(Point(x, mean, low, high, "") for x in ([int(k)] if k else sizes))
            name = f"Log-perplexity against tokens per chunk: {heading}"
            found[name] = Chart("tokens per chunk, k", longest.upper(), lines, x_log=True, y_from_zero=False, apart=True)
    return found
