"""Questions with passages: what `refrag eval` measured."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from refrag_train.report.chart import Chart, Point
from refrag_train.report.format import number, percent, signed, table
from refrag_train.report.results import Result
from refrag_train.report.section import Section

COLUMNS = ("system", "EM", "F1", "95 %", "positions", "TTFT cached", "uncached", "retention", "refrag − it", "95 %")
PLOTTED = ("refrag", "full", "fewer", "only", "truncated", "compressed")


@dataclass(frozen=True)
class Run:
    """What one `refrag eval` printed."""

    values: dict[str, Any]

    @property
    def questions(self) -> str:
        """The set's name."""
        return str(self.values["questions_file"]).split(".")[0]

    @property
    def passages(self) -> int:
        """Passages of a question, at most."""
        return int(self.values["passages_per_question"])

    @property
    def k(self) -> int:
        return int(self.values["k"])

    @property
    def share(self) -> float:
        """Share of the chunks that stays raw, in per cent."""
        return round(100 * float(self.values["expand"]), 1)

    @property
    def count(self) -> int:
        """Questions."""
        return int(next(iter(self.values["systems"].values()))["questions"])

    @property
    def seed(self) -> int:
        """Seed of the draw: runs of one seed share their first questions."""
        return int(self.values["seed"])

    @property
    def kept(self) -> str:
        """What stays raw, in words."""
        share, least, most = f"{self.share:g} %", self.values.get("expand_least_tokens"), self.values.get("expand_tokens")
        if most is None:
            return share
        return f"{share}, {least} to {most} tokens," if least else f"{share}, at most {most} tokens,"

    @property
    def left_out(self) -> dict[str, int]:
        """Passages for which the window had no room, by system."""
        return {name: s["left_out"] for name, s in self.values["systems"].items() if s.get("left_out")}

    @property
    def match(self) -> str:
        """What rivals have no more of than refrag."""
        return str(self.values.get("match", "positions"))

    def title(self) -> str:
        """One line that tells this run from the others."""
        form = "token states" if self.values.get("token_states") else "raw tokens"
        return (
            f"{self.questions}, {self.passages} passages, k = {self.k}, {self.kept} expanded as {form}, "
            f"rivals matched by {self.match}, {self.count} questions, seed {self.seed}"
        )

    def table(self) -> list[str]:
        """Rows of a Markdown table."""
        rows = []
        for name, s in self.values["systems"].items():
            no_interval = s.get("paired_low") is None
            rows.append(
                [
                    name,
                    percent(s["em"]),
                    percent(s["f1"]),
                    f"{percent(s['f1_low'])}–{percent(s['f1_high'])}",
                    number(s["positions"], 0),
                    number(s["ttft_ms_cached"], 0),
                    number(s["ttft_ms_uncached"], 0),
                    number(s["retention"], 2),
                    signed(s.get("paired_difference")),
                    "–" if no_interval else f"{signed(s['paired_low'])} to {signed(s['paired_high'])}",
                ]
            )
        return table(COLUMNS, rows)


@dataclass(frozen=True)
class View:
    """A figure: F1 over one setting, for runs that agree in all others."""

    varied: str
    name: str
    x_title: str

    def x(self, run: Run, system: dict[str, Any]) -> float:
        """Where a system of a run stands: numbers of passages by what they cost."""
        return float(system["ttft_ms_cached"] if self.varied == "passages" else getattr(run, self.varied))


VIEWS = (
    View("passages", "F1 against time to the first token", "time to the first token, ms, passages cached (numbers: passages)"),
    View("share", "F1 against the share that stays raw", "chunks that stay raw, %"),
    View("k", "F1 against tokens per chunk", "tokens per chunk, k"),
)


def charts(runs: list[Run]) -> dict[str, Chart]:
    """A figure for each view of each draw of questions, of the other settings that most runs have; none of a single run."""
    found: dict[str, Chart] = {}
    for view in VIEWS:
        sets: dict[tuple[str, str, int, int], dict[str, list[Run]]] = defaultdict(lambda: defaultdict(list))
        for run in runs:
            settings = {"passages": f"{run.passages} passages", "k": f"k = {run.k}", "share": f"{run.kept} raw"}
            del settings[view.varied]
            sets[run.questions, run.match, run.seed, run.count][", ".join(settings.values())].append(run)
        for (questions, match, seed, count), groups in sets.items():
            others, group = max(groups.items(), key=lambda item: len(item[1]))
            if len(group) > 1:
                name = f"{view.name}: {questions}, {others}, rivals matched by {match}, {count} questions, seed {seed}"
                found[name] = chart(view, sorted(group, key=lambda run: float(getattr(run, view.varied))))
    return found


def chart(view: View, runs: list[Run]) -> Chart:
    """A line per system, a point per run."""
    by_time = view.varied == "passages"
    lines: dict[str, list[Point]] = {}
    for system in PLOTTED:
        points = [
            Point(view.x(run, s), 100 * s["f1"], 100 * s["f1_low"], 100 * s["f1_high"], str(run.passages) if by_time else "")
            for run in runs
            if (s := run.values["systems"].get(system)) is not None
        ]
        if points:
            lines[system] = points
    return Chart(view.x_title, "F1", lines, x_log=view.varied != "share", apart=not by_time)


def section(results: list[Result]) -> Section:
    """All runs of `refrag eval`."""
    runs = [Run(row) for result in results for row in result.rows]
    runs.sort(key=lambda run: (run.questions, run.match, run.k, run.share, run.kept, run.passages, run.seed))
    lines = [
        "EM and F1 are SQuAD's, in points, and an answer that says that the passages do not say is right where there is none; times are",
        "medians in ms; retention is the share of what `full` gains over `none`, where that is above 0 with its interval; the last two",
        "columns compare question by question. All systems have the passages in the order of a keyword search (BM25 over titles and text).",
        "`top1` reads the best of them whole, whatever it costs, `fewer` as many of the best as `refrag`'s cost allows, `truncated` cuts the",
        "last one to it; see `./refrag eval --help`.",
        "",
    ]
    for run in runs:
        lines += [f"### {run.title()}", "", *run.table(), ""]
        if run.left_out:
            missing = ", ".join(f"{name} {count}" for name, count in run.left_out.items())
            lines += [f"Passages for which the prompt had no room, of all questions: {missing}.", ""]
    return Section("Questions with passages", lines, charts(runs))
