"""What a bundle's manifest says about its training and about what each k can do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from refrag_train.evaluate import System


def evaluation(lines: list[str]) -> dict[str, Any]:
    """Output lines of `refrag_train.probe` and `refrag_train.evaluate`, by k.

    {"4": {"rebuilt": {"16": {...}}, "answers": {"compressed": {...}}}, ..., "uncompressed": {"raw": {...}}}: `rebuilt` by number
    of chunks, `answers` by system; `uncompressed` are the systems that read no chunk vectors.
    """
    found: dict[str, Any] = {}
    for line in lines:
        row = json.loads(line)
        if "chunks" in row:
            k, chunks = str(row.pop("k")), str(row.pop("chunks"))
            found.setdefault(k, {}).setdefault("rebuilt", {})[chunks] = row
        elif "system" in row:
            system = System.parse(row.pop("system"))
            if system.kind in ("none", "raw", "states"):
                found.setdefault("uncompressed", {})[system.kind] = row
            else:
                name = f"{system.kind}:{system.share}" if system.share else system.kind
                found.setdefault(str(system.k), {}).setdefault("answers", {})[name] = row
        else:
            raise ValueError(f"evaluation row with {', '.join(row)}; expected a line of refrag_train.probe or refrag_train.evaluate")
    return found


def reads_token_states(stages: list[dict[str, Any]]) -> bool:
    """Whether a stage showed the decoder token states, by the run.json of each."""
    shown = [a for stage in stages for a in stage["stage"].get("answering", [])]
    return any(a.get("states", 0) > 0 or a["contexts"].get("states", 0) > 0 for a in shown)


def read_lines(files: list[Path]) -> list[str]:
    """All lines that are not empty."""
    return [line for file in files for line in file.read_text().splitlines() if line.strip()]
