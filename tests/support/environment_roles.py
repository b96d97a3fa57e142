"""The roles of one environment, and what the placeholders of the tables stand for there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from cloudformation_values import resolved
from permission_rows import Row, rows
from role_policies import Role, roles, values_of
from synthesised import Synthesised, Template, resources

# Stands in for what isn't ours, in `local` only: its roles are its own business.
STAND_IN = "Surroundings"


@dataclass(frozen=True, kw_only=True)
class EnvironmentRoles:
    """Roles with their policies.

    Attributes:
        templates: the deployed stacks', those of the stand-in left out.
        places: what placeholders stand for.
        rows: of the tables, as they are for this environment's settings.
    """

    templates: Mapping[str, Template]
    places: Mapping[str, str]
    rows: Sequence[Row]

    @classmethod
    def of(cls, synthesised: Synthesised) -> Self:
        """Those of an environment."""
        settings = synthesised.configuration.settings
        templates = {k: v for k, v in synthesised.stacks().items() if k != STAND_IN}
        scratch = settings.storage.scratch_bucket or "Scratch"
        places = {
            "scratch": scratch,
            "account": settings.account,
            "region": settings.region,
            "environment": settings.environment,
        }
        return cls(
            templates=templates,
            places={**places, **_published(templates, places)},
            rows=rows(settings),
        )

    def roles(self) -> dict[str, Role]:
        """By name."""
        return roles(self.templates, self.places["account"], self.places["region"])

    def differences(self) -> list[str]:
        """Whatever a role may do and must not, or may not and must."""
        known = self.roles()
        found = [
            row.difference(known[row.role].principal, self.places)
            for row in self.rows
            if row.role in known
        ]
        return [difference for difference in found if difference]


def _published(templates: Mapping[str, Template], places: Mapping[str, str]) -> dict[str, str]:
    """A published template's URL and key, and the description of the tiers."""
    values = values_of(templates, places["account"], places["region"])["Provisioner"]
    functions = resources(templates["Provisioner"], "AWS::Lambda::Function")
    (api,) = (f for id_, f in functions.items() if id_.startswith("ApiFunction"))
    environment = resolved(api["Properties"]["Environment"]["Variables"], values)
    catalogue = json.loads(environment["CATALOGUE"])
    key = next(iter(catalogue.values()))["plain"]
    assets = environment["TIERS_BUCKET"]
    return {
        "assets": assets,
        "published": f"{environment['TEMPLATE_BASE_URL']}{key}",
        "published_key": f"{assets}/{key}",
        "tiers_key": f"{assets}/{environment['TIERS_KEY']}",
        "parameters_key": f"parameter{environment['TEMPLATE_PARAMETERS']}",
    }
