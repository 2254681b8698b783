"""The page says what the result files say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from refrag_train.report import training
from refrag_train.report.chart import Axis, Chart, Point, step
from refrag_train.report.goals import section as goals_section
from refrag_train.report.page import write_page
from refrag_train.report.rag import Run, charts, section
from refrag_train.report.results import Result, read_results
from refrag_train.report.suites import sections


def values(passages: int, f1: float, **settings: Any) -> dict[str, Any]:
    system = {
        "em": f1 / 2,
        "f1": f1,
        "f1_low": f1 - 0.05,
        "f1_high": f1 + 0.05,
        "positions": 40.0 * passages,
        "ttft_ms_cached": 10.0 * passages,
        "ttft_ms_uncached": 20.0 * passages,
        "retention": None,
        "questions": 3,
    }
    only = system | {"f1": f1 - 0.1, "paired_difference": 0.1, "paired_low": -0.02, "paired_high": 0.21}
    run = {"questions_file": "q.jsonl", "passages_per_question": passages, "k": 4, "expand": 0.1, "match": "ttft", "seed": 7}
    return run | {"systems": {"refrag": system, "only": only}} | settings


def result(name: str, *rows: dict[str, Any], bundle: str = "b@1") -> Result:
    return Result(name, f"command of {name}", bundle, "2026-11-24", 61, "processor, 2 cores", list(rows))


LANGUAGE = [
    {"suite": "language", "set": "books", "context": 2048, "system": "none", "n": 2, "positions": 0.0, "p512": [3.5, 3.4, 3.6]},
    {
        "suite": "language",
        "set": "books",
        "context": 2048,
        "system": "compressed@4",
        "n": 2,
        "positions": 512.0,
        "p512": [3.25, 3.1, 3.4],
        "p512_above": {"none": [-0.25, -0.3, -0.2]},
    },
    {"suite": "language", "set": "books", "skipped": {"text too short": 2}},
]


class TestRag:
    def test_tables_carry_every_figure_and_the_paired_difference(self) -> None:
        run = Run(values(5, 0.5))
        assert run.title() == "q, 5 passages, k = 4, 10 % expanded as raw tokens, rivals matched by ttft, 3 questions, seed 7"
        assert run.table()[2:] == [
            "| refrag | 25.0 | 50.0 | 45.0–55.0 | 200 | 50 | 100 | – | – | – |",
            "| only | 25.0 | 40.0 | 45.0–55.0 | 200 | 50 | 100 | – | +10.0 | -2.0 to +21.0 |",
        ]

    def test_runs_that_differ_in_one_setting_make_a_figure(self) -> None:
        runs = [Run(values(10, 0.6)), Run(values(5, 0.5)), Run(values(5, 0.55, expand=0.2)), Run(values(5, 0.4, k=8))]
        runs += [Run(values(20, 0.6)), Run(values(10, 0.6, k=8))]  # two numbers of passages at k = 8: the longer line is drawn
        assert list(charts(runs)) == [
            "F1 against time to the first token: q, k = 4, 10 % raw, rivals matched by ttft, 3 questions, seed 7",
            "F1 against the share that stays raw: q, 5 passages, k = 4, rivals matched by ttft, 3 questions, seed 7",
            "F1 against tokens per chunk: q, 10 passages, 10 % raw, rivals matched by ttft, 3 questions, seed 7",
        ]
        time, share, k = charts(runs).values()
        assert [(p.x, p.label) for p in time.lines["refrag"]] == [(50.0, "5"), (100.0, "10"), (200.0, "20")]
        assert [p.x for p in share.lines["refrag"]] == [10.0, 20.0]
        assert [p.x for p in k.lines["only"]] == [4, 8]

    def test_one_run_is_no_line(self) -> None:
        assert not charts([Run(values(5, 0.5))])

    def test_questions_of_two_draws_are_no_line(self) -> None:
        assert not charts([Run(values(5, 0.5)), Run(values(10, 0.6, seed=11))])

    def test_what_the_window_had_no_room_for_is_told(self) -> None:
        cut = values(5, 0.5)
        cut["systems"]["only"]["left_out"] = 3
        assert "Passages for which the prompt had no room, of all questions: only 3." in "\n".join(section([result("rag", cut)]).lines)

    def test_the_bound_of_raw_tokens_stands_in_the_title(self) -> None:
        assert "10 %, at most 96 tokens, expanded as raw tokens" in Run(values(5, 0.5, expand_tokens=96)).title()

    def test_so_does_the_least(self) -> None:
        assert "10 %, 64 to 96 tokens, expanded" in Run(values(5, 0.5, expand_tokens=96, expand_least_tokens=64)).title()


class TestGoals:
    def test_each_has_what_was_asked_and_whether_it_was_reached(self) -> None:
        served = values(10, 0.6, match="positions")
        systems = served["systems"]
        systems |= {
            "full": systems["refrag"] | {"ttft_ms_cached": 1000.0, "f1": 0.65},
            "none": systems["refrag"] | {"f1": 0.05},
            "top1": systems["only"] | {"paired_low": None},  # F1 of 0.5
            "fewer": systems["only"] | {"paired_low": 0.01},
        }
        compressed = values(10, 0.3, match="positions")
        compressed["systems"] = {"compressed": compressed["systems"]["refrag"] | {"f1": 0.4}}
        difference = {"kept_difference": [0.1, 0.0, 0.2], "share": 0.1, "k": 16, "questions": 9}
        lines = goals(
            result("rag", served),
            result("alone", compressed),
            result("rebuilt", {"k": 4, "chunks": 16, "rebuilt": 0.905}, {"k": 4, "chunks": 4, "rebuilt": 0.99}),
            result("answers", {"system": "none", "loss": 3.5}, {"system": "shuffled@4", "loss": 4.2}),
            result("policy", {"policy": "learned", **difference}, {"policy": "random", **difference}),
        )
        place = "q, 10 passages, k = 4, 3 questions, seed 7"
        assert lines == [
            f"| time to the first token, of `full`'s | {place} | ≤ 0.30 | 0.10 | yes |",
            f"| what the better of `full` and `top1` gains over no passages, kept | {place} | ≥ 0.90 | 0.92 | yes |",
            f"| F1 above `fewer` of the same positions | {place} | interval above 0 | +10.0 (+1.0 to +21.0) | yes |",
            f"| F1 above `only` of the same positions | {place} | interval above 0 | +10.0 (-2.0 to +21.0) | no |",
            f"| `compressed` at k = 4: what `full` gains over no passages, kept | {place} | ≥ 0.60 | 0.58 | no |",
            "| tokens that come back from 16 vectors, k = 4 | development passages | ≥ 0.95 | 0.905 | no |",
            "| answer loss of `shuffled@4` not below that of `none` | answers | ≥ 3.50 | 4.20 | yes |",
            "| answers kept raw by the learned policy, above the lexical one's | 9 questions, k = 16, 10.0 % raw | interval ≥ 0 | +10.0 (+0.0 to +20.0) | yes |",
            "| by a random one, below the lexical one's | 9 questions, k = 16, 10.0 % raw | interval ≤ 0 | +10.0 (+0.0 to +20.0) | no |",
        ]

    def test_the_gain_of_other_questions_is_no_measure(self) -> None:
        whole = values(10, 0.6, match="positions", seed=8)
        whole["systems"] |= {name: whole["systems"]["refrag"] for name in ("full", "none")}
        compressed = values(10, 0.3)
        compressed["systems"] = {"compressed": compressed["systems"]["refrag"]}
        assert not any("compressed" in line for line in goals(result("rag", whole), result("alone", compressed)))

    def test_there_is_no_section_without_one(self) -> None:
        assert goals_section([result("language", *LANGUAGE)]) is None


def goals(*results: Result) -> list[str]:
    found = goals_section(list(results))
    assert found is not None and found.lines[:2] == ["| goal | measured on | asked | reached | met |", "|---|---|---|---|---|"]
    return found.lines[2:-1]


class TestSuites:
    def test_tables_have_intervals_differences_and_what_was_skipped(self) -> None:
        (section,) = sections([result("language", *LANGUAGE)])
        assert "### books, context 2,048" in section.lines
        assert "| none | 2 | 0 | 3.50 (3.40–3.60) |" in section.lines
        assert "| compressed@4 − none | -0.25 (-0.30 to -0.20) |" in section.lines
        assert "Skipped: books, text too short: 2." in section.lines

    def test_log_perplexity_is_drawn_against_k_with_a_line_for_what_has_none(self) -> None:
        (section,) = sections([result("language", *LANGUAGE)])
        (chart,) = section.figures.values()
        assert [p.x for p in chart.lines["none"]] == [p.x for p in chart.lines["compressed"]] == [4]

    def test_rows_of_other_tools_are_shown_key_by_key(self) -> None:
        row = {"policy": "learned", "k": 4, "kept": 0.84, "kept_difference": [0.09, 0.05, 0.13]}
        (section,) = sections([result("policy", row)])
        assert section.title == "Selection policy"
        assert "| learned | 4 | 0.84 | +0.090 (+0.050 to +0.130) |" in section.lines


class TestTraining:
    def test_stages_follow_each_other_on_one_axis(self, tmp_path: Path) -> None:
        for name in ("first", "second"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "run.json").write_text(json.dumps({"stage": {"name": name}}))
            lines = [{"step": 50 * (i + 1), "loss": {"raw": 2.0 - i}} for i in range(2)]
            (tmp_path / name / "log.jsonl").write_text("\n".join(map(json.dumps, lines)))
        section = training.section([result("training", *training.read_logs([tmp_path / "first", tmp_path / "second"]))])
        (chart,) = section.figures.values()
        assert [(p.x, p.y) for p in chart.lines["raw"]] == [(50, 2.0), (100, 1.0), (150, 2.0), (200, 1.0)]
        assert "first from 0, second from 100" in section.lines[0]

    def test_long_stages_are_thinned_out(self, tmp_path: Path) -> None:
        (tmp_path / "run.json").write_text(json.dumps({"stage": {"name": "long"}}))
        (tmp_path / "log.jsonl").write_text("\n".join(json.dumps({"step": i, "loss": {"raw": 1.0}}) for i in range(1000)))
        assert 30 <= len(training.read_logs([tmp_path])) <= training.MOST


class TestPage:
    def test_it_has_all_sections_figures_and_commands(self, tmp_path: Path) -> None:
        (tmp_path / "quality-old.svg").write_text("")
        results = [result("language", *LANGUAGE), result("rag-1", values(5, 0.5)), result("rag-2", values(10, 0.6))]
        write_page(results, tmp_path / "quality.md")
        text = (tmp_path / "quality.md").read_text()
        assert "Bundle b@1. Measured 2026-11-24 on processor, 2 cores, in 3 minutes" in text
        assert "2 to 3 items a table" in text
        assert [line for line in text.splitlines() if line.startswith("## ")] == [
            "## Goals",
            "## Questions with passages",
            "## Language modelling",
            "## Commands",
        ]
        assert "| rag-1 | `command of rag-1` | 2026-11-24 | 61 |" in text
        pictures = sorted(tmp_path.glob("*.svg"))
        assert len(pictures) == 2 and all(f"]({picture.name})" in text for picture in pictures)
        for picture in pictures:
            assert ElementTree.parse(picture).getroot().tag.endswith("svg")

    def test_results_of_several_bundles_are_refused(self, tmp_path: Path) -> None:
        for name, bundle in (("a", "b@1"), ("c", "b@2")):
            (tmp_path / f"{name}.json").write_text(json.dumps(vars(result(name, LANGUAGE[0], bundle=bundle))))
        with pytest.raises(ValueError, match="several bundles: b@1, b@2"):
            read_results(tmp_path)

    def test_a_file_of_something_else_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "x.json").write_text(json.dumps({"systems": {}}))
        with pytest.raises(ValueError, match="x.json has no name, command"):
            read_results(tmp_path)

    def test_rows_of_an_unknown_kind_are_refused(self) -> None:
        with pytest.raises(ValueError, match="'x' has rows with loss"):
            result("x", {"loss": 1.0}).kind

    def test_the_shipped_page_is_what_the_shipped_results_say(self, tmp_path: Path) -> None:
        shipped = Path(__file__).parents[2] / "docs" / "benchmarks"
        write_page(read_results(shipped / "results"), tmp_path / "quality.md")
        assert (tmp_path / "quality.md").read_text() == (shipped / "quality.md").read_text(), "see the command on the page"
        assert sorted(p.name for p in tmp_path.glob("*.svg")) == sorted(p.name for p in shipped.glob("*.svg"))
        for picture in tmp_path.glob("*.svg"):
            assert picture.read_text() == (shipped / picture.name).read_text()


class TestDevelopment:
    def test_losses_stand_against_hours_and_differences_have_signs(self) -> None:
        rows = [
            {"trained": "b 1", "core_hours": 4.3, "raw": [1.5, 1.2, 1.8], "compressed_below_first": [0.0, 0.0, 0.0]},
            {"trained": "b 2", "core_hours": 9.0, "raw": [1.3, 1.1, 1.6], "compressed_below_first": [0.2, -0.1, 0.4]},
        ]
        [found] = sections([result("development", *rows)])
        assert "| b 2 | 9.0 | 1.300 (1.100 to 1.600) | +0.200 (-0.100 to +0.400) |" in found.lines
        [chart] = found.figures.values()
        assert {name: [(p.x, p.y, p.low, p.high) for p in line] for name, line in chart.lines.items()} == {
            "raw": [(4.3, 1.5, 1.2, 1.8), (9.0, 1.3, 1.1, 1.6)]
        }


class TestChart:
    @pytest.mark.parametrize(
        ("largest", "expected"), [(7.0, 1.0), (10.0, 1.0), (12.0, 2.0), (61.0, 10.0), (340.0, 50.0), (0.3, 0.05), (0.0, 1.0)]
    )
    def test_axis_marks_are_round_and_few(self, largest: float, expected: float) -> None:
        assert step(largest) == pytest.approx(expected)

    def test_a_chart_without_points_is_refused(self) -> None:
        with pytest.raises(ValueError, match="at least one point"):
            Chart("x", "y", {"a": []}).svg()

    def test_texts_are_escaped(self) -> None:
        assert "&lt;" in Chart("<x>", "y", {"a": [Point(1, 2, 1, 3, "p")]}).svg()

    def test_an_axis_may_start_below_the_lowest_point(self) -> None:
        line = {"a": [Point(4, 3.2, 3.1, 3.3, ""), Point(8, 3.6, 3.5, 3.7, "")]}
        marks = [e.text for e in ElementTree.fromstring(Chart("x", "y", line, y_from_zero=False).svg()).iter() if e.get("text-anchor") == "end"]
        assert marks[0] == "3.1" and marks[-1] == "3.7"

    def test_a_logarithmic_axis_gives_equal_room_to_equal_factors(self) -> None:
        axis = Axis.logarithmic([4.0, 8.0, 16.0], 0, 100)
        assert axis.marks == [4, 8, 16]
        assert axis.at(8) - axis.at(4) == pytest.approx(axis.at(16) - axis.at(8), abs=0.2)
        assert Axis.logarithmic([3.0, 7, 20, 60, 150, 700], 0, 100).marks == [5, 10, 20, 50, 100, 200, 500]
        with pytest.raises(ValueError, match="cannot show 0"):
            Axis.logarithmic([0.0, 1.0], 0, 100)

    def test_lines_that_share_their_x_are_drawn_side_by_side(self) -> None:
        lines = {name: [Point(4, 2, 1, 3, "")] for name in "ab"}
        circles = [e.get("cx") for e in ElementTree.fromstring(Chart("x", "y", lines, apart=True).svg()).iter() if e.tag.endswith("circle")]
        assert len(set(circles)) == 2

    def test_points_of_one_value_are_drawn(self) -> None:
        svg = Chart("x", "y", {"a": [Point(0, 2, 2, 2, "")]}, y_from_zero=False).svg()
        (circle,) = (e for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("circle"))
        assert (circle.get("cx"), circle.get("cy")) == ("60", "375")  # where the axes meet
