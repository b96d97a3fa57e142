"""A published template that shows a project's data: its resources, and what they wait for."""

from typing import Any

from cloudformation_values import resolved
from synthesised import Template, resources

VALUES = {
    "VlabId": "lab",
    "ProjectId": "project",
    "ScratchBucket": "scratches",
    "ProjectBucket": "projects",
    "PublicBucket": "shared",
    "ContainersBucket": "images",
}


def properties(template: Template, type_: str) -> dict[str, dict[str, Any]]:
    """Of each resource of the type."""
    return {
        id_: resolved(resource["Properties"], VALUES)
        for id_, resource in resources(template, type_).items()
    }


def needs(template: Template, id_: str) -> list[str]:
    """What the resource depends on by name."""
    return list(template["Resources"][id_].get("DependsOn", []))


def associations(template: Template) -> dict[str, str]:
    """The logical ids of the associations, by their directory."""
    found = properties(template, "AWS::FSx::DataRepositoryAssociation")
    return {it["FileSystemPath"]: id_ for id_, it in found.items()}


def imports(template: Template) -> dict[str, str]:
    """The logical ids of the imports, by their directory."""
    return {it["Path"]: id_ for id_, it in properties(template, "Custom::MetadataImport").items()}


def the_id(template: Template, type_: str) -> str:
    """The logical id of the one resource of this type."""
    (id_,) = resources(template, type_)
    return id_
