"""RDS's actions on instances of MariaDB."""

from typing import Any

from ministack.services import rds

from embedded_aws.emulator.rds import (
    instance_life,
    instance_rules,
    master_secrets,
    orders,
    servers,
    snapshots,
)
from embedded_aws.emulator.rds.asked import Asked
from embedded_aws.emulator.rds.errors import NOT_FOUND, RdsError, invalid_combination
from embedded_aws.emulator.rds.instance_changes import change
from embedded_aws.emulator.rds.parameter_families import of_version
from embedded_aws.mariadb import programs
from embedded_aws.ports import free_port

Instance = dict[str, Any]

# ministack keeps what it is given; the password is nobody's but the server's.
NOT_KEPT = "not-kept"
FROM_SNAPSHOTS = (
    "AllocatedStorage",
    "DBInstanceClass",
    "Engine",
    "EngineVersion",
    "MasterUsername",
    "StorageType",
)


def create(asked: Asked) -> Instance:
    """CreateDBInstance."""
    instance_rules.check_new(asked)
    instance = _new(asked)
    password = asked.text("MasterUserPassword")
    if asked.flag("ManageMasterUserPassword"):
        password = master_secrets.create(instance, asked)
    instance_life.begin_creation(instance, password)
    return instance


def restore(asked: Asked) -> Instance:
    """RestoreDBInstanceFromDBSnapshot: data, users and passwords are the snapshot's."""
    snapshot = snapshots.known(asked.text("DBSnapshotIdentifier"))
    kept = {name: str(snapshot[name]) for name in FROM_SNAPSHOTS if not asked.given(name)}
    kept["StorageEncrypted"] = str(snapshot["Encrypted"]).lower()
    whole = asked.having(**kept)
    instance_rules.check_restored(whole)
    instance = _new(whole)
    password = None
    if asked.flag("ManageMasterUserPassword"):
        password = master_secrets.create(instance, asked)
    data = snapshots.data(snapshot["DBSnapshotIdentifier"])
    instance_life.begin_creation(instance, password, data)
    return instance


def _new(asked: Asked) -> Instance:
    identifier = instance_rules.identifier(
        "DBInstanceIdentifier", asked.text("DBInstanceIdentifier")
    )
    if identifier in rds._instances:
        raise RdsError("DBInstanceAlreadyExists", "DB instance already exists")
    programs.check()
    version = instance_rules.version(asked)
    group = asked.text("DBParameterGroupName") or f"default.{of_version(version)}"
    rds._create_db_instance_impl(
        asked.having(
            DBInstanceIdentifier=identifier,
            EngineVersion=version,
            MasterUserPassword=NOT_KEPT,
            DBParameterGroupName=group,
        ).parameters
    )
    instance: Instance = rds._instances[identifier]
    instance["DBInstanceStatus"] = "creating"
    instance["EnabledCloudwatchLogsExports"] = asked.members("EnableCloudwatchLogsExports")
    instance["Endpoint"] = {"Address": servers.HOST, "Port": free_port()}
    del instance["_MasterUserPassword"]
    try:
        orders.of(instance)
    except RdsError:
        del rds._instances[identifier]
        raise
    return instance


def known(identifier: str) -> Instance:
    """Give an instance that is there, or refuse."""
    instance: Instance | None = rds._instances.get(identifier.rpartition(":")[2].lower())
    if instance is None:
        raise RdsError("DBInstanceNotFound", f"DBInstance {identifier} not found.", NOT_FOUND)
    return instance


def modify(asked: Asked) -> Instance:
    """ModifyDBInstance."""
    instance = known(asked.text("DBInstanceIdentifier"))
    instance_life.require(instance, "available", "stopped")
    change(instance, asked)
    return instance


def delete(asked: Asked) -> Instance:
    """DeleteDBInstance, with its last snapshot unless the request says that there shall be none."""
    instance = known(asked.text("DBInstanceIdentifier"))
    check_deletable(instance)
    name = asked.text("FinalDBSnapshotIdentifier")
    if asked.flag("SkipFinalSnapshot") == bool(name):
        raise invalid_combination(
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified, and "
            "only then."
        )
    if name:
        instance_life.require(instance, "available", "stopped")
        snapshots.take(instance_rules.identifier("FinalDBSnapshotIdentifier", name), instance)
    instance_life.begin_deletion(instance)
    return instance


def take_snapshot(asked: Asked) -> dict[str, Any]:
    """CreateDBSnapshot."""
    instance = known(asked.text("DBInstanceIdentifier"))
    instance_life.require(instance, "available", "stopped")
    name = asked.text("DBSnapshotIdentifier")
    return snapshots.take(
        instance_rules.identifier("DBSnapshotIdentifier", name), instance, asked.tags()
    )


def check_deletable(instance: Instance) -> None:
    """Refuse to delete what is protected, or what goes through something."""
    if instance["DeletionProtection"]:
        raise invalid_combination(
            "Cannot delete protected DB Instance, please disable deletion protection and try again."
        )
    instance_life.require(instance, "available", "stopped", "failed", "incompatible-parameters")


def start(asked: Asked) -> Instance:
    """StartDBInstance."""
    instance = known(asked.text("DBInstanceIdentifier"))
    instance_life.require(instance, "stopped")
    instance_life.begin_start(instance)
    return instance


def stop(asked: Asked) -> Instance:
    """StopDBInstance; it keeps its data and its port."""
    instance = known(asked.text("DBInstanceIdentifier"))
    instance_life.require(instance, "available")
    instance_life.begin_stop(instance)
    return instance


def reboot(asked: Asked) -> Instance:
    """RebootDBInstance: what waited for it counts from then on."""
    instance = known(asked.text("DBInstanceIdentifier"))
    instance_life.require(instance, "available", "incompatible-parameters")
    instance_life.begin_start(instance, "rebooting")
    return instance
