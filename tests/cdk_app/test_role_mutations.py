"""Take one condition, statement, deny or narrow resource away, and a row that names it fails."""

import pytest

from environment_roles import EnvironmentRoles
from role_mutations import RoleMutation, role_mutations
from synthesised import Synthesised

# All other roles have statements, so this test takes them away. It has one policy, of AWS.
WITHOUT_POLICY_OF_OURS = {"ApiGatewayCloudWatchRole"}

API, RECONCILER = "ApiFunctionServiceRole", "ReconcilerFunctionServiceRole"
STACK_EVENTS, RESERVATION = "StackEventsFunctionServiceRole", "ReservationFunctionServiceRole"
CLUSTER_EVENTS = "ClusterEventsFunctionServiceRole"
STACKS, PROVIDER = "ProjectStacksRole", "ClusterProviderOnEventServiceRole"
ASKING = "ClusterProviderIsCompleteServiceRole"

# Whose role, what is taken away, and the beginning of what is said about it after the role's name.
NAMED = [
    (API, "LaunchPublishedTemplates without cloudformation:TemplateUrl", "may cloudformation:Cr"),
    (API, "LaunchPublishedTemplates without cloudformation:RoleArn", "may cloudformation:Create"),
    (API, "LaunchPublishedTemplates on *", "may cloudformation:CreateStack on cloudformation:s"),
    (API, "LaunchPublishedTemplates gone", "may not cloudformation:CreateStack on cloudformatio"),
    (API, "TagWhatIsLaunched without cloudformation:CreateAction", "may cloudformation:TagReso"),
    (API, "PassServiceRole without iam:PassedToService", "may iam:PassRole on iam:role/ProjectS"),
    (API, "PassServiceRole on *", "may iam:PassRole on iam:role/Administrator"),
    (API, "EncryptSecrets without kms:ViaService", "may kms:Decrypt on kms:key/Secrets"),
    (API, "MakeKeys without aws:RequestTag/SBO_Billing", "may secretsmanager:CreateSecret"),
    (API, "DeleteKeys on *", "may secretsmanager:DeleteSecret on secretsmanager:secret:database"),
    (API, "DeleteStacks on *", "may cloudformation:DeleteStack on cloudformation:stack/H"),
    (API, "ReadPublishedTemplates on *", "may s3:GetObject on s3:{assets}/other.json"),
    (RECONCILER, "DeleteStacks on *", "may cloudformation:DeleteStack on cloudformation"),
    (RECONCILER, "HaveClustersDeleted on *", "may lambda:InvokeFunction on lambda:function:ApiF"),
    (RECONCILER, "LookAround gone", "may not cloudformation:ListStacks on *"),
    (STACK_EVENTS, "Registry on *", "may dynamodb:DeleteItem on dynamodb:table/other"),
    (STACK_EVENTS, "DeleteKeys on *", "may ec2:DeleteKeyPair on ec2:key-pair/other"),
    (CLUSTER_EVENTS, "events:PutEvents without events:source", "may events:PutEvents on events"),
    (CLUSTER_EVENTS, "events:PutEvents without events:detail-type", "may events:PutEvents on ev"),
    (CLUSTER_EVENTS, "events:PutEvents on *", "may events:PutEvents on events:event-bus/default"),
    (RESERVATION, "DeleteKeys on *", "may secretsmanager:DeleteSecret on secretsmanager:secret:d"),
    (RESERVATION, "LookAtStacks gone", "may not cloudformation:DescribeStacks"),
    (STACKS, "SharedGroupsStay gone", "may ec2:AuthorizeSecurityGroupIngress on ec2:security-gro"),
    (STACKS, "TagNodeGroups without aws:TagKeys", "may ec2:CreateTags on ec2:security-group/sg-n"),
    (STACKS, "LustreServiceRole without iam:AWSServiceName", "may iam:CreateServiceLinkedRole"),
    (STACKS, "ClusterPolicies on *", "may iam:CreatePolicy on iam:policy/hpc-a-b"),
    (STACKS, "CustomResources on *", "may lambda:InvokeFunction on lambda:function:ApiFunction"),
    (STACKS, "Directories on *", "may elasticfilesystem:CreateAccessPoint on elasticfilesystem:fi"),
    (PROVIDER, "BoundedRoles without iam:PermissionsBoundary", "may iam:CreateRole on iam:role/p"),
    (PROVIDER, "BoundedRoles on *", "may iam:CreateRole on iam:role/administrator"),
    (PROVIDER, "KnownPolicies without iam:PermissionsBoundary", "may iam:AttachRolePolicy on ia"),
    (PROVIDER, "KnownPolicies without iam:PolicyARN", "may iam:AttachRolePolicy on iam:role/par"),
    (PROVIDER, "PassRoles without iam:PassedToService", "may iam:PassRole on iam:role/parallelc"),
    (PROVIDER, "PassRoles on *", "may iam:PassRole on iam:role/ProjectStacksRole"),
    (PROVIDER, "LaunchOwned without aws:RequestTag/hpc:owner", "may ec2:RunInstances on ec2:"),
    (PROVIDER, "TagWhatIsMade without ec2:CreateAction", "may ec2:CreateTags on ec2:instance/i-"),
    (
        PROVIDER,
        "ChangeOwn without aws:ResourceTag/parallelcluster:cluster-name",
        "may ec2:TerminateInstances on ec2:instance/i-1",
    ),
    (PROVIDER, "Stacks on *", "may cloudformation:DeleteStack on cloudformation:stack/hpc-a/1"),
    (PROVIDER, "Artifacts on *", "may s3:GetObject on s3:Artifacts/other"),
    (PROVIDER, "Tables on *", "may dynamodb:DeleteTable on dynamodb:table/Registry"),
    (ASKING, "Configurations on *", "may s3:GetObjectVersion on s3:Artifacts/other"),
    (ASKING, "FleetStatus gone", "may not dynamodb:GetItem on dynamodb:table/parallelcluster-pcl"),
]


@pytest.fixture(scope="module")
def mutations(local: Synthesised) -> list[RoleMutation]:
    return list(role_mutations(EnvironmentRoles.of(local)))


@pytest.mark.parametrize(("role", "taken", "said"), NAMED, ids=[f"{r} {t}" for r, t, _ in NAMED])
def test_what_is_taken_away_is_named(
    role: str, taken: str, said: str, mutations: list[RoleMutation]
) -> None:
    (mutation,) = (m for m in mutations if (m.role, m.name) == (role, taken))

    noticed = list(mutation.noticed())

    assert any(one.startswith(f"{role} {said}") for one in noticed), noticed


def test_nothing_is_there_without_a_row_that_needs_it(environment: Synthesised) -> None:
    granted = EnvironmentRoles.of(environment)
    mutations = list(role_mutations(granted))

    unnoticed = [f"{m.role}: {m.name}" for m in mutations if not any(m.noticed())]

    assert unnoticed == []
    assert granted.roles().keys() - {m.role for m in mutations} == WITHOUT_POLICY_OF_OURS
