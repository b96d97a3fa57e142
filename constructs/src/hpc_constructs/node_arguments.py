"""What the script that configures a node is told, as `configure_node/arguments.py` reads it.

Each is one word, `--name=value`: a value may be a token, and may be empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hpc_constructs.errors import MissingTag


@dataclass(frozen=True, kw_only=True)
class BucketMount:
    """What nodes mount from S3, read only and with their own role.

    Attributes:
        path: below `/obi/data`, such as `project/private`: lower case words with / between. With
            Lustre none of its own directories.
        bucket_name: the bucket.
        prefix: what is below it is mounted; it ends with a slash. Empty: the whole bucket.
        only_with_tag: a cluster's tag, `true` or `false`: without `true` nodes neither mount it nor
            may read it. Its value may be a token, so one template serves both.
    """

    path: str
    bucket_name: str
    prefix: str = ""
    only_with_tag: str | None = None


def node_arguments(
    *,
    cluster_name: str,
    lustre: bool,
    buckets: Sequence[BucketMount],
    users: str,
    tags: Mapping[str, str],
) -> tuple[str, ...]:
    """The arguments that every node has, beside what kind of node it is.

    Args:
        cluster_name: the cluster's.
        lustre: whether `/obi/data` is a Lustre file system.
        buckets: what is mounted from S3.
        users: those beside `sim`: `name:uid:ssh-ed25519 AAAA…`, with commas between; or nothing.
        tags: the cluster's.

    Raises:
        MissingTag: a bucket goes by a tag that the cluster hasn't.
    """
    return (
        f"--cluster-name={cluster_name}",
        f"--data={'lustre' if lustre else 'efs'}",
        *(_s3_mount(bucket, tags) for bucket in buckets),
        *([f"--users={users}"] if users else []),
    )


def _s3_mount(bucket: BucketMount, tags: Mapping[str, str]) -> str:
    what = f"{bucket.path}={bucket.bucket_name}/{bucket.prefix}"
    if bucket.only_with_tag is None:
        return f"--s3-mount={what}"
    if bucket.only_with_tag not in tags:
        raise MissingTag(bucket.only_with_tag, tags)
    return f"--s3-mount-if={tags[bucket.only_with_tag]}:{what}"
