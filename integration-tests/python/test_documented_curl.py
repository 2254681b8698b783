"""Every `curl` command of the documents, against the demo."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, TOKEN, Demo

DOCUMENTED = "http://127.0.0.1:8765"


def commands(document: Path) -> Iterator[str]:
    """The commands within fences that begin with `curl`, whole: quotes are closed, and no line is continued."""
    for block in re.findall(r"^```\w*\n(.*?)^```", document.read_text(), re.DOTALL | re.MULTILINE):
        command = ""
        for line in block.splitlines():
            if not command and not line.startswith("curl "):
                continue
            command += line + "\n"
            if is_whole(command):
                yield command
                command = ""
        assert not command, f"{document.name}: a command does not end: {command}"


def is_whole(command: str) -> bool:
    try:
        shlex.split(command)
    except ValueError:
        return False
    return not command.endswith("\\\n")


DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = [pytest.param(command, id=document.name) for document in DOCUMENTS for command in commands(document)]


def test_there_are_some() -> None:
    assert {str(parameter.id) for parameter in COMMANDS} >= {"README.md", "http-api.md", "tour.md", "deployment.md"}


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.parametrize("command", COMMANDS)
def test_is_answered(command: str, demo: Demo) -> None:
    assert DOCUMENTED in command
    # The tests' demo has a free port, and a token that the documents give only where theirs has one.
    own = command.rstrip("\n").replace(DOCUMENTED, demo.http.rstrip("/"))
    own += f" --fail-with-body --max-time 120 -H {shlex.quote(f'Authorization: Bearer {TOKEN}')}"
    done = subprocess.run(
        ["bash", "-c", own], env=os.environ | {"REFRAG_HTTP_TOKEN": TOKEN}, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "COMPLETE"
    assert answer["text"]
