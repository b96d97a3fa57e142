"""An AWS in this process, as far as ParallelCluster looks at it when it validates or creates.

moto, with the gaps closed that ParallelCluster's validators meet; so none of them is suppressed.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast

import boto3
from moto import mock_aws
from pcluster.aws.aws_api import AWSApi
from pcluster.aws.common import Cache

ACCOUNT = "123456789012"
OFFICIAL_IMAGE = "aws-parallelcluster-3.16.1-amzn2023-hvm-{architecture}-202601010000"
MOTO_IMAGE = "ami-12c6146b"
"""One of the images that moto starts with: to list them all takes seconds."""
VPC_RANGE = "10.0.0.0/16"
SUBNET_RANGE = "10.0.0.0/20"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
}


@dataclass(kw_only=True)
class MotoWorld:
    """A VPC with one subnet; what else a configuration names is made when it is asked for."""

    region: str
    subnet: str
    vpc: str
    security_group: str
    session: boto3.Session
    lustre: dict[str, dict[str, Any]] = field(default_factory=dict)

    def client(self, service: str) -> Any:  # noqa: ANN401 one of boto3's, made at run time
        """A client of this world."""
        session: Any = self.session  # its stubs know the services by literals only
        return session.client(service, region_name=self.region)

    def answer(self, event: str, answer: Callable[..., object]) -> None:
        """From now on, at that event of boto3's, ask this function."""
        self.session.events.register(event, cast(Callable[..., None], answer))

    def bucket(self, name: str) -> None:
        """A bucket of that name, versioned as ParallelCluster's must be."""
        s3 = self.client("s3")
        if name not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
            elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
            s3.create_bucket(Bucket=name, **({} if self.region == "us-east-1" else elsewhere))
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})

    def object(self, bucket: str, key: str) -> None:
        """A script in a bucket."""
        self.bucket(bucket)
        self.client("s3").put_object(Bucket=bucket, Key=key, Body=b"#!/bin/sh\n")

    def key_pair(self, name: str) -> None:
        """A key pair of the type that ParallelCluster's newer images take."""
        ec2 = self.client("ec2")
        if name not in [pair["KeyName"] for pair in ec2.describe_key_pairs()["KeyPairs"]]:
            ec2.create_key_pair(KeyName=name, KeyType="ed25519")

    def elastic_file_system(self) -> str:
        """An EFS with a mount target in the subnet; its id."""
        efs = self.client("efs")
        id_ = efs.create_file_system()["FileSystemId"]
        efs.create_mount_target(
            FileSystemId=id_, SubnetId=self.subnet, SecurityGroups=[self.security_group]
        )
        return str(id_)

    def lustre_file_system(self, id_: str) -> None:
        """A Lustre file system of that id in the subnet. moto's have ids of half the length."""
        interface = self.client("ec2").create_network_interface(
            SubnetId=self.subnet, Groups=[self.security_group]
        )["NetworkInterface"]["NetworkInterfaceId"]
        self.lustre[id_] = {
            "FileSystemId": id_,
            "FileSystemType": "LUSTRE",
            "Lifecycle": "AVAILABLE",
            "StorageCapacity": 1200,
            "StorageType": "SSD",
            "VpcId": self.vpc,
            "SubnetIds": [self.subnet],
            "NetworkInterfaceIds": [interface],
            "DNSName": f"{id_}.fsx.{self.region}.amazonaws.com",
            "ResourceARN": f"arn:aws:fsx:{self.region}:{ACCOUNT}:file-system/{id_}",
            "LustreConfiguration": {"DeploymentType": "PERSISTENT_2", "MountName": "fsx"},
        }

    def policy(self, name: str) -> str:
        """A managed policy of the account, by its name or `<path>/<name>`; its ARN."""
        path, _, short = f"/{name}".rpartition("/")
        iam = self.client("iam")
        with suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_policy(PolicyName=short, Path=f"{path}/", PolicyDocument=json.dumps(POLICY))
        return f"arn:aws:iam::{ACCOUNT}:policy/{name}"

    def secret(self, name: str) -> str:
        """A secret; its ARN."""
        secrets = self.client("secretsmanager")
        return str(secrets.create_secret(Name=name, SecretString="x")["ARN"])


@contextmanager
def moto_world(region: str = "us-east-1", zone: str | None = None) -> Iterator[MotoWorld]:
    """A new AWS, gone at the end. `zone` is where the subnet is; the region's first by default."""
    with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
        boto3.setup_default_session(region_name=region)
        AWSApi.reset()
        Cache.clear_all()
        session = boto3.DEFAULT_SESSION
        assert session is not None
        world = _network(session, region, zone or f"{region}a")
        _close_gaps(world)
        _official_images(world)
        try:
            yield world
        finally:
            boto3.DEFAULT_SESSION = None


def _network(session: boto3.Session, region: str, zone: str) -> MotoWorld:
    ec2 = session.client("ec2", region_name=region)
    vpc = ec2.create_vpc(CidrBlock=VPC_RANGE)["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": True})
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=SUBNET_RANGE, AvailabilityZone=zone)
    group = ec2.create_security_group(GroupName="all", Description="all within", VpcId=vpc)
    ec2.authorize_security_group_ingress(
        GroupId=group["GroupId"],
        IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": VPC_RANGE}]}],
    )
    # EFA demands all traffic within the group itself, in and out, whatever ranges allow.
    within = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group["GroupId"]}]}]
    ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=within)
    ec2.authorize_security_group_egress(GroupId=group["GroupId"], IpPermissions=within)
    return MotoWorld(
        region=region,
        vpc=vpc,
        subnet=subnet["Subnet"]["SubnetId"],
        security_group=group["GroupId"],
        session=session,
    )


def _official_images(world: MotoWorld) -> None:
    """Images under ParallelCluster's official names, copied from one of moto's, owned by Amazon."""
    ec2 = world.client("ec2")
    for architecture in ("x86_64", "arm64"):
        ec2.copy_image(
            SourceImageId=MOTO_IMAGE,
            SourceRegion=world.region,
            Name=OFFICIAL_IMAGE.format(architecture=architecture),
        )
    world.answer("provide-client-params.ec2.DescribeImages", _owned_by_anybody)


def _owned_by_anybody(params: dict[str, Any], **_: object) -> dict[str, Any]:
    """A copy is owned by the account, not by Amazon."""
    return {key: value for key, value in params.items() if key != "Owners"}


def _close_gaps(world: MotoWorld) -> None:
    """What moto lacks, answered in boto3's own events, so that the library runs as it is."""

    def file_systems(params: dict[str, Any], **_: object) -> tuple[object, dict[str, Any]]:
        asked = _json_body(params).get("FileSystemIds", [*world.lustre])
        found = [world.lustre[id_] for id_ in asked if id_ in world.lustre]
        return _Answered(), {"FileSystems": found}

    world.answer("before-call.fsx.DescribeFileSystems", file_systems)
    world.answer("provide-client-params.ec2.RunInstances", _understandable_volumes)


def _understandable_volumes(params: dict[str, Any], **_: object) -> dict[str, Any]:
    """moto refuses a device that is no EBS volume, and a volume that takes its image's size."""
    devices = [
        {**device, "Ebs": {"VolumeSize": 40, **device["Ebs"]}}
        for device in params.get("BlockDeviceMappings", [])
        if "Ebs" in device
    ]
    return {**params, "BlockDeviceMappings": devices}


class _Answered:
    """The HTTP response of a call that was answered here."""

    status_code = 200


def _json_body(params: dict[str, Any]) -> dict[str, Any]:
    """The body of a JSON protocol's request."""
    body = params.get("body") or b"{}"
    return dict(json.loads(body))
