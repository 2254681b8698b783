"""Commands of this package that pages tell exist, with their options and all that they need."""

from __future__ import annotations

import argparse
import re
import runpy
import shlex
import warnings
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
COMMAND = re.compile(r"-m (refrag_train[\w.]*)(.*)", re.DOTALL)
LANGUAGES = {"", "sh", "bash", "console"}


class Captured(Exception):
    def __init__(self, parser: argparse.ArgumentParser) -> None:
        super().__init__()
        self.parser = parser


def pages() -> list[Path]:
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "training/README.md"]
    found += sorted((ROOT / "docs").rglob("*.md")) + sorted((ROOT / "models").glob("*/README.md"))
    return [page for page in found if page.exists()]


def told_in_blocks(page: Path) -> list[tuple[str, list[str]]]:
    """Commands to be typed as they are; variables of their block are put in their places."""
    commands = []
    for language, block in BLOCK.findall(page.read_text()):
        if language not in LANGUAGES:
            continue
        variables: dict[str, str] = {}
        for line in block.replace("\\\n", " ").splitlines():
            if assigned := re.fullmatch(r'(\w+)="(.*)"(\s+#.*)?', line.strip()):
                variables[assigned[1]] = assigned[2]
            elif command := COMMAND.search(line):
                text = re.sub(r"\$(\w+)", lambda name: variables[name[1]], command[2])
                words = shlex.split(text, comments=True)
                commands.append((command[1], words[: words.index(">")] if ">" in words else words))
    return commands


def told_in_text(page: Path) -> list[tuple[str, list[str]]]:
    """Modules with the options that are named; what a command needs besides may be left out."""
    text = BLOCK.sub("", page.read_text())
    commands = [COMMAND.search(" ".join(span.split())) for part in re.split(r"\n\s*\n", text) for span in SPAN.findall(part)]
    return [(command[1], re.findall(r"(?<=\s)--[\w-]+", command[2])) for command in commands if command]


def parser_of(module: str, monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    def capture(parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        raise Captured(parser)

    with monkeypatch.context() as patched, warnings.catch_warnings():
        # That a module was imported before it is run does not matter: it ends at its arguments.
        warnings.simplefilter("ignore", RuntimeWarning)
        patched.setattr(argparse.ArgumentParser, "parse_args", capture)
        with pytest.raises(Captured) as captured:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
    return captured.value.parser


BLOCKS = [(page, *command) for page in pages() for command in told_in_blocks(page)]
TEXTS = [(page, *command) for page in pages() for command in told_in_text(page)]


def label(value: object) -> str:
    return value.name if isinstance(value, Path) else value if isinstance(value, str) else ""


@pytest.mark.parametrize(("page", "module", "arguments"), BLOCKS, ids=label)
def test_a_command_in_a_block_is_understood(page: Path, module: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    parser = parser_of(module, monkeypatch)
    try:
        parser.parse_args(arguments)
    except SystemExit:
        pytest.fail(f"{page.relative_to(ROOT)}: {module} does not take {arguments}")


@pytest.mark.parametrize(("page", "module", "options"), TEXTS, ids=label)
def test_a_command_in_the_text_has_these_options(page: Path, module: str, options: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    parser = parser_of(module, monkeypatch)
    known = {name for action in parser._actions for name in action.option_strings}
    assert set(options) <= known, f"{page.relative_to(ROOT)}: {module}"


def test_commands_are_found() -> None:
    assert len(BLOCKS) > 25
    assert len(TEXTS) > 8


def test_what_is_wrong_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit):
        parser_of("refrag_train.parity", monkeypatch).parse_args(["--bundles", "X"])
    with pytest.raises(ImportError):
        parser_of("refrag_train.parities", monkeypatch)
