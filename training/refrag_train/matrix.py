"""Runs a plan of evaluations, one after the other, and goes on where it stopped:

python -m refrag_train.matrix --plan configs/evaluation/default.toml --bundle BUNDLE --data DATA --out runs/evaluation

Each point of the plan is a command that prints JSON lines; they are written to OUT/NAME.json with the command, date, duration and
machine. A point whose file is there, of the same command and bundle, is not run again. Afterwards `refrag_train.report` makes the
page. Exit status 1 when a point failed; the others have been run.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import shlex
import string
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from refrag_train.report.results import Result, read_result

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {"refrag": [str(ROOT / "refrag")], "python": [sys.executable]}


@dataclass(frozen=True)
class Point:
    """A command of a plan. Its placeholders that differ from machine to machine are still in it."""

    name: str
    command: str

    def needs(self) -> set[str]:
        """Names of its placeholders."""
        return {name for _, name, _, _ in string.Formatter().parse(self.command) if name}

    def arguments(self, places: dict[str, str]) -> list[str]:
        """The command as it is started."""
        first, *rest = [part.format(**places) for part in shlex.split(self.command)]
        if first not in PROGRAMS:
            raise ValueError(f"point {self.name!r} runs {first!r}; expected one of {', '.join(PROGRAMS)}")
        return [*PROGRAMS[first], *rest]


class Partial(dict[str, object]):
    """Leaves unknown placeholders as they are."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def read_plan(path: Path, sizes: list[int], k: int) -> list[Point]:
    """Points in the plan's order: the product of the lists under `over`, for each [[run]]. Those at a k that the bundle lacks are
    left out; k is the bundle's own where `over` has none. ValueError for unknown keys, and two commands of one name."""
    plan = tomllib.loads(path.read_text())
    points: dict[str, Point] = {}
    for run in plan.pop("run", []):
        if strange := run.keys() - {"name", "command", "over"}:
            raise ValueError(f"{path}: a run has {', '.join(sorted(strange))}; expected name, command and over")
        over = run.get("over", {})
        for values in itertools.product(*over.values()):
            given = Partial({"k": k} | dict(zip(over, values)))
            if given["k"] not in sizes:
                continue
            point = Point(*(" ".join(run[key].split()).format_map(given) for key in ("name", "command")))
            if points.setdefault(point.name, point) != point:
                raise ValueError(f"{path}: two commands have the name {point.name!r}")
    if strange := plan.keys():
        raise ValueError(f"{path} has {', '.join(sorted(strange))}; expected run")
    return list(points.values())


def identity(bundle: Path) -> str:
    """Name, version and a digest of what a bundle has learnt: results stay those of the bundle when its graphs are laid out anew."""
    manifest = json.loads((bundle / "manifest.json").read_text())
    learnt = {name: file for name, file in manifest["files"].items() if name == manifest["policy"] or not name.endswith(".onnx")}
    digest = hashlib.sha256(json.dumps(learnt, sort_keys=True).encode()).hexdigest()
    return f"{manifest['name']}@{manifest['version']} ({digest[:12]})"


INSTRUCTIONS = {"amx_int8": "AMX", "avx512_vnni": "AVX-512 VNNI", "avx_vnni": "AVX VNNI", "avx512f": "AVX-512", "avx2": "AVX2"}


def machine() -> str:
    """Processor, the best instructions that it has for 8-bit products, which round differently, and number of cores."""
    known: dict[str, str] = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        known.setdefault(name.strip(), value.strip())
    flags = known.get("flags", "").split()
    best = [instructions for flag, instructions in INSTRUCTIONS.items() if flag in flags][:1]
    return ", ".join([known.get("model name", "unknown processor"), *best, f"{len(os.sched_getaffinity(0))} cores"])


@dataclass(frozen=True)
class Matrix:
    """Runs points into a folder. places: values of placeholders."""

    out: Path
    bundle: str
    places: dict[str, str]

    def finished(self, point: Point) -> bool:
        """Whether its file is there. ValueError when it is another command's or another bundle's."""
        path = self._file(point)
        if not path.exists():
            return False
        found = read_result(path)
        for what, known, own in (("command", found.command, point.command), ("bundle", found.bundle, self.bundle)):
            if known != own:
                raise ValueError(f"{path} is of the {what} {known!r}, not {own!r}; remove it or choose another folder")
        return True

    def run(self, point: Point) -> str | None:
        """Runs a point and writes its file, in one move. The error's last lines when it fails."""
        started = time.time()
        done = subprocess.run(point.arguments(self.places), cwd=ROOT / "training", capture_output=True, text=True)
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        if done.returncode or not lines:
            return "\n".join(done.stderr.strip().splitlines()[-8:]) or f"exit status {done.returncode}, no output"
        date, seconds = time.strftime("%Y-%m-%d", time.gmtime(started)), round(time.time() - started)
        rows = [json.loads(line) for line in lines]
        Result(point.name, point.command, self.bundle, date, seconds, machine(), rows).write(self._file(point))
        return None

    def _file(self, point: Point) -> Path:
        return self.out / f"{point.name}.json"


def place(text: str) -> tuple[str, Path]:
    """NAME=PATH."""
    name, separator, path = text.partition("=")
    if not (name.isidentifier() and separator and path):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=PATH")
    return name, Path(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with the data's folders")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--with",
        dest="given",
        type=place,
        nargs="*",
        default=[],
        metavar="NAME=PATH",
        help="what a plan's {NAME} stands for, such as base, checkpoint and policy; points that need more are left out",
    )
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="default: all cores")
    parser.add_argument("--only", help="points whose name contains this")
    parser.add_argument("--minutes", type=float, help="no point starts after so many")
    parser.add_argument("--dry-run", action="store_true", help="print the points and what is left to do")
    a = parser.parse_args()
    manifest = json.loads((a.bundle / "manifest.json").read_text())
    paths: dict[str, Path] = {"bundle": a.bundle, "data": a.data, **dict(a.given)}
    places = {name: str(path.resolve()) for name, path in paths.items()} | {"threads": str(a.threads)}
    matrix = Matrix(a.out, identity(a.bundle), places)
    points = [p for p in read_plan(a.plan, manifest["chunk_sizes"], manifest["default_chunk_tokens"]) if (a.only or "") in p.name]
    started, failed = time.monotonic(), []
    for number, point in enumerate(points, 1):
        state = f"{number}/{len(points)} {point.name}"
        if missing := point.needs() - places.keys():
            print(f"{state}: left out, needs --with {' '.join(f'{name}=' for name in sorted(missing))}", flush=True)
        elif matrix.finished(point):
            print(f"{state}: done before", flush=True)
        elif a.dry_run:
            print(f"{state}: {point.command}", flush=True)
        elif a.minutes is not None and time.monotonic() - started > 60 * a.minutes:
            print(f"{state}: left out, {a.minutes:g} minutes are over", flush=True)
        else:
            error = matrix.run(point)
            print(f"{state}: {'failed' if error else 'done'} after {time.monotonic() - started:.0f} s in all", flush=True)
            if error:
                print(error, file=sys.stderr, flush=True)
                failed.append(point.name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
