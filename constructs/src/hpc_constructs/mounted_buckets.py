"""What a node's role needs to read what it mounts from S3, and no more.

Source: Mountpoint for Amazon S3, "Configuring Mountpoint", "IAM permissions".
"""

from collections.abc import Mapping, Sequence

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from hpc_constructs.node_arguments import BucketMount


def read_mounted(
    mounts: Sequence[BucketMount], *, besides: Sequence[str] = ()
) -> list[iam.PolicyStatement]:
    """Read the objects below each mount's prefix, and list them; no statement without any.

    What goes by a tag of the cluster is read by roles that have it only: ParallelCluster tags a
    cluster's roles as the cluster, and nodes can't.

    Args:
        mounts: a prefix may hold variables of IAM, such as `${aws:PrincipalTag/…}`.
        besides: ARNs of other objects to read.
    """
    always = [mount for mount in mounts if mount.only_with_tag is None]
    by_tag: dict[str, list[BucketMount]] = {}
    for mount in mounts:
        if mount.only_with_tag is not None:
            by_tag.setdefault(mount.only_with_tag, []).append(mount)
    return [
        *_read(always, "Mounted", besides=besides),
        *(
            statement
            for number, (tag, tagged) in enumerate(by_tag.items(), start=1)
            for statement in _read(tagged, f"MountedByTag{number}", tag=tag)
        ),
    ]


def _read(
    mounts: Sequence[BucketMount], name: str, *, besides: Sequence[str] = (), tag: str | None = None
) -> list[iam.PolicyStatement]:
    objects = [*besides, *(f"{_bucket(mount)}/{mount.prefix}*" for mount in mounts)]
    whole = [_bucket(mount) for mount in mounts if not mount.prefix]
    # One statement for both: nothing is listed below an object's ARN, nor read at a bucket's.
    actions = ["s3:GetObject", *(["s3:ListBucket"] if whole else [])]
    tagged = {"StringEquals": {f"aws:PrincipalTag/{tag}": "true"}} if tag else {}
    read = iam.PolicyStatement(
        sid=f"Read{name}", actions=actions, resources=[*objects, *whole], conditions=tagged
    )
    return [*([read] if objects else []), *_list_prefixes(mounts, name, tagged)]


def _list_prefixes(
    mounts: Sequence[BucketMount], name: str, tagged: Mapping[str, object]
) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            sid=f"List{name}{number}",
            actions=["s3:ListBucket"],
            resources=[_bucket(mount)],
            conditions={**tagged, "StringLike": {"s3:prefix": f"{mount.prefix}*"}},
        )
        for number, mount in enumerate((each for each in mounts if each.prefix), start=1)
    ]


def _bucket(mount: BucketMount) -> str:
    return f"arn:{Aws.PARTITION}:s3:::{mount.bucket_name}"
