"""An environment's settings: `config/<environment>.yaml`, checked and frozen."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, FilePath, StringConstraints, model_validator

from cdk_app.accounting_settings import AccountingSettings
from cdk_app.alarm_settings import AlarmSettings
from cdk_app.network_settings import NetworkSettings
from cdk_app.pipeline_settings import PipelineSettings
from cdk_app.section import Section as _Section
from cdk_app.slurm_rest_settings import SlurmRestSettings

# A role's or user's whole ARN, path and all. No pattern and no account's root, which would be
# everybody whom that account lets in.
PrincipalArn = Annotated[
    str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+$")
]
BucketName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
# A whole ARN: S3 is asked for the key itself, whatever its alias points to.
KeyArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/(mrk-)?[0-9a-f-]{32,36}$"
    ),
]
# What Docker takes for a tag, or an image's digest.
ImageVersion = Annotated[
    str, StringConstraints(pattern=r"^(sha256:[0-9a-f]{64}|[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$")
]
Usd = Annotated[float, Field(gt=0, allow_inf_nan=False)]
LogRetentionDays = Literal[1, 7, 30, 90, 180, 365, 731, 1827]


class DataDirectory(StrEnum):
    """What Lustre shows of buckets."""

    SCRATCH = "scratch"
    PRIVATE = "private"
    PUBLIC = "public"
    CONTAINERS = "containers"


class StorageSettings(_Section):
    """Where data lives.

    Attributes:
        keep_data: file systems, buckets and the registry stay when their stacks go.
        scratch_bucket: an existing bucket for what clusters compute; made if not given.
        public_bucket: an existing bucket that all projects read.
        project_bucket: an existing bucket with a prefix for each project.
        containers_bucket: an existing bucket of container images that all projects read.
        awaited_imports: whose metadata a cluster with Lustre waits for until it's complete:
            `scratch`, `private`, `public`, `containers`. Millions of objects take more than the
            hour that CloudFormation waits.
        scratch_expiration_days: how long after it was written an object of our scratch bucket is
            deleted, also while its cluster runs: then the file goes from its Lustre too. Receipts
            of exports stay. Without it all stays, for ever.
        noncurrent_version_days: how long what was deleted or overwritten in our buckets can be
            had back.
        infrequent_access_days: how long a file of EFS isn't read before it goes to the cheaper
            class, from which the first reading brings it back.
        directory_keep_days: how long the directory of a cluster that was deleted stays on EFS; a
            project that comes back meanwhile finds all of it. Without it, for ever.
        bucket_key_arns: keys of KMS that those buckets are encrypted with, if any: nodes may
            decrypt with them through S3. That the key's own policy lets this account and Lustre's
            service-linked roles do so is its owner's to see to.
        node_packages: RPM files of mount-s3 and what it requires, for images that don't have it:
            they go to the nodes with the node scripts.
    """

    keep_data: bool = True
    scratch_bucket: BucketName | None = None
    public_bucket: BucketName | None = None
    project_bucket: BucketName | None = None
    containers_bucket: BucketName | None = None
    awaited_imports: tuple[DataDirectory, ...] = (DataDirectory.SCRATCH, DataDirectory.PRIVATE)
    scratch_expiration_days: Annotated[int, Field(ge=1, le=36500)] | None = None
    noncurrent_version_days: Annotated[int, Field(ge=1, le=3650)] = 30
    infrequent_access_days: Literal[1, 7, 14, 30, 60, 90, 180, 270, 365] = 30
    directory_keep_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    bucket_key_arns: tuple[KeyArn, ...] = ()
    node_packages: tuple[FilePath, ...] = ()

    @model_validator(mode="after")
    def _each_bucket_once(self) -> Self:
        names = ("scratch_bucket", "public_bucket", "project_bucket", "containers_bucket")
        named = [bucket for name in names if (bucket := getattr(self, name))]
        if len(set(named)) < len(named):
            raise ValueError(
                f"the buckets {named} are not all different: {', '.join(names)} must be, or"
                " projects read what is others'; name another"
            )
        return self

    @model_validator(mode="after")
    def _await_what_is_there(self) -> Self:
        names = [directory.value for directory in self.awaited_imports]
        if len(set(names)) < len(names):
            raise ValueError(f"awaited_imports {names}: name each once")
        if DataDirectory.CONTAINERS in self.awaited_imports and not self.containers_bucket:
            raise ValueError(
                f"awaited_imports are {names}, but there is no containers_bucket: name one, or"
                " await containers no more"
            )
        return self

    @model_validator(mode="after")
    def _expire_only_what_is_ours(self) -> Self:
        if self.scratch_bucket and self.scratch_expiration_days:
            raise ValueError(
                f"scratch_expiration_days is {self.scratch_expiration_days}, but"
                f" {self.scratch_bucket} exists already: its owner sets its lifecycle rules;"
                " remove one of the two"
            )
        return self


class ProviderSettings(_Section):
    """How the cluster provider runs.

    Attributes:
        runtime: `image` on AWS, `process` on the embedded AWS.
        image: tag or digest of an image in the repository of stack `ImageRepository`; without it
            `cdk deploy` builds the image from the Dockerfile.
        query_interval_seconds: how often a cluster's stack is asked whether it is done.
        suppressed_validators: validators of ParallelCluster that the embedded AWS can't pass,
            each with the emulator's gap; on AWS there are none.
    """

    runtime: Literal["image", "process"]
    image: ImageVersion | None = None
    query_interval_seconds: Annotated[int, Field(ge=1, le=300)] = 30
    suppressed_validators: dict[str, str] = Field(default_factory=dict)

    @property
    def on_aws(self) -> bool:
        """Whether it is AWS that functions run on; the embedded AWS runs no image."""
        return self.runtime == "image"

    @model_validator(mode="after")
    def _name_an_image_where_one_runs(self) -> Self:
        if self.image and not self.on_aws:
            raise ValueError(
                f"image is '{self.image}', but the runtime is '{self.runtime}', which runs none:"
                " remove image, or set runtime: image"
            )
        return self

    @model_validator(mode="after")
    def _suppress_nothing_on_aws(self) -> Self:
        if self.on_aws and self.suppressed_validators:
            raise ValueError(
                f"suppressed_validators are {sorted(self.suppressed_validators)}, but on AWS"
                " (runtime: image) no validator may be suppressed: remove them"
            )
        return self


class ApiSettings(_Section):
    """How the API is reached, and how much it takes.

    Attributes:
        vpc_endpoint_id: an existing interface endpoint for `execute-api`, in the VPC of the
            callers: then the API is private, and this is its only way in. Without it the API's
            address is public.
        requests_per_second: of all callers together, in the long run; more are answered with 429.
        burst: how many requests may come at once.
    """

    vpc_endpoint_id: Annotated[str, StringConstraints(pattern=r"^vpce-[0-9a-f]{8,17}$")] | None = (
        None
    )
    requests_per_second: Annotated[int, Field(ge=1, le=10000)] = 50
    burst: Annotated[int, Field(ge=1, le=5000)] = 100


class Settings(_Section):
    """All settings of one environment.

    Attributes:
        accounting: Slurm's, and its database; without it clusters keep none.
        slurm_rest: the realm whose tokens head nodes take; without it they serve no REST API.
        zones: of the region, whose subnets go round them; with `accounting` two at least.
        callers: may call the API and decrypt the private keys.
        operators: may make every call of the API, those for operators only among them.
        pipeline: which pipeline may release here; without it only people do.
        alarms: who is told of alarms; without it they are to be looked at only.
        usd_per_node_hour: by instance type, what GET of the tiers tells of its price.
        reconcile_every_minutes: how often the reconciler makes a pass.
    """

    environment: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,19}$")]
    account: Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
    region: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
    zones: Annotated[tuple[str, ...], Field(min_length=1, max_length=6)]
    network: NetworkSettings
    storage: StorageSettings
    accounting: AccountingSettings | None = None
    slurm_rest: SlurmRestSettings | None = None
    surroundings: bool = False
    api: ApiSettings = ApiSettings()
    callers: tuple[PrincipalArn, ...] = ()
    operators: tuple[PrincipalArn, ...] = ()
    default_tier: str
    tiers: Annotated[tuple[str, ...], Field(min_length=1)]
    usd_per_node_hour: Annotated[dict[str, Usd], Field(default_factory=dict)]
    provider: ProviderSettings
    pipeline: PipelineSettings | None = None
    alarms: AlarmSettings | None = None
    log_retention_days: LogRetentionDays
    history_days: Annotated[int, Field(ge=1, le=3650)]
    reconcile_every_minutes: Annotated[int, Field(ge=5, le=1440)] = 15

    @model_validator(mode="after")
    def _agree(self) -> Self:
        strangers = [zone for zone in self.zones if not zone.startswith(self.region)]
        if strangers:
            raise ValueError(f"zones {strangers} are not of region {self.region}")
        if self.alarms:
            self.alarms.check(self.region)
        abroad = [arn for arn in self.storage.bucket_key_arns if f":{self.region}:" not in arn]
        if abroad:
            raise ValueError(
                f"storage.bucket_key_arns {abroad} are not of region {self.region}: S3 encrypts a"
                " bucket with a key of its own region"
            )
        if len(set(self.zones)) < len(self.zones):
            raise ValueError(f"zones {list(self.zones)}: name each once")
        if self.accounting:
            self.accounting.check(self.zones)
        if self.default_tier not in self.tiers:
            raise ValueError(
                f"default_tier '{self.default_tier}' is not offered; tiers: {list(self.tiers)}"
            )
        if not self.surroundings:
            self._name_what_exists()
        self.network.check(
            account=self.account, zones=len(self.zones), surroundings=self.surroundings
        )
        if self.slurm_rest:
            self.slurm_rest.keys.check(self.network.main_vpc, surroundings=self.surroundings)
        return self

    def _name_what_exists(self) -> None:
        missing = {
            "callers": not self.callers,
            "storage.public_bucket": self.storage.public_bucket is None,
            "storage.project_bucket": self.storage.project_bucket is None,
        }
        if any(missing.values()):
            names = [name for name, is_missing in missing.items() if is_missing]
            raise ValueError(f"{', '.join(names)}: required unless surroundings is true")
