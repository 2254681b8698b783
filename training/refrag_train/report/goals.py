"""What the bundle is to reach, and what it reached, met or not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Iterable

from refrag_train.report.format import difference, percent, table
from refrag_train.report.rag import Run
from refrag_train.report.results import Result
from refrag_train.report.section import Section

RIVALS = ("fewer", "truncated", "only")
MOST_TIME = 0.30
LEAST_RETENTION = 0.90
LEAST_COMPRESSED = {4: 0.60, 8: 0.45}
LEAST_REBUILT = {4: 0.95, 8: 0.85}
REBUILT_CHUNKS = 16
POLICY_SHARE = 0.1


@dataclass(frozen=True)
class Goal:
    """One line: what was measured on what, what was asked, what came out."""

    what: str
    where: str
    asked: str
    reached: str
    met: bool

    def row(self) -> list[str]:
        return [self.what, self.where, self.asked, self.reached, "yes" if self.met else "no"]


def section(results: list[Result]) -> Section | None:
    """All goals that the results tell of; none where they tell of none."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for result in results:
        rows[result.kind] += result.rows
    runs = [Run(row) for row in rows["rag"]]
    goals = [*served(runs), *alone(runs), *rebuilt(rows["rebuilt"]), *shuffled(rows["answers"]), *policy(rows["policy"])]
    if not goals:
        return None
    return Section("Goals", [*table(("goal", "measured on", "asked", "reached", "met"), [g.row() for g in goals]), ""])


def served(runs: list[Run]) -> Iterable[Goal]:
    """The mixed prompt as it is served, on the largest draw with each way to match rivals."""
    for match in ("ttft", "positions"):
        own = [run for run in runs if run.match == match and "refrag" in run.values["systems"] and "only" in run.values["systems"]]
        if not own:
            continue
        run = max(own, key=lambda r: (r.count, r.passages))
        systems = run.values["systems"]
        if match == "positions" and "full" in systems:
            share = systems["refrag"]["ttft_ms_cached"] / systems["full"]["ttft_ms_cached"]
            yield Goal("time to the first token, of `full`'s", place(run), f"≤ {MOST_TIME:.2f}", f"{share:.2f}", share <= MOST_TIME)
            if {"none", "top1"} <= systems.keys():
                # The best passage alone may be read better than all of them.
                none, best = systems["none"]["f1"], max(systems[name]["f1"] for name in ("full", "top1"))
                kept = retention(systems["refrag"]["f1"], none, best)
                what = "what the better of `full` and `top1` gains over no passages, kept"
                yield Goal(what, place(run), f"≥ {LEAST_RETENTION:.2f}", f"{kept:.2f}", kept >= LEAST_RETENTION)
        for rival in RIVALS:
            if (system := systems.get(rival)) is not None and system.get("paired_low") is not None:
                reached = difference("f1", [system[f"paired_{part}"] for part in ("difference", "low", "high")])
                cost = "time" if match == "ttft" else "positions"
                yield Goal(f"F1 above `{rival}` of the same {cost}", place(run), "interval above 0", reached, system["paired_low"] > 0)


def alone(runs: list[Run]) -> Iterable[Goal]:
    """Vectors and nothing raw: what they keep of the gain of whole passages. The gain is that of the same questions, whatever k."""
    for k, least in LEAST_COMPRESSED.items():
        for run in runs:
            if run.k != k or "compressed" not in run.values["systems"]:
                continue
            whole = next((r for r in runs if draw(r) == draw(run) and {"none", "full"} <= r.values["systems"].keys()), None)
            if whole is not None:
                none, full = (whole.values["systems"][name]["f1"] for name in ("none", "full"))
                kept = retention(run.values["systems"]["compressed"]["f1"], none, full)
                what = f"`compressed` at k = {k}: what `full` gains over no passages, kept"
                yield Goal(what, place(run), f"≥ {least:.2f}", f"{kept:.2f}", kept >= least)


def rebuilt(rows: list[dict[str, Any]]) -> Iterable[Goal]:
    """Tokens that come back from vectors."""
    for row in rows:
        if row.get("chunks") == REBUILT_CHUNKS and row["k"] in LEAST_REBUILT:
            least, share = LEAST_REBUILT[row["k"]], row["rebuilt"]
            yield Goal(f"tokens that come back from {REBUILT_CHUNKS} vectors, k = {row['k']}", "development passages", f"≥ {least:.2f}", f"{share:.3f}", share >= least)


def shuffled(rows: list[dict[str, Any]]) -> Iterable[Goal]:
    """Another question's vectors must not help."""
    losses = {row["system"]: row["loss"] for row in rows}
    for system, loss in losses.items():
        if system.startswith("shuffled@") and "none" in losses:
            what = f"answer loss of `{system}` not below that of `none`"
            yield Goal(what, "answers", f"≥ {losses['none']:.2f}", f"{loss:.2f}", loss >= losses["none"])


def policy(rows: list[dict[str, Any]]) -> Iterable[Goal]:
    """The learned choice is no worse than the lexical one, and that no worse than chance."""
    at = {row["policy"]: row for row in rows if row["share"] == POLICY_SHARE}
    if not {"learned", "random"} <= at.keys():
        return
    learned, random = at["learned"]["kept_difference"], at["random"]["kept_difference"]
    where = f"{at['learned']['questions']} questions, k = {at['learned']['k']}, {percent(POLICY_SHARE)} % raw"
    yield Goal("answers kept raw by the learned policy, above the lexical one's", where, "interval ≥ 0", difference("kept", learned), learned[1] >= 0)
    yield Goal("by a random one, below the lexical one's", where, "interval ≤ 0", difference("kept", random), random[2] <= 0)


def retention(own: float, none: float, best: float) -> float:
    """Share of a gain; 0 where there is none."""
    return (own - none) / (best - none) if best > none else 0.0


def draw(run: Run) -> tuple[str, int, int, int]:
    """Runs of one draw have the same questions with the same passages."""
    return run.questions, run.passages, run.seed, run.count


def place(run: Run) -> str:
    return f"{run.questions}, {run.passages} passages, k = {run.k}, {run.count} questions, seed {run.seed}"
