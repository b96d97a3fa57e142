"""Stack `ImageRepository`: where the provider's image is pushed before the rest is deployed."""

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_app.environment_stack import STACK_PREFIX, EnvironmentStack
from cdk_app.pipeline_role import PipelineRole
from cdk_app.settings import Settings

# `make push` and the pipeline's role know it by this name.
REPOSITORY_NAME = "hpc/cluster-provider"
# An account's repository gets the versions that are deployed there, so that the newest is the one
# that runs, but after a way back to an older one.
_VERSIONS_KEPT = 50


class ImageRepository(EnvironmentStack):
    """The repository of the provider's image. It stands on nothing, so that it can be first."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        super().__init__(scope, id_, settings=settings, description="The cluster provider's images")
        keep = settings.storage.keep_data
        repository = ecr.Repository(
            self,
            "ClusterProvider",
            repository_name=REPOSITORY_NAME,
            # A tag is a version: what was tested and scanned under it stays what is deployed.
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            image_scan_on_push=True,
            encryption=ecr.RepositoryEncryption.KMS,
            removal_policy=self.removal,
            empty_on_delete=not keep,
            lifecycle_rules=[
                ecr.LifecycleRule(
                    rule_priority=1,
                    description="What has no version is of a push that broke off",
                    tag_status=ecr.TagStatus.UNTAGGED,
                    max_image_age=Duration.days(7),
                ),
                ecr.LifecycleRule(
                    rule_priority=2,
                    description=f"The last {_VERSIONS_KEPT} versions stay",
                    tag_status=ecr.TagStatus.ANY,
                    max_image_count=_VERSIONS_KEPT,
                ),
            ],
        )
        repository.add_to_resource_policy(self._pull())
        if settings.pipeline:
            pipeline = PipelineRole(
                self, "Pipeline", pipeline=settings.pipeline, repository=repository
            )
            CfnOutput(
                self,
                "PipelineRole",
                value=pipeline.role.role_arn,
                description="AWS_ROLE_ARN of the pipeline's jobs",
            )
        CfnOutput(
            self,
            "RepositoryUri",
            value=repository.repository_uri,
            description="Where make push pushes",
        )

    def _pull(self) -> iam.PolicyStatement:
        """Lambda pulls, for functions of our stacks.

        Were it missing, Lambda would write its own, for every function of the account, where who
        creates the function may set the policy (Lambda developer guide, "Create a Lambda function
        using a container image").
        """
        functions = f"arn:{self.partition}:lambda:{self.region}:{self.account}:function"
        return iam.PolicyStatement(
            sid="LambdaPulls",
            principals=[iam.ServicePrincipal("lambda.amazonaws.com")],
            actions=["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            conditions={"ArnLike": {"aws:SourceArn": f"{functions}:{STACK_PREFIX}*"}},
        )
