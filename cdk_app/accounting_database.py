"""The database that every cluster's Slurm accounting is in: RDS for MariaDB, in the private VPC.

A schema and a user for each cluster are made by `lambdas/accounting_database`, as the master user,
whose password nobody chose: RDS made it, keeps it in Secrets Manager and changes it every week.

Sources: RDS user guide, "Password management with Amazon RDS and AWS Secrets Manager" and "MariaDB
on Amazon RDS parameters"; Slurm, "Accounting and Resource Limits", section "MySQL Configuration".
"""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from constructs import Construct

from cdk_app.accounting_settings import AccountingSettings
from cdk_app.cluster_acl import DATABASE
from cdk_app.environment_stack import DATABASE_LOGS
from cdk_app.functions import LOG_RETENTION
from cdk_app.network import Network
from cdk_app.settings import Settings

INSTANCE_NAME = "hpc-accounting"
_MASTER_USER = "provisioner"
_LOGS = ("error", "slowquery")

_PARAMETERS = {
    # What Slurm asks for: much of the memory, and patience where it archives or rolls up.
    "innodb_buffer_pool_size": "{DBInstanceClassMemory*3/4}",
    "innodb_lock_wait_timeout": "900",
    # A job's script may be sent with its record; Slurm takes 4 MiB of it by itself.
    "max_allowed_packet": str(64 * 1024 * 1024),
    # From MariaDB 11 it is on, and fails transactions that slurmdbd doesn't begin again.
    "innodb_snapshot_isolation": "0",
    "require_secure_transport": "1",
    "slow_query_log": "1",
    "long_query_time": "5",
    "log_output": "FILE",
}


class AccountingDatabase(Construct):
    """One instance for all clusters, which it outlives.

    Attributes:
        host: its address, a token.
        port: where it listens, a token.
        master_secret_arn: of the master user's `{"username": …, "password": …}`.
        key: of that secret.
        keep_days: for how long a deleted cluster's records stay in it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        accounting: AccountingSettings,
        network: Network,
        data_key: kms.IKey,
        secrets_key: kms.IKey,
        removal: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id_)
        # An instance that stays needs its groups.
        self._removal = removal
        self.keep_days = accounting.keep_days
        keep = settings.storage.keep_data
        # A name of our own: its logs have theirs by it. And an instance that has one can't be
        # replaced behind our back: CloudFormation refuses a change that would need it.
        instance = rds.CfnDBInstance(
            self,
            "Instance",
            db_instance_identifier=INSTANCE_NAME,
            engine="mariadb",
            engine_version=accounting.engine_version,
            auto_minor_version_upgrade=True,
            db_instance_class=accounting.instance_class,
            allocated_storage=str(accounting.storage_gib),
            max_allocated_storage=accounting.largest_storage_gib,
            storage_type="gp3",
            storage_encrypted=True,
            kms_key_id=data_key.key_arn,
            multi_az=accounting.multi_az,
            backup_retention_period=accounting.backup_days,
            delete_automated_backups=not keep,
            copy_tags_to_snapshot=True,
            deletion_protection=keep,
            master_username=_MASTER_USER,
            manage_master_user_password=True,
            master_user_secret=rds.CfnDBInstance.MasterUserSecretProperty(
                kms_key_id=secrets_key.key_arn
            ),
            port=str(DATABASE),
            publicly_accessible=False,
            db_subnet_group_name=self._subnets(network).ref,
            vpc_security_groups=[network.security_groups.database.security_group_id],
            db_parameter_group_name=self._parameters(accounting).ref,
            enable_cloudwatch_logs_exports=list(_LOGS),
            enable_performance_insights=True,
            database_insights_mode="standard",
            performance_insights_retention_period=7,
            performance_insights_kms_key_id=data_key.key_arn,
        )
        instance.apply_removal_policy(removal)
        for group in self._logs(settings):
            instance.node.add_dependency(group)
        self.host = instance.attr_endpoint_address
        self.port = instance.attr_endpoint_port
        self.master_secret_arn = instance.attr_master_user_secret_secret_arn
        self.key = secrets_key

    def _subnets(self, network: Network) -> rds.CfnDBSubnetGroup:
        subnets = network.vpc.select_subnets(subnet_group_name="Database")
        group = rds.CfnDBSubnetGroup(
            self,
            "Subnets",
            db_subnet_group_description="The accounting database's, one in each zone",
            subnet_ids=subnets.subnet_ids,
        )
        group.apply_removal_policy(self._removal)
        return group

    def _parameters(self, accounting: AccountingSettings) -> rds.CfnDBParameterGroup:
        group = rds.CfnDBParameterGroup(
            self,
            "Parameters",
            description="What slurmdbd needs, and TLS",
            family=accounting.parameter_group_family,
            parameters=_PARAMETERS,
        )
        group.apply_removal_policy(self._removal)
        return group

    def _logs(self, settings: Settings) -> list[logs.LogGroup]:
        """RDS would make them itself, and keep what is in them for ever."""
        return [
            logs.LogGroup(
                self,
                f"{kind.capitalize()}Log",
                log_group_name=f"{DATABASE_LOGS}/{INSTANCE_NAME}/{kind}",
                retention=LOG_RETENTION[settings.log_retention_days],
                removal_policy=self._removal,
            )
            for kind in _LOGS
        ]
