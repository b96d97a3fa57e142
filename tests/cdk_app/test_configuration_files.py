"""What is wrong in a configuration file is named, with what is allowed."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from cdk_app.configuration_files import DIRECTORY, ConfigurationError, load_configuration

TOPIC = "arn:aws:sns:us-east-1:111111111111:hpc-alarms"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    shutil.copytree(DIRECTORY, tmp_path / "config")
    return tmp_path / "config"


def change(directory: Path, environment: str, **changes: Any) -> None:
    file = directory / f"{environment}.yaml"
    content = yaml.safe_load(file.read_text())
    for key, value in changes.items():
        section, _, name = key.rpartition("__")
        target = content[section] if section else content
        target[name] = value
    file.write_text(yaml.safe_dump(content))


@pytest.mark.parametrize("environment", ["local", "sandbox", "production"])
def test_every_environment_loads(environment: str) -> None:
    configuration = load_configuration(environment)

    assert configuration.settings.environment == environment
    assert [offered.tier.name for offered in configuration.tiers] == list(
        configuration.settings.tiers
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "blue"}, ["colour", "unknown key", "blue"]),
        ({"account": "12"}, ["account", "12"]),
        ({"zones": ["us-east-2a"]}, ["us-east-2a", "us-east-1"]),
        ({"zones": ["us-east-1a"]}, ["zones", "us-east-1a", "accounting", "two"]),
        ({"default_tier": "prod-mpi-hpc"}, ["default_tier", "prod-mpi-hpc", "debug"]),
        ({"tiers": ["debug", "huge"]}, ["huge", "tiers.yaml", "prod-batch"]),
        ({"network__cluster_subnets": 186}, ["network.cluster_subnets", "185", "186"]),
        ({"network__clusters_cidr": "10.32.0.0/16"}, ["services_cidr", "overlaps"]),
        ({"network__clusters_cidr": "10.33.0.0/23"}, ["room for 2", "cluster_subnets is 4"]),
        ({"network__clusters_cidr": "10.16.0.0/16"}, ["clusters_cidr", "overlaps main_vpc.cidr"]),
        ({"network__services_cidr": "10.32.0.1/20"}, ["services_cidr", "host bits"]),
        ({"provider__runtime": "toaster"}, ["provider.runtime", "toaster", "image"]),
        ({"network__main_vpc": {"cidr": "10.16.0.0/16"}}, ["main_vpc", "workflow_service_subnets"]),
        ({"network__gateway_prefix_lists": {"s3": "x"}}, ["gateway_prefix_lists.s3", "pl-"]),
        (
            {"network__cluster_subnet_prefix": 26},
            ["cluster_subnet_prefix", "59", "prod-batch", "65"],
        ),
        ({"alarms": {}}, ["topic_arn", "emails", "leave alarms out"]),
        (
            {"alarms": {"topic_arn": TOPIC, "emails": ["a@example.org"]}},
            ["not both", "hpc-alarms", "a@example.org"],
        ),
        ({"alarms": {"topic_arn": TOPIC.replace("us-east-1", "eu-west-1")}}, ["not of region"]),
        ({"alarms": {"topic_arn": "hpc-alarms"}}, ["alarms.topic_arn", "hpc-alarms"]),
        ({"alarms": {"emails": ["nobody"]}}, ["alarms.emails", "nobody"]),
        ({"alarms": {"emails": ["a@example.org"] * 2}}, ["name each once"]),
        ({"surroundings": False}, ["callers", "storage.public_bucket", "required"]),
        ({"usd_per_node_hour": {"m7i.xlarge": 0}}, ["usd_per_node_hour.m7i.xlarge", "than 0"]),
        ({"usd_per_node_hour": {"t3.micro": float("inf")}}, ["t3.micro", "finite", "inf"]),
        ({"usd_per_node_hour": {"z9.mega": 1}}, ["z9.mega", "instance_types.yaml", "t3.micro"]),
        ({"api": {"vpc_endpoint_id": "vpc-1"}}, ["api.vpc_endpoint_id", "vpc-1", "vpce-"]),
        ({"api": {"requests_per_second": 0}}, ["api.requests_per_second", "0", "1"]),
        ({"callers": ["arn:aws:iam::000000000000:role/*"]}, ["callers", "role/*"]),
        ({"operators": ["arn:aws:iam::000000000000:root"]}, ["operators", ":root"]),
        ({"log_retention_days": 8}, ["log_retention_days", "8", "30"]),
    ],
)
def test_a_wrong_setting_is_named_with_its_file_and_what_is_allowed(
    directory: Path, changes: dict[str, Any], words: list[str]
) -> None:
    change(directory, "local", **changes)

    with pytest.raises(ConfigurationError) as refused:
        load_configuration("local", directory)

    assert all(word in str(refused.value) for word in ["config/local.yaml", *words])


def test_one_zone_is_enough_without_accounting(directory: Path) -> None:
    change(directory, "local", zones=["us-east-1a"], accounting=None)

    assert load_configuration("local", directory).settings.zones == ("us-east-1a",)


def test_no_two_buckets_of_data_are_the_same(directory: Path) -> None:
    change(directory, "sandbox", storage__project_bucket="one", storage__public_bucket="one")

    with pytest.raises(ConfigurationError, match=r"not all different: .*name another"):
        load_configuration("sandbox", directory)


def test_a_main_vpc_that_is_not_told_is_named(directory: Path) -> None:
    main_vpc = {"cidr": "10.16.0.0/16", "workflow_service_subnets": [{"cidr": "10.16.0.0/24"}]}
    change(directory, "sandbox", network__main_vpc=main_vpc)

    with pytest.raises(ConfigurationError, match=r"network.main_vpc.vpc_id: required unless"):
        load_configuration("sandbox", directory)


def test_a_main_vpc_in_this_account_is_told_without_the_account(directory: Path) -> None:
    role = "arn:aws:iam::111111111111:role/accepter"
    main_vpc = {
        "vpc_id": "vpc-0123456789abcdef0",
        "account": "111111111111",
        "accepter_role_arn": role,
        "cidr": "10.16.0.0/16",
        "workflow_service_subnets": [{"cidr": "10.16.0.0/24"}],
    }
    change(directory, "sandbox", network__main_vpc=main_vpc)

    with pytest.raises(ConfigurationError, match=r"main_vpc.account is 111111111111.*leave it"):
        load_configuration("sandbox", directory)


def test_a_tier_that_no_zone_has_fails_and_says_which_instance_type_is_scarce(
    directory: Path,
) -> None:
    change(directory, "sandbox", tiers=["debug", "prod-mpi-hpc"])

    with pytest.raises(
        ConfigurationError, match=r"prod-mpi-hpc.*can't be offered.*hpc7a\.96xlarge"
    ):
        load_configuration("sandbox", directory)


def test_no_validator_is_suppressed_on_aws(directory: Path) -> None:
    change(directory, "sandbox", provider__suppressed_validators={"EfsIdValidator": "why not"})

    with pytest.raises(ConfigurationError, match=r"EfsIdValidator.*no validator may be suppressed"):
        load_configuration("sandbox", directory)


def test_no_validator_is_suppressed_on_the_embedded_aws_either() -> None:
    assert load_configuration("local").settings.provider.suppressed_validators == {}


def test_an_unknown_environment_lists_those_that_are() -> None:
    with pytest.raises(ConfigurationError, match=r"moon.yaml.*local, production, sandbox"):
        load_configuration("moon")
