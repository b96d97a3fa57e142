"""Stack `Surroundings`: stands in for what is there before us, where it isn't (`local`)."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_app.environment_stack import EnvironmentStack
from cdk_app.main_vpc import MainVpcStandIn
from cdk_app.settings import Settings

WORKFLOW_SERVICE_ROLE = "workflow-service"


class Surroundings(EnvironmentStack):
    """The Workflow Service's role, its VPC and the data buckets of other owners.

    Attributes:
        workflow_service: who calls the API and reads the private keys.
        public_bucket: what all projects read.
        project_bucket: a prefix for each project.
        main_vpc: where the Workflow Service runs, if the settings have one.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        super().__init__(scope, id_, settings=settings, description="Stands in for what others own")
        self.workflow_service = iam.Role(
            self,
            "WorkflowService",
            role_name=WORKFLOW_SERVICE_ROLE,
            assumed_by=iam.AccountRootPrincipal(),
        )
        self.workflow_service.add_to_policy(
            iam.PolicyStatement(
                sid="CallTheProvisioner",
                actions=["execute-api:Invoke"],
                resources=[
                    self.format_arn(
                        service="execute-api",
                        resource="*",
                        resource_name="production/*/hpc-provisioner/*",
                    )
                ],
            )
        )
        self.workflow_service.add_to_policy(
            iam.PolicyStatement(
                sid="ReadPrivateKeys",
                actions=["secretsmanager:GetSecretValue"],
                resources=[
                    f"arn:{self.partition}:secretsmanager:{self.region}:{self.account}:secret:hpc/*"
                ],
            )
        )
        self.public_bucket = self._bucket("Public")
        self.project_bucket = self._bucket("Projects")
        main = settings.network.main_vpc
        self.main_vpc = (
            MainVpcStandIn(self, "MainVpc", settings=main, zones=settings.zones).main_vpc
            if main
            else None
        )

    def _bucket(self, id_: str) -> s3.Bucket:
        return s3.Bucket(
            self,
            id_,
            versioned=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
