"""What callers are told of the tiers is what settings and EC2 say, and what the API promises."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cdk_app.configuration_files import load_configuration
from cdk_app.tier_description import tiers_document
from cluster_api.schemas import SCHEMAS
from synthesised import ENVIRONMENTS, Synthesised

SCHEMA = {"$ref": "#/components/schemas/Tiers", "components": {"schemas": SCHEMAS}}


def described(environment: str) -> Any:
    return json.loads(tiers_document(load_configuration(environment)))


def tier(environment: str, name: str) -> Any:
    return next(each for each in described(environment)["tiers"] if each["name"] == name)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_description_has_the_schema_that_the_api_s_document_promises(environment: str) -> None:
    Draft202012Validator(SCHEMA).validate(described(environment))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_tier_on_offer_is_described_and_one_is_the_default(environment: str) -> None:
    answer = described(environment)
    settings = load_configuration(environment).settings

    assert [each["name"] for each in answer["tiers"]] == list(settings.tiers)
    defaults = [each["name"] for each in answer["tiers"] if each["isDefault"]]
    assert defaults == [answer["defaultTier"]] == [settings.default_tier]


def test_the_same_settings_give_the_same_text() -> None:
    configuration = load_configuration("production")

    assert tiers_document(configuration) == tiers_document(load_configuration("production"))


def test_without_threads_slurm_counts_cores() -> None:
    resources = tier("local", "mixed-prod-mpi")["queues"][0]["computeResources"]

    told = {each["name"]: (each["smt"], each["nodes"][0]) for each in resources}
    assert [
        (smt, node["cores"], node["cpus"], node["memoryGib"]) for smt, node in told.values()
    ] == [(True, 192, 192, 384), (False, 96, 96, 384)]


def test_totals_are_those_of_all_nodes_of_the_largest_kind() -> None:
    mixed = tier("local", "mixed-prod-mpi")
    batch = tier("local", "prod-batch")

    assert (mixed["maxNodes"], mixed["maxCores"]) == (16, 8 * 192 + 8 * 96)
    assert (batch["maxNodes"], batch["maxCores"]) == (64, 64 * 8)


def test_a_tier_is_told_with_its_zones_capacity_limits_and_lustre() -> None:
    hpc = tier("production", "prod-mpi-hpc")
    [queue] = tier("production", "prod-batch")["queues"]

    assert hpc["zones"] == ["us-east-2b"]
    assert hpc["lustre"] == {"capacityGib": 4800, "throughputMbPerSecondPerTib": 500}
    assert hpc["queues"][0]["computeResources"][0]["efa"] is True
    assert (queue["capacityType"], queue["timeLimitMinutes"], queue["exclusive"]) == (
        "spot",
        4320,
        False,
    )


def test_a_price_is_told_where_the_settings_give_one() -> None:
    mpi = tier("local", "prod-mpi")

    assert mpi["headNode"]["usdPerNodeHour"] == 0.2016
    assert mpi["queues"][0]["computeResources"][0]["nodes"][0]["usdPerNodeHour"] is None


def test_the_description_is_published_and_the_api_may_read_that_object_only(
    local: Synthesised,
) -> None:
    template = local.stacks()["Provisioner"]
    [function] = [
        each["Properties"]["Environment"]["Variables"]
        for id_, each in template["Resources"].items()
        if id_.startswith("ApiFunction") and each["Type"] == "AWS::Lambda::Function"
    ]
    key = function["TIERS_KEY"]

    published = local.directory / f"asset.{key}"

    assert json.loads(published.read_text()) == described("local")
    [reading] = [
        statement
        for each in template["Resources"].values()
        if each["Type"] == "AWS::IAM::Policy"
        for statement in each["Properties"]["PolicyDocument"]["Statement"]
        if statement.get("Sid") == "ReadTierDescription"
    ]
    assert reading["Action"] == "s3:GetObject"
    assert reading["Resource"] == f"arn:aws:s3:::{function['TIERS_BUCKET']}/{key}"
