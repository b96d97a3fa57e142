"""Behind `Custom::AccountingDatabase`: a schema and a user for each cluster's Slurm accounting.

The three functions of `lambdas/accounting_database`, in the private VPC: nothing else but head
nodes reaches the database.
"""

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_app.accounting_database import AccountingDatabase
from cdk_app.dead_letters import DeadLetters
from cdk_app.functions import FunctionPlace, PackageFunction
from cdk_app.key_permissions import through_secrets_manager
from cdk_app.network import Network
from cdk_app.project_accounting import passwords_arn
from cdk_app.provider_framework import ProviderFramework
from cdk_app.settings import Settings

# Who vouches for RDS's certificates: in the package for AWS. The embedded AWS tells its functions
# whom to trust.
_RDS_AUTHORITIES = "/var/task/rds-authorities.pem"


class AccountingProvider(Construct):
    """The functions, CDK's framework before one of them, and the schedule of another.

    Attributes:
        service_token: what the template's `Custom::AccountingDatabase` takes.
        usage: tells operators what projects have used.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        dead_letters: DeadLetters,
        network: Network,
        database: AccountingDatabase,
        data_key: kms.IKey,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self._database = database
        self._data_key = data_key
        self._place = FunctionPlace(
            vpc=network.vpc, security_group=network.security_groups.accounting_functions
        )
        on_event = self._function(
            "Function",
            "on_event",
            "Gives a cluster's accounting its schema and user",
            # It ends within a minute with all that it undoes, if Secrets Manager answers at once.
            Duration.minutes(2),
        )
        for statement in (
            self._passwords("ReadPasswords", "secretsmanager:GetSecretValue"),
            through_secrets_manager(data_key, "DecryptPasswords", "kms:Decrypt"),
        ):
            on_event.add_to_role_policy(statement)
        framework = ProviderFramework(
            self, "Framework", settings=settings, dead_letters=dead_letters, on_event=on_event
        )
        self.service_token = framework.service_token
        purge = self._function(
            "Purge",
            "purge",
            "Drops the schemas of clusters that are long gone",
            Duration.minutes(15),
            RETENTION_DAYS=str(database.keep_days),
        )
        events.Rule(
            self,
            "PurgeSchedule",
            description="Every night",
            schedule=events.Schedule.cron(hour="3", minute="17"),
            targets=[dead_letters.target(purge, retry_attempts=0)],
        )
        self.usage = self._function(
            "Usage", "usage", "Tells what projects have used, by month", Duration.minutes(15)
        )

    def serve(self, *, stacks: iam.Role, cluster_provider: lambda_.IFunction) -> None:
        """Let projects' stacks make and remove passwords, and ParallelCluster look for its own.

        The actions are those of the resource type's handlers (CloudFormation registry,
        `AWS::SecretsManager::Secret`).
        """
        for statement in (
            self._passwords(
                "Passwords",
                "secretsmanager:CreateSecret",
                "secretsmanager:DeleteSecret",
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:TagResource",
            ),
            iam.PolicyStatement(
                sid="RandomPasswords",
                actions=["secretsmanager:GetRandomPassword"],
                resources=["*"],
            ),
            through_secrets_manager(
                self._data_key, "EncryptPasswords", "kms:Decrypt", "kms:GenerateDataKey"
            ),
        ):
            stacks.add_to_policy(statement)
        cluster_provider.add_to_role_policy(
            self._passwords("FindPasswords", "secretsmanager:DescribeSecret")
        )

    def _passwords(self, sid: str, *actions: str) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            sid=sid, actions=list(actions), resources=[passwords_arn(Stack.of(self))]
        )

    def _function(
        self, id_: str, entry: str, description: str, timeout: Duration, **environment: str
    ) -> PackageFunction:
        function = PackageFunction(
            self,
            id_,
            settings=self._settings,
            package="accounting_database",
            module="handler",
            entry=entry,
            description=description,
            timeout=timeout,
            environment={
                "DATABASE_HOST": self._database.host,
                "DATABASE_PORT": self._database.port,
                "DATABASE_SECRET_ARN": self._database.master_secret_arn,
                **(
                    {"DATABASE_CA_FILE": _RDS_AUTHORITIES} if self._settings.provider.on_aws else {}
                ),
                **environment,
            },
            place=self._place,
        )
        function.add_to_role_policy(
            iam.PolicyStatement(
                sid="BeTheMasterUser",
                actions=["secretsmanager:GetSecretValue"],
                resources=[self._database.master_secret_arn],
            )
        )
        function.add_to_role_policy(
            through_secrets_manager(self._database.key, "DecryptMasterPassword", "kms:Decrypt")
        )
        return function
