"""How instances are described: in pages, with the secret and the logs that ministack leaves out."""

from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import rds

from embedded_aws.emulator.rds.asked import Asked
from embedded_aws.emulator.rds.errors import invalid_value
from embedded_aws.emulator.seams import wrap

Describe = Callable[[Mapping[str, Any]], Any]
PAGES = (20, 100)


def install() -> None:
    """Complete what ministack writes of an instance."""
    wrap("services.rds._instance_xml", _completed)


def _completed(original: Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], str]:
    def described(instance: dict[str, Any]) -> str:
        logs = "".join(
            f"<member>{log}</member>" for log in instance.get("EnabledCloudwatchLogsExports") or []
        )
        text = original(instance).replace(
            "<EnabledCloudwatchLogsExports/>",
            f"<EnabledCloudwatchLogsExports>{logs}</EnabledCloudwatchLogsExports>",
        )
        secret = instance.get("MasterUserSecret")
        if not secret:
            return text
        members = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in secret.items())
        return f"{text}<MasterUserSecret>{members}</MasterUserSecret>"

    return described


def paged(original: Describe) -> Describe:
    """DescribeDBInstances by name as it was, else in pages by MaxRecords and Marker."""

    def describe(parameters: Mapping[str, Any]) -> Any:
        asked = Asked(parameters)
        if asked.given("DBInstanceIdentifier"):
            name = asked.text("DBInstanceIdentifier")
            lower = name if name.startswith("arn:") else name.lower()
            return original(asked.having(DBInstanceIdentifier=lower).parameters)
        least, most = PAGES
        size = asked.number("MaxRecords") or most
        marker = asked.text("Marker")
        if not least <= size <= most:
            raise invalid_value(f"Invalid value {size} for MaxRecords. Must be {least} to {most}")
        found = rds._apply_instance_filters(
            [instance for _, instance in sorted(rds._instances.items())],
            rds._parse_filters(parameters),
        )
        rest = [one for one in found if one["DBInstanceIdentifier"] > marker]
        page = rest[:size]
        members = "".join(f"<DBInstance>{rds._instance_xml(one)}</DBInstance>" for one in page)
        more = f"<Marker>{page[-1]['DBInstanceIdentifier']}</Marker>" if len(rest) > size else ""
        return rds._xml(
            200,
            "DescribeDBInstancesResponse",
            f"<DescribeDBInstancesResult>{more}<DBInstances>{members}</DBInstances>"
            "</DescribeDBInstancesResult>",
        )

    return describe
