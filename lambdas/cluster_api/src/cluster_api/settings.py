"""The process environment, parsed once into frozen settings; every fault is named at once."""

import json
from collections.abc import Mapping
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
    subnets_path: str
    template_parameters: Mapping[str, str]
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


@dataclass(frozen=True, kw_only=True)
class RegistrySettings:
    """What the functions are told that follow the stacks."""

    registry_table: str
    history_days: int


@dataclass(frozen=True, kw_only=True)
class ReconcilerSettings(RegistrySettings):
    """What the reconciler's function is told; `grace_minutes` is how old a thing must be."""

    grace_minutes: int
    cluster_provider_arn: str
    operators: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class EventSettings:
    """What the function is told that puts events on the bus."""

    event_bus: str
    region: str


def parse_api_settings(environment: Mapping[str, str]) -> ApiSettings:
    """The settings of the API's function. Raises SettingsError."""
    variables = _Variables(environment)
    catalogue = variables.catalogue("CATALOGUE")
    settings = ApiSettings(
        registry_table=variables.text("REGISTRY_TABLE"),
        subnets_path=variables.text("SUBNETS_PATH"),
        template_parameters=variables.texts_by_name("TEMPLATE_PARAMETERS"),
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
    )
    variables.check()
    return settings


def parse_registry_settings(environment: Mapping[str, str]) -> RegistrySettings:
    """The settings of the functions that follow the stacks. Raises SettingsError."""
    variables = _Variables(environment)
    settings = RegistrySettings(
        registry_table=variables.text("REGISTRY_TABLE"),
        history_days=variables.number("HISTORY_DAYS"),
    )
    variables.check()
    return settings


def parse_reconciler_settings(environment: Mapping[str, str]) -> ReconcilerSettings:
    """The settings of the reconciler's function. Raises SettingsError."""
    variables = _Variables(environment)
    settings = ReconcilerSettings(
        registry_table=variables.text("REGISTRY_TABLE"),
        history_days=variables.number("HISTORY_DAYS"),
        grace_minutes=variables.number("GRACE_MINUTES"),
        cluster_provider_arn=variables.text("CLUSTER_PROVIDER_ARN"),
        operators=variables.texts("OPERATORS"),
    )
    variables.check()
    return settings


def parse_event_settings(environment: Mapping[str, str]) -> EventSettings:
    """The settings of the function that puts events on the bus. Raises SettingsError."""
    variables = _Variables(environment)
    settings = EventSettings(
        event_bus=variables.text("EVENT_BUS"), region=variables.text("AWS_REGION")
    )
    variables.check()
    return settings


class _Variables:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._problems: list[str] = []

    def check(self) -> None:
        if self._problems:
            raise SettingsError(self._problems)

    def text(self, name: str) -> str:
        value = self._environment.get(name, "")
        if not value:
            self._problems.append(f"{name} is missing")
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

    def texts_by_name(self, name: str) -> dict[str, str]:
        value = self._json(name)
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            return value
        self._wrong(name, "a JSON object of texts")
        return {}

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
            self._problems.append(f"{name} is {self._environment[name]!r}, not {wanted}")


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
