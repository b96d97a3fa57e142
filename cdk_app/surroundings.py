"""Stack `Surroundings`: stands in for what is there before us, where it isn't (`local`)."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_app.api_access import ROOT_PATH, STAGE
from cdk_app.environment_stack import EnvironmentStack
from cdk_app.main_vpc import MainVpcStandIn
from cdk_app.settings import Settings

WORKFLOW_SERVICE_ROLE = "workflow-service"
OPERATOR_ROLE = "hpc-operator"


class Surroundings(EnvironmentStack):
    """The Workflow Service's and an operator's role, and the VPC and data buckets of other owners.

    Attributes:
        workflow_service: who calls the API and reads the private keys.
        operator: who may make the operators' calls too; reads no keys.
        public_bucket: what all projects read.
        project_bucket: a prefix for each project.
        main_vpc: where the Workflow Service runs, if the settings have one.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        super().__init__(scope, id_, settings=settings, description="Stands in for what others own")
        self.workflow_service = self._caller("WorkflowService", WORKFLOW_SERVICE_ROLE)
        self.workflow_service.add_to_policy(
            iam.PolicyStatement(
                sid="ReadPrivateKeys",
                actions=["secretsmanager:GetSecretValue"],
                resources=[
                    f"arn:{self.partition}:secretsmanager:{self.region}:{self.account}:secret:hpc/*"
                ],
            )
        )
        self.operator = self._caller("Operator", OPERATOR_ROLE)
        self.public_bucket = self._bucket("Public")
        self.project_bucket = self._bucket("Projects")
        main = settings.network.main_vpc
        self.main_vpc = (
            MainVpcStandIn(self, "MainVpc", settings=main, zones=settings.zones).main_vpc
            if main
            else None
        )

    def _caller(self, id_: str, name: str) -> iam.Role:
        role = iam.Role(
            self,
            id_,
            role_name=name,
            assumed_by=iam.AccountRootPrincipal(),
            # A session lasts a day's work of trying things out.
            max_session_duration=Duration.hours(12),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                sid="CallTheProvisioner",
                actions=["execute-api:Invoke"],
                resources=[
                    self.format_arn(
                        service="execute-api",
                        resource="*",
                        resource_name=f"{STAGE}/*/{ROOT_PATH}/*",
                    )
                ],
            )
        )
        return role

    def _bucket(self, id_: str) -> s3.Bucket:
        return s3.Bucket(
            self,
            id_,
            versioned=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
