"""Attributes that ministack's own types leave out."""

from ministack.core.responses import get_region
from ministack.services import dynamodb

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, add_attributes


def install() -> None:
    """Add them."""
    add_attributes("AWS::ApiGateway::Account", _id)
    add_attributes("AWS::ApiGateway::UsagePlanKey", _id)
    add_attributes("AWS::DynamoDB::GlobalTable", _table_id)
    add_attributes("AWS::EC2::SubnetRouteTableAssociation", _id)
    add_attributes("AWS::S3::Bucket", _dual_stack_name)


def _id(physical_id: str, _: Properties) -> Attributes:
    return {"Id": physical_id}


def _table_id(name: str, _: Properties) -> Attributes:
    return {"TableId": dynamodb._tables[name]["TableId"]}


def _dual_stack_name(bucket: str, _: Properties) -> Attributes:
    return {"DualStackDomainName": f"{bucket}.s3.dualstack.{get_region()}.amazonaws.com"}
