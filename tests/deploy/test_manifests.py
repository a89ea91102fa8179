"""The compose file and the manifests for Kubernetes, held against the image, the settings, and each other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gateway import __version__
from gateway.settings import Settings, load
from tests.deploy.files import DEPLOY, ROOT, documents, objects
from tests.test_container import last_stage

SECRET = "a-secret-of-more-than-32-characters"
NAME = {"app.kubernetes.io/name": "square-gateway"}


def compose() -> dict[str, Any]:
    [found] = documents("compose.yaml")
    return dict(found["services"])


def pod() -> dict[str, Any]:
    return dict(objects()["Deployment"]["spec"]["template"]["spec"])


def settings(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], secrets: dict[str, str], folder: Path) -> Settings:
    """What a gateway makes of an environment of the image's and its own, with these files as its secrets."""
    for name, value in secrets.items():
        (folder / name).write_text(value + "\n")
    image = dict(re.findall(r"(GATEWAY_\w+)=(\S+)", " ".join(last_stage("ENV"))))
    for name, value in {**image, **given, "GATEWAY_SECRETS_DIR": str(folder)}.items():
        monkeypatch.setenv(name, value)
    return load()


@pytest.mark.parametrize("name", ["gateway-1", "gateway-2"])
def test_the_gateways_of_the_compose_file_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    gateway = compose()[name]
    found = settings(monkeypatch, gateway["environment"], dict.fromkeys(gateway["secrets"], SECRET), tmp_path)

    assert found.gateway_secret == SECRET
    grace = float(gateway["stop_grace_period"].removesuffix("s"))
    assert grace >= found.gateway_shutdown_delay + found.gateway_shutdown_timeout + 5
    assert gateway["read_only"] is True
    [host, port] = re.findall(r"//([\w-]+):(\d+)", found.gateway_store)[0]
    assert (host in compose(), port) == (True, "6379")


def test_the_parts_of_the_compose_file_find_each_other() -> None:
    services = compose()
    gateway, square = services["gateway-1"]["environment"], services["square"]["command"]
    scraped = documents("prometheus/prometheus.yml")[0]["scrape_configs"][0]["static_configs"][0]["targets"]

    assert gateway["SQUARE_BASE_URL"] == "http://square:8001"
    assert "--port=8001" in square
    assert f"--webhook-url={gateway['SQUARE_WEBHOOK_URL']}" in square
    assert f"--webhook-key={gateway['SQUARE_WEBHOOK_SIGNATURE_KEY']}" in square
    assert gateway["SQUARE_WEBHOOK_URL"].startswith("http://nginx:8080/")
    assert scraped == [f"gateway-{number}:{gateway['GATEWAY_METRICS_PORT']}" for number in (1, 2)]
    for each in services.values():
        for volume in each.get("volumes", ()):
            source = volume.partition(":")[0]
            assert not source.startswith("./") or (DEPLOY / source).exists(), volume


def test_redis_evicts_nothing_and_keeps_what_it_has() -> None:
    command = compose()["redis"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))

    assert options["--maxmemory-policy"] == "noeviction"
    assert options["--appendonly"] == "yes"


def test_every_image_has_a_version_and_every_service_a_check() -> None:
    for name, each in compose().items():
        assert re.search(r":v?\d+\.\d+\.\d+(-alpine)?$", each["image"]), name
        assert "healthcheck" in each or name.startswith("gateway-")
        if "build" in each:
            assert each["image"] == f"square-graphql-gateway:{__version__}"
    [kustomization] = documents("kubernetes/kustomization.yaml")
    assert [each["newTag"] for each in kustomization["images"]] == [__version__]
    # The image's own check is for a gateway.
    assert (ROOT / "Dockerfile").read_text().count("HEALTHCHECK ") == 1


def test_the_container_of_the_pod_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    [container] = pod()["containers"]
    given = {each["name"]: each["value"] for each in container["env"]}
    text = (DEPLOY / "kubernetes" / "kustomization.yaml").read_text()
    names = re.findall(r"--from-literal=(\w+)=", text)
    secrets = {"gateway_secret": SECRET, "gateway_store": "rediss://u:p@redis.example.com:6379/0"}
    assert {name.upper() for name in names} <= {name.upper() for name in Settings.model_fields}
    mount = given["GATEWAY_SECRETS_DIR"]

    found = settings(monkeypatch, given, {name: secrets.get(name, "key") for name in names}, tmp_path)

    assert (found.gateway_secret, found.environment) == (SECRET, "production")
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    assert ports == {"http": found.gateway_port, "metrics": found.gateway_metrics_port}
    assert mount in [each["mountPath"] for each in container["volumeMounts"]]
    assert {each["name"] for each in container["volumeMounts"]} == {each["name"] for each in pod()["volumes"]}
    # Long enough to stop, and long enough to be seen stopping.
    delay, timeout = found.gateway_shutdown_delay, found.gateway_shutdown_timeout
    assert pod()["terminationGracePeriodSeconds"] >= delay + timeout + 5
    ready = container["readinessProbe"]
    assert ready["periodSeconds"] * ready["failureThreshold"] < delay
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["port"] == "metrics"
    annotations = objects()["Deployment"]["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(found.gateway_metrics_port)


def test_the_pod_may_do_nothing_but_serve() -> None:
    [container] = pod()["containers"]

    assert pod()["securityContext"]["runAsNonRoot"] is True
    assert [f"{pod()['securityContext'][each]}" for each in ("runAsUser", "runAsGroup")] == last_stage("USER")[0].split(
        ":"
    )
    assert pod()["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert (pod()["enableServiceLinks"], pod()["automountServiceAccountToken"]) == (False, False)


def test_the_objects_are_about_the_same_pods() -> None:
    found = objects()
    selected = [
        found["Deployment"]["spec"]["selector"]["matchLabels"],
        found["Deployment"]["spec"]["template"]["metadata"]["labels"],
        found["Service"]["spec"]["selector"],
        found["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        found["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
        *(each["labelSelector"]["matchLabels"] for each in pod()["topologySpreadConstraints"]),
    ]

    assert selected == [NAME] * len(selected)
    target = found["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", found["Deployment"]["metadata"]["name"])
    assert "replicas" not in found["Deployment"]["spec"]
    assert {each["targetPort"] for each in found["Service"]["spec"]["ports"]} == {"http"}
