"""A head node tells its certificate's fingerprint, and who asks for it reads just that."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from cluster_provider.dynamodb_certificates import DynamoDbCertificates
from hpc_constructs.node_scripts.slurm_rest import told_certificate
from hpc_constructs.node_scripts.slurm_rest.settings import RestFailure
from hpc_constructs.node_scripts.slurm_rest.told_certificate import tell_certificate
from rest_settings import SETTINGS

FINGERPRINT = "0a" * 32


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        boto3.client("dynamodb", region_name="us-east-1").create_table(
            TableName=SETTINGS.certificate_table,
            KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield


@pytest.fixture
def fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "certificate.sha256"
    monkeypatch.setattr(told_certificate, "FINGERPRINT", file)
    return file


def test_what_it_tells_is_what_the_provider_reads(fingerprint: Path) -> None:
    fingerprint.write_text(f"{FINGERPRINT}\n")

    for _ in range(2):
        tell_certificate(SETTINGS)

        client = boto3.client("dynamodb", region_name="us-east-1")
        assert DynamoDbCertificates(client=client).fingerprint("pcluster-a") == FINGERPRINT


def test_without_a_certificate_it_says_what_makes_one(fingerprint: Path) -> None:
    with pytest.raises(RestFailure, match="make-keys makes it"):
        tell_certificate(SETTINGS)


def test_a_table_that_takes_nothing_is_said_by_its_name(fingerprint: Path) -> None:
    fingerprint.write_text(FINGERPRINT)

    with pytest.raises(RestFailure, match="table parallelcluster-slurm-b can't be told"):
        tell_certificate(replace(SETTINGS, certificate_table="parallelcluster-slurm-b"))
