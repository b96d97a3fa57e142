"""The published templates: every tier that an environment offers, with each kind of storage."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import App, Stack
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from cdk_app.configuration_files import Configuration
from cdk_app.feature_flags import feature_flags
from cdk_app.project_cluster import ProjectCluster, StorageKind
from cdk_app.rule_packs import check_rules
from cdk_app.tier_description import tiers_document
from cdk_app.tiers import OfferedTier


@dataclass(frozen=True, kw_only=True)
class PublishedTier:
    """A tier's templates.

    Attributes:
        assets: the template for each kind of storage.
        zones: where the tier can run.
    """

    assets: Mapping[StorageKind, assets.Asset]
    zones: tuple[str, ...]


class ClusterTemplates(Construct):
    """The templates as assets: their keys are their hashes.

    Attributes:
        tiers: the catalogue, by the tier's name.
        description: what callers are told of the tiers.
    """

    def __init__(
        self, scope: Construct, id_: str, *, configuration: Configuration, directory: Path
    ) -> None:
        super().__init__(scope, id_)
        rendered = render(configuration, directory)
        self.tiers: Mapping[str, PublishedTier] = {
            offered.tier.name: PublishedTier(
                assets={
                    kind: assets.Asset(
                        self,
                        template_id(offered, kind),
                        path=str(rendered[template_id(offered, kind)]),
                    )
                    for kind in StorageKind
                },
                zones=offered.zones,
            )
            for offered in configuration.tiers
        }
        described = directory / "tiers.json"
        described.write_text(tiers_document(configuration))
        self.description = assets.Asset(self, "TierDescription", path=str(described))

    def assets(self) -> list[assets.Asset]:
        """Every published template."""
        return [asset for tier in self.tiers.values() for asset in tier.assets.values()]

    def base_url(self) -> str:
        """What the URLs of all templates begin with; a template's key follows."""
        stack = Stack.of(self)
        bucket = self.assets()[0].s3_bucket_name
        return f"https://s3.{stack.region}.{stack.url_suffix}/{bucket}/"

    def urls(self) -> list[str]:
        """Every template's URL, in the one spelling that the API and its permission use."""
        return [f"{self.base_url()}{asset.s3_object_key}" for asset in self.assets()]

    def keys(self) -> dict[str, dict[str, object]]:
        """The catalogue as the API's function reads it."""
        return {
            name: {
                **{kind.value: asset.s3_object_key for kind, asset in tier.assets.items()},
                "zones": list(tier.zones),
            }
            for name, tier in self.tiers.items()
        }


def template_id(offered: OfferedTier, kind: StorageKind) -> str:
    """The template's construct id, such as `ProdMpiLustre`."""
    words = [*offered.tier.name.split("-"), kind.value]
    return "".join(word.capitalize() for word in words)


def render(configuration: Configuration, directory: Path) -> dict[str, Path]:
    """Synthesise each template in an app of its own; the files, by construct id.

    An app of its own, since a template in the outer one would be deployed by `cdk deploy`.
    """
    app = App(outdir=str(directory), context=feature_flags())
    stacks = [
        ProjectCluster(
            app,
            template_id(offered, kind),
            settings=configuration.settings,
            tier=offered.tier,
            storage=kind,
        )
        for offered in configuration.tiers
        for kind in StorageKind
    ]
    check_rules(app, configuration.settings)
    assembly = app.synth()
    return {
        stack.node.id: Path(assembly.get_stack_artifact(stack.artifact_id).template_full_path)
        for stack in stacks
    }
