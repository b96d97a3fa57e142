"""The peering with the Main VPC, in this account and with another."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from aws_cdk import App

from cdk_app.configuration_files import DIRECTORY
from cdk_app.feature_flags import feature_flags
from cdk_app.network import Network
from cdk_app.network_plan import Service
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


def network_of(
    main_vpc: dict[str, Any] | None,
    directory: Path,
    *,
    keycloak: list[dict[str, Any]] | None = None,
) -> Template:
    content = yaml.safe_load((DIRECTORY / "sandbox.yaml").read_text())
    content["network"]["main_vpc"] = main_vpc
    content["slurm_rest"]["keys"]["keycloak_subnets"] = keycloak or []
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


def of_keycloak(settings: Settings) -> list[str]:
    """The destinations of its routes, if it is in the Main VPC."""
    subnets = settings.slurm_rest.keys.keycloak_subnets if settings.slurm_rest else ()
    functions = str(settings.network.plan().block(Service.FUNCTIONS))
    return [*(subnet.cidr for subnet in subnets), *([functions] if subnets else [])]


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
        *of_keycloak(settings),
    }


def test_with_another_account_the_way_back_from_keycloak_is_told(tmp_path: Path) -> None:
    template = network_of(IN_ANOTHER_ACCOUNT, tmp_path, keycloak=[{"cidr": "10.16.4.0/24"}])

    told = template["Outputs"]["RoutesToAddForKeycloak"]["Value"]["Fn::Join"][1]

    assert told[0] == "In the route tables of 10.16.4.0/24: 10.32.12.0/22 through "
    assert {table for table, range_ in routes(template) if range_ == "10.16.4.0/24"} == {
        f"{{'Ref': 'VpcFunctionsSubnet{zone}RouteTable{hash_}'}}"
        for zone, hash_ in _function_tables(template)
    }


def _function_tables(template: Template) -> list[tuple[int, str]]:
    found = [
        id_.removeprefix("VpcFunctionsSubnet").partition("RouteTable")
        for id_ in resources(template, "AWS::EC2::RouteTable")
        if id_.startswith("VpcFunctionsSubnet")
    ]
    assert len(found) == 2
    return [(int(zone), hash_) for zone, _, hash_ in found]


def test_who_asks_keycloak_reaches_it_and_s3_and_is_reached_by_nobody(
    sandbox: Synthesised,
) -> None:
    network = sandbox.stacks()["Network"]
    (group,) = (
        it["Properties"]
        for id_, it in resources(network, "AWS::EC2::SecurityGroup").items()
        if id_.startswith("KeycloakFunction")
    )
    egress, ingress = (
        [
            it["Properties"]
            for it in resources(network, f"AWS::EC2::SecurityGroup{way}").values()
            if "KeycloakFunction" in str(it["Properties"])
        ]
        for way in ("Egress", "Ingress")
    )

    reached = {
        (rule.get("CidrIp") or rule["DestinationPrefixListId"], rule["FromPort"], rule["ToPort"])
        for rule in egress
    }

    assert reached == {("10.16.4.0/24", 443, 443), ("pl-63a5400a", 443, 443)}
    assert [rule["CidrIp"] for rule in group["SecurityGroupEgress"]] == ["255.255.255.255/32"]
    assert "SecurityGroupIngress" not in group
    assert ingress == []
