"""What runs on the nodes, and the construct that uploads it."""

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

CONFIGURE_NODE = Path(__file__).parent / "configure_node.sh"


@dataclass(frozen=True, kw_only=True)
class NodeScriptLocation:
    """Where a cluster's nodes find `configure_node.sh`.

    Attributes:
        bucket_name: the bucket.
        key: the object.
    """

    bucket_name: str
    key: str


class NodeScripts(Construct):
    """The node scripts as an asset: their key is their hash, so a cluster keeps what it began with.

    Attributes:
        bucket: where they are.
        location: of `configure_node.sh`.
    """

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        asset = assets.Asset(self, "ConfigureNode", path=str(CONFIGURE_NODE))
        self.bucket: s3.IBucket = asset.bucket
        self.location = NodeScriptLocation(
            bucket_name=asset.s3_bucket_name, key=asset.s3_object_key
        )
