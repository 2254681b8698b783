"""The bundles that the Java runtime is tested with are what the export writes today."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from refrag_train.export.bundle import digest
from served import BUNDLES, EXPECTED, FOLDER, Served, write


@pytest.mark.parametrize("served", BUNDLES, ids=lambda served: served.name)
def test_the_committed_bundle_is_what_the_export_writes(served: Served, tmp_path: Path) -> None:
    write(served, tmp_path / "bundle", tmp_path)
    committed = {p.name for p in (FOLDER / served.name).iterdir()}
    assert committed == {p.name for p in (tmp_path / "bundle").iterdir()}
    for name in committed - {EXPECTED}:
        assert digest(FOLDER / served.name / name) == digest(tmp_path / "bundle" / name), f"{name}: run tests/served.py"
    own, theirs = (json.loads((folder / EXPECTED).read_text()) for folder in (tmp_path / "bundle", FOLDER / served.name))
    assert own["tokens"] == theirs["tokens"]
    np.testing.assert_allclose(own["logits"], theirs["logits"], atol=1e-3)
