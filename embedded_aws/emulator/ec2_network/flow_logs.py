"""Flow logs: the type, and describing where each goes."""

from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, register
from embedded_aws.emulator.ec2_filters import choose
from embedded_aws.emulator.ec2_protocol import Arguments, Refusal, call, serve
from embedded_aws.emulator.ec2_tags import set_tags, tags_of

FILTERS = {
    "deliver-log-status": "DeliverLogsStatus",
    "flow-log-id": "FlowLogId",
    "log-destination-type": "LogDestinationType",
    "log-group-name": "LogGroupName",
    "resource-id": "ResourceId",
    "traffic-type": "TrafficType",
}
KEPT = (
    "DeliverLogsPermissionArn",
    "LogDestination",
    "LogDestinationType",
    "LogFormat",
    "LogGroupName",
    "TrafficType",
)
DEFAULTS = {"LogDestinationType": "cloud-watch-logs", "MaxAggregationInterval": 600}


def install() -> None:
    """Serve the describe action and register the type."""
    serve("DescribeFlowLogs", _describe)
    register(
        "AWS::EC2::FlowLog",
        create=_create,
        update=_update,
        delete=_delete,
        required=("ResourceId", "ResourceType"),
        tagged=True,
    )


def _create(properties: Properties) -> tuple[str, Attributes]:
    flow_log: dict[str, Any] = {
        **DEFAULTS,
        **{name: properties[name] for name in KEPT if properties.get(name)},
    }
    if "MaxAggregationInterval" in properties:
        flow_log["MaxAggregationInterval"] = int(properties["MaxAggregationInterval"])
    _check(flow_log)
    flow_log_id: str = call(
        "CreateFlowLogs",
        ResourceIds=[properties["ResourceId"]],
        ResourceType=properties["ResourceType"],
    )["FlowLogIds"][0]
    ec2._flow_logs[flow_log_id] |= {**flow_log, "DeliverLogsStatus": "SUCCESS"}
    set_tags(flow_log_id, properties)
    return flow_log_id, {"Id": flow_log_id}


def _check(flow_log: dict[str, Any]) -> None:
    to_logs = flow_log["LogDestinationType"] == "cloud-watch-logs"
    needed = "DeliverLogsPermissionArn" if to_logs else "LogDestination"
    if not flow_log.get(needed):
        raise Refusal(
            "InvalidParameter",
            f"{needed} can't be empty if LogDestinationType is {flow_log['LogDestinationType']}.",
        )


def _update(flow_log_id: str, old: Properties, new: Properties) -> Attributes:
    set_tags(flow_log_id, new, old)
    return {"Id": flow_log_id}


def _delete(flow_log_id: str, _: Properties) -> None:
    call("DeleteFlowLogs", FlowLogIds=[flow_log_id])


def _describe(asked: Arguments) -> Arguments:
    ids = asked.get("FlowLogIds") or list(ec2._flow_logs)
    described = [
        {**ec2._flow_logs[flow_log_id], "Tags": tags_of(flow_log_id)}
        for flow_log_id in ids
        if flow_log_id in ec2._flow_logs
    ]
    return {"FlowLogs": choose(described, asked.get("Filter", []), FILTERS)}
