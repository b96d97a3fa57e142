"""The names of the buckets that hold projects' data, whoever made them."""

from dataclasses import dataclass
from typing import Self

from cdk_app.settings import StorageSettings
from cdk_app.shared_data import SharedData
from cdk_app.surroundings import Surroundings


@dataclass(frozen=True, kw_only=True)
class DataBuckets:
    """What clusters read and write.

    Attributes:
        scratch: what they compute; a prefix for each project.
        public: what all projects read.
        project: a prefix for each project, which reads it.
        containers: what all projects read, if there is one.
    """

    scratch: str
    public: str
    project: str
    containers: str | None

    @classmethod
    def of(
        cls, storage: StorageSettings, surroundings: Surroundings | None, shared_data: SharedData
    ) -> Self:
        """Those of one environment: made here, made by its stand-ins, or named by the settings."""
        public, project = (
            (surroundings.public_bucket.bucket_name, surroundings.project_bucket.bucket_name)
            if surroundings
            else (storage.public_bucket, storage.project_bucket)
        )
        return cls(
            scratch=shared_data.scratch.bucket_name,
            public=str(public),
            project=str(project),
            containers=storage.containers_bucket,
        )

    def names(self) -> tuple[str, ...]:
        """All of them."""
        every = (self.scratch, self.public, self.project, self.containers)
        return tuple(name for name in every if name)
