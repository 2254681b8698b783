"""The demo, with the default bundle, serving its HTTP API, console, broker and registry on free ports."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-for-the-tests"


@dataclass(frozen=True)
class Demo:
    """Addresses of a demo that runs, and when it was started (`time.monotonic`)."""

    started: float
    http: str
    kafka: str
    registry: str


SAID = {"kafka": r"Kafka broker on (\S+)", "registry": r"schema registry on (\S+)", "http": r"HTTP API on (\S+)"}


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    started = time.monotonic()
    process = subprocess.Popen(
        [ROOT / "refrag", "demo", "--no-browser", "--registry-port", "0", "--set", "http.port=0"],
        env=os.environ | {"REFRAG_HTTP_TOKEN": TOKEN},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = []
    found: dict[str, str] = {}
    for line in process.stderr:
        said.append(line)
        found |= {name: match[1] for name, pattern in SAID.items() if (match := re.search(pattern, line))}
        if len(found) == len(SAID):
            break
    else:
        pytest.fail("the demo ended:\n" + "".join(said))
    # What it says later must not fill the pipe.
    threading.Thread(target=process.stderr.read, daemon=True).start()
    try:
        yield Demo(started, **found)
    finally:
        process.terminate()
        process.wait(60)


FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> list[str]:
    """What tests measured beside what they asserted: printed at the end."""
    return pytestconfig.stash.setdefault(FIGURES, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for figure in config.stash.get(FIGURES, []):
        terminalreporter.write_line(f"measured: {figure}")


@pytest.fixture(scope="session")
def server(demo: Demo) -> str:
    """Address of the HTTP API, without a path."""
    return demo.http
