"""Directories of a Lustre file system that show what is in S3: data repository associations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_fsx as fsx
from constructs import Construct

_EVERYTHING = ["NEW", "CHANGED", "DELETED"]


@dataclass(frozen=True, kw_only=True)
class LinkedBucket:
    """A directory of the file system and what it shows.

    Attributes:
        id: of its construct: a short noun in PascalCase, a contract.
        path: the directory, such as `/project/private`; none is within another.
        bucket_name: the bucket.
        prefix: what is below it is shown; it ends with a slash. Empty: the whole bucket.
        export: what is written to the directory goes to the bucket too.
    """

    id: str
    path: str
    bucket_name: str
    prefix: str = ""
    export: bool = False

    @property
    def repository_path(self) -> str:
        """As FSx names what is linked."""
        return f"s3://{self.bucket_name}/{self.prefix}"


class LinkedBuckets(Construct):
    """The associations of one file system, made one after the other.

    What changes in a bucket is seen on Lustre; what is there already, only after an import task:
    one that FSx would begin with the association tells nobody how far it is.

    Attributes:
        associations: by the link's path.

    Source: FSx for Lustre user guide, "Linking your file system to an Amazon S3 bucket".
    """

    def __init__(
        self, scope: Construct, id_: str, *, file_system_id: str, links: Sequence[LinkedBucket]
    ) -> None:
        super().__init__(scope, id_)
        associations: dict[str, fsx.CfnDataRepositoryAssociation] = {}
        for link in links:
            association = _association(self, file_system_id, link)
            # FSx makes a file system's associations one at a time.
            for before in list(associations.values())[-1:]:
                association.add_resource_dependency(before)
            associations[link.path] = association
        self.associations: Mapping[str, fsx.CfnDataRepositoryAssociation] = associations


def _association(
    scope: Construct, file_system_id: str, link: LinkedBucket
) -> fsx.CfnDataRepositoryAssociation:
    of = fsx.CfnDataRepositoryAssociation
    export = of.AutoExportPolicyProperty(events=_EVERYTHING) if link.export else None
    return of(
        scope,
        link.id,
        file_system_id=file_system_id,
        file_system_path=link.path,
        data_repository_path=link.repository_path,
        s3=of.S3Property(
            auto_import_policy=of.AutoImportPolicyProperty(events=_EVERYTHING),
            auto_export_policy=export,
        ),
    )
