"""Take one thing away, and a test that names it fails."""

import pytest

from closed_vpc import closed_vpc_differences
from endpoint_expectations import endpoint_differences
from network_mutations import Mutation, mutations
from network_world import NetworkWorld
from networks import Networks
from reachability_differences import differences
from tools.reachability import load

NODES = ("HeadNodes", "ComputeNodes")

# What is taken away (parts of its name), and what is said about it.
NAMED = [
    ("Acl001InSelf", "ACL of ClusterSubnets1.Subnet001: missing is rule 100 in"),
    ("Acl001OutSelf", "ACL of ClusterSubnets1.Subnet001: missing is rule 100 out"),
    ("Acl001InOtherClusters", "head B → head A: stopped by"),
    ("Acl001OutOtherClusters", "head A → head B: stopped by"),
    ("Acl001InSsh1", "Workflow Service → head A: open are ['8082'], not ['22', '8082']"),
    ("Acl001InSlurmRest1", "Workflow Service → head A: open are ['22'], not ['22', '8082']"),
    ("Acl001InReplies", "head A → S3: open are [], not ['443']"),
    ("Acl001OutReplies", "Workflow Service → head A: open are [], not ['22', '8082']"),
    ("Acl001OutDatabase", "head A → database: open are [], not ['3306']"),
    ("Acl001OutStorage", "compute A → EFS: open are [], not ['2049']"),
    ("Acl001OutHttps", "compute A → endpoints: open are [], not ['443']"),
    ("AclAssociation001", "head A → head B: stopped by"),
    ("RouteTableAssociation001", "head A → S3: open are [], not ['443']"),
    ("PeeringToWorkflowService1", "Workflow Service → head A: open are [], not ['22', '8082']"),
    ("PeeringToClusters1", "Workflow Service → head A: open are [], not ['22', '8082']"),
    ("Network.SecurityGroupsSshFrom", "Workflow Service → head A: open are ['8082']"),
    ("Network.SecurityGroupsSlurmRestFrom", "Workflow Service → head A: open are ['22'], not"),
    ("Network.SecurityGroupsHeadNodesC6663D0C closed egress", "head A → internet: stopped by"),
    ("Network.SecurityGroupsComputeNodes6CB69BE1 closed egress", "compute A → internet: stopped"),
    ("SecurityGroupsAccountingFunctionstoNetworkSecurityGroupsDatabase", "accounting functions →"),
    (
        "SecurityGroupsAccountingFunctions2ED730D8 closed egress",
        "accounting functions → EFS: stopped",
    ),
    (
        "SecurityGroupsDirectoryRetentiontoNetworkSecurityGroupsEfs",
        "directory retention → EFS: open",
    ),
    (
        "SecurityGroupsDirectoryRetentionA24EF554 closed egress",
        "directory retention → database: stopped",
    ),
    ("ClusterA.NodesfromDebugLustreNodes", "compute A → compute A: open are []"),
    ("ClusterA.NodestoDebugLustreNodes", "compute A → compute A: open are []"),
    ("Endpoints.S3", "endpoint of s3: missing"),
    ("Endpoints.DynamoDb", "compute A → DynamoDB: open are [], not ['443']"),
    ("Endpoints.SecretsManager", "endpoint of secretsmanager: missing"),
    ("Endpoints.S3 SignalsToCloudFormation", "s3:PutObject on s3:::cloudformation-waitcondition"),
    ("Endpoints.S3 OurBuckets aws:PrincipalAccount", "signed by 999999999999, is let through"),
    ("Endpoints.S3 OurBuckets aws:ResourceAccount", "of 999999999999, signed by 000000000000"),
    ("Endpoints.Ec2 LaunchFromImagesOfOthers", "ec2:RunInstances on ec2:us-east-1::image"),
    ("Endpoints.CloudFormation InstancesReadTheirStacks", "signed by nobody, is stopped"),
    ("VpcRestrictDefaultSecurityGroup", "nothing empties its default security group"),
    ("VpcRejectedTrafficFlowLog", "no flow log keeps rejected traffic"),
]

# The same of what is there only where Keycloak is in the Main VPC.
NAMED_WITH_KEYCLOAK = [
    ("KeycloakTo1FromZone1", "accounting functions → Keycloak: stopped by"),
    ("KeycloakTo1FromZone2", "realm keys → Keycloak: open are [], not ['443']"),
    ("KeycloakBack1", "realm keys → Keycloak: open are [], not ['443']"),
    ("Network.KeycloakFunction106124C3D", "realm keys → Keycloak: open are [], not ['443']"),
    ("Network.KeycloakFunction15EB6762 closed egress", "realm keys → internet: stopped by"),
    ("Network.KeycloakFunctiontopl", "realm keys → S3: open are [], not ['443']"),
    ("Network.VpcFunctionsSubnet1RouteTableAssociation", "accounting functions → Keycloak: stop"),
    ("Network.VpcFunctionsSubnet2RouteTableAssociation", "realm keys → S3: open are []"),
    ("Endpoints.S3 route table 2", "accounting functions → S3: stopped by"),
    ("Endpoints.S3 route table 3", "realm keys → S3: open are [], not ['443']"),
]


@pytest.fixture(scope="session")
def world(networks: Networks) -> NetworkWorld:
    return networks.of(2)


@pytest.fixture(scope="session")
def all_mutations(world: NetworkWorld) -> list[Mutation]:
    return list(mutations(world))


@pytest.fixture(scope="session")
def with_keycloak(networks: Networks) -> NetworkWorld:
    return networks.of(2, keycloak=True)


@pytest.fixture(scope="session")
def keycloak_mutations(
    with_keycloak: NetworkWorld, all_mutations: list[Mutation]
) -> list[Mutation]:
    elsewhere = {mutation.name for mutation in all_mutations}
    return [m for m in mutations(with_keycloak) if m.name not in elsewhere]


@pytest.mark.parametrize(("taken", "words"), NAMED, ids=[name for name, _ in NAMED])
def test_what_is_taken_away_is_named(
    taken: str, words: str, world: NetworkWorld, all_mutations: list[Mutation]
) -> None:
    mutation = min(
        (m for m in all_mutations if taken in m.name), key=lambda mutation: len(mutation.name)
    )

    said = mutation.noticed(world)

    assert any(words in sentence for sentence in said), said


@pytest.mark.parametrize(
    ("taken", "words"), NAMED_WITH_KEYCLOAK, ids=[name for name, _ in NAMED_WITH_KEYCLOAK]
)
def test_what_is_taken_away_of_the_way_to_keycloak_is_named(
    taken: str, words: str, with_keycloak: NetworkWorld, keycloak_mutations: list[Mutation]
) -> None:
    [mutation] = (m for m in keycloak_mutations if taken in m.name)

    said = mutation.noticed(with_keycloak)

    assert any(words in sentence for sentence in said), said


def test_no_part_of_the_way_to_keycloak_is_there_without_need(
    with_keycloak: NetworkWorld, keycloak_mutations: list[Mutation]
) -> None:
    assert [m.name for m in keycloak_mutations if not m.noticed(with_keycloak)] == []
    assert len(keycloak_mutations) == len(NAMED_WITH_KEYCLOAK)


def test_nothing_is_there_without_need(world: NetworkWorld, all_mutations: list[Mutation]) -> None:
    unnoticed = [m.name for m in all_mutations if not m.noticed(world)]

    assert unnoticed == []
    assert len(all_mutations) > 80


def test_a_way_to_the_internet_is_noticed(world: NetworkWorld) -> None:
    network = world.templates.templates["Network"]
    gateway = {"Type": "AWS::EC2::InternetGateway", "Properties": {}}
    route = {
        "Type": "AWS::EC2::Route",
        "Properties": {
            "RouteTableId": {"Ref": "ClustersRouteTable"},
            "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": {"Ref": "Gateway"},
        },
    }
    added = {**network["Resources"], "Gateway": gateway, "Route": route}

    opened = world.changed("Network", {**network, "Resources": added})

    assert any("way out: Network.Gateway" in said for said in closed_vpc_differences(opened))
    assert any("head A → internet: stopped by" in said for said in differences(opened, load()))


@pytest.mark.parametrize(
    ("part", "range_of"),
    [("KeycloakTo1FromZone2", "DestinationCidrBlock"), ("KeycloakFunction106124C3D", "CidrIp")],
)
def test_a_way_to_more_of_the_main_vpc_than_keycloak_is_noticed(
    part: str, range_of: str, with_keycloak: NetworkWorld
) -> None:
    network = with_keycloak.templates.templates["Network"]
    [(id_, narrow)] = ((i, it) for i, it in network["Resources"].items() if i.startswith(part))
    wide = {**narrow, "Properties": {**narrow["Properties"], range_of: "10.16.0.0/16"}}

    opened = with_keycloak.changed(
        "Network", {**network, "Resources": {**network["Resources"], id_: wide}}
    )

    said = differences(opened, load())
    assert any("realm keys → rest of the Main VPC: stopped by" in sentence for sentence in said)


@pytest.mark.parametrize("keycloak", [False, True])
def test_nothing_is_noticed_of_what_is_as_it_is(networks: Networks, *, keycloak: bool) -> None:
    world = networks.of(2, keycloak=keycloak)

    assert endpoint_differences(world) == []
    assert closed_vpc_differences(world) == []
    assert differences(world, load()) == []
