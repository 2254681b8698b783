"""Result files of `refrag_train.matrix`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

KEYS = ("name", "command", "bundle", "date", "seconds", "machine", "rows")


@dataclass(frozen=True)
class Result:
    """What one command printed, and how it was run."""

    name: str
    command: str
    bundle: str
    date: str
    seconds: int
    machine: str
    rows: list[dict[str, Any]]

    @property
    def items(self) -> int:
        """Most items that a system of it has read; 0 where rows do not say."""
        systems = [system for row in self.rows for system in row.get("systems", {}).values()]
        return max(int(count) for count in (*(row.get("n", 0) for row in self.rows), *(system["questions"] for system in systems)))

    def write(self, path: Path) -> None:
        """A row a line, in one move: a stop in the middle leaves no half file."""
        head = json.dumps({key: value for key, value in asdict(self).items() if key != "rows"}, indent=1)
        rows = ",\n  ".join(map(json.dumps, self.rows))
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        temporary.write_text(f'{head[:-2]},\n "rows": [\n  {rows}\n ]\n}}\n')
        temporary.replace(path)

    @property
    def kind(self) -> str:
        """The table that its rows belong in."""
        first = self.rows[0]
        if "suite" in first:
            return str(first["suite"])
        by_key = {"systems": "rag", "variant": "ablations", "trained": "development", "policy": "policy", "chunks": "rebuilt", "system": "answers", "stage": "training"}
        for key, kind in by_key.items():
            if key in first:
                return kind
        raise ValueError(f"result {self.name!r} has rows with {', '.join(first)}; expected one of suite, {', '.join(by_key)}")


def read_result(path: Path) -> Result:
    """ValueError for a file of something else."""
    values = json.loads(path.read_text())
    missing = [key for key in KEYS if key not in values]
    if missing or not values["rows"]:
        raise ValueError(f"{path} has no {', '.join(missing) or 'rows'}; expected what refrag_train.matrix writes")
    return Result(**{key: values[key] for key in KEYS})


def read_results(folder: Path) -> list[Result]:
    """All results of a folder, by name. ValueError for a file of something else, and for results of more than one bundle."""
    found: list[Result] = []
    for path in sorted(folder.glob("*.json")):
        found.append(read_result(path))
    if not found:
        raise ValueError(f"{folder} has no results; refrag_train.matrix writes them")
    if len(bundles := sorted({r.bundle for r in found})) > 1:
        raise ValueError(f"{folder} has results of several bundles: {', '.join(bundles)}")
    return found
