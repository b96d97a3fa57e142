"""What runs on the nodes, and the construct that uploads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from hpc_constructs.node_scripts.archive import write_archive


@dataclass(frozen=True, kw_only=True)
class NodeScriptLocation:
    """Where a cluster's nodes find the script that configures them.

    Attributes:
        bucket_name: the bucket.
        key: the object.
    """

    bucket_name: str
    key: str


class NodeScripts(Construct):
    """The node scripts as an asset: their key is their hash, so a cluster keeps what it began with.

    They are one file, `configure_node.pyz`, for ParallelCluster fetches one and a node has no way
    to fetch others but a permission of its own.

    Attributes:
        bucket: where they are.
        location: of `configure_node.pyz`.
    """

    def __init__(self, scope: Construct, id_: str, *, packages: Sequence[Path] = ()) -> None:
        """Upload them.

        Args:
            scope: the construct's scope.
            id_: the construct's id.
            packages: RPM files of mount-s3 and what it requires (fuse, fuse-libs), for images that
                don't have it: a node installs them with no repository. Only clusters without
                Lustre need it.
        """
        super().__init__(scope, id_)
        with TemporaryDirectory() as directory:
            archive = Path(directory) / "configure_node.pyz"
            write_archive(archive, packages)
            # It is copied into the cloud assembly here and now.
            asset = assets.Asset(self, "ConfigureNode", path=str(archive))
        self.bucket: s3.IBucket = asset.bucket
        self.location = NodeScriptLocation(
            bucket_name=asset.s3_bucket_name, key=asset.s3_object_key
        )
