"""An environment as synthesis leaves it: templates as data, with questions to ask of them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from aws_cdk import App

from cdk_app.application import build
from cdk_app.configuration_files import Configuration, load_configuration
from cdk_app.feature_flags import feature_flags
from cdk_app.rule_packs import RECORD

ENVIRONMENTS = ("local", "sandbox", "production")

Template = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Synthesised:
    """What the CDK CLI would deploy, and the templates that it would publish.

    Attributes:
        directory: the cloud assembly.
        configuration: what it was made from.
    """

    directory: Path
    configuration: Configuration

    @classmethod
    def of(cls, environment: str, directory: Path) -> Self:
        """Synthesise the environment into `directory`: about 10 seconds."""
        return cls.made_from(load_configuration(environment), directory)

    @classmethod
    def made_from(cls, configuration: Configuration, directory: Path) -> Self:
        """Synthesise what the configuration says into `directory`."""
        app = App(context=feature_flags(), outdir=str(directory))
        build(app, configuration, version="0.0.0")
        app.synth()
        return cls(directory=directory, configuration=configuration)

    def stacks(self) -> dict[str, Template]:
        """The templates that are deployed, by stack id."""
        return templates_of(self.directory)

    def published(self) -> dict[str, Template]:
        """The templates that are published, by construct id."""
        return templates_of(self.directory / "project-templates")

    def assets(self) -> dict[str, str]:
        """What each asset is, by its hash."""
        return _assets(self.directory)

    def construct_paths(self) -> set[str]:
        """The path of every construct, those of the published templates among them."""
        trees = (self.directory / "tree.json", self.directory / "project-templates" / "tree.json")
        return {path for tree in trees for path in _paths(json.loads(tree.read_text())["tree"])}

    def findings(self) -> list[dict[str, Any]]:
        """All that cdk-nag found, with the reason why it stays."""
        return [
            row for file in self.directory.rglob(RECORD) for row in json.loads(file.read_text())
        ]

    def acknowledged_validation(self) -> set[tuple[str, str]]:
        """What CDK's own validation found and somebody acknowledged: on which construct, what."""
        return {
            (finding["acknowledgedAt"], finding["acknowledgedId"])
            for file in self.directory.rglob("validation-report.json")
            for plugin in json.loads(file.read_text())["pluginReports"]
            for finding in plugin["suppressedViolations"]
        }


class Synthesis:
    """Each environment, synthesised when it is first asked for, and once."""

    def __init__(self, directory: Path) -> None:
        """Write the assemblies below `directory`."""
        self._directory = directory
        self._made: dict[str, Synthesised] = {}

    def of(self, environment: str) -> Synthesised:
        """The environment's assembly."""
        if environment not in self._made:
            self._made[environment] = Synthesised.of(environment, self._directory / environment)
        return self._made[environment]


def resources(template: Template, *types: str) -> dict[str, dict[str, Any]]:
    """The resources of these types, or all, by logical id."""
    return {
        id_: resource
        for id_, resource in template["Resources"].items()
        if not types or resource["Type"] in types
    }


def the_resource(template: Template, type_: str) -> dict[str, Any]:
    """The one resource of this type."""
    (resource,) = resources(template, type_).values()
    return resource


def templates_of(directory: Path) -> dict[str, Template]:
    """The templates of an assembly, by stack id."""
    return {
        file.name.removesuffix(".template.json"): json.loads(file.read_text())
        for file in sorted(directory.glob("*.template.json"))
    }


def _assets(directory: Path) -> dict[str, str]:
    manifests = [json.loads(file.read_text()) for file in sorted(directory.glob("*.assets.json"))]
    return {
        hash_: asset["displayName"]
        for manifest in manifests
        for kind in ("files", "dockerImages")
        for hash_, asset in manifest.get(kind, {}).items()
    }


def _paths(node: Mapping[str, Any]) -> Iterator[str]:
    yield node["path"]
    for child in node.get("children", {}).values():
        yield from _paths(child)
