"""An environment's settings: `config/<environment>.yaml`, checked and frozen."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from cdk_app.network_settings import NetworkSettings
from cdk_app.section import Section as _Section

# A role's or user's whole ARN, path and all. No pattern and no account's root, which would be
# everybody whom that account lets in.
PrincipalArn = Annotated[
    str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+$")
]
BucketName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
Usd = Annotated[float, Field(gt=0, allow_inf_nan=False)]
LogRetentionDays = Literal[1, 7, 30, 90, 180, 365, 731, 1827]


class StorageSettings(_Section):
    """Where data lives.

    Attributes:
        keep_data: file systems, buckets and the registry stay when their stacks go.
        scratch_bucket: an existing bucket for what clusters compute; made if not given.
        public_bucket: an existing bucket that all projects read.
        project_bucket: an existing bucket with a prefix for each project.
    """

    keep_data: bool = True
    scratch_bucket: BucketName | None = None
    public_bucket: BucketName | None = None
    project_bucket: BucketName | None = None


class ProviderSettings(_Section):
    """How the cluster provider runs.

    Attributes:
        runtime: `image` on AWS, `process` on the embedded AWS.
        query_interval_seconds: how often a cluster's stack is asked whether it is done.
        suppressed_validators: validators of ParallelCluster that the embedded AWS can't pass,
            each with the emulator's gap; on AWS there are none.
    """

    runtime: Literal["image", "process"]
    query_interval_seconds: Annotated[int, Field(ge=1, le=300)] = 30
    suppressed_validators: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _suppress_nothing_on_aws(self) -> Self:
        if self.runtime == "image" and self.suppressed_validators:
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
        callers: may call the API and decrypt the private keys.
        operators: may make every call of the API, those for operators only among them.
        usd_per_node_hour: by instance type, what GET of the tiers tells of its price.
        reconcile_every_minutes: how often the reconciler makes a pass.
    """

    environment: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,19}$")]
    account: Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
    region: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
    zones: Annotated[tuple[str, ...], Field(min_length=1, max_length=6)]
    network: NetworkSettings
    storage: StorageSettings
    surroundings: bool = False
    api: ApiSettings = ApiSettings()
    callers: tuple[PrincipalArn, ...] = ()
    operators: tuple[PrincipalArn, ...] = ()
    default_tier: str
    tiers: Annotated[tuple[str, ...], Field(min_length=1)]
    usd_per_node_hour: Annotated[dict[str, Usd], Field(default_factory=dict)]
    provider: ProviderSettings
    log_retention_days: LogRetentionDays
    history_days: Annotated[int, Field(ge=1, le=3650)]
    reconcile_every_minutes: Annotated[int, Field(ge=5, le=1440)] = 15

    @model_validator(mode="after")
    def _agree(self) -> Self:
        strangers = [zone for zone in self.zones if not zone.startswith(self.region)]
        if strangers:
            raise ValueError(f"zones {strangers} are not of region {self.region}")
        if len(set(self.zones)) < len(self.zones):
            raise ValueError(f"zones {list(self.zones)}: name each once")
        if self.default_tier not in self.tiers:
            raise ValueError(
                f"default_tier '{self.default_tier}' is not offered; tiers: {list(self.tiers)}"
            )
        if not self.surroundings:
            self._name_what_exists()
        self.network.check(
            account=self.account, zones=len(self.zones), surroundings=self.surroundings
        )
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
