"""The process environment, parsed once into frozen settings; every fault is named at once."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cluster_api.errors import ClusterApiError
from cluster_api.model import Catalogue, Tier


class SettingsError(ClusterApiError):
    """The environment of the function is not what its stack should give it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(f"The function's environment is wrong: {'; '.join(problems)}.")


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """What the API's function is told by its stack."""

    registry_table: str
    launch_path: str
    template_parameters: str
    template_base_url: str
    catalogue: Catalogue
    default_tier: str
    tiers_bucket: str
    tiers_key: str
    service_role_arn: str
    secrets_key_arn: str
    history_days: int
    version: str
    operators: tuple[str, ...]
    region: str
    deletion_workflow_arn: str


@dataclass(frozen=True, kw_only=True)
class RegistrySettings:
    """What the function is told that holds a stack's subnet, keys and record."""

    registry_table: str
    history_days: int


@dataclass(frozen=True, kw_only=True)
class FollowerSettings(RegistrySettings):
    """What the functions are told that follow the stacks."""

    deletion_workflow_arn: str


@dataclass(frozen=True, kw_only=True)
class ReconcilerSettings(FollowerSettings):
    """What the reconciler's function is told; `grace_minutes` is how old a thing must be."""

    launch_path: str
    tiers: tuple[str, ...]
    grace_minutes: int
    cluster_provider_arn: str
    operators: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ImportSettings:
    """What the function is told that imports metadata."""

    registry_table: str


@dataclass(frozen=True, kw_only=True)
class GuardSettings:
    """What the function is told that holds a cluster's file system."""

    registry_table: str
    scratch_bucket: str


@dataclass(frozen=True, kw_only=True)
class ExportSettings(GuardSettings):
    """What the function is told that takes the steps of a deletion."""

    cluster_provider_arn: str


@dataclass(frozen=True, kw_only=True)
class DirectorySettings:
    """What the function is told that lists the directories in use."""

    registry_table: str
    file_system_id: str
    retention_function_arn: str


@dataclass(frozen=True, kw_only=True)
class EventSettings:
    """What the function is told that puts events on the bus."""

    event_bus: str
    region: str


def parse_api_settings(environment: Mapping[str, str]) -> ApiSettings:
    """The settings of the API's function. Raises SettingsError."""
    with _checked(environment) as variables:
        catalogue = variables.catalogue("CATALOGUE")
        return ApiSettings(
            registry_table=variables.text("REGISTRY_TABLE"),
            launch_path=variables.text("LAUNCH_PATH"),
            template_parameters=variables.text("TEMPLATE_PARAMETERS"),
            template_base_url=variables.text("TEMPLATE_BASE_URL"),
            catalogue=catalogue,
            default_tier=variables.one_of("DEFAULT_TIER", catalogue),
            tiers_bucket=variables.text("TIERS_BUCKET"),
            tiers_key=variables.text("TIERS_KEY"),
            service_role_arn=variables.text("SERVICE_ROLE_ARN"),
            secrets_key_arn=variables.text("SECRETS_KEY_ARN"),
            history_days=variables.number("HISTORY_DAYS"),
            version=variables.text("VERSION"),
            operators=variables.texts("OPERATORS"),
            region=variables.text("AWS_REGION"),
            deletion_workflow_arn=variables.text("DELETION_WORKFLOW_ARN"),
        )


def parse_registry_settings(environment: Mapping[str, str]) -> RegistrySettings:
    """The settings of the reservation's function. Raises SettingsError."""
    with _checked(environment) as variables:
        return RegistrySettings(
            registry_table=variables.text("REGISTRY_TABLE"),
            history_days=variables.number("HISTORY_DAYS"),
        )


def parse_follower_settings(environment: Mapping[str, str]) -> FollowerSettings:
    """The settings of the listener's function. Raises SettingsError."""
    with _checked(environment) as variables:
        return FollowerSettings(
            registry_table=variables.text("REGISTRY_TABLE"),
            history_days=variables.number("HISTORY_DAYS"),
            deletion_workflow_arn=variables.text("DELETION_WORKFLOW_ARN"),
        )


def parse_reconciler_settings(environment: Mapping[str, str]) -> ReconcilerSettings:
    """The settings of the reconciler's function. Raises SettingsError."""
    with _checked(environment) as variables:
        return ReconcilerSettings(
            registry_table=variables.text("REGISTRY_TABLE"),
            launch_path=variables.text("LAUNCH_PATH"),
            tiers=variables.texts("TIERS"),
            history_days=variables.number("HISTORY_DAYS"),
            grace_minutes=variables.number("GRACE_MINUTES"),
            deletion_workflow_arn=variables.text("DELETION_WORKFLOW_ARN"),
            cluster_provider_arn=variables.text("CLUSTER_PROVIDER_ARN"),
            operators=variables.texts("OPERATORS"),
        )


def parse_import_settings(environment: Mapping[str, str]) -> ImportSettings:
    """The settings of the function that imports metadata. Raises SettingsError."""
    with _checked(environment) as variables:
        return ImportSettings(registry_table=variables.text("REGISTRY_TABLE"))


def parse_guard_settings(environment: Mapping[str, str]) -> GuardSettings:
    """The settings of the guard's function. Raises SettingsError."""
    with _checked(environment) as variables:
        return GuardSettings(
            registry_table=variables.text("REGISTRY_TABLE"),
            scratch_bucket=variables.text("SCRATCH_BUCKET"),
        )


def parse_export_settings(environment: Mapping[str, str]) -> ExportSettings:
    """The settings of the deletion's function. Raises SettingsError."""
    with _checked(environment) as variables:
        return ExportSettings(
            registry_table=variables.text("REGISTRY_TABLE"),
            scratch_bucket=variables.text("SCRATCH_BUCKET"),
            cluster_provider_arn=variables.text("CLUSTER_PROVIDER_ARN"),
        )


def parse_directory_settings(environment: Mapping[str, str]) -> DirectorySettings:
    """The settings of the function that lists the directories in use. Raises SettingsError."""
    with _checked(environment) as variables:
        return DirectorySettings(
            registry_table=variables.text("REGISTRY_TABLE"),
            file_system_id=variables.text("FILE_SYSTEM_ID"),
            retention_function_arn=variables.text("RETENTION_FUNCTION_ARN"),
        )


def parse_event_settings(environment: Mapping[str, str]) -> EventSettings:
    """The settings of the function that puts events on the bus. Raises SettingsError."""
    with _checked(environment) as variables:
        return EventSettings(
            event_bus=variables.text("EVENT_BUS"), region=variables.text("AWS_REGION")
        )


@contextmanager
def _checked(environment: Mapping[str, str]) -> Iterator["_Variables"]:
    """The variables; all that is wrong of what was read of them is said at the end."""
    variables = _Variables(environment)
    yield variables
    if variables.problems:
        raise SettingsError(variables.problems)


class _Variables:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self.problems: list[str] = []
        self._environment = environment

    def text(self, name: str) -> str:
        value = self._environment.get(name, "")
        if not value:
            self.problems.append(f"{name} is missing")
        return value

    def one_of(self, name: str, allowed: Mapping[str, object]) -> str:
        value = self.text(name)
        if value and value not in allowed:
            self._wrong(name, f"one of {', '.join(allowed) or 'nothing'}")
        return value

    def number(self, name: str) -> int:
        value = self.text(name)
        if value and not value.isdecimal():
            self._wrong(name, "a whole number")
        return int(value) if value.isdecimal() else 0

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._json(name)
        if isinstance(value, list) and all(isinstance(text, str) for text in value):
            return tuple(value)
        self._wrong(name, "a JSON list of texts")
        return ()

    def catalogue(self, name: str) -> Catalogue:
        value = self._json(name)
        try:
            return {tier: _tier(tier, offer) for tier, offer in dict(value).items()}
        except (KeyError, TypeError, ValueError):
            self._wrong(
                name, 'a JSON object {tier: {"lustre": key, "plain": key, "zones": [zone]}}'
            )
            return {}

    # Any: what JSON holds is checked by those who call this.
    def _json(self, name: str) -> Any:  # noqa: ANN401
        try:
            return json.loads(self.text(name) or "null")
        except ValueError:
            return None

    def _wrong(self, name: str, wanted: str) -> None:
        if self._environment.get(name):
            self.problems.append(f"{name} is {self._environment[name]!r}, not {wanted}")


def _tier(name: str, offer: Mapping[str, object]) -> Tier:
    zones = offer["zones"]
    if not isinstance(zones, list):
        raise TypeError(zones)
    return Tier(
        name=name,
        lustre_template=str(offer["lustre"]),
        plain_template=str(offer["plain"]),
        zones=tuple(map(str, zones)),
    )
