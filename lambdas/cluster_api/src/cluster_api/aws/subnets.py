"""The pool of subnets that clusters may be given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cluster_api.aws.launch_parameters import LaunchParameters


@dataclass(frozen=True, kw_only=True)
class SsmSubnetPool:
    """Lists of subnet ids with commas between, the launch parameters `subnets/<zone>/<n>`."""

    parameters: LaunchParameters

    def subnets(self, zones: Sequence[str]) -> Sequence[str]:
        """See SubnetPool."""
        by_zone = self.by_zone()
        return [subnet for zone in zones for subnet in by_zone.get(zone, ())]

    def by_zone(self) -> Mapping[str, Sequence[str]]:
        """See SubnetPool."""
        folder = f"{self.parameters.path}/subnets/"
        found: dict[str, list[str]] = {}
        for name, value in self.parameters.values().items():
            if name.startswith(folder):
                zone = name.removeprefix(folder).partition("/")[0]
                found.setdefault(zone, []).extend(value.split(","))
        return found
