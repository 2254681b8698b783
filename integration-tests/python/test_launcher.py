"""The launcher of a checkout: what it tells which JVM for which command."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["17.0.1", "22.0.1", "25"])
def jdk(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[int, Path]:
    """A JDK whose java says its release, else what it was told."""
    # What is stale is built by the real one.
    subprocess.run([ROOT / "refrag", "--version"], capture_output=True, check=True)
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f'#!/bin/sh\ncase $1 in -version) echo \'openjdk version "{request.param}"\' >&2 ;; *) echo "$@" ;; esac\n')
    java.chmod(0o755)
    return int(request.param.split(".")[0]), tmp_path


def told(jdk: Path, *arguments: str) -> list[str]:
    environment = os.environ | {"JAVA_HOME": str(jdk)}
    done = subprocess.run([ROOT / "refrag", *arguments], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_pipe_is_no_terminal(jdk: tuple[int, Path]) -> None:
    release, home = jdk
    assert ("-Djdk.console=java.base" in told(home, "ask")) == (release >= 22)


@pytest.mark.parametrize(
    ("arguments", "short"),
    [
        (["run"], False),
        (["--json-logs", "run"], False),
        (["--debug", "--json-logs", "api", "--config", "x"], False),
        (["console"], False),
        (["bench", "load"], False),
        (["demo"], False),
        (["demo", "--no-console", "--set", "http.port=0"], False),
        (["demo", "--question", "what?"], True),
        (["demo", "--json", "--question=what?"], True),
        (["ask", "run"], True),
        (["--json-logs"], True),
        ([], True),
    ],
)
def test_what_serves_is_compiled_well(jdk: tuple[int, Path], arguments: list[str], short: bool) -> None:
    assert ("-XX:TieredStopAtLevel=1" in told(jdk[1], *arguments)) == short
