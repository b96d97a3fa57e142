"""The pool of subnets, which `cdk deploy` writes to SSM."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cluster_api.aws.faults import passing_faults

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

_KEPT_SECONDS = 300


@dataclass(kw_only=True)
class SsmSubnetPool:
    """StringLists of subnet ids, named `<path>/<zone>/<n>`; read once in five minutes."""

    client: "SSMClient"
    path: str
    _zones: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _read_at: float | None = None

    def subnets(self, zones: Sequence[str]) -> Sequence[str]:
        """See SubnetPool."""
        if self._read_at is None or time.monotonic() - self._read_at > _KEPT_SECONDS:
            self._zones = self._read()
            self._read_at = time.monotonic()
        return [subnet for zone in zones for subnet in self._zones.get(zone, ())]

    def _read(self) -> dict[str, tuple[str, ...]]:
        zones: dict[str, tuple[str, ...]] = {}
        with passing_faults("SSM"):
            pages = self.client.get_paginator("get_parameters_by_path").paginate(
                Path=self.path, Recursive=True
            )
            parameters = [parameter for page in pages for parameter in page["Parameters"]]
        for parameter in parameters:
            zone = parameter["Name"].removeprefix(self.path).strip("/").split("/")[0]
            zones[zone] = zones.get(zone, ()) + tuple(parameter["Value"].split(","))
        return zones
