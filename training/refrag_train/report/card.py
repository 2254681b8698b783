"""Makes a bundle's model card, README.md in its folder:

python -m refrag_train.report.card --bundle ../models/smollm2-135m-refrag --text configs/smollm2-135m/card.md --results ../docs/benchmarks/results

The text is written by hand; {{name}} stands for a value of the manifest, and {{data}}, {{recipe}}, {{compute}}, {{rebuilt}} and {{tables}} for
what follows from manifest and results. The card is no file of the bundle: its manifest does not name it.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any, Iterator

from refrag_train.export.bundle import CARD
from refrag_train.matrix import identity
from refrag_train.report.format import table
from refrag_train.report.page import made, sections
from refrag_train.report.results import Result, read_results

SETS = {
    "wiki": ("SQuAD 1.1 (44 training articles), SQuADShifts New Wikipedia, BoolQ, SelQA, ARES", "CC BY-SA 4.0; CC BY 4.0; CC BY-SA 3.0; Apache-2.0"),
    "amazon": ("SQuADShifts Amazon reviews", "CC BY 4.0"),
    "reddit": ("SQuADShifts Reddit", "CC BY 4.0"),
    "qamr": ("QAMR", "MIT; sentences CC BY-SA and CC BY"),
    "policyqa": ("PolicyQA", "MIT"),
    "multihop": ("HotpotQA, 2WikiMultihopQA and MuSiQue, training parts", "CC BY-SA 4.0; Apache-2.0; CC BY 4.0"),
    "movies": ("Wikipedia film leads with templated questions", "MIT; text CC BY-SA 4.0"),
    "factbook": ("CIA World Factbook with templated questions", "public domain, CC0"),
    "openstax": ("OpenStax glossaries and text; OpenStax, Rice University, access for free at openstax.org", "CC BY 4.0"),
    "books": ("books from before 1930", "public domain in the United States"),
    "stacks": ("The Stacks Project", "GFDL 1.2+"),
    "openlogic": ("Open Logic Project", "CC BY 4.0"),
    "canard": ("CANARD", "CC BY-SA 4.0"),
    "sharc": ("ShARC", "CC BY-SA 3.0"),
    "cast": ("TREC CAsT topics", "MIT"),
    "wiki_synthetic": ("conversations made of `wiki`", "CC BY-SA"),
    "summaries": ("OpenStax sections, Ethereum, Python, Rust and Cardano proposals", "CC BY 4.0; CC0; public domain; MIT or Apache-2.0"),
    "timeqa": ("TimeQA; text from Wikipedia", "BSD-3-Clause; text CC BY-SA"),
}


def stages(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """What run.json said of each stage."""
    found: list[dict[str, Any]] = manifest["training"].get("stages", [])
    return found


def named_sets(value: Any) -> Iterator[str]:
    """Names below each key `sets`, wherever it stands."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key == "sets":
                yield from below
            else:
                yield from named_sets(below)
    elif isinstance(value, list):
        for below in value:
            yield from named_sets(below)


def data(manifest: dict[str, Any]) -> list[str]:
    """Sets with their sources and licences. ValueError for a set whose licence is not said."""
    used = list(dict.fromkeys(name for stage in stages(manifest) for name in named_sets(stage)))
    if strange := [name for name in used if name not in SETS]:
        raise ValueError(f"training read {', '.join(strange)}, whose licences the card does not know; add them to SETS")
    return table(["set", "what it is", "licence"], [[f"`{name}`", *SETS[name]] for name in used])


def recipe(manifest: dict[str, Any]) -> list[str]:
    """Stages in order."""
    rows = [
        [s["stage"]["name"], f"{s['steps']:,}", f"{s['seconds'] / 3600:.1f}", s["threads"], s["dtype"], s["date"], tasks(s["stage"])]
        for s in stages(manifest)
    ]
    return table(["stage", "steps", "hours", "threads", "products in", "date", "tasks"], rows)


def tasks(stage: dict[str, Any]) -> str:
    """Kinds of rows of a stage, with their k."""
    if "average_of" in stage:
        return f"mean of {' and '.join(stage['average_of'])}"
    found: list[str] = []
    for name, parts in stage.items():
        if name == "distillation" and parts:
            found.append(name)
        elif isinstance(parts, list) and parts and isinstance(parts[0], dict):
            sizes = sorted({k for part in parts for k in part.get("chunk_tokens", [])})
            found.append(f"{name} (k = {', '.join(map(str, sizes))})" if sizes else name)
    return "; ".join(found) or "selection policy"


def compute(manifest: dict[str, Any]) -> str:
    """Time of all stages."""
    return f"{core_hours(manifest):.1f} core hours on a server CPU, no accelerator"


def core_hours(manifest: dict[str, Any]) -> float:
    """Time of all stages that a bundle is made of, times their threads."""
    return float(sum(s["seconds"] * s["threads"] for s in stages(manifest))) / 3600


def rebuilt(manifest: dict[str, Any]) -> list[str]:
    """Share of tokens that are predicted with their chunk vectors and without, by k."""
    rows = [
        [k, chunks, f"{100 * found['rebuilt']:.0f} %", f"{100 * found['rebuilt_none']:.0f} %"]
        for k, parts in manifest["evaluation"].items()
        for chunks, found in parts.get("rebuilt", {}).items()
    ]
    return table(["k", "chunks", "with vectors", "without"], rows)


def tables(results: list[Result]) -> list[str]:
    """All tables of the quality page, without its figures."""
    lines = [*made(results), "", "Figures and commands: [quality](../../docs/benchmarks/quality.md).", ""]
    for part in sections(results):
        lines += [f"### {part.title}", "", *(line.replace("### ", "#### ", 1) if line.startswith("### ") else line for line in part.lines)]
    return lines


def card(bundle: Path, text: str, results: list[Result]) -> str:
    """The card. ValueError for a placeholder that nothing stands for, and for results of another bundle."""
    manifest = json.loads((bundle / "manifest.json").read_text())
    if results[0].bundle != identity(bundle):
        raise ValueError(f"the results are of {results[0].bundle}, not of {identity(bundle)}")
    values = {name: value for name, value in manifest.items() if isinstance(value, (str, int, float, bool))}
    values |= {"chunk_sizes": ", ".join(map(str, manifest["chunk_sizes"])), "compute": compute(manifest)}
    parts = {"data": data(manifest), "recipe": recipe(manifest), "rebuilt": rebuilt(manifest), "tables": tables(results)}
    values |= {name: "\n".join(lines).strip() for name, lines in parts.items()}

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise ValueError(f"the text has {match[0]}; expected one of {', '.join(sorted(values))}")
        return str(values[match[1]])

    return re.sub(r"\{\{(\w+)\}\}", value, text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--results", type=Path, required=True)
    a = parser.parse_args()
    (a.bundle / CARD).write_text(card(a.bundle, a.text.read_text(), read_results(a.results)))


if __name__ == "__main__":
    main()
