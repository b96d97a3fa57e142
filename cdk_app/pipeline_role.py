"""PipelineRole: what a pipeline of GitLab releases with, without a key that is stored anywhere.

Sources: GitLab documentation, "OpenID Connect authentication using ID tokens"; IAM user guide,
"Create a role for OpenID Connect federation"; Amazon ECR user guide, "IAM permissions for pushing
an image"; AWS CDK developer guide, "Bootstrapping" (the roles that deployments take).
"""

from aws_cdk import DefaultStackSynthesizer, Duration, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_app.pipeline_settings import PipelineSettings

AUDIENCE = "sts.amazonaws.com"
_PUSH = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:DescribeImages",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)
_BOOTSTRAPPED = ("deploy", "file-publishing", "image-publishing", "lookup")


class PipelineRole(Construct):
    """May push to the repository and deploy, for jobs of one project and ref.

    Attributes:
        role: what the pipeline's `AWS_ROLE_ARN` names.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        pipeline: PipelineSettings,
        repository: ecr.IRepository,
    ) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        self.role = iam.Role(
            self,
            "Role",
            description="Releases the provisioner",
            assumed_by=iam.WebIdentityPrincipal(
                pipeline.identity_provider_arn,
                conditions={
                    "StringEquals": {f"{pipeline.issuer}:aud": AUDIENCE},
                    "StringLike": {f"{pipeline.issuer}:sub": pipeline.subject},
                },
            ),
            max_session_duration=Duration.hours(1),
        )
        repository.grant(self.role, *_PUSH)
        # It knows no resource.
        ecr.AuthorizationToken.grant_read(self.role)
        self.role.add_to_policy(
            iam.PolicyStatement(
                sid="DeployAsTheCdkCli",
                actions=["sts:AssumeRole"],
                resources=[
                    f"arn:{stack.partition}:iam::{stack.account}:role/{name}"
                    for name in _bootstrapped_roles(stack)
                ],
            )
        )


def _bootstrapped_roles(stack: Stack) -> list[str]:
    begins = f"cdk-{DefaultStackSynthesizer.DEFAULT_QUALIFIER}"
    return [f"{begins}-{name}-role-{stack.account}-{stack.region}" for name in _BOOTSTRAPPED]
