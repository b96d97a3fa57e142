"""The roles that make clusters may do what CloudFormation's handlers need, and nothing else.

The provider's own needs are compared with the library in lambdas/cluster_provider/tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from cloudformation_handlers import every_action, needs, schema, table
from environment_roles import EnvironmentRoles
from iam_evaluation import evaluate
from role_policies import Role
from service_authorization import resource_types
from synthesised import Synthesised

GENERATED = yaml.safe_load(
    (
        Path(__file__).parents[2] / "lambdas/cluster_provider/tests/generated_template.yaml"
    ).read_text()
)
LUSTRE_S3 = "s3.data-source.lustre.fsx.amazonaws.com"
SERVICE_ROLE, PROVIDER = "ProjectStacksRole", "ClusterProviderOnEventServiceRole"

# A cluster's own resource of each type, by the end of its ARN.
OURS = {
    SERVICE_ROLE: {
        "ec2:CreateSecurityGroup": "vpc/Vpc",
        "ec2:GetSecurityGroupsForVpc": "vpc/Vpc",
        "elasticfilesystem:CreateAccessPoint": "file-system/FileSystem",
        "iam:CreateServiceLinkedRole": "role/aws-service-role/fsx.amazonaws.com/a",
        "logs:TagResource": "log-group:/hpc/jobs/pcluster-a-1",
        "logs:ListTagsForResource": "log-group:/hpc/jobs/pcluster-a-1",
        "ec2": "security-group/sg-1",
        "elasticfilesystem": "access-point/fsap-1",
        "fsx": "file-system/fs-1",
        "fsx:DeleteDataRepositoryAssociation": "association/fs-1/dra-1",
        "s3": "Scratch",
        "iam:PutRolePolicy": f"role/aws-service-role/{LUSTRE_S3}/a",
        "iam": "policy/parallelcluster/hpc-a-b",
        "kms": "key/Data",
        "lambda": "function:ReservationFrameworkframeworkonEvent",
        "logs": "log-group:/hpc/jobs/pcluster-a-1:log-stream:",
        "secretsmanager": "secret:hpc-accounting/pcluster-a-9f8e7d6c-AbCdEf",
    },
    PROVIDER: {
        "ec2:CreateNetworkInterface": "network-interface/eni-1",
        "ec2:ModifyNetworkInterfaceAttribute": "network-interface/eni-1",
        "ec2:DeleteNetworkInterface": "network-interface/eni-1",
        "ec2:CreateLaunchTemplate": "launch-template/lt-1",
        "ec2:CreateLaunchTemplateVersion": "launch-template/lt-1",
        "ec2:DeleteLaunchTemplate": "launch-template/lt-1",
        "ec2:CreatePlacementGroup": "placement-group/pg-1",
        "ec2:DeletePlacementGroup": "placement-group/pg-1",
        "iam:AddRoleToInstanceProfile": "instance-profile/parallelcluster/pcluster-a/head",
        "iam:CreateInstanceProfile": "instance-profile/parallelcluster/pcluster-a/head",
        "iam:DeleteInstanceProfile": "instance-profile/parallelcluster/pcluster-a/head",
        "iam:GetInstanceProfile": "instance-profile/parallelcluster/pcluster-a/head",
        "iam:GetPolicy": "policy/parallelcluster/hpc-a-b",
        "iam:RemoveRoleFromInstanceProfile": "instance-profile/parallelcluster/pcluster-a/head",
        "logs:TagResource": "log-group:/aws/parallelcluster/pcluster-a-1",
        "logs:UntagResource": "log-group:/aws/parallelcluster/pcluster-a-1",
        "logs:ListTagsForResource": "log-group:/aws/parallelcluster/pcluster-a-1",
        "s3:GetBucketLocation": "Artifacts",
        "s3:GetBucketVersioning": "Artifacts",
        "s3:ListBucket": "Artifacts",
        "cloudformation": "stack/pcluster-a/1",
        "dynamodb": "table/parallelcluster-pcluster-a",
        "ec2": "instance/i-1",
        "elasticfilesystem": "file-system/FileSystem",
        "iam": "role/parallelcluster/pcluster-a/head",
        "lambda": "function:pcluster-CleanupResources-1",
        "logs": "log-group:/aws/parallelcluster/pcluster-a-1:log-stream:",
        "s3": "Artifacts/parallelcluster/3.16.1/clusters/pcluster-a-1/a",
        "secretsmanager": "secret:hpc-accounting/pcluster-a-9f8e7d6c-AbCdEf",
    },
}
# As requests for a cluster have them.
KEYS: dict[str, str | list[str]] = {
    "aws:RequestTag/hpc:cluster": "pcluster-a",
    "aws:ResourceTag/hpc:cluster": "pcluster-a",
    "aws:RequestTag/hpc:owner": "8c8f1c50-0d4c-4a9e-9b4f-1d2c3b4a5968/ParallelCluster",
    "aws:ResourceTag/parallelcluster:cluster-name": "pcluster-a",
    "aws:TagKeys": ["hpc:cluster"],
    "ec2:CreateAction": "RunInstances",
    "iam:AWSServiceName": "fsx.amazonaws.com",
    "iam:PassedToService": "ec2.amazonaws.com",
    "kms:GrantIsForAWSResource": "true",
    "kms:ViaService": "fsx.us-east-1.amazonaws.com",
    "iam:PolicyARN": "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",
}
VERBS = {
    # Nobody updates a project's stack: another cluster is another stack.
    SERVICE_ROLE: ("create", "read", "delete"),
    PROVIDER: ("create", "read", "update", "delete"),
}


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A role that makes resources, and those that it makes: properties by type."""

    name: str
    role: Role
    places: Mapping[str, str]
    made: Mapping[str, set[str]]

    def needed(self) -> set[str]:
        """Every action of the handlers."""
        verbs = VERBS[self.name]
        found = {a for type_, names in self.made.items() for a in needs(type_, verbs).of(names)}
        return found | (set(GENERATED["calls"]) if self.name == PROVIDER else set())

    def granted(self) -> set[str]:
        """Every action of a statement that allows."""
        return {
            action
            for document in self.role.principal.policies
            for statement in document["Statement"]
            if statement["Effect"] == "Allow"
            for action in _listed(statement["Action"])
        }

    def may(self, action: str) -> bool:
        """Whether it may do it to a cluster's own."""
        place, account = self.places["region"], self.places["account"]
        service = action.partition(":")[0]
        ours = OURS[self.name]
        end = ours.get(action) or ours.get(service)
        region = {"iam": f":{account}", "s3": ":"}.get(service, f"{place}:{account}")
        arn = f"arn:aws:{service}:{region}:{end}" if resource_types(action) else "*"
        boundary = f"arn:aws:iam::{account}:policy/parallelcluster/NodePermissionsBoundary"
        context = {**KEYS, "iam:PermissionsBoundary": boundary}
        return evaluate(self.role.principal, action, arn, context=context).allowed


@pytest.fixture(params=[SERVICE_ROLE, PROVIDER])
def compared(request: pytest.FixtureRequest, local: Synthesised) -> Compared:
    granted = EnvironmentRoles.of(local)
    made: dict[str, set[str]] = {}
    if request.param == PROVIDER:
        made = {type_: set(names) for type_, names in GENERATED["resources"].items()}
    else:
        for template in local.published().values():
            for resource in template["Resources"].values():
                made.setdefault(resource["Type"], set()).update(resource.get("Properties", {}))
    return Compared(
        name=request.param,
        role=granted.roles()[request.param],
        places=granted.places,
        made=made,
    )


def test_what_handlers_need_is_granted_on_a_cluster_s_own(compared: Compared) -> None:
    needed = compared.needed()

    assert [action for action in sorted(needed) if not compared.may(action)] == []
    assert len(needed) > 30


def test_what_is_granted_is_needed_or_has_a_reason(compared: Compared) -> None:
    beyond = compared.granted() - compared.needed()
    # A type's tags are the stack's: their actions are of its schema, though not of every handler.
    beyond -= {a for type_ in compared.made for a in _of_tags(type_)}

    assert sorted(beyond) == sorted(table()["beyond"][compared.name])


def test_what_we_do_without_is_really_a_handler_s(compared: Compared) -> None:
    """A row that no schema names any more is dead."""
    dead = {
        action
        for type_ in compared.made
        for kind in ("unless", "never")
        for actions in [table()["not_needed"].get(type_, {}).get(kind, {})]
        for action in (actions if kind == "never" else {a for v in actions.values() for a in v})
        if action not in every_action(type_)
    }

    assert dead == set()


def test_what_we_do_without_is_not_granted_by_mistake(compared: Compared) -> None:
    never = {a for t in compared.made for a in table()["not_needed"].get(t, {}).get("never", {})}

    assert never & compared.granted() <= compared.needed() | set(table()["beyond"][compared.name])


@pytest.mark.parametrize("type_", ["AWS::EC2::Instance", "AWS::EC2::NetworkInterface"])
def test_cloudformation_tags_it_as_it_makes_it(type_: str) -> None:
    """On that the provider's conditions on tags stand."""
    assert schema(type_)["tagging"]["tagOnCreate"] is True


def _of_tags(type_: str) -> list[str]:
    if type_ in table()["handlers"]:
        return []
    return list(schema(type_).get("tagging", {}).get("permissions", []))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
