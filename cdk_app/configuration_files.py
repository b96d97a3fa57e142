"""The files below `config/`, read into settings; what is wrong is named with its file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from cdk_app.network_quotas import check_addresses
from cdk_app.settings import ProviderSettings, Settings
from cdk_app.tiers import InstanceType, OfferedTier, TierEntry, offer
from hpc_constructs import HpcConstructsError

_T = TypeVar("_T")

DIRECTORY = Path(__file__).parent.parent / "config"
_TIERS, _INSTANCE_TYPES = "tiers.yaml", "instance_types.yaml"


class ConfigurationError(Exception):
    """A configuration file that can't be used; says which, and what is wrong."""

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(f"{file.parent.name}/{file.name}: {problem}")


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """Everything that synthesis is told about one environment."""

    settings: Settings
    tiers: tuple[OfferedTier, ...]

    def without_accounting(self) -> Self:
        """The same where Slurm keeps no accounts: for machines that have no MariaDB."""
        settings = self.settings.model_copy(update={"accounting": None})
        return replace(self, settings=settings)

    def with_image(self, image: str) -> Self:
        """The same with this tag or digest of the provider's image, whatever the file says.

        Raises:
            ConfigurationError: it is neither, or the environment runs no image.
        """
        settings = self.settings
        file = DIRECTORY / f"{settings.environment}.yaml"
        provider = {**settings.provider.model_dump(), "image": image}
        checked = _validated(file, ProviderSettings, provider, within=("provider",))
        return replace(self, settings=settings.model_copy(update={"provider": checked}))


def load_configuration(environment: str, directory: Path = DIRECTORY) -> Configuration:
    """Read `<environment>.yaml`, and the tiers that it names.

    Raises:
        ConfigurationError: a file is missing, or has a wrong key or value.
    """
    file = directory / f"{environment}.yaml"
    settings = _settings(environment, file, directory)
    entries = _parse(directory / _TIERS, dict[str, TierEntry])
    instance_types = _parse(directory / _INSTANCE_TYPES, dict[str, InstanceType])
    unknown = [name for name in settings.tiers if name not in entries]
    if unknown:
        raise ConfigurationError(file, f"tiers {unknown} are unknown; {_TIERS} has {list(entries)}")
    priced = [name for name in settings.usd_per_node_hour if name not in instance_types]
    if priced:
        raise ConfigurationError(
            file,
            f"usd_per_node_hour names {priced}, which {_INSTANCE_TYPES} doesn't have; it has"
            f" {sorted(instance_types)}",
        )
    tiers = []
    for name in settings.tiers:
        try:
            tier = entries[name].tier(name)
        except HpcConstructsError as error:
            raise ConfigurationError(directory / _TIERS, f"{name}: {error}") from error
        try:
            check_addresses(tier, settings.network.cluster_subnet_prefix)
            tiers.append(offer(tier, zones=settings.zones, instance_types=instance_types))
        except ValueError as error:
            raise ConfigurationError(file, str(error)) from error
    return Configuration(settings=settings, tiers=tuple(tiers))


def _settings(environment: str, file: Path, directory: Path) -> Settings:
    if not file.is_file():
        catalogues = {_TIERS, _INSTANCE_TYPES}
        known = sorted(
            path.stem for path in directory.glob("*.yaml") if path.name not in catalogues
        )
        raise ConfigurationError(
            file, f"there is no such file; the environments are {', '.join(known)}"
        )
    content = _read(file)
    if not isinstance(content, Mapping):
        raise ConfigurationError(file, "is no mapping of settings")
    if "environment" in content:
        raise ConfigurationError(file, "environment: the file's name says it; remove the key")
    return _validated(file, Settings, {**content, "environment": environment})


def _parse(file: Path, kind: type[_T]) -> _T:
    return _validated(file, kind, _read(file))


def _read(file: Path) -> object:
    try:
        return yaml.safe_load(file.read_text())
    except yaml.YAMLError as error:
        raise ConfigurationError(file, f"is no YAML: {error}") from error


def _validated(file: Path, kind: type[_T], content: object, *, within: tuple[str, ...] = ()) -> _T:
    try:
        return TypeAdapter(kind).validate_python(content)
    except ValidationError as error:
        problems = "; ".join(_say(problem, within) for problem in error.errors())
        raise ConfigurationError(file, problems) from error


def _say(problem: ErrorDetails, within: tuple[str, ...]) -> str:
    where = ".".join(str(part) for part in (*within, *problem["loc"])) or "settings"
    match problem["type"]:
        case "extra_forbidden":
            return f"{where}: unknown key (value {problem['input']!r}); remove it or correct it"
        case "missing":
            return f"{where}: required and missing"
        case "value_error":
            return f"{where}: {problem['msg'].removeprefix('Value error, ')}"
        case _:
            return f"{where}: {problem['msg']}, but it is {problem['input']!r}"
