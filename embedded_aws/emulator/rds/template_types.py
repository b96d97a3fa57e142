"""AWS::RDS::DBInstance: made by our API, and waited for."""

from typing import Any

from ministack.services import rds
from ministack.services.cloudformation import provisioners

from embedded_aws.emulator import background
from embedded_aws.emulator.cloudformation_types import (
    Attributes,
    Properties,
    make_in_a_thread,
    register,
)
from embedded_aws.emulator.rds import instance_life, instances, snapshots
from embedded_aws.emulator.rds.asked import of_properties
from embedded_aws.emulator.rds.instance_rules import LONGEST_IDENTIFIER

TYPE = "AWS::RDS::DBInstance"
LOGS = "EnableCloudwatchLogsExports"
PASSING = ("creating", "starting", "stopping", "rebooting", "modifying", "deleting")


def install() -> None:
    """Register the type."""
    make_in_a_thread((TYPE,))
    register(
        TYPE,
        create=_create,
        update=_update,
        delete=_delete,
        required=("DBInstanceClass", "Engine"),
        updatable=(
            "AllocatedStorage",
            "AllowMajorVersionUpgrade",
            "ApplyImmediately",
            "AutoMinorVersionUpgrade",
            "BackupRetentionPeriod",
            "CACertificateIdentifier",
            "CopyTagsToSnapshot",
            "DatabaseInsightsMode",
            "DBInstanceClass",
            "DBParameterGroupName",
            "DeleteAutomatedBackups",
            "DeletionProtection",
            "EnableIAMDatabaseAuthentication",
            "EnablePerformanceInsights",
            "EngineVersion",
            LOGS,
            "ManageMasterUserPassword",
            "MasterUserPassword",
            "MaxAllocatedStorage",
            "MonitoringInterval",
            "MonitoringRoleArn",
            "MultiAZ",
            "PerformanceInsightsRetentionPeriod",
            "PreferredBackupWindow",
            "PreferredMaintenanceWindow",
            "PubliclyAccessible",
            "StorageType",
            "VPCSecurityGroups",
        ),
        named="DBInstanceIdentifier",
        naming=_name,
        tagged=True,
    )
    provisioners._RESOURCE_HANDLERS[TYPE]["snapshot"] = _snapshot


def _name(stack: str, logical_id: str) -> str:
    name: str = provisioners._physical_name(
        stack, logical_id, lowercase=True, max_len=LONGEST_IDENTIFIER
    )
    return name


def _create(properties: Properties) -> tuple[str, Attributes]:
    instance = instances.create(of_properties(properties))
    identifier = str(instance["DBInstanceIdentifier"])
    try:
        _await_available(instance)
    except ValueError:
        _lose(instance)
        raise
    return identifier, _attributes(instance)


def _attributes(instance: dict[str, Any]) -> Attributes:
    secret = instance.get("MasterUserSecret") or {}
    return {
        "DBInstanceArn": instance["DBInstanceArn"],
        "DbiResourceId": instance["DbiResourceId"],
        "Endpoint.Address": instance["Endpoint"]["Address"],
        "Endpoint.Port": str(instance["Endpoint"]["Port"]),
        "MasterUserSecret.SecretArn": secret.get("SecretArn", ""),
    }


def _update(identifier: str, old: Properties, new: Properties) -> Attributes:
    instance = instances.known(identifier)
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    changed.pop("Tags", None)
    logs = {
        f"CloudwatchLogsExportConfiguration.{verb}LogTypes": [
            log for log in one.get(LOGS) or [] if log not in (other.get(LOGS) or [])
        ]
        for verb, one, other in (("Enable", new, old), ("Disable", old, new))
    }
    changed.pop(LOGS, None)
    if changed or any(logs.values()):
        asked = of_properties({**changed, **logs, "ApplyImmediately": True})
        instances.modify(asked.having(DBInstanceIdentifier=identifier))
        background.wait_until(lambda: instance["DBInstanceStatus"] != "modifying")
    # CloudFormation restarts an instance whose group is another one.
    if instance["DBParameterGroups"][0]["ParameterApplyStatus"] == "pending-reboot" and (
        "DBParameterGroupName" in changed and instance["DBInstanceStatus"] == "available"
    ):
        instance_life.begin_start(instance, "rebooting")
    _await_available(instance)
    provisioners._rds_sync_tags(instance["DBInstanceArn"], old, new, TYPE)
    return _attributes(instance)


def _delete(identifier: str, _: Properties) -> None:
    instance = rds._instances.get(identifier)
    if instance is None:
        return
    _await_settled(instance)
    instances.check_deletable(instance)
    _lose(instance)


def _lose(instance: dict[str, Any]) -> None:
    identifier = instance["DBInstanceIdentifier"]
    instance_life.begin_deletion(instance)
    background.wait_until(lambda: rds._instances.get(identifier) is not instance)


def _snapshot(identifier: str, _: Properties) -> None:
    """What DeletionPolicy Snapshot, an instance's own default, keeps."""
    instance = instances.known(identifier)
    instances.check_deletable(instance)
    if instance["DBInstanceStatus"] in ("available", "stopped"):
        snapshots.take(provisioners._snapshot_id(identifier), instance)


def _await_settled(instance: dict[str, Any]) -> None:
    background.wait_until(lambda: instance["DBInstanceStatus"] not in PASSING)


def _await_available(instance: dict[str, Any]) -> None:
    _await_settled(instance)
    if instance["DBInstanceStatus"] not in ("available", "stopped"):
        raise ValueError(
            f'Resource handler returned message: "DB instance {instance["DBInstanceIdentifier"]} '
            f'is {instance["DBInstanceStatus"]}: {instance["_Failure"]}" '
            "(HandlerErrorCode: NotStabilized)"
        )
