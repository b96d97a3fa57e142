"""Who is in the network, each where and with the groups that the templates give it."""

import json
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Any

from deployed_templates import DeployedTemplates
from keycloak_in_main_vpc import STACK as KEYCLOAK
from keycloak_in_main_vpc import SUBNET as KEYCLOAKS_SUBNET
from network_facts import NetworkFacts
from reachability import Host

# Any address that is in nobody's VPC.
_INTERNET, _S3, _DYNAMODB = (
    IPv4Address(address) for address in ("203.0.113.7", "52.216.0.1", "52.94.0.1")
)
# Functions, containers, load balancers: we don't know what the Main VPC's hosts run on.
_ANY_CLIENT = (1024, 65535)


def hosts(
    templates: DeployedTemplates, facts: NetworkFacts, prefix_lists: dict[str, str]
) -> dict[str, Host]:
    """Everybody, by the name that expectations use."""
    return {host.name: host for host in _hosts(templates, facts, prefix_lists)}


def _hosts(
    templates: DeployedTemplates, facts: NetworkFacts, prefix_lists: dict[str, str]
) -> Iterator[Host]:
    def group(part: str) -> frozenset[str]:
        return frozenset({templates.the_one("AWS::EC2::SecurityGroup", part)})

    def subnet(part: str) -> str:
        return templates.the_one("AWS::EC2::Subnet", part)

    def at(name: str, subnet: str, groups: frozenset[str] | None, place: int = 10) -> Host:
        outside = not facts.subnets[subnet].vpc.startswith("Network.")
        return Host(
            name=name,
            address=facts.subnets[subnet].cidr[place],
            subnet=subnet,
            groups=groups,
            **({"own_ports": _ANY_CLIENT} if outside else {}),
        )

    service_subnet = subnet("MainVpcWorkflowService1Subnet")
    yield at("Workflow Service", service_subnet, group("MainVpcWorkflowService"))
    # Of neither do we know the groups: they let everything through.
    yield at("its neighbours", service_subnet, None, place=20)
    yield at("rest of the Main VPC", subnet("MainVpcOthersSubnet"), None)
    for letter in ("A", "B"):
        yield from _cluster(templates, letter, at)
    yield at("database", subnet("VpcDatabaseSubnet1"), group("SecurityGroupsDatabase"))
    yield _efs(templates, at)
    yield _interface_endpoints(templates, at)
    functions = subnet("VpcFunctionsSubnet1")
    yield at("accounting functions", functions, group("SecurityGroupsAccountingFunctions"))
    yield at("directory retention", functions, group("SecurityGroupsDirectoryRetention"), place=20)
    if KEYCLOAK in templates.templates:
        # In another zone than the other functions: so both zones' tables matter.
        yield at("realm keys", subnet("VpcFunctionsSubnet2"), group("Network.KeycloakFunction"))
        # Whatever is in its subnet: we know no groups there.
        yield at("Keycloak", KEYCLOAKS_SUBNET, None)
    yield Host(name="S3", address=_S3, service="s3", prefix_list=prefix_lists["s3"])
    yield Host(
        name="DynamoDB",
        address=_DYNAMODB,
        service="dynamodb",
        prefix_list=prefix_lists["dynamodb"],
    )
    yield Host(name="internet", address=_INTERNET)


def _cluster(templates: DeployedTemplates, letter: str, at: Any) -> Iterator[Host]:
    """A cluster's nodes have the groups that its configuration asks ParallelCluster for."""
    stack = f"Cluster{letter}"
    parameters = templates.parameters[stack]
    [(_, made)] = templates.resources("Custom::ParallelCluster", stack)
    configuration = json.loads(made["ClusterConfiguration"])
    queue = configuration["Scheduling"]["SlurmQueues"][0]
    subnet = parameters["SubnetId"]
    for name, networking, place in (
        (f"head {letter}", configuration["HeadNode"]["Networking"], 10),
        (f"compute {letter}", queue["Networking"], 20),
    ):
        assert networking.keys() <= {"SubnetId", "SubnetIds", "SecurityGroups"}
        assert subnet in (networking.get("SubnetId"), *networking.get("SubnetIds", []))
        yield at(name, subnet, frozenset(networking["SecurityGroups"]), place)
    [(_, lustre)] = templates.resources("AWS::FSx::FileSystem", stack)
    yield at(f"Lustre {letter}", lustre["SubnetIds"][0], frozenset(lustre["SecurityGroupIds"]), 30)


def _efs(templates: DeployedTemplates, at: Any) -> Host:
    _, target = next(templates.resources("AWS::EFS::MountTarget"))
    host: Host = at("EFS", target["SubnetId"], frozenset(target["SecurityGroups"]))
    return host


def _interface_endpoints(templates: DeployedTemplates, at: Any) -> Host:
    """All of them are in the same subnets, with the same groups."""
    interfaces = [
        it
        for _, it in templates.resources("AWS::EC2::VPCEndpoint")
        if it["VpcEndpointType"] == "Interface"
    ]
    (subnets,) = {tuple(it["SubnetIds"]) for it in interfaces}
    (groups,) = {frozenset(it["SecurityGroupIds"]) for it in interfaces}
    host: Host = at("endpoints", subnets[0], groups)
    return host
