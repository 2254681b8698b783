"""Makes the quality page: python -m refrag_train.report --results FOLDER --out docs/benchmarks/quality.md

FOLDER has what `refrag_train.matrix` wrote; its files are copied to `results` beside the page, from where the page can be made again.
"""

from __future__ import annotations

import argparse
import shutil
import time
from pathlib import Path

from refrag_train.report.page import write_page
from refrag_train.report.results import Result, read_results
from refrag_train.report.training import read_logs

TRAINING = "training"


def keep(folder: Path, kept: Path) -> None:
    """Replaces the results beside the page."""
    if folder.resolve() == kept.resolve():
        return
    kept.mkdir(parents=True, exist_ok=True)
    for old in kept.glob("*.json"):
        old.unlink()
    for result in folder.glob("*.json"):
        shutil.copyfile(result, kept / result.name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--training", type=Path, nargs="*", default=[], help="run folders of the stages, in order: their losses become a result")
    a = parser.parse_args()
    if a.training:
        first = read_results(a.results)[0]
        command, date = "python -m refrag_train.report --training", time.strftime("%Y-%m-%d", time.gmtime())
        training = Result(TRAINING, command, first.bundle, date, 0, first.machine, read_logs(a.training))
        training.write(a.results / f"{TRAINING}.json")
    kept = a.out.parent / "results"
    results = read_results(a.results)
    keep(a.results, kept)
    write_page(results, a.out)


if __name__ == "__main__":
    main()
