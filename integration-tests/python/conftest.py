"""The demo, with the default bundle, serving its HTTP API and console on a free port."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-for-the-tests"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of the server, without a path."""
    demo = subprocess.Popen(
        [ROOT / "refrag", "demo", "--no-browser", "--set", "http.port=0"],
        env=os.environ | {"REFRAG_HTTP_TOKEN": TOKEN},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert demo.stderr is not None
    said = []
    for line in demo.stderr:
        said.append(line)
        if address := re.search(r"HTTP API on (\S+)", line):
            break
    else:
        pytest.fail("the demo ended:\n" + "".join(said))
    # What it says later must not fill the pipe.
    threading.Thread(target=demo.stderr.read, daemon=True).start()
    try:
        yield address[1]
    finally:
        demo.terminate()
        demo.wait(60)
