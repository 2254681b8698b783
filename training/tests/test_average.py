"""The mean of checkpoints."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from refrag_train import average
from refrag_train.checkpoint import read_checkpoint


def run(folder: Path, value: float, **config: Any) -> Path:
    folder.mkdir()
    torch.save({"config": {"rank": 4} | config, "state": {"a": torch.tensor([value, 1.0]), "b": torch.tensor([[value]])}}, folder / "checkpoint.pt")
    return folder


def test_every_weight_is_the_mean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [run(tmp_path / name, value) for name, value in (("one", 1.0), ("two", 2.0), ("three", 6.0))]
    monkeypatch.setattr(sys, "argv", ["average", "--of", *map(str, folders), "--out", str(tmp_path / "mean")])
    average.main()
    made = read_checkpoint(tmp_path / "mean" / "checkpoint.pt", ("config", "state"))
    assert made["config"] == {"rank": 4}
    assert made["state"]["a"].tolist() == [3.0, 1.0]
    assert made["state"]["b"].tolist() == [[3.0]]
    said = json.loads((tmp_path / "mean" / "run.json").read_text())
    assert said["stage"] == {"name": "mean", "average_of": ["one", "two", "three"]}


def test_what_is_equal_everywhere_stays_as_it_is(tmp_path: Path) -> None:
    folders = [run(tmp_path / name, 0.1) for name in ("one", "two", "three")]
    assert torch.equal(average.average(folders)[1]["a"], torch.tensor([0.1, 1.0]))


def test_other_models_are_refused(tmp_path: Path) -> None:
    one, other = run(tmp_path / "one", 1.0), run(tmp_path / "other", 1.0, rank=8)
    with pytest.raises(ValueError, match="other/checkpoint.pt was made with another configuration: rank is 4, was 8"):
        average.average([one, other])
    with pytest.raises(ValueError, match="expected at least two"):
        average.average([one])


def test_other_weights_are_refused(tmp_path: Path) -> None:
    one, two = run(tmp_path / "one", 1.0), run(tmp_path / "two", 1.0)
    torch.save({"config": {"rank": 4}, "state": {"a": torch.zeros(3)}}, two / "checkpoint.pt")
    with pytest.raises(ValueError, match="two/checkpoint.pt was made with another configuration: a"):
        average.average([one, two])


def test_broken_weights_are_refused(tmp_path: Path) -> None:
    folders = [run(tmp_path / "one", 1.0), run(tmp_path / "two", float("nan"))]
    with pytest.raises(ValueError, match="the mean of a is not finite"):
        average.average(folders)
