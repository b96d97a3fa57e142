"""A bucket (moto), Keycloak on this machine, and the function between them."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hpc_constructs.node_scripts.slurm_rest.published_keys import fetch_keys
from hpc_constructs.node_scripts.slurm_rest.realm_keys import KeptKeys
from hpc_constructs.node_scripts.slurm_rest.settings import RestFailure
from hpc_constructs.node_scripts.slurm_rest.tokens import verified_claims
from keycloak_realm import Realm
from keycloak_server import Authority, KeycloakServer
from rest_settings import SETTINGS

BUCKET, KEY = SETTINGS.keys_bucket, SETTINGS.keys_key


@dataclass
class Metrics:
    names: set[str]
    failures: float
    age_seconds: float | None


@dataclass
class Function:
    """The function, called as the schedule calls it."""

    handler: Callable[[object, object], None]
    capsys: pytest.CaptureFixture[str]
    caplog: pytest.LogCaptureFixture
    metrics: Metrics | None = None
    errors: list[str] = field(default_factory=list)
    """What it logged of the last call as errors: why the pass wasn't good."""

    def __call__(self) -> None:
        context = SimpleNamespace(
            function_name="realm-keys",
            memory_limit_in_mb=1024,
            invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:realm-keys",
            aws_request_id="request-1",
        )
        self.caplog.clear()
        try:
            self.handler({}, context)
        finally:
            lines = [json.loads(line) for line in self.capsys.readouterr().out.splitlines()]
            self.metrics = _metrics(lines)
            self.errors = [
                record.__dict__.get("reason") or str(record.exc_info and record.exc_info[1])
                for record in self.caplog.records
                if record.levelname == "ERROR"
            ]


def _metrics(lines: list[dict[str, Any]]) -> Metrics:
    (told,) = (line for line in lines if "_aws" in line)
    (directive,) = told["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "HpcProvisioner"
    assert told["service"] == "realm-keys"
    age = told.get("RealmKeysAgeSeconds")
    return Metrics(
        names={metric["Name"] for metric in directive["Metrics"]},
        failures=told["RealmKeysFailures"][0],
        age_seconds=age[0] if age else None,
    )


@dataclass
class Node:
    """A head node's verifier, with what it fetches from the bucket."""

    directory: Path

    def __post_init__(self) -> None:
        self._settings = SimpleNamespace(
            **{**vars(SETTINGS), "realm_keys": str(self.directory / "realm-keys.json")}
        )
        self._keys = KeptKeys(self.directory / "realm-keys.json", lambda _: None)

    def fetch(self) -> bool:
        """As its timer does; whether it went well."""
        try:
            fetch_keys(self._settings)  # type: ignore[arg-type] - as many fields
        except RestFailure:
            return False
        return True

    def takes(self, token: str) -> bool:
        try:
            return bool(verified_claims(token, self._keys.keys(), SETTINGS))
        except Exception:
            return False


@pytest.fixture
def realm() -> Realm:
    return Realm()


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def keycloak(authority: Authority, tmp_path: Path, realm: Realm) -> Iterator[KeycloakServer]:
    with KeycloakServer(authority.context(tmp_path)) as server:
        server.answers = realm.jwks()
        yield server


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        made = boto3.resource("s3").create_bucket(Bucket=BUCKET)
        made.Versioning().enable()
        yield made


@pytest.fixture
def function(
    bucket: Any,
    authority: Authority,
    keycloak: KeycloakServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Function:
    monkeypatch.setenv("JWKS_URL", keycloak.url)
    monkeypatch.setenv("AUTHORITIES", authority.pem)
    monkeypatch.setenv("KEYS_BUCKET", BUCKET)
    monkeypatch.setenv("KEYS_KEY", KEY)
    monkeypatch.setenv("TOKEN_LIFETIME_MINUTES", "60")
    sys.modules.pop("realm_keys.handler", None)
    return Function(importlib.import_module("realm_keys.handler").handler, capsys, caplog)


@pytest.fixture
def node(bucket: Any, tmp_path: Path) -> Node:
    return Node(tmp_path)


@pytest.fixture
def written(bucket: Any) -> Callable[[], datetime]:
    """When the published object was last written."""
    return lambda: bucket.Object(KEY).last_modified
