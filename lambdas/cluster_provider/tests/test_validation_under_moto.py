"""The harness is no rubber stamp: what AWS would refuse, it refuses."""

from typing import Any

import pytest
from configurations import small
from moto_world import MotoWorld
from validation import validate_under_moto


@pytest.fixture
def placeholders(world: MotoWorld) -> dict[str, Any]:
    """The small configuration as a template renders it: with ids that don't exist."""
    configuration = small(world)
    configuration["HeadNode"]["Networking"]["SubnetId"] = "subnet-0123456789abcdef0"
    queue = configuration["Scheduling"]["SlurmQueues"][0]
    queue["Networking"]["SubnetIds"] = ["subnet-0123456789abcdef0"]
    return configuration


def test_placeholders_are_made_before_they_are_validated(placeholders: dict[str, Any]) -> None:
    placeholders["SharedStorage"] = [
        {
            "Name": "home",
            "StorageType": "Efs",
            "MountDir": "/home2",
            "EfsSettings": {"FileSystemId": "fs-0123456789abcdef0", "EncryptionInTransit": True},
        },
        {
            "Name": "lustre",
            "StorageType": "FsxLustre",
            "MountDir": "/data",
            "FsxLustreSettings": {"FileSystemId": "fs-0abcdef0123456789"},
        },
    ]
    for section in (placeholders["HeadNode"], placeholders["Scheduling"]["SlurmQueues"][0]):
        section["Networking"]["SecurityGroups"] = ["sg-0123456789abcdef0"]
    placeholders["HeadNode"]["CustomActions"] = {
        "OnNodeConfigured": {"Script": "s3://scripts/v1/configured.sh"}
    }
    placeholders["HeadNode"]["Iam"] = {
        "AdditionalIamPolicies": [
            {"Policy": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"},
            {"Policy": "arn:aws:iam::000000000000:policy/parallelcluster/tenant"},
        ]
    }

    assert validate_under_moto(placeholders) == []


def test_a_policy_that_aws_does_not_have_is_refused(placeholders: dict[str, Any]) -> None:
    placeholders["HeadNode"]["Iam"] = {
        "AdditionalIamPolicies": [{"Policy": "arn:aws:iam::aws:policy/ThereIsNoSuchPolicy"}]
    }

    (message,) = validate_under_moto(placeholders)

    assert message.validator == "AdditionalIamPolicyValidator"


def test_a_slurm_parameter_that_parallelcluster_keeps_for_itself_is_refused(
    placeholders: dict[str, Any],
) -> None:
    placeholders["Scheduling"]["SlurmSettings"]["CustomSlurmSettings"] = [{"Prolog": "/x"}]

    (message,) = validate_under_moto(placeholders)

    assert (message.level, message.validator) == ("ERROR", "CustomSlurmSettingsValidator")


def test_a_key_that_parallelcluster_does_not_know_is_refused_by_the_schema(
    placeholders: dict[str, Any],
) -> None:
    placeholders["Scheduling"]["SlurmQueues"][0]["Imagination"] = {}

    (message,) = validate_under_moto(placeholders)

    assert message.validator == "ConfigSchemaValidator"


def test_a_type_that_no_zone_offers_is_named(placeholders: dict[str, Any]) -> None:
    queue = placeholders["Scheduling"]["SlurmQueues"][0]
    queue["ComputeResources"][0]["Instances"] = [{"InstanceType": "hpc7a.96xlarge"}]

    with pytest.raises(AssertionError, match=r"No zone of us-east-1 offers.*hpc7a.96xlarge"):
        validate_under_moto(placeholders)
