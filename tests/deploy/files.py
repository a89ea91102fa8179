"""The files of `.deploy`, read as what they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / ".deploy"


def documents(name: str) -> list[Any]:
    """The documents of a YAML file."""
    return list(yaml.safe_load_all((DEPLOY / name).read_text()))


def objects() -> dict[str, Any]:
    """The objects that the manifests for Kubernetes make, by kind."""
    [listed] = documents("kubernetes/kustomization.yaml")
    found = [each for name in listed["resources"] for each in documents(f"kubernetes/{name}")]
    return {each["kind"]: each for each in found}


def rules() -> dict[str, str]:
    """The expressions of the alerts, by name."""
    [found] = documents("prometheus/alerts.yml")
    return {rule["alert"]: rule["expr"] for group in found["groups"] for rule in group["rules"]}


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DEPLOY / "grafana" / "gateway.json").read_text())
    return found


def panels() -> dict[str, list[str]]:
    """The expressions of the dashboard's panels, by title, as Grafana would send them."""
    found = {
        panel["title"]: [target["expr"] for target in panel["targets"]]
        for panel in dashboard()["panels"]
        if panel["type"] != "row"
    }
    return {
        title: [each.replace("$__rate_interval", "1m").replace("$instance", ".*") for each in expressions]
        for title, expressions in found.items()
    }
