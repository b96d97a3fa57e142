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


@pytest.fixture(scope="session")
def world(networks: Networks) -> NetworkWorld:
    return networks.of(2)


@pytest.fixture(scope="session")
def all_mutations(world: NetworkWorld) -> list[Mutation]:
    return list(mutations(world))


@pytest.mark.parametrize(("taken", "words"), NAMED, ids=[name for name, _ in NAMED])
def test_what_is_taken_away_is_named(
    taken: str, words: str, world: NetworkWorld, all_mutations: list[Mutation]
) -> None:
    mutation = min(
        (m for m in all_mutations if taken in m.name), key=lambda mutation: len(mutation.name)
    )

    said = mutation.noticed(world)

    assert any(words in sentence for sentence in said), said


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


def test_nothing_is_noticed_of_what_is_as_it_is(world: NetworkWorld) -> None:
    assert endpoint_differences(world) == []
    assert closed_vpc_differences(world) == []
    assert differences(world, load()) == []
