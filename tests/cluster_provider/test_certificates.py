"""What a head node tells of its certificate is an attribute of the cluster that serves the API."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from cluster_library_fake import FakeLibrary
from cluster_provider.dynamodb_certificates import DynamoDbCertificates
from cluster_provider.errors import LibraryFailed
from cluster_provider.provider import Provider
from cluster_provider_story import NAME, FakeCertificates, Resource

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

FINGERPRINT = "0a" * 32
ATTRIBUTE = "SlurmRestCertificateSha256"


def test_a_cluster_that_serves_it_is_complete_with_its_certificate(
    resource: Resource,
    provider: Provider,
    library: FakeLibrary,
    certificates: FakeCertificates,
) -> None:
    certificates.told[NAME] = FINGERPRINT
    resource.extra["SlurmRest"] = "true"
    waiting = resource.create()
    library.finish(NAME)

    assert provider.is_complete(waiting)["Data"][ATTRIBUTE] == FINGERPRINT


def test_of_a_cluster_that_does_not_serve_it_nobody_asks(
    resource: Resource,
    provider: Provider,
    library: FakeLibrary,
    certificates: FakeCertificates,
) -> None:
    certificates.away = True
    waiting = resource.create()
    library.finish(NAME)

    assert ATTRIBUTE not in provider.is_complete(waiting)["Data"]


def test_a_throttled_question_is_asked_again(
    resource: Resource,
    provider: Provider,
    library: FakeLibrary,
    certificates: FakeCertificates,
) -> None:
    certificates.told[NAME] = FINGERPRINT
    certificates.away = True
    resource.extra["SlurmRest"] = "true"
    waiting = resource.create()
    library.finish(NAME)

    asked = [provider.is_complete(waiting), provider.is_complete(waiting)]

    assert [each["IsComplete"] for each in asked] == [False, True]


def test_a_cluster_that_goes_is_asked_nothing(
    resource: Resource,
    provider: Provider,
    library: FakeLibrary,
    certificates: FakeCertificates,
) -> None:
    resource.extra["SlurmRest"] = "true"
    resource.create()
    library.finish(NAME)
    certificates.away = True
    waiting = resource.delete()
    library.finish(NAME)

    assert provider.is_complete(waiting) == {"IsComplete": True}


@pytest.fixture
def table() -> Iterator["Table"]:
    """A cluster's table of nodes, as ParallelCluster makes it."""
    with mock_aws():
        yield boto3.resource("dynamodb", region_name="us-east-1").create_table(
            TableName=f"parallelcluster-slurm-{NAME}",
            KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )


@pytest.fixture
def dynamodb(table: "Table") -> DynamoDbCertificates:
    return DynamoDbCertificates(client=boto3.client("dynamodb", region_name="us-east-1"))


def test_the_fingerprint_is_the_one_in_the_cluster_s_own_table(
    table: "Table", dynamodb: DynamoDbCertificates
) -> None:
    table.put_item(Item={"Id": "HPC_SLURM_REST", "CertificateSha256": FINGERPRINT})

    assert dynamodb.fingerprint(NAME) == FINGERPRINT


@pytest.mark.parametrize("told", ["", "0A" * 32, "0a" * 31, f"{FINGERPRINT}\n", '"}, {"'])
def test_what_is_no_fingerprint_counts_as_none(
    table: "Table", dynamodb: DynamoDbCertificates, told: str
) -> None:
    table.put_item(Item={"Id": "HPC_SLURM_REST", "CertificateSha256": told})

    assert dynamodb.fingerprint(NAME) == ""


def test_a_head_node_that_told_nothing_has_none(dynamodb: DynamoDbCertificates) -> None:
    assert dynamodb.fingerprint(NAME) == ""


def test_a_table_that_is_not_there_is_said_by_its_name(dynamodb: DynamoDbCertificates) -> None:
    with pytest.raises(LibraryFailed, match="parallelcluster-slurm-pcluster-other"):
        dynamodb.fingerprint("pcluster-other")
