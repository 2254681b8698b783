"""The model card says what manifest and results say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from refrag_train.matrix import identity
from refrag_train.report.card import card, data, named_sets, recipe
from refrag_train.report.results import Result, read_results

ROOT = Path(__file__).parents[2]
STAGE = {
    "stage": {
        "name": "first",
        "reconstruction": [{"sets": ["wiki", "movies"], "chunk_tokens": [4]}],
        "answering": [{"sets": {"wiki": 5, "factbook": 2}, "chunk_tokens": [8, 4]}],
    },
    "steps": 1200,
    "seconds": 5400,
    "threads": 1,
    "dtype": "bfloat16",
    "date": "2026-11-24",
}


@pytest.fixture
def manifest() -> dict[str, Any]:
    rebuilt = {"4": {"rebuilt": {"16": {"rebuilt": 0.863, "rebuilt_none": 0.31}}}, "uncompressed": {}}
    return {
        "name": "tiny",
        "version": "1",
        "chunk_sizes": [4, 8],
        "files": {},
        "training": {"stages": [STAGE]},
        "evaluation": rebuilt,
    }


@pytest.fixture
def bundle(manifest: dict[str, Any], tmp_path: Path) -> Path:
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def results(bundle: str) -> list[Result]:
    row = {"suite": "language", "set": "books", "system": "none", "n": 2, "positions": 0.0, "p512": [3.5, 3.4, 3.6]}
    return [Result("language", "command", bundle, "2026-11-24", 60, "processor", [row])]


def test_sets_are_found_wherever_they_stand(manifest: dict[str, Any]) -> None:
    assert list(named_sets(STAGE)) == ["wiki", "movies", "wiki", "factbook"]
    assert [line.split("`")[1] for line in data(manifest)[2:]] == ["wiki", "movies", "factbook"]


def test_a_set_without_a_known_licence_is_refused(manifest: dict[str, Any]) -> None:
    manifest["training"]["stages"][0] = {**STAGE, "stage": {"name": "x", "answering": [{"sets": {"secret": 1}}]}}
    with pytest.raises(ValueError, match="training read secret, whose licences"):
        data(manifest)


def test_the_recipe_names_tasks_and_time(manifest: dict[str, Any]) -> None:
    assert "| first | 1,200 | 1.5 | 1 | bfloat16 | 2026-11-24 | reconstruction (k = 4); answering (k = 4, 8) |" in recipe(manifest)


def test_placeholders_are_filled(bundle: Path) -> None:
    text = card(bundle, "{{name}} {{version}}: {{chunk_sizes}}, {{compute}}\n{{rebuilt}}\n{{tables}}", results(identity(bundle)))
    assert text.startswith("tiny 1: 4, 8, 1.5 core hours on a server CPU")
    assert "| 4 | 16 | 86 % | 31 % |" in text
    assert "| none | 2 | 0 | 3.50 (3.40–3.60) |" in text
    assert "#### books" in text


def test_an_unknown_placeholder_is_refused(bundle: Path) -> None:
    with pytest.raises(ValueError, match=r"\{\{nane\}\}; expected one of .*name"):
        card(bundle, "{{nane}}", results(identity(bundle)))


def test_results_of_another_bundle_are_refused(bundle: Path) -> None:
    with pytest.raises(ValueError, match="the results are of other@1, not of tiny@1"):
        card(bundle, "", results("other@1"))


def test_the_shipped_card_is_what_manifest_and_results_say() -> None:
    shipped = ROOT / "models" / "smollm2-135m-refrag"
    text = (ROOT / "training" / "configs" / "smollm2-135m" / "card.md").read_text()
    expected = card(shipped, text, read_results(ROOT / "docs" / "benchmarks" / "results"))
    assert (shipped / "README.md").read_text() == expected, "see refrag_train.report.card for the command"
