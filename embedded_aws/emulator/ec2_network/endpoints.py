"""VPC endpoints: policy, names, interfaces in their subnets, and describing all of it."""

import json
from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Delete, Made, Properties
from embedded_aws.emulator.ec2_filters import choose
from embedded_aws.emulator.ec2_network.network_interfaces import make_interface, remove_interface
from embedded_aws.emulator.ec2_protocol import Arguments, Refusal, serve
from embedded_aws.emulator.ec2_tags import tags_of
from embedded_aws.emulator.seams import wrap_handler

TYPE = "AWS::EC2::VPCEndpoint"
FILTERS = {
    "service-name": "ServiceName",
    "vpc-endpoint-id": "VpcEndpointId",
    "vpc-endpoint-state": "State",
    "vpc-endpoint-type": "VpcEndpointType",
    "vpc-id": "VpcId",
}
REQUESTER = "amazon-vpc-endpoints"
FULL_ACCESS = {
    "Version": "2008-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}


def install() -> None:
    """Complete what ministack's own type makes, and describe it."""
    serve("DescribeVpcEndpoints", _describe)
    wrap_handler(TYPE, "create", _complete_after)
    wrap_handler(TYPE, "update", _complete_after)
    wrap_handler(TYPE, "delete", _remove_interfaces_before)


def _complete_after(act: Made) -> Made:
    def acted(*arguments: Any) -> tuple[str, Attributes]:
        endpoint_id, attributes = act(*arguments)
        return endpoint_id, {**attributes, **_complete(endpoint_id)}

    return acted


def _remove_interfaces_before(delete: Delete) -> Delete:
    def deleted(endpoint_id: str, given: Properties) -> None:
        _remove_interfaces(ec2._vpc_endpoints.get(endpoint_id) or {})
        delete(endpoint_id, given)

    return deleted


def _complete(endpoint_id: str) -> Attributes:
    endpoint = ec2._vpc_endpoints[endpoint_id]
    _remove_interfaces(endpoint)
    if endpoint["VpcEndpointType"] == "Interface":
        made = [
            make_interface(
                subnet_id,
                description=f"VPC Endpoint Interface {endpoint_id}",
                groups=endpoint["SecurityGroupIds"] or None,
                kind="vpc_endpoint",
                requester=REQUESTER,
            )
            for subnet_id in endpoint["SubnetIds"]
        ]
        endpoint["NetworkInterfaceIds"] = [interface["NetworkInterfaceId"] for interface in made]
        endpoint["Names"] = _names(endpoint)
    return {
        "DnsEntries": [f"{e['HostedZoneId']}:{e['DnsName']}" for e in endpoint.get("Names", [])],
        "NetworkInterfaceIds": endpoint["NetworkInterfaceIds"],
    }


def _remove_interfaces(endpoint: dict[str, Any]) -> None:
    for interface_id in endpoint.get("NetworkInterfaceIds", []):
        remove_interface(interface_id)


def _names(endpoint: dict[str, Any]) -> list[dict[str, str]]:
    region, service = endpoint["ServiceName"].split(".")[2:4]
    own = f"{endpoint['VpcEndpointId']}.{service}.{region}.vpce.amazonaws.com"
    names = [{"DnsName": own, "HostedZoneId": "Z7HUB22UULQXV"}]
    if str(endpoint.get("PrivateDnsEnabled")).lower() == "true":
        private = f"{service}.{region}.amazonaws.com"
        names.append({"DnsName": private, "HostedZoneId": "Z0EMBEDDEDPRIVATE"})
    return names


def _describe(asked: Arguments) -> Arguments:
    ids = asked.get("VpcEndpointIds") or list(ec2._vpc_endpoints)
    described = [_described(endpoint_id) for endpoint_id in ids]
    return {"VpcEndpoints": choose(described, asked.get("Filters", []), FILTERS)}


def _described(endpoint_id: str) -> dict[str, Any]:
    endpoint = ec2._vpc_endpoints.get(endpoint_id)
    if endpoint is None:
        raise Refusal(
            "InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
        )
    policy = endpoint.get("PolicyDocument") or FULL_ACCESS
    return {
        **endpoint,
        "DnsEntries": endpoint.get("Names", []),
        "Groups": [
            {"GroupId": group_id, "GroupName": ec2._security_groups[group_id]["GroupName"]}
            for group_id in endpoint.get("SecurityGroupIds", [])
            if group_id in ec2._security_groups
        ],
        "PolicyDocument": policy if isinstance(policy, str) else json.dumps(policy),
        "Tags": tags_of(endpoint_id),
    }
