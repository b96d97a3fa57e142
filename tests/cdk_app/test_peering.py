"""The peering with the Main VPC, in this account and with another."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from aws_cdk import App

from cdk_app.configuration_files import DIRECTORY
from cdk_app.feature_flags import feature_flags
from cdk_app.network import Network
from cdk_app.peering import MainVpc
from cdk_app.settings import Settings
from synthesised import Synthesised, Template, resources, templates_of, the_resource

OTHER = "999999999999"
IN_ANOTHER_ACCOUNT = {
    "vpc_id": "vpc-0123456789abcdef0",
    "cidr": "10.16.0.0/16",
    "account": OTHER,
    "accepter_role_arn": f"arn:aws:iam::{OTHER}:role/accepter",
    "workflow_service_subnets": [{"cidr": "10.16.0.0/24"}, {"cidr": "10.16.8.0/24"}],
}


def network_of(main_vpc: dict[str, Any] | None, directory: Path) -> Template:
    content = yaml.safe_load((DIRECTORY / "sandbox.yaml").read_text())
    content["network"]["main_vpc"] = main_vpc
    settings = Settings.model_validate({**content, "environment": "sandbox"})
    main = settings.network.main_vpc
    app = App(context=feature_flags(), outdir=str(directory))
    existing = MainVpc.existing(main) if main else None
    Network(app, "Network", settings=settings, main_vpc=existing)
    app.synth()
    return templates_of(directory)["Network"]


def routes(template: Template) -> set[tuple[str, str]]:
    return {
        (str(it["Properties"]["RouteTableId"]), it["Properties"]["DestinationCidrBlock"])
        for it in resources(template, "AWS::EC2::Route").values()
    }


def admitted(template: Template) -> list[dict[str, Any]]:
    return [
        it["Properties"]
        for it in resources(template, "AWS::EC2::SecurityGroupIngress").values()
        if it["Properties"].get("Description") == "The Workflow Service"
    ]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return network_of(IN_ANOTHER_ACCOUNT, tmp_path_factory.mktemp("elsewhere"))


def test_with_another_account_its_role_accepts(elsewhere: Template) -> None:
    peering = the_resource(elsewhere, "AWS::EC2::VPCPeeringConnection")["Properties"]

    assert peering["PeerOwnerId"] == OTHER
    assert peering["PeerRoleArn"] == f"arn:aws:iam::{OTHER}:role/accepter"
    assert peering["PeerVpcId"] == "vpc-0123456789abcdef0"


def test_with_another_account_routes_are_ours_only_and_theirs_are_told(
    elsewhere: Template,
) -> None:
    told = elsewhere["Outputs"]["RoutesToAddInMainVpc"]["Value"]["Fn::Join"][1]

    assert {destination for _, destination in routes(elsewhere)} == {
        "10.16.0.0/24",
        "10.16.8.0/24",
    }
    assert {table for table, _ in routes(elsewhere)} == {"{'Ref': 'ClustersRouteTable'}"}
    assert "10.16.0.0/24, 10.16.8.0/24: 10.33.0.0/16 through " in told[0]


def test_without_a_group_the_workflow_service_s_ranges_are_admitted(elsewhere: Template) -> None:
    found = {(it["CidrIp"], it["FromPort"], it["ToPort"]) for it in admitted(elsewhere)}

    assert found == {
        (range_, port, port) for range_ in ("10.16.0.0/24", "10.16.8.0/24") for port in (22, 8082)
    }


def test_with_a_group_of_another_account_its_owner_is_named(tmp_path: Path) -> None:
    group = {"workflow_service_security_group_id": "sg-0123456789abcdef0"}

    template = network_of({**IN_ANOTHER_ACCOUNT, **group}, tmp_path)

    assert {
        (it["SourceSecurityGroupId"], it["SourceSecurityGroupOwnerId"], it["FromPort"])
        for it in admitted(template)
    } == {("sg-0123456789abcdef0", OTHER, port) for port in (22, 8082)}
    assert all("CidrIp" not in it for it in admitted(template))


def test_without_a_main_vpc_nobody_is_admitted(tmp_path: Path) -> None:
    template = network_of(None, tmp_path)

    assert admitted(template) == []
    assert routes(template) == set()
    assert resources(template, "AWS::EC2::VPCPeeringConnection") == {}


def test_in_this_account_routes_are_on_both_sides(environment: Synthesised) -> None:
    settings = environment.configuration.settings
    network = environment.stacks()["Network"]
    peering = the_resource(network, "AWS::EC2::VPCPeeringConnection")["Properties"]

    destinations = {destination for _, destination in routes(network)}

    assert "PeerRoleArn" not in peering
    assert destinations == {
        settings.network.clusters_cidr,
        *map(str, settings.network.plan().workflow_service),
    }
