"""A plan is run point by point, once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from refrag_train import matrix
from refrag_train.matrix import Matrix, Point, identity, read_plan

PLANS = Path(__file__).parents[1] / "configs" / "evaluation"
PLAN = """
[[run]]
name = "a-{k}-{share}"
command = "python -c 'print([{k}, {share}])' {data}"
over = { k = [4, 8, 32], share = [0, 0.25] }
[[run]]
name = "b"
command = "python -c 'print({k})'"
"""


def plan(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text)
    return path


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    folder.mkdir()
    values = {"name": "tiny", "version": "1", "chunk_sizes": [4, 8], "default_chunk_tokens": 8, "policy": None, "files": {}}
    (folder / "manifest.json").write_text(json.dumps(values))
    return folder


class TestPlan:
    def test_points_are_the_product_at_the_sizes_that_the_bundle_has(self, tmp_path: Path) -> None:
        points = read_plan(plan(tmp_path, PLAN), [4, 8], 8)
        assert [p.name for p in points] == ["a-4-0", "a-4-0.25", "a-8-0", "a-8-0.25", "b"]
        assert points[1].command == "python -c 'print([4, 0.25])' {data}"
        assert points[1].needs() == {"data"}
        assert points[-1].command == "python -c 'print(8)'"  # the bundle's own

    def test_two_commands_of_one_name_are_refused(self, tmp_path: Path) -> None:
        text = '[[run]]\nname = "a"\ncommand = "python"\n[[run]]\nname = "a"\ncommand = "refrag"\n'
        with pytest.raises(ValueError, match="two commands have the name 'a'"):
            read_plan(plan(tmp_path, text), [4], 4)

    def test_the_same_point_twice_is_one(self, tmp_path: Path) -> None:
        assert len(read_plan(plan(tmp_path, PLAN + PLAN), [4, 8], 8)) == 5

    @pytest.mark.parametrize(("text", "message"), [("runs = 1", "has runs; expected run"), ('[[run]]\nnane = "a"', "a run has nane")])
    def test_unknown_keys_are_refused(self, tmp_path: Path, text: str, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            read_plan(plan(tmp_path, text), [4], 4)

    def test_all_shipped_plans_can_be_read(self) -> None:
        known = {"bundle", "data", "base", "checkpoint", "policy", "ablations", "history", "threads"}
        found = sorted(PLANS.glob("*.toml"))
        assert [path.stem for path in found] == ["default", "full"]
        for path in found:
            points = read_plan(path, [4, 8, 16, 32], 8)
            assert len(points) > 20
            for point in points:
                assert point.needs() <= known
                assert point.arguments(dict.fromkeys(known, "x"))

    def test_a_program_of_another_kind_is_refused(self) -> None:
        with pytest.raises(ValueError, match="'a' runs 'rm'; expected one of refrag, python"):
            Point("a", "rm -r x").arguments({})


def test_results_stay_those_of_a_bundle_whose_graphs_are_laid_out_anew(bundle: Path) -> None:
    before, path = identity(bundle), bundle / "manifest.json"
    for name, same in (("lower.onnx", True), ("adapter.bin", False)):
        manifest = json.loads(path.read_text())
        manifest["files"].setdefault(name, {})["sha256"] = "another"
        path.write_text(json.dumps(manifest))
        assert (identity(bundle) == before) == same, name


class TestRun:
    def run(self, monkeypatch: pytest.MonkeyPatch, folder: Path, bundle: Path, text: str, *options: str) -> None:
        command = ["matrix", "--plan", str(plan(folder, text)), "--bundle", str(bundle), "--data", str(folder), "--out", str(folder / "out")]
        monkeypatch.setattr(sys, "argv", [*command, *options])
        matrix.main()

    def test_results_say_how_they_were_made_and_are_not_made_again(
        self, tmp_path: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.run(monkeypatch, tmp_path, bundle, PLAN)
        found = json.loads((tmp_path / "out" / "b.json").read_text())
        assert found["rows"] == [8]
        assert found["command"] == "python -c 'print(8)'"
        assert found["bundle"] == identity(bundle) and found["bundle"].startswith("tiny@1 (")
        assert found.keys() == {"name", "command", "bundle", "date", "seconds", "machine", "rows"}
        assert capsys.readouterr().out.count(": done after") == 5
        self.run(monkeypatch, tmp_path, bundle, PLAN)
        assert capsys.readouterr().out.count(": done before") == 5

    def test_a_failing_point_is_named_and_the_others_are_run(
        self, tmp_path: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = '[[run]]\nname = "bad"\ncommand = "python -c \'raise SystemExit(chr(120))\'"\n' + PLAN[PLAN.index('[[run]]\nname = "b"') :]
        with pytest.raises(SystemExit, match="failed: bad"):
            self.run(monkeypatch, tmp_path, bundle, text)
        assert capsys.readouterr().err == "x\n"
        assert [p.name for p in (tmp_path / "out").iterdir()] == ["b.json"]

    def test_points_that_need_what_is_not_given_are_left_out(
        self, tmp_path: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.run(monkeypatch, tmp_path, bundle, '[[run]]\nname = "p"\ncommand = "python x --policy {policy} --base {base}"\n')
        assert "p: left out, needs --with base= policy=" in capsys.readouterr().out

    def test_what_a_plan_names_can_be_given(
        self, tmp_path: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = '[[run]]\nname = "p"\ncommand = "python -c \'import json, sys; print(json.dumps(sys.argv[1]))\' {variant}"\n'
        self.run(monkeypatch, tmp_path, bundle, text, "--with", f"variant={tmp_path}/v.pt")
        found = json.loads((tmp_path / "out" / "p.json").read_text())
        assert found["rows"] == [f"{tmp_path}/v.pt"]
        assert found["command"].endswith("{variant}")  # no path of this machine
        with pytest.raises(SystemExit):
            self.run(monkeypatch, tmp_path, bundle, text, "--with", "variant")
        assert "'variant' is not NAME=PATH" in capsys.readouterr().err

    def test_a_result_of_another_bundle_stops_the_run(self, tmp_path: Path, bundle: Path) -> None:
        point = Point("b", "python -c 'print(8)'")
        assert Matrix(tmp_path, "one@1", {}).run(point) is None
        assert Matrix(tmp_path, "one@1", {}).finished(point)
        with pytest.raises(ValueError, match="b.json is of the bundle 'one@1', not 'two@1'"):
            Matrix(tmp_path, "two@1", {}).finished(point)

    def test_no_point_starts_when_the_time_is_over(
        self, tmp_path: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.run(monkeypatch, tmp_path, bundle, PLAN, "--minutes", "-1", "--only", "b")
        assert capsys.readouterr().out == "1/1 b: left out, -1 minutes are over\n"
