"""What ModifyDBInstance changes, and when that counts."""

from typing import Any

from ministack.services import rds

from embedded_aws.emulator.rds import (
    instance_classes,
    instance_life,
    instance_rules,
    master_secrets,
    parameter_families,
    servers,
)
from embedded_aws.emulator.rds.asked import Asked
from embedded_aws.emulator.rds.errors import RdsError, invalid_combination

# What ModifyDBInstance changes by a password or its secret, which ministack mustn't see.
SECRETS = ("ManageMasterUserPassword", "MasterUserPassword", "RotateMasterUserPassword")


def change(instance: dict[str, Any], asked: Asked) -> None:
    """Change an instance as asked; refuse all of it if RDS would refuse a part."""
    _check(instance, asked)
    _change_password(instance, asked)
    group = asked.text("DBParameterGroupName")
    now = asked.flag("ApplyImmediately")
    resized = now and asked.text("DBInstanceClass") not in ("", instance["DBInstanceClass"])
    hidden = dict.fromkeys((*SECRETS, "DBParameterGroupName"), "")
    rds._modify_db_instance(
        asked.having(DBInstanceIdentifier=instance["DBInstanceIdentifier"], **hidden).parameters
    )
    if group and group != instance["DBParameterGroups"][0]["DBParameterGroupName"]:
        instance["DBParameterGroups"] = [
            {"DBParameterGroupName": group, "ParameterApplyStatus": "pending-reboot"}
        ]
    _change_logs(instance, asked)
    if resized and instance["DBInstanceStatus"] == "available":
        instance_life.begin_start(instance, "modifying")


def _check(instance: dict[str, Any], asked: Asked) -> None:
    family = parameter_families.of_version(asked.text("EngineVersion") or instance["EngineVersion"])
    instance_rules.check_settings(asked, family)
    instance_rules.check_password(asked, required=False)
    if asked.given("DBInstanceClass"):
        instance_classes.memory(asked.text("DBInstanceClass"))
    size = asked.number("AllocatedStorage")
    if size is not None and size < instance["AllocatedStorage"]:
        raise invalid_combination(
            f"Invalid storage size: {size} GiB is below the present "
            f"{instance['AllocatedStorage']} GiB, and storage never shrinks"
        )
    if size is not None or asked.given("StorageType"):
        kind = asked.text("StorageType") or instance["StorageType"]
        instance_rules.check_storage(kind, size or instance["AllocatedStorage"])
    managed = "MasterUserSecret" in instance
    ends = asked.text("ManageMasterUserPassword").lower() == "false"
    if managed and ends and not asked.given("MasterUserPassword"):
        raise invalid_combination(
            "MasterUserPassword is required when you turn off ManageMasterUserPassword."
        )
    stays_managed = managed and not ends
    if asked.given("MasterUserPassword") and stays_managed:
        raise invalid_combination(
            "You can't specify MasterUserPassword for an instance with ManageMasterUserPassword "
            "enabled."
        )
    rotates = asked.flag("RotateMasterUserPassword")
    if rotates and not (managed and asked.flag("ApplyImmediately")):
        raise invalid_combination(
            "RotateMasterUserPassword needs ManageMasterUserPassword and ApplyImmediately."
        )


def _change_password(instance: dict[str, Any], asked: Asked) -> None:
    password = asked.text("MasterUserPassword")
    if asked.flag("RotateMasterUserPassword"):
        master_secrets.rotate(instance)
        return
    begins = asked.flag("ManageMasterUserPassword") and "MasterUserSecret" not in instance
    if not password and not begins:
        return
    server = servers.running(instance)
    if server is None:
        raise RdsError(
            "InvalidDBInstanceState",
            f"DBInstance {instance['DBInstanceIdentifier']} is {instance['DBInstanceStatus']}, "
            "not available: its password can't be changed",
        )
    if begins:
        password = master_secrets.create(instance, asked)
    else:
        master_secrets.remove(instance)
    server.set_password(password)


def _change_logs(instance: dict[str, Any], asked: Asked) -> None:
    wanted = "CloudwatchLogsExportConfiguration"
    dropped = asked.members(f"{wanted}.DisableLogTypes")
    more = asked.members(f"{wanted}.EnableLogTypes")
    kept = [log for log in instance["EnabledCloudwatchLogsExports"] if log not in dropped]
    instance["EnabledCloudwatchLogsExports"] = [*kept, *(log for log in more if log not in kept)]
