"""What functions find around them, and that stacks don't wait for each other."""

import json

from aws_account import Account, unique

SLEEPER = """
import time

def handler(event, context):
    began = time.monotonic()
    time.sleep(5)
    return time.monotonic() - began
"""
ENVIRONMENT = """
import os

def handler(event, context):
    return dict(os.environ)
"""
# Answers its custom resource once another one has been asked for too: alone it fails.
RENDEZVOUS = """
import json, time, urllib.request, boto3

def handler(event, context):
    ssm = boto3.client("ssm")
    meeting = event["ResourceProperties"]["Meeting"]
    ssm.put_parameter(Name=f"/{meeting}/{event['RequestId']}", Type="String", Value="here")
    met = False
    deadline = time.monotonic() + 100
    while not met and time.monotonic() < deadline:
        met = len(ssm.get_parameters_by_path(Path=f"/{meeting}")["Parameters"]) == 2
        time.sleep(0.05)
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    answer.update(Status="SUCCESS" if met else "FAILED", PhysicalResourceId="p", Reason="alone")
    urllib.request.urlopen(urllib.request.Request(
        event["ResponseURL"], data=json.dumps(answer).encode(), method="PUT"))
"""


def invoke(account: Account, function: str) -> object:
    answer = account.client("lambda").invoke(FunctionName=function)
    return json.load(answer["Payload"])


def test_parallelclusters_functions_do_not_sleep_long_and_others_do(account: Account) -> None:
    short = account.function(SLEEPER, name=unique("pcluster-cleanup"))
    long = account.function(SLEEPER, name=unique("cleanup"))

    seconds = [invoke(account, function) for function in (short, long)]

    assert isinstance(seconds[0], float)
    assert isinstance(seconds[1], float)
    assert seconds[0] < 2.5 < seconds[1]


def test_functions_know_the_emulator_and_none_of_the_starters_secrets(account: Account) -> None:
    function = account.function(ENVIRONMENT)

    environment = invoke(account, function)

    assert isinstance(environment, dict)
    assert environment["AWS_ENDPOINT_URL"] == account.emulator.endpoint
    assert environment["HOME"] == str(account.emulator.state / "home")
    assert environment["CLUSTER_PROVIDER_PYTHON"].endswith("/python")
    assert "PYTEST_CURRENT_TEST" not in environment


def test_two_stacks_are_made_at_once_by_one_function(account: Account) -> None:
    function = account.function(RENDEZVOUS, timeout=120)
    properties = {"ServiceToken": function, "Meeting": unique("meeting")}
    thing = {"Thing": {"Type": "Custom::Thing", "Properties": properties}}

    stacks = [account.create_stack(thing) for _ in range(2)]

    assert [account.settled(stack) for stack in stacks] == ["CREATE_COMPLETE"] * 2


# What CDK's custom resource does to a VPC's default security group.
EMPTIER = """
const { EC2 } = require("@aws-sdk/client-ec2");
const client = new EC2({});

exports.handler = async ({ GroupId }) => {
  const everything = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
  const within = { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId }] };
  await client.revokeSecurityGroupEgress({ GroupId, IpPermissions: [everything] });
  await client.revokeSecurityGroupIngress({ GroupId, IpPermissions: [within] });
  try {
    await client.revokeSecurityGroupEgress({ GroupId: "sg-none", IpPermissions: [everything] });
  } catch (error) {
    return error.name;
  }
};
"""


def test_a_node_function_calls_ec2_and_is_told_what_is_wrong(account: Account) -> None:
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    [group] = ec2.describe_security_groups(Filters=of_vpc)["SecurityGroups"]
    within = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group["GroupId"]}]}
    ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[within])
    function = account.function(EMPTIER, runtime="nodejs22.x")

    answer = account.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps({"GroupId": group["GroupId"]})
    )

    [emptied] = ec2.describe_security_groups(GroupIds=[group["GroupId"]])["SecurityGroups"]
    assert json.load(answer["Payload"]) == "InvalidGroup.NotFound"
    assert emptied["IpPermissions"] == []
    assert emptied["IpPermissionsEgress"] == []
