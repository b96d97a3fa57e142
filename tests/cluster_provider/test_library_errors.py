"""What ParallelCluster answers means one thing each."""

from typing import Any

import pytest

from cluster_provider.errors import (
    ClusterBusy,
    ClusterExists,
    ClusterGone,
    InvalidConfiguration,
    LibraryFailed,
    ProviderError,
    TemporarilyUnavailable,
    UpdateRefused,
)
from cluster_provider.library_errors import translate


@pytest.mark.parametrize(
    ("status", "message", "meaning"),
    [
        (400, "Bad Request: Cluster c already exists.", ClusterExists),
        (500, "Stack [c] already exists", ClusterExists),
        (404, "Cluster 'c' does not exist or belongs to an incompatible version.", ClusterGone),
        (409, "Cannot execute update while stack is in UPDATE_IN_PROGRESS status.", ClusterBusy),
        (429, "Rate exceeded", TemporarilyUnavailable),
        (500, 'Could not connect to the endpoint URL: "https://x"', TemporarilyUnavailable),
        (400, "Invalid cluster configuration: no such subnet", InvalidConfiguration),
        (500, "User x is not authorized to perform: ec2:DescribeImages", LibraryFailed),
    ],
)
def test_an_answer_has_a_meaning(status: int, message: str, meaning: type[ProviderError]) -> None:
    error = translate("c", status, {"message": message})

    assert type(error) is meaning


def test_a_bucket_that_exists_already_is_no_cluster_that_does() -> None:
    error = translate("c", 500, {"message": "Bucket artifacts already exists"})

    assert type(error) is LibraryFailed


def test_aws_s_own_code_tells_a_passing_failure() -> None:
    error = translate("c", 500, {"message": "please wait"}, aws_code="ServiceUnavailable")

    assert type(error) is TemporarilyUnavailable


def test_a_refused_configuration_gives_the_errors_and_not_the_warnings() -> None:
    body: dict[str, Any] = {
        "message": "Invalid cluster configuration.",
        "configurationValidationErrors": [
            {"level": "WARNING", "type": "UrlValidator", "message": "slow"},
            {"level": "ERROR", "type": "SubnetsValidator", "message": "no such subnet"},
        ],
    }

    error = translate("c", 400, body)

    assert str(error) == "InvalidConfiguration: SubnetsValidator: no such subnet"


def test_a_refused_update_gives_the_parameter_both_values_and_what_would_help() -> None:
    change = {
        "parameter": "HeadNode.InstanceType",
        "currentValue": "t3.medium",
        "requestedValue": "t3.large",
        "message": "Restore it.",
    }

    error = translate("c", 400, {"message": "Update failure", "updateValidationErrors": [change]})

    assert isinstance(error, UpdateRefused)
    assert "HeadNode.InstanceType can't change from t3.medium to t3.large: Restore it" in str(error)
