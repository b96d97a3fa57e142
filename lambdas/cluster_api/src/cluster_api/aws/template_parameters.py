"""The parameters that are the same for all clusters."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from cluster_api.aws.launch_parameters import LaunchParameters


@dataclass(frozen=True, kw_only=True)
class SsmTemplateParameters:
    """A JSON object, the value of the launch parameter of this name.

    Not in the function's environment: that holds 4096 bytes.
    """

    parameters: LaunchParameters
    name: str

    def read(self) -> Mapping[str, str]:
        """See TemplateParameters."""
        current: dict[str, str] = json.loads(self.parameters.values()[self.name])
        return current
