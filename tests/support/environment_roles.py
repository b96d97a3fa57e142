"""The roles of one environment, and what the placeholders of the tables stand for there."""

import json
from collections.abc import Mapping
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
    """

    templates: Mapping[str, Template]
    places: Mapping[str, str]

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
        return cls(templates=templates, places={**places, **_published(templates, places)})

    def changed(self, stack: str, template: Template) -> Self:
        """The same with another template for one stack."""
        return type(self)(templates={**self.templates, stack: template}, places=self.places)

    def roles(self) -> dict[str, Role]:
        """By name."""
        return roles(self.templates, self.places["account"], self.places["region"])

    def differences(self, asked: list[Row] | None = None) -> list[str]:
        """Whatever a role may do and must not, or may not and must."""
        known = self.roles()
        found = [
            row.difference(known[row.role].principal, self.places)
            for row in (rows() if asked is None else asked)
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
