"""What a project's stack has of accounting: a password, and a schema and user on the database.

The schema stays when the stack goes: the project's next cluster finds its history there.
"""

from collections.abc import Mapping

from aws_cdk import ArnFormat, CustomResource, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from hpc_constructs import ACCOUNTING_PASSWORDS, SlurmAccounting

_PASSWORD_CHARACTERS = 40


class ProjectAccounting(Construct):
    """What slurmdbd needs to be there before it starts, the cluster's depends on it.

    Attributes:
        slurm: what the cluster is told of it.
    """

    def __init__(
        self, scope: Construct, id_: str, *, values: Mapping[str, str], key: kms.IKey
    ) -> None:
        super().__init__(scope, id_)
        password = secretsmanager.CfnSecret(
            self,
            "Password",
            # The nodes' boundary knows it by this name.
            name=f"{ACCOUNTING_PASSWORDS}/{values['ClusterName']}-{values['Creation']}",
            description="Slurm accounting's password for the database",
            kms_key_id=key.key_arn,
            # ParallelCluster takes the whole string, and puts it into a file that has no quotes.
            generate_secret_string=secretsmanager.CfnSecret.GenerateSecretStringProperty(
                password_length=_PASSWORD_CHARACTERS, exclude_punctuation=True
            ),
        )
        names = ("ClusterName", "VlabId", "ProjectId", "Creation")
        database = CustomResource(
            self,
            "Database",
            service_token=values["AccountingDatabaseToken"],
            resource_type="Custom::AccountingDatabase",
            properties={
                **{name: values[name] for name in names},
                "PasswordSecretArn": password.ref,
            },
        )
        self.slurm = SlurmAccounting(
            server=f"{values['DatabaseHost']}:{values['DatabasePort']}",
            database=database.get_att_string("DatabaseName"),
            user=database.get_att_string("UserName"),
            password_secret_arn=password.ref,
            vlab_account=values["VlabId"],
            project_account=values["ProjectId"],
        )


def passwords_arn(stack: Stack) -> str:
    """The ARN of every cluster's password."""
    return stack.format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{ACCOUNTING_PASSWORDS}/pcluster-*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
