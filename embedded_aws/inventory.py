"""What there is on an embedded AWS: taken before and after, it shows what was left behind."""

from collections.abc import Callable, Iterator
from typing import Any

from embedded_aws.deployment import Deployment
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.session import Session

Items = Iterator[dict[str, Any]]
# (what, service, operation, from the answer to the items, from an item to its name)
_Listing = tuple[str, str, str, Callable[[dict[str, Any]], Items], str]


def _plain(key: str) -> Callable[[dict[str, Any]], Items]:
    return lambda page: iter(page.get(key, []))


def _instances(page: dict[str, Any]) -> Items:
    for reservation in page["Reservations"]:
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] != "terminated":
                yield instance


def _names(key: str) -> Callable[[dict[str, Any]], Items]:
    return lambda page: ({"Name": name} for name in page.get(key, []))


_LISTINGS: tuple[_Listing, ...] = (
    ("stack", "cloudformation", "describe_stacks", _plain("Stacks"), "StackName"),
    ("key pair", "ec2", "describe_key_pairs", _plain("KeyPairs"), "KeyName"),
    ("instance", "ec2", "describe_instances", _instances, "InstanceId"),
    (
        "network interface",
        "ec2",
        "describe_network_interfaces",
        _plain("NetworkInterfaces"),
        "NetworkInterfaceId",
    ),
    ("security group", "ec2", "describe_security_groups", _plain("SecurityGroups"), "GroupId"),
    (
        "launch template",
        "ec2",
        "describe_launch_templates",
        _plain("LaunchTemplates"),
        "LaunchTemplateName",
    ),
    ("secret", "secretsmanager", "list_secrets", _plain("SecretList"), "Name"),
    ("access point", "efs", "describe_access_points", _plain("AccessPoints"), "AccessPointId"),
    ("Lustre file system", "fsx", "describe_file_systems", _plain("FileSystems"), "FileSystemId"),
    ("table", "dynamodb", "list_tables", _names("TableNames"), "Name"),
    ("role", "iam", "list_roles", _plain("Roles"), "RoleName"),
    (
        "instance profile",
        "iam",
        "list_instance_profiles",
        _plain("InstanceProfiles"),
        "InstanceProfileName",
    ),
    ("policy", "iam", "list_policies", _plain("Policies"), "PolicyName"),
    ("function", "lambda", "list_functions", _plain("Functions"), "FunctionName"),
    ("log group", "logs", "describe_log_groups", _plain("logGroups"), "logGroupName"),
)


def take(aws: EmbeddedAws, deployment: Deployment) -> frozenset[tuple[str, str]]:
    """Everything that a cluster could leave behind, as pairs of kind and name."""
    account = Session(aws)
    found = set()
    for what, service, operation, items, name in _LISTINGS:
        client = account.client(service)
        arguments = {"Scope": "Local"} if operation == "list_policies" else {}
        if client.can_paginate(operation):
            pages = client.get_paginator(operation).paginate(**arguments)
        else:
            pages = [getattr(client, operation)(**arguments)]
        found |= {(what, str(item[name])) for page in pages for item in items(page)}
    return frozenset(found | _held(account.client("dynamodb"), deployment.registry_table))


def _held(dynamodb: Any, table: str) -> set[tuple[str, str]]:  # noqa: ANN401 - a boto3 client
    """Records and leases; what is history is meant to stay for a time."""
    items = dynamodb.scan(TableName=table)["Items"]
    return {
        (f"registry: {item['kind']['S']}", item["id"]["S"])
        for item in items
        if item["kind"]["S"] != "history"
    }
