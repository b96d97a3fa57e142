"""What RDS refuses of subnet groups and parameter groups, and what a changed parameter does."""

from collections.abc import Callable, Iterable
from typing import Any

from ministack.services import rds

from embedded_aws.emulator.rds import (
    instance_rules,
    parameter_families,
    server_options,
    servers,
)
from embedded_aws.emulator.rds.asked import Asked
from embedded_aws.emulator.rds.errors import RdsError, invalid_combination, invalid_value
from embedded_aws.errors import DatabaseServerError

FEWEST_ZONES = 2


def check_new_subnet_group(asked: Asked) -> None:
    """CreateDBSubnetGroup: its name is free, and its subnets are in two zones."""
    name = asked.text("DBSubnetGroupName")
    if not instance_rules.SUBNET_GROUP.fullmatch(name) or name.lower() == "default":
        raise invalid_value(
            f"The parameter DBSubnetGroupName is not provided or is not valid: {name!r} has other "
            "than letters, digits, periods, underscores, spaces and hyphens, or is `default`"
        )
    if name in rds._subnet_groups:
        raise RdsError(
            "DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists."
        )
    check_zones(asked)


def check_zones(asked: Asked) -> None:
    """Refuse subnets that are all in one zone; unknown ones are refused by ministack."""
    found = rds._resolve_subnet_group_members(asked.members("SubnetIds"))
    zones = {subnet["SubnetAvailabilityZone"]["Name"] for subnet in found[0]} if found else set()
    if found and len(zones) < FEWEST_ZONES:
        raise RdsError(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. "
            f"Current AZ coverage: {', '.join(sorted(zones))}. Add subnets to cover at least "
            f"{FEWEST_ZONES} AZs.",
        )


def check_unused_subnet_group(asked: Asked) -> None:
    """DeleteDBSubnetGroup: no instance is in it."""
    name = asked.text("DBSubnetGroupName")
    for instance in rds._instances.values():
        if instance["DBSubnetGroup"].get("DBSubnetGroupName") == name:
            raise RdsError(
                "InvalidDBSubnetGroupStateFault",
                f"Cannot delete the subnet group '{name}' because at least one database instance: "
                f"{instance['DBInstanceIdentifier']} is still using it.",
            )


def check_new_parameter_group(asked: Asked) -> None:
    """CreateDBParameterGroup: its name is one, its family there is."""
    instance_rules.identifier(
        "DBParameterGroupName",
        asked.text("DBParameterGroupName"),
        longest=instance_rules.LONGEST_GROUP,
    )
    parameter_families.check_family(asked.text("DBParameterGroupFamily"))


def check_parameters(asked: Asked) -> None:
    """ModifyDBParameterGroup: MariaDB has the parameters, and they may have the values."""
    instance_rules.parameter_group(asked.text("DBParameterGroupName"))
    prefix = rds._parameter_member_prefix(asked.parameters)
    place = 1
    while name := asked.text(f"{prefix}.{place}.ParameterName"):
        parameter_families.check_parameter(name)
        server_options.check_value(name, asked.text(f"{prefix}.{place}.ParameterValue"))
        place += 1


def check_unused_parameter_group(asked: Asked) -> None:
    """DeleteDBParameterGroup: no instance has it."""
    name = asked.text("DBParameterGroupName")
    for instance in instances_with(name):
        raise RdsError(
            "InvalidDBParameterGroupState",
            f"One or more database instances are still members of this parameter group {name}, "
            f"so the group cannot be deleted: {instance['DBInstanceIdentifier']}",
        )


def instances_with(group: str) -> list[dict[str, Any]]:
    """The instances that have a parameter group."""
    return [
        instance
        for instance in rds._instances.values()
        if instance["DBParameterGroups"][0]["DBParameterGroupName"] == group
    ]


def applying(_original: Callable[..., Any]) -> Callable[..., Any]:
    """Set what can be set at once in the servers that run; the rest waits for a reboot."""

    def apply(
        group: str, changes: Iterable[tuple[str, str | None, str]], refuse_static: bool = True
    ) -> None:
        for instance in instances_with(group):
            for name, text, method in changes:
                if not _set(instance, name, text, at_once=method == "immediate"):
                    if method == "immediate" and refuse_static:
                        raise invalid_combination(
                            f"cannot use immediate apply method for static parameter {name}"
                        )
                    instance["DBParameterGroups"][0]["ParameterApplyStatus"] = "pending-reboot"

    return apply


def _set(instance: dict[str, Any], name: str, text: str | None, *, at_once: bool) -> bool:
    server = servers.running(instance)
    if text is None or server is None or not at_once:
        return server is None
    try:
        server.set_option(name, server_options.value(name, text, instance))
    except DatabaseServerError:
        return False
    return True
