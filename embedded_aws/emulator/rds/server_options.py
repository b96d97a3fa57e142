"""What a parameter group says to the server of an instance."""

import re
from typing import Any

from ministack.services import rds

from embedded_aws.emulator.rds import formulas, instance_classes, parameter_families
from embedded_aws.emulator.rds.errors import invalid_value

MIB = 2**20
# This machine is smaller than an instance's: memory and log files are no larger than this.
LARGEST = {
    "innodb_buffer_pool_size": 128 * MIB,
    "innodb_log_buffer_size": 16 * MIB,
    "innodb_log_file_size": 64 * MIB,
    "key_buffer_size": 32 * MIB,
    "query_cache_size": 32 * MIB,
}
# What RDS has if nobody says anything: clients without TLS may come before 11.8.
TLS_ONLY_SINCE = "11.8"
VALUE = re.compile(r"[\w\s.,:;*/+%=@-]*", re.ASCII)


def of(instance: dict[str, Any]) -> dict[str, str]:
    """Give the options for the server of an instance, its group's parameters."""
    name = instance["DBParameterGroups"][0]["DBParameterGroupName"]
    group: dict[str, Any] = rds._param_groups.get(name) or {}
    wanted = {
        parameter: str(setting["ParameterValue"])
        for parameter, setting in (group.get("Parameters") or {}).items()
    }
    tls_only = str(int(instance["EngineVersion"].startswith(TLS_ONLY_SINCE)))
    return {
        (f"loose_{parameter}" if parameter in parameter_families.NEWER else parameter): value(
            parameter, text, instance
        )
        for parameter, text in {"require_secure_transport": tls_only, **wanted}.items()
    }


def value(parameter: str, text: str, instance: dict[str, Any]) -> str:
    """Give a parameter's value on the instance: formulas come to numbers, sizes are bounded."""
    computed = formulas.value(text, variables(instance))
    if parameter in LARGEST and computed.isdigit():
        return str(min(int(computed), LARGEST[parameter]))
    return computed


def check_value(parameter: str, text: str) -> None:
    """Refuse what no parameter has, and formulas that are none."""
    if "{" in text:
        formulas.value(text, dict.fromkeys(VARIABLES, 1.0))
    elif not VALUE.fullmatch(text):
        raise invalid_value(f"Invalid parameter value: {text} for: {parameter}")


VARIABLES = (
    "AllocatedStorage",
    "DBInstanceClassMemory",
    "DBInstanceVCPU",
    "EndPointPort",
    "TrueIfReplica",
)


def variables(instance: dict[str, Any]) -> dict[str, float]:
    """Give what formulas know of an instance."""
    values = (
        float(instance["AllocatedStorage"]) * 2**30,
        float(instance_classes.memory(instance["DBInstanceClass"])),
        2.0,
        float(instance["Endpoint"]["Port"]),
        0.0,
    )
    return dict(zip(VARIABLES, values, strict=True))
