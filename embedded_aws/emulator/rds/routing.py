"""The way of an RDS request to our actions, or to ministack's after our checks."""

from collections.abc import Callable
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import rds

from embedded_aws.emulator.rds import descriptions, groups, instances, snapshots
from embedded_aws.emulator.rds.asked import Asked
from embedded_aws.emulator.rds.errors import RdsError
from embedded_aws.emulator.seams import wrap, wrap_entry
from embedded_aws.errors import EmbeddedAwsError

Parameters = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Respond = Callable[[Parameters], Answer]

ACTIONS: dict[str, Callable[[Asked], dict[str, Any]]] = {
    "CreateDBInstance": instances.create,
    "DeleteDBInstance": instances.delete,
    "ModifyDBInstance": instances.modify,
    "RebootDBInstance": instances.reboot,
    "RestoreDBInstanceFromDBSnapshot": instances.restore,
    "StartDBInstance": instances.start,
    "StopDBInstance": instances.stop,
}
# What ministack does once we don't refuse it: by action, its function and our check.
CHECKS: dict[str, tuple[str, Callable[[Asked], None]]] = {
    "CreateDBSubnetGroup": ("_create_subnet_group", groups.check_new_subnet_group),
    "ModifyDBSubnetGroup": ("_modify_subnet_group", groups.check_zones),
    "DeleteDBSubnetGroup": ("_delete_subnet_group", groups.check_unused_subnet_group),
    "CreateDBParameterGroup": ("_create_param_group", groups.check_new_parameter_group),
    "ModifyDBParameterGroup": ("_modify_param_group", groups.check_parameters),
    "DeleteDBParameterGroup": ("_delete_param_group", groups.check_unused_parameter_group),
}


def install() -> None:
    """Take the actions over; check the others before."""
    for action, act in ACTIONS.items():
        wrap_entry("services.rds._ACTION_MAP", action, partial(_acting, action, act))
    for action, (name, check) in CHECKS.items():
        # CloudFormation's types call the functions themselves.
        wrap(f"services.rds.{name}", partial(_checked, check))
        wrap_entry("services.rds._ACTION_MAP", action, partial(_checked, check))
    wrap("services.rds._apply_parameter_group_changes", groups.applying)
    wrap_entry("services.rds._ACTION_MAP", "DescribeDBInstances", _paged)
    wrap_entry("services.rds._ACTION_MAP", "CreateDBSnapshot", _taking_snapshots)
    wrap_entry("services.rds._ACTION_MAP", "DeleteDBSnapshot", _removing_snapshots)


def _acting(action: str, act: Callable[[Asked], dict[str, Any]], _: Respond) -> Respond:
    def respond(parameters: Parameters) -> Answer:
        instance = act(Asked(parameters))
        answer: Answer = rds._single_instance_response(
            f"{action}Response", f"{action}Result", instance
        )
        return answer

    return _naming_refusals(respond)


def _checked(check: Callable[[Asked], None], original: Respond) -> Respond:
    def respond(parameters: Parameters) -> Answer:
        check(Asked(parameters))
        return original(parameters)

    return _naming_refusals(respond)


def _paged(original: descriptions.Describe) -> Respond:
    return _naming_refusals(descriptions.paged(original))


def _taking_snapshots(_: Respond) -> Respond:
    def respond(parameters: Parameters) -> Answer:
        snapshot = instances.take_snapshot(Asked(parameters))
        described = f"<DBSnapshot>{rds._snapshot_xml(snapshot)}</DBSnapshot>"
        answer: Answer = rds._xml(
            200,
            "CreateDBSnapshotResponse",
            f"<CreateDBSnapshotResult>{described}</CreateDBSnapshotResult>",
        )
        return answer

    return _naming_refusals(respond)


def _removing_snapshots(original: Respond) -> Respond:
    def respond(parameters: Parameters) -> Answer:
        answer = original(parameters)
        name = Asked(parameters).text("DBSnapshotIdentifier")
        if name and name not in rds._snapshots:
            snapshots.remove(name)
        return answer

    return respond


def _naming_refusals(respond: Respond) -> Respond:
    """Answer with the error's name where we refuse."""

    def respond_or_refuse(parameters: Parameters) -> Answer:
        answer: Answer
        try:
            answer = respond(parameters)
        except RdsError as refusal:
            answer = rds._error(refusal.code, escape(refusal.message), refusal.status)
        except EmbeddedAwsError as reason:
            answer = rds._error("InsufficientDBInstanceCapacity", escape(str(reason)), 400)
        return answer

    return respond_or_refuse
