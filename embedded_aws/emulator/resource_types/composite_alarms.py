"""AWS::CloudWatch::CompositeAlarm, real in ministack's CloudWatch."""

import json
from typing import Any

from ministack.services import cloudwatch

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, flag, register

SETTINGS = (
    "AlarmActions",
    "AlarmDescription",
    "AlarmRule",
    "InsufficientDataActions",
    "OKActions",
)
REFUSED = 400


def install() -> None:
    """Register the type."""
    register(
        "AWS::CloudWatch::CompositeAlarm",
        create=_create,
        update=_update,
        delete=_delete,
        required=("AlarmRule",),
        updatable=("ActionsEnabled", *SETTINGS),
        named="AlarmName",
        tagged=True,
    )


def _create(properties: Properties) -> tuple[str, Attributes]:
    name = properties["AlarmName"]
    tags = properties.get("Tags") or []
    _put(name, properties, Tags=[tag for tag in tags if not tag["Key"].startswith("aws:")])
    return name, _attributes(name)


def _put(name: str, properties: Properties, **more: Any) -> None:
    asked = {setting: properties[setting] for setting in SETTINGS if setting in properties}
    asked["ActionsEnabled"] = flag(properties.get("ActionsEnabled", True))
    _check(cloudwatch._put_composite_alarm({}, {"AlarmName": name, **asked, **more}, False, True))


def _check(response: tuple[int, Any, Any]) -> None:
    status, _, body = response
    if status >= REFUSED:
        raise ValueError(json.loads(body).get("message") or body)


def _attributes(name: str) -> Attributes:
    return {"Arn": cloudwatch._composite_alarms[name]["AlarmArn"]}


def _update(name: str, _: Properties, new: Properties) -> Attributes:
    _put(name, new)
    return _attributes(name)


def _delete(name: str, _: Properties) -> None:
    _check(cloudwatch._delete_alarms({}, {"AlarmNames": [name]}, False, True))
