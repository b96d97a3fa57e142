"""What our functions may do with projects' stacks, keys and secrets, statement by statement."""

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from cdk_app.cluster_templates import ClusterTemplates
from cdk_app.environment_stack import BILLING_TAG
from cdk_app.key_permissions import through_secrets_manager
from cdk_app.registry import Registry

# The names that `cluster_api` gives: key pairs `pcluster-…`, secrets `hpc/…`, stacks `hpc-…`;
# ParallelCluster's stacks have their clusters' names.
_STACKS, _CLUSTERS, _KEY_PAIRS, _SECRETS = "hpc-*/*", "pcluster-*/*", "pcluster-*", "hpc/pcluster-*"


class ProjectPermissions:
    """Statements with the ARNs of one account and region."""

    def __init__(self, stack: Stack) -> None:
        """Take account, region and partition from `stack`."""
        self._stacks = stack.format_arn(
            service="cloudformation", resource="stack", resource_name=_STACKS
        )
        self._clusters = stack.format_arn(
            service="cloudformation", resource="stack", resource_name=_CLUSTERS
        )
        self._key_pairs = stack.format_arn(
            service="ec2", resource="key-pair", resource_name=_KEY_PAIRS
        )
        arn = f"arn:{Aws.PARTITION}"
        place = f"{stack.region}:{stack.account}"
        self._secrets = f"{arn}:secretsmanager:{place}:secret:{_SECRETS}"
        self._parameters = f"{arn}:ssm:{place}:parameter"

    def registry_of_api(self, registry: Registry) -> list[iam.PolicyStatement]:
        """Admit, look up, list and forget clusters."""
        return registry.writing(
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
        )

    def registry_of_events(self, registry: Registry) -> list[iam.PolicyStatement]:
        """Keep records current."""
        return registry.writing(
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
        )

    def registry_of_reconciler(self, registry: Registry) -> list[iam.PolicyStatement]:
        """Read all of it, and mend it."""
        return registry.writing(
            "dynamodb:Query",
            "dynamodb:ConditionCheckItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
        )

    def look_around(self) -> iam.PolicyStatement:
        """List what is there; none of these takes a resource."""
        return iam.PolicyStatement(
            sid="LookAround",
            actions=[
                "cloudformation:ListStacks",
                "ec2:DescribeKeyPairs",
                "secretsmanager:ListSecrets",
            ],
            resources=["*"],
        )

    def look_at_clusters(self) -> iam.PolicyStatement:
        """See whose a stack of ParallelCluster's is."""
        return iam.PolicyStatement(
            sid="LookAtClusters",
            actions=["cloudformation:DescribeStacks"],
            resources=[self._clusters],
        )

    def have_clusters_deleted(self, provider: lambda_.IFunction) -> iam.PolicyStatement:
        """Ask the cluster provider to delete a cluster, which only its role may."""
        return iam.PolicyStatement(
            sid="HaveClustersDeleted",
            actions=["lambda:InvokeFunction"],
            resources=[provider.function_arn],
        )

    def read_launch_parameters(self, path: str) -> iam.PolicyStatement:
        """Read what a launch needs: the cluster subnets, and what every template is told."""
        return iam.PolicyStatement(
            sid="LaunchParameters",
            actions=["ssm:GetParametersByPath"],
            resources=[f"{self._parameters}{path}", f"{self._parameters}{path}/*"],
        )

    def make_keys(self) -> iam.PolicyStatement:
        """Make key pairs and keep their private halves."""
        return iam.PolicyStatement(
            sid="MakeKeys",
            actions=[
                "ec2:CreateKeyPair",
                "ec2:CreateTags",
                "secretsmanager:CreateSecret",
                "secretsmanager:TagResource",
            ],
            resources=[self._key_pairs, self._secrets],
            conditions={
                "StringEquals": {
                    f"aws:RequestTag/{key}": value for key, value in BILLING_TAG.items()
                }
            },
        )

    def make_keys_anew(self) -> iam.PolicyStatement:
        """Give a secret another value, when the request that made it died half-way."""
        return iam.PolicyStatement(
            sid="MakeKeysAnew",
            actions=["secretsmanager:PutSecretValue"],
            resources=[self._secrets],
        )

    def encrypt_secrets(self, key: kms.IKey) -> iam.PolicyStatement:
        """Let Secrets Manager encrypt what we store in it, and nothing else."""
        return through_secrets_manager(key, "EncryptSecrets", "kms:GenerateDataKey", "kms:Decrypt")

    def delete_keys(self) -> iam.PolicyStatement:
        """Delete key pairs and secrets."""
        return iam.PolicyStatement(
            sid="DeleteKeys",
            actions=["ec2:DeleteKeyPair", "secretsmanager:DeleteSecret"],
            resources=[self._key_pairs, self._secrets],
        )

    def launch(self, templates: ClusterTemplates, role: iam.IRole) -> list[iam.PolicyStatement]:
        """Launch the published templates, with the one role, and nothing else."""
        return [
            iam.PolicyStatement(
                sid="LaunchPublishedTemplates",
                actions=["cloudformation:CreateStack"],
                resources=[self._stacks],
                conditions={
                    # An exact match of strings: the API spells them so too.
                    "StringEquals": {"cloudformation:TemplateUrl": templates.urls()},
                    "ArnEquals": {"cloudformation:RoleArn": role.role_arn},
                },
            ),
            iam.PolicyStatement(
                sid="TagWhatIsLaunched",
                actions=["cloudformation:TagResource"],
                resources=[self._stacks],
                conditions={"StringEquals": {"cloudformation:CreateAction": "CreateStack"}},
            ),
            iam.PolicyStatement(
                # CloudFormation reads a template with the permissions of who launches it.
                sid="ReadPublishedTemplates",
                actions=["s3:GetObject"],
                resources=[
                    asset.bucket.arn_for_objects(asset.s3_object_key)
                    for asset in templates.assets()
                ],
            ),
            iam.PolicyStatement(
                sid="PassServiceRole",
                actions=["iam:PassRole"],
                resources=[role.role_arn],
                conditions={
                    "StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}
                },
            ),
        ]

    def read_tier_description(self, templates: ClusterTemplates) -> iam.PolicyStatement:
        """Read what callers are told of the tiers."""
        described = templates.description
        return iam.PolicyStatement(
            sid="ReadTierDescription",
            actions=["s3:GetObject"],
            resources=[described.bucket.arn_for_objects(described.s3_object_key)],
        )

    def look_at_stacks(self) -> iam.PolicyStatement:
        """See how a project's stack is, and what failed in it."""
        return iam.PolicyStatement(
            sid="LookAtStacks",
            actions=["cloudformation:DescribeStacks", "cloudformation:DescribeStackEvents"],
            resources=[self._stacks],
        )

    def look_at_and_delete_stacks(self) -> list[iam.PolicyStatement]:
        """The same, and delete it."""
        return [self.look_at_stacks(), self._delete_stacks()]

    def see_and_delete_stacks(self) -> list[iam.PolicyStatement]:
        """See how a project's stack is, not why it failed, and delete it."""
        return [
            iam.PolicyStatement(
                sid="SeeStacks",
                actions=["cloudformation:DescribeStacks"],
                resources=[self._stacks],
            ),
            self._delete_stacks(),
        ]

    def _delete_stacks(self) -> iam.PolicyStatement:
        """CloudFormation does so with the stack's own role."""
        return iam.PolicyStatement(
            sid="DeleteStacks",
            actions=["cloudformation:DeleteStack"],
            resources=[self._stacks],
        )
