"""deploy/compose.yaml, started: asked, looked at, stopped, and started again with what it knew. Images of others are stood in for by their programs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from conftest import ROOT, TOKEN

DEPLOY = ROOT / "deploy"
IMAGE = "refrag:integration-tests"
SERVICES: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
PROMETHEUS = shutil.which("prometheus")

needs_prometheus = pytest.mark.skipif(PROMETHEUS is None, reason="there is no prometheus")

Document = dict[str, Any]


def call(*command: object, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    variables = os.environ | {"REFRAG_HTTP_TOKEN": TOKEN} | ({"PROMETHEUS": PROMETHEUS} if PROMETHEUS else {})
    return subprocess.run([*map(str, command)], env=variables, capture_output=True, text=True, timeout=seconds)


def compose(*arguments: str, seconds: float = 60) -> str:
    # A project of its own: an installation that runs keeps its containers and volumes.
    files = "-f", DEPLOY / "compose.yaml", "-f", ROOT / "integration-tests" / "compose" / "override.yaml"
    done = call("docker", "compose", "--project-name", "refrag-test", *files, *arguments, seconds=seconds)
    assert done.returncode == 0, done.stderr
    return done.stdout


def up() -> None:
    """Starts it, and waits until it can be asked."""
    compose("up", "--detach", *([] if PROMETHEUS else ["--scale", "prometheus=0"]), seconds=420)
    eventually(lambda: get("refrag", 9464, "/health/ready"))


def address(service: str, published: int) -> str:
    """Where a port is that deploy/compose.yaml publishes as another one."""
    (inside,) = [port.split(":")[2] for port in SERVICES[service]["ports"] if port.split(":")[1] == str(published)]
    return "http://" + compose("port", service, inside).strip()


def get(service: str, published: int, path: str, body: Document | None = None) -> str:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address(service, published) + path, data, headers)
    with urllib.request.urlopen(request, timeout=180) as response:
        found: str = response.read().decode()
    return found


def eventually(attempt: Callable[[], object], seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            attempt()
            return
        except (AssertionError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def ask(question: str, service: str = "refrag", port: int = 8765) -> Document:
    answer: Document = json.loads(get(service, port, "/v1/ask", {"question": question, "conversation_id": "c"}))
    return answer


def query(expression: str) -> list[Document]:
    said = json.loads(get("prometheus", 9090, "/api/v1/query?" + urllib.parse.urlencode({"query": expression})))
    result: list[Document] = said["data"]["result"]
    return result


@pytest.fixture(scope="module", autouse=True)
def installation() -> Iterator[None]:
    if not shutil.which("docker") or call("docker", "compose", "version").returncode:
        pytest.skip("there is no docker compose")
    if (check := call(DEPLOY / "build-image.sh", "--local-base", "--check")).returncode:
        pytest.skip(check.stderr.strip())
    if not (ROOT / "serdes" / "target" / "apicurio-registry").exists():
        pytest.skip("there is no registry: mvn verify unpacks it")
    built = call(DEPLOY / "build-image.sh", "--local-base", "--tag", IMAGE, seconds=600)
    assert built.returncode == 0, built.stderr
    try:
        up()
        yield
    finally:
        # Shown where a test has failed.
        print(compose("logs", "--no-color", "--tail", "100"))
        compose("down", "--volumes", seconds=180)


def test_a_question_is_answered() -> None:
    assert "Ulaanbaatar" in ask("What is the capital of Mongolia?")["text"]


def test_nobody_asks_without_the_token() -> None:
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(address("refrag", 8765) + "/v1/models")


def test_the_console_shows_its_page_and_the_meters_and_answers() -> None:
    assert "<title>" in get("console", 8766, "/console/")
    assert "refrag_answers_total" in get("console", 8766, "/console/api/meters")
    assert "Ulaanbaatar" in ask("What is the capital of Mongolia?", "console", 8766)["text"]


def test_schemas_lie_in_the_registry() -> None:
    assert "rag.queries-value" in json.loads(get("registry", 8081, "/apis/ccompat/v7/subjects"))


@needs_prometheus
def test_prometheus_scrapes_and_has_the_rules() -> None:
    def is_up() -> None:
        assert [found["value"][1] for found in query('up{job="refrag"}')] == ["1"]

    eventually(is_up)
    groups = json.loads(get("prometheus", 9090, "/api/v1/rules"))["data"]["groups"]
    written = yaml.safe_load((DEPLOY / "prometheus" / "refrag-alerts.yaml").read_text())["groups"]
    assert [[rule["name"] for rule in group["rules"]] for group in groups] == [
        [rule["alert"] for rule in group["rules"]] for group in written
    ]


@needs_prometheus
def test_prometheus_understands_the_dashboard() -> None:
    panels = json.loads((DEPLOY / "grafana" / "refrag.json").read_text())["panels"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    assert len(expressions) > 25
    for expression in expressions:
        query(expression.replace("$instance", ".*").replace("$__rate_interval", "1m"))


def test_volumes_have_names() -> None:
    # `down` leaves the others behind, one more at each start.
    containers = call("docker", "inspect", *compose("ps", "--all", "--quiet").split()).stdout
    volumes = [mount["Name"] for container in json.loads(containers) for mount in container["Mounts"] if mount["Type"] == "volume"]
    assert "refrag-test_state" in volumes
    assert [name for name in volumes if not name.startswith("refrag-test_")] == []


def test_it_stops_in_good_order_and_goes_on_where_it_was() -> None:
    question = "What is the capital of Mongolia?"
    before = ask(question)["stats"]["history_turns"]
    compose("stop", seconds=120)
    ended = [json.loads(line) for line in compose("ps", "--all", "--format", "json").splitlines()]
    codes = {container["Service"]: container["ExitCode"] for container in ended}
    # 128 + SIGTERM, as a JVM ends that closes.
    assert codes == {"topics": 0, "kafka": 143, "registry": 143, "refrag": 143, "console": 143} | ({"prometheus": 0} if PROMETHEUS else {})
    compose("down", seconds=60)
    up()
    stats = ask(question)["stats"]
    assert stats["history_turns"] == before + 1
    assert stats["chunks_cached"] == stats["chunks"] > 0
