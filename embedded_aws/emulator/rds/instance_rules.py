"""What RDS accepts of a MariaDB instance."""

import re
from typing import Any

from ministack.services import ec2, rds

from embedded_aws.emulator.rds import instance_classes, parameter_families
from embedded_aws.emulator.rds.asked import Asked
from embedded_aws.emulator.rds.errors import (
    NOT_FOUND,
    RdsError,
    invalid_combination,
    invalid_value,
)

IDENTIFIER = re.compile(r"[A-Za-z](?:-?[A-Za-z0-9])*")
LONGEST_IDENTIFIER = 63
LONGEST_GROUP = 255
SUBNET_GROUP = re.compile(r"[\w .-]{1,255}", re.ASCII)
MASTER_USER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}")
RESERVED_USERS = {"mysql", "rdsadmin", "rdsrepladmin", "rdsproxyadmin", "root"}
PASSWORD = re.compile(r"[!#-.0-?A-~]*")  # printable ASCII but / @ " and space
PASSWORD_LENGTHS = (8, 41)
# In GiB.
STORAGE = {
    "gp2": (20, 65536),
    "gp3": (20, 65536),
    "io1": (100, 65536),
    "io2": (100, 65536),
    "standard": (5, 3072),
}
WITHOUT_INSIGHTS = ("micro", "small")
LONGEST_RETENTION_DAYS = 35
LOGS = ("audit", "error", "general", "iam-db-auth-error", "slowquery")


def identifier(name: str, value: str, *, longest: int = LONGEST_IDENTIFIER) -> str:
    """Give a name as RDS keeps it, in lower case."""
    if not IDENTIFIER.fullmatch(value) or len(value) > longest:
        raise invalid_value(
            f"The parameter {name} is not a valid identifier. Identifiers must begin with a letter;"
            " must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen "
            f"or contain two consecutive hyphens; they have at most {longest} characters"
        )
    return value.lower()


def check_new(asked: Asked) -> None:
    """Refuse a request for a new instance that RDS would refuse."""
    check_restored(asked)
    check_master(asked)


def check_restored(asked: Asked) -> None:
    """Refuse what RDS would refuse of an instance whose users are a snapshot's."""
    engine = asked.text("Engine")
    if engine != "mariadb":
        raise invalid_value(f"Invalid DB engine: {engine} (mariadb is what is here)")
    instance_classes.memory(asked.text("DBInstanceClass"))
    family = parameter_families.of_version(version(asked))
    check_storage(asked.text("StorageType") or "gp2", asked.number("AllocatedStorage"))
    check_growth(asked.number("AllocatedStorage"), asked.number("MaxAllocatedStorage"))
    check_insights(asked)
    if asked.given("KmsKeyId") and not asked.flag("StorageEncrypted"):
        raise invalid_combination("Can not specify a KMS key without encryption: StorageEncrypted")
    check_settings(asked, family)
    _check_network(asked)


def version(asked: Asked) -> str:
    """The version of MariaDB that is asked for."""
    return asked.text("EngineVersion") or parameter_families.USUAL_VERSION


def check_master(asked: Asked) -> None:
    """Refuse a master user that RDS would refuse."""
    user = asked.text("MasterUsername")
    if not MASTER_USER.fullmatch(user):
        raise invalid_value(
            "The parameter MasterUsername is not a valid identifier: 1 to 16 letters, digits and "
            f"underscores that begin with a letter, not {user!r}"
        )
    if user.lower() in RESERVED_USERS:
        raise invalid_value(
            f"MasterUsername {user} cannot be used as it is a reserved word used by the engine"
        )
    check_password(asked, required=True)


def check_password(asked: Asked, *, required: bool) -> None:
    """Refuse a password beside a managed one, and what can't be one; never say it."""
    password = asked.text("MasterUserPassword")
    if asked.flag("ManageMasterUserPassword"):
        if password:
            raise invalid_combination(
                "You can't specify MasterUserPassword when you turn on ManageMasterUserPassword."
            )
        return
    if asked.given("MasterUserSecretKmsKeyId"):
        raise invalid_combination("MasterUserSecretKmsKeyId needs ManageMasterUserPassword.")
    if not password:
        if required:
            raise invalid_value(
                "The parameter MasterUserPassword must be provided and must not be blank."
            )
        return
    least, most = PASSWORD_LENGTHS
    if not least <= len(password) <= most:
        raise invalid_value(
            f"The parameter MasterUserPassword is not a valid password: {least} to {most} "
            "characters."
        )
    if not PASSWORD.fullmatch(password):
        raise invalid_value(
            "The parameter MasterUserPassword is not a valid password. Only printable ASCII "
            "characters besides '/', '@', '\"', ' ' may be used."
        )


def check_storage(kind: str, gib: int | None) -> None:
    """Refuse a size that the type of storage hasn't."""
    if kind not in STORAGE:
        raise invalid_value(f"Invalid storage type: {kind}")
    least, most = STORAGE[kind]
    if gib is None or not least <= gib <= most:
        raise invalid_value(
            f"Invalid storage size for engine name mariadb and storage type {kind}: {gib} "
            f"({least} to {most} GiB)"
        )


def check_growth(gib: int | None, largest: int | None) -> None:
    """Refuse a limit of growth that is nearly reached."""
    if gib is not None and largest is not None and largest * 10 < gib * 11:
        raise invalid_combination(
            f"Invalid max storage size: {largest} GiB. It must be greater than storage size "
            f"{gib} GiB by at least 10%"
        )


def check_insights(asked: Asked) -> None:
    """Refuse Performance Insights where there is too little memory for them."""
    size = asked.text("DBInstanceClass").rpartition(".")[2]
    if asked.flag("EnablePerformanceInsights") and size in WITHOUT_INSIGHTS:
        raise invalid_combination(
            f"Performance Insights not supported for this configuration: db classes of size {size}"
        )


def check_settings(asked: Asked, family: str) -> None:
    """Refuse settings, of a new or another instance, that RDS would refuse."""
    days = asked.number("BackupRetentionPeriod")
    if days is not None and not 0 <= days <= LONGEST_RETENTION_DAYS:
        raise invalid_value(
            f"Invalid backup retention period: {days}. Retention period must be between 0 and "
            f"{LONGEST_RETENTION_DAYS}"
        )
    unknown = sorted(set(asked.members("EnableCloudwatchLogsExports")) - set(LOGS))
    if unknown:
        raise invalid_combination(
            f"You cannot use the log types '{', '.join(unknown)}' with engine version mariadb: "
            f"{', '.join(LOGS)}"
        )
    check_parameter_group(asked.text("DBParameterGroupName"), family)


def check_parameter_group(name: str, family: str) -> None:
    """Refuse a group that isn't there, or is another version's."""
    if not name or name == f"default.{family}":
        return
    group = parameter_group(name)
    if group["DBParameterGroupFamily"] != family:
        raise invalid_combination(
            f"The parameter group {name} with DBParameterGroupFamily "
            f"{group['DBParameterGroupFamily']} can't be used for this instance. "
            f"Use a parameter group with DBParameterGroupFamily {family}"
        )


def parameter_group(name: str) -> dict[str, Any]:
    """Give a parameter group that is there, or refuse."""
    group: dict[str, Any] | None = rds._param_groups.get(name)
    if group is None:
        raise RdsError("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}", NOT_FOUND)
    return group


def _check_network(asked: Asked) -> None:
    name = asked.text("DBSubnetGroupName")
    subnets: dict[str, Any] | None = rds._subnet_groups.get(name)
    if name and subnets is None:
        raise RdsError(
            "DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.", NOT_FOUND
        )
    for group_id in asked.members("VpcSecurityGroupIds"):
        group = ec2._security_groups.get(group_id)
        if group is None:
            raise invalid_value(f"Invalid security group , groupId= {group_id}, groupName=.")
        if subnets is not None and group["VpcId"] != subnets["VpcId"]:
            raise RdsError(
                "InvalidVPCNetworkStateFault",
                f"The DB instance and EC2 security group are in different VPCs. The DB instance is "
                f"in {subnets['VpcId']} and the EC2 security group is in {group['VpcId']}",
            )
