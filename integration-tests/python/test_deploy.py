"""The files of deploy/: chart, Strimzi manifests and compose file, against schemas and against what the program says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml
from cloudcoil.models.keda.v1alpha1 import ScaledObject
from cloudcoil.models.prometheus_operator.v1 import PrometheusRule, ServiceMonitor

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "refrag"
VALUES = [*sorted((CHART / "ci").glob("*-values.yaml")), DEPLOY / "strimzi" / "values.yaml"]
KUBERNETES = "1.33"
OPERATORS = {model.__name__: model for model in (PrometheusRule, ScaledObject, ServiceMonitor)}
HELM = shutil.which("helm")
PROMTOOL = shutil.which("promtool")

needs_helm = pytest.mark.skipif(HELM is None, reason="there is no helm")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="there is no promtool (Debian: apt-get install prometheus)")

Document = dict[str, Any]


def helm(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(HELM), *map(str, arguments)], capture_output=True, text=True)


def render(values: Path, *arguments: str) -> list[Document]:
    done = helm("template", "test", CHART, "--namespace", "rag", "--kube-version", f"{KUBERNETES}.0", "-f", values, *arguments)
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def one(documents: list[Document], kind: str, suffix: str = "") -> Document:
    (found,) = [d for d in documents if d["kind"] == kind and d["metadata"]["name"] == f"test-refrag{suffix}"]
    return found


def container(documents: list[Document]) -> Document:
    found: Document = one(documents, "StatefulSet")["spec"]["template"]["spec"]["containers"][0]
    return found


def refrag(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "refrag", *map(str, arguments)], capture_output=True, text=True)


@needs_helm
@pytest.mark.parametrize("values", VALUES, ids=lambda path: path.stem)
class TestChart:
    def test_lint_finds_nothing(self, values: Path) -> None:
        done = helm("lint", "--strict", CHART, "-f", values)
        assert done.returncode == 0, done.stdout
        assert "[WARNING]" not in done.stdout and "[ERROR]" not in done.stdout

    def test_objects_are_those_of_kubernetes_and_of_the_operators(self, values: Path) -> None:
        documents = render(values)
        assert {"ConfigMap", "Service", "StatefulSet"} <= {document["kind"] for document in documents}
        for document in documents:
            if model := OPERATORS.get(document["kind"]):
                # The models leave out what they do not know.
                understood = model.model_validate(document).model_dump(mode="json", by_alias=True, exclude_unset=True)
                assert understood == document
            else:
                kubernetes_validate.validate(document, KUBERNETES, strict=True)

    def test_pods_may_do_nothing_but_answer(self, values: Path) -> None:
        documents = render(values)
        pod = one(documents, "StatefulSet")["spec"]["template"]["spec"]
        assert pod["enableServiceLinks"] is False
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container(documents)["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }

    def test_the_program_accepts_the_configuration(self, values: Path, tmp_path: Path) -> None:
        text: str = one(render(values), "ConfigMap")["data"]["refrag.yaml"].replace("/etc/refrag", str(tmp_path))
        # What the pod would mount.
        for secret in map(Path, re.findall(r"\$\{file:(.+?)}", text)):
            secret.parent.mkdir()
            secret.write_text("a secret")
        file = tmp_path / "refrag.yaml"
        file.write_text(text)
        done = refrag("topics", "--config", file)
        assert done.returncode == 0, done.stderr


@needs_helm
class TestValues:
    minimal = CHART / "ci" / "minimal-values.yaml"
    full = CHART / "ci" / "full-values.yaml"

    def test_members_are_static_by_the_name_of_their_pod_where_the_protocol_knows_such(self) -> None:
        name = "REFRAG_KAFKA_GROUP_INSTANCE_ID"
        static = {v["name"]: v for v in container(render(self.minimal))["env"]}
        assert static[name]["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}
        assert name not in {v["name"] for v in container(render(CHART / "ci" / "streams-values.yaml"))["env"]}

    @pytest.mark.parametrize(("kubernetes", "api", "seconds"), [("1.30.0", "true", 5), ("1.29.9", "true", None), ("1.33.0", "false", None)])
    def test_the_api_serves_until_nobody_asks_any_more(self, kubernetes: str, api: str, seconds: int | None) -> None:
        # The last of several versions counts.
        pod = container(render(self.full, "--kube-version", kubernetes, "--set", f"api.enabled={api}"))
        assert pod.get("lifecycle") == (seconds and {"preStop": {"sleep": {"seconds": seconds}}})

    def test_the_state_lies_below_the_root_of_its_volume(self) -> None:
        pod = container(render(self.minimal))
        (state,) = [v["value"] for v in pod["env"] if v["name"] == "REFRAG_KAFKA_STATE_DIR"]
        (volume,) = [v["mountPath"] for v in pod["volumeMounts"] if v["name"] == "state"]
        assert Path(volume) in Path(state).parents

    def test_off_is_off_although_yaml_makes_it_false(self, tmp_path: Path) -> None:
        values = tmp_path / "values.yaml"
        values.write_text("config: {topics: {prefix: off}, retriever: {corpus: off}, tracing: {endpoint: off}}")
        file = tmp_path / "refrag.yaml"
        file.write_text(one(render(self.minimal, "-f", str(values)), "ConfigMap")["data"]["refrag.yaml"])
        assert "corpus: false" in file.read_text()
        done = refrag("topics", "--json", "--config", file)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["required"][0]["name"] == "rag.queries"

    def test_rules_and_dashboard_are_the_files_of_the_other_deployments(self) -> None:
        documents = render(self.full)
        alerts = yaml.safe_load((DEPLOY / "prometheus" / "refrag-alerts.yaml").read_text())
        assert one(documents, "PrometheusRule")["spec"] == alerts
        dashboard = json.loads(one(documents, "ConfigMap", "-dashboard")["data"]["refrag.json"])
        assert dashboard == json.loads((DEPLOY / "grafana" / "refrag.json").read_text())

    def test_rules_know_the_job_that_is_scraped(self) -> None:
        documents = render(self.full)
        label = one(documents, "ServiceMonitor")["spec"]["jobLabel"]
        job = one(documents, "Service", "-headless")["metadata"]["labels"][label]
        rules = one(documents, "PrometheusRule")["spec"]["groups"][0]["rules"]
        assert {name for rule in rules for name in re.findall(r'job="(.+?)"', rule["expr"])} == {job}

    @pytest.mark.parametrize(
        ("metrics", "asking", "ports"),
        [
            ("[]", "[]", []),
            ("[]", '[{"podSelector":{}}]', ["api"]),
            ('[{"podSelector":{}}]', "[]", ["management"]),
            ('[{"podSelector":{}}]', '[{"podSelector":{}}]', ["management", "api"]),
        ],
    )
    def test_an_empty_list_lets_nobody_in(self, metrics: str, asking: str, ports: list[str]) -> None:
        lists = f"networkPolicy.metricsFrom={metrics}", f"networkPolicy.apiFrom={asking}"
        policy = one(render(self.full, "--set-json", lists[0], "--set-json", lists[1]), "NetworkPolicy")
        kubernetes_validate.validate(policy, KUBERNETES, strict=True)
        assert "Ingress" in policy["spec"]["policyTypes"]
        rules = policy["spec"].get("ingress", [])
        assert [port["port"] for rule in rules for port in rule["ports"]] == ports
        assert all(rule["from"] for rule in rules)

    def test_notes_create_the_topics_of_the_release(self, tmp_path: Path) -> None:
        # Without a cluster helm shows no notes: here an object holds them.
        chart = shutil.copytree(CHART, tmp_path / "refrag")
        shutil.move(chart / "templates" / "NOTES.txt", chart / "notes")
        (chart / "templates" / "notes.yaml").write_text('kind: Notes\ntext: {{ tpl (.Files.Get "notes") . | quote }}')
        where = "--namespace", "rag", "--kube-version", f"{KUBERNETES}.0", "--show-only", "templates/notes.yaml"
        done = helm("template", "test", chart, "-f", self.full, *where)
        assert done.returncode == 0, done.stderr
        notes = yaml.safe_load(done.stdout)["text"]
        assert "kubectl -n rag get configmap test-refrag -o 'jsonpath={.data.refrag\\.yaml}' >refrag.yaml" in notes
        assert "refrag topics --create --config refrag.yaml" in notes
        assert "credentials" in notes

    @pytest.mark.parametrize(
        "setting",
        [
            "kafka.settings.sasl\\.oauthbearer\\.assertion\\.private\\.key\\.file=/etc/refrag/key.pem",
            "kafka.settings.bearer\\.auth\\.token=${env:REGISTRY}",
            "config.http.token=${file:/etc/refrag/token}",
            "config.http.tokens-file=/etc/refrag/tokens",
        ],
    )
    def test_a_secret_may_be_referred_to(self, setting: str) -> None:
        assert render(self.minimal, "--set", setting)

    def test_keda_has_the_say_over_replicas_and_reads_the_lag_of_the_queries(self) -> None:
        documents = render(self.full)
        assert "replicas" not in one(documents, "StatefulSet")["spec"]
        (trigger,) = one(documents, "ScaledObject")["spec"]["triggers"]
        assert trigger["metadata"]["consumerGroup"] == "prod.rag-1"
        assert trigger["metadata"]["topic"] == "prod.questions"

    def test_secrets_are_referred_to(self) -> None:
        variables = {v["name"]: v for v in container(render(self.full))["env"]}
        reference = variables["REFRAG_KAFKA_SASL_JAAS_CONFIG"]["valueFrom"]["secretKeyRef"]
        assert reference == {"name": "refrag", "key": "sasl.jaas.config"}

    def test_a_changed_configuration_restarts_the_pods(self) -> None:
        def checksum(*arguments: str) -> str:
            pod = one(render(self.minimal, *arguments), "StatefulSet")["spec"]["template"]
            found: str = pod["metadata"]["annotations"]["checksum/config"]
            return found

        assert checksum() == checksum()
        assert checksum() != checksum("--set", "config.model.threads=3")

    @pytest.mark.parametrize(
        ("setting", "complaint"),
        [
            ("kafka.bootstrapServers=", "/kafka/bootstrapServers"),
            ("replica=3", "additional properties 'replica'"),
            ("config.kafka.x=1", "additional properties 'kafka'"),
            ("config.models.threads=1", "additional properties 'models'"),
            ("replicas=0", "/replicas"),
            ("kafka.settings.ssl\\.truststore\\.password=x", "/kafka/settings/ssl.truststore.password"),
            ("kafka.settings.ssl\\.keystore\\.key=x", "/kafka/settings/ssl.keystore.key"),
            ("kafka.settings.bearer\\.auth\\.token=x", "/kafka/settings/bearer.auth.token"),
            ("config.http.token=x", "/config/http/token"),
            ("config.http.tls-store-password=x", "/config/http/tls-store-password"),
            ("terminationGracePeriodSeconds=49", "/terminationGracePeriodSeconds"),
            ("keda.enabled=true,keda.maxReplicas=5", "keda.maxReplicas is 5 but topics.partitions is 4"),
            ("keda.enabled=true,keda.minReplicas=4,keda.maxReplicas=3", "keda.minReplicas is 4; it must be at most"),
        ],
    )
    def test_a_wrong_value_is_named(self, setting: str, complaint: str) -> None:
        done = helm("template", "test", CHART, "--kube-version", f"{KUBERNETES}.0", "-f", self.minimal, "--set", setting)
        assert done.returncode != 0
        assert complaint in done.stderr


def test_the_schema_knows_every_section_of_the_configuration() -> None:
    reference = (ROOT / "docs" / "reference" / "config.md").read_text()
    sections = set(re.findall(r"^## ([a-z]+)$", reference, re.MULTILINE))
    assert len(sections) > 10
    schema = json.loads((CHART / "values.schema.json").read_text())
    assert set(schema["properties"]["config"]["properties"]) == sections - {"kafka", "management"}


def strimzi(file: str, kind: str) -> list[Document]:
    return [d for d in yaml.safe_load_all((DEPLOY / "strimzi" / file).read_text()) if d["kind"] == kind]


def test_strimzi_makes_the_topics_that_the_program_needs() -> None:
    required = json.loads(refrag("topics", "--json").stdout)["required"]
    topics = {t["metadata"]["name"]: t["spec"] for t in strimzi("topics.yaml", "KafkaTopic")}
    assert {name: spec["partitions"] for name, spec in topics.items()} == {t["name"]: t["partitions"] for t in required}
    for topic in required:
        assert {k: str(v) for k, v in topics[topic["name"]]["config"].items()} == topic["settings"]


def test_strimzi_users_are_what_the_program_prints() -> None:
    printed = [
        yaml.safe_load(refrag("acls", "--format", "strimzi", "--cluster", "rag", "--role", role).stdout)
        for role in ("application", "client", "retriever", "scaler")
    ]
    assert strimzi("users.yaml", "KafkaUser") == printed


def instructions(dockerfile: str) -> list[str]:
    """Without comments, a line each."""
    text = re.sub(r"\\\n\s*", "", (DEPLOY / dockerfile).read_text())
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_for_cuda_differs_in_its_base_its_device_and_its_name_alone() -> None:
    plain, cuda = instructions("Dockerfile"), instructions("Dockerfile.cuda")
    assert len(plain) == len(cuda) > 10
    own = [line for line, other in zip(cuda, plain) if line != other]
    assert [line.split()[0] for line in own] == ["ARG", "ENV", "LABEL"]
    base, environment, label = own
    assert base.startswith("ARG BASE_IMAGE=nvidia/cuda:12")
    assert environment.removesuffix(" REFRAG_MODEL_DEVICE=cuda:0") in plain
    assert label.replace(", on CUDA.", ".") in plain


class TestAlerts:
    folder = DEPLOY / "prometheus"

    @needs_promtool
    @pytest.mark.parametrize(
        ("command", "file"),
        [
            (("check", "rules", "--lint-fatal"), "refrag-alerts.yaml"),
            (("check", "config", "--lint-fatal"), "prometheus.yaml"),
            (("test", "rules"), "refrag-alerts-test.yaml"),
        ],
    )
    def test_prometheus_accepts_it(self, command: tuple[str, ...], file: str) -> None:
        done = subprocess.run([str(PROMTOOL), *command, self.folder / file], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_each_is_once_raised_and_once_not(self) -> None:
        rules = yaml.safe_load((self.folder / "refrag-alerts.yaml").read_text())["groups"][0]["rules"]
        tests = yaml.safe_load((self.folder / "refrag-alerts-test.yaml").read_text())["tests"]
        cases = [(case["alertname"], bool(case.get("exp_alerts"))) for test in tests for case in test["alert_rule_test"]]
        alerts = {rule["alert"] for rule in rules}
        assert len(alerts) > 10
        assert {name for name, raised in cases if raised} == alerts


class TestCompose:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())

    def test_images_are_pinned_and_ports_are_on_loopback(self) -> None:
        for name, service in self.compose["services"].items():
            assert re.fullmatch(r"[a-z/-]+:(v?\d+\.\d+\.\d+|compose)", service["image"]), name
            assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name

    def test_what_serves_is_started_again(self) -> None:
        again = {name for name, service in self.compose["services"].items() if service.get("restart") == "unless-stopped"}
        assert again == set(self.compose["services"]) - {"topics"}

    def test_plain_questions_find_passages(self) -> None:
        for service in ("refrag", "console"):
            assert self.compose["services"][service]["environment"]["REFRAG_RETRIEVER_CORPUS"] == "factbook"

    def test_files_that_are_mounted_exist(self) -> None:
        mounts = [v for s in self.compose["services"].values() for v in s.get("volumes", [])]
        files = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]
        assert len(files) == 3
        assert all((DEPLOY / file).exists() for file in files)

    @pytest.mark.parametrize("service", ["topics", "refrag", "console"])
    def test_the_program_accepts_the_settings(self, service: str) -> None:
        settings = dict(self.compose["services"][service]["environment"])
        settings["REFRAG_HTTP_TOKEN"] = "a-token-for-the-tests"
        done = subprocess.run([ROOT / "refrag", "topics"], env=os.environ | settings, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def test_docker_accepts_it(self) -> None:
        if not shutil.which("docker") or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
            pytest.skip("there is no docker compose")
        done = subprocess.run(
            ["docker", "compose", "-f", DEPLOY / "compose.yaml", "config", "--quiet"],
            env=os.environ | {"REFRAG_HTTP_TOKEN": "a-token-for-the-tests"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
