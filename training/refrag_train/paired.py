"""By how much one bundle answers better than another, question by question:

python -m refrag_train.paired --of FILE --than FILE

Both are what `refrag eval --predictions` wrote for the same questions. A line per system that both have: questions, F1 of each, and the difference
with its 95 % bootstrap interval.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from refrag_train.scores import interval


def scores(path: Path) -> dict[str, dict[str, float]]:
    """F1 (0 to 1) by system and question. ValueError for a file of something else."""
    found: dict[str, dict[str, float]] = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            row = json.loads(line)
            found.setdefault(row["system"], {})[row["id"]] = float(row["f1"])
        except (KeyError, TypeError, ValueError) as e:
            raise ValueError(f"{path}, line {number}: expected an object with system, id and f1, as refrag eval --predictions writes it") from e
    return found


def compared(of: Path, than: Path, seed: int) -> list[dict[str, Any]]:
    """Rows by system. ValueError where the files have no system in common, or other questions."""
    first, second = scores(of), scores(than)
    common = [system for system in first if system in second]
    if not common:
        raise ValueError(f"{of} has the systems {', '.join(first) or '(none)'}, {than} has {', '.join(second) or '(none)'}; expected one in both")
    rows = []
    for system in common:
        own, other = first[system], second[system]
        if strange := sorted(own.keys() ^ other.keys()):
            raise ValueError(f"{len(strange)} questions of {system} are in one of {of} and {than} only, such as {strange[0]}; expected the same ones")
        a, b = (np.array([values[question] for question in own]) for values in (own, other))
        f1 = {"f1": round(float(a.mean()), 4), "f1_than": round(float(b.mean()), 4)}
        rows.append({"system": system, "questions": len(own), **f1, "f1_above": interval(a - b, seed)})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", type=Path, required=True)
    parser.add_argument("--than", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    a = parser.parse_args()
    for row in compared(a.of, a.than, a.seed):
        print(json.dumps(row))


if __name__ == "__main__":
    main()
