"""What every suite needs: its arguments, the bundle with tokenizer and prompt, and the lines it prints."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from refrag_train.corpus import Skipped, Texts
from refrag_train.prompt import Prompt, PromptFormat
from refrag_train.scores import Results
from refrag_train.suites.contexts import Contexts
from refrag_train.suites.reader import Passages, Reader, Stored
from refrag_train.suites.scoring import ScoringBundle
from refrag_train.suites.selection import Selection
from refrag_train.tasks.answering import Expanded


def arguments(description: str | None, limit: int) -> argparse.ArgumentParser:
    """limit: items by default."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with the data's folders")
    parser.add_argument("--limit", type=int, default=limit, help="most items of each set, drawn by the seed; default: %(default)s")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    return parser


def expansion(parser: argparse.ArgumentParser, share: float) -> None:
    """Adds what says how many chunks are expanded, and how they enter. share: by default."""
    parser.add_argument("--expand", type=float, default=share, help="share of the chunks that is expanded; default: %(default)s")
    parser.add_argument("--expanded", choices=get_args(Expanded), default="raw", help="how they enter; default: %(default)s")


def open_tokenizer(bundle: Path) -> Any:
    """The bundle's own."""
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(tokenizer_file=str(bundle / "tokenizer.json"))  # type: ignore[no-untyped-call]


def prompt_of(bundle: Path, tokenizer: Any) -> Prompt:
    """The prompt as the runtime lays it out."""
    manifest = json.loads((bundle / "manifest.json").read_text())
    return Prompt(tokenizer, PromptFormat(**manifest["prompt"], **manifest["special_tokens"]))


@dataclass(frozen=True)
class Setup:
    """An open bundle and what can be done with it. `texts` is empty at first; passages are added to it."""

    bundle: ScoringBundle
    tokenizer: Any
    prompt: Prompt
    texts: Texts
    reader: Reader
    contexts: Contexts

    @staticmethod
    def of(
        bundle: ScoringBundle, texts: Texts | None = None, *, expanded: Expanded = "raw", form: Stored = "float16"
    ) -> Setup:
        """expanded: how expanded chunks enter; form: how vectors are stored."""
        tokenizer = open_tokenizer(bundle.folder)
        prompt, own = prompt_of(bundle.folder, tokenizer), texts or Texts(tokenizer)
        passages = Passages(bundle, own, prompt.sink, form)
        selection = Selection(bundle, own, passages, prompt, tokenizer)
        return Setup(bundle, tokenizer, prompt, own, Reader(bundle, passages), Contexts(prompt, own, selection, expanded))

    @property
    def k(self) -> int:
        """Tokens per chunk where nobody asks for others."""
        k: int = self.bundle.manifest["default_chunk_tokens"]
        return k

    @property
    def window(self) -> int:
        """Positions that the decoder was trained for."""
        positions: int = self.bundle.manifest["context_positions"]
        return positions

    def text(self, tokens: list[int]) -> str:
        decoded: str = self.tokenizer.decode(tokens)
        return decoded.strip()


def chunk_sizes(bundle: ScoringBundle, wanted: str | None) -> list[int]:
    """Sizes asked for as "4,8,16"; None: all of the bundle. ValueError for others than the bundle has."""
    known: list[int] = bundle.manifest["chunk_sizes"]
    sizes = [int(k) for k in wanted.split(",")] if wanted else known
    if strange := sorted(set(sizes) - set(known)):
        raise ValueError(f"--k has {', '.join(map(str, strange))}; the bundle has {', '.join(map(str, known))}")
    return sizes


def print_rows(
    results: Results, seed: int, against: dict[str, list[str]], skipped: Skipped | None = None, **common: Any
) -> None:
    """A line per system, then one with what was skipped, where something was."""
    for row in results.rows(seed, against):
        print(json.dumps({**common, **row}), flush=True)
    if skipped is not None and skipped.counts():
        print(json.dumps({**common, "skipped": skipped.counts()}), flush=True)
