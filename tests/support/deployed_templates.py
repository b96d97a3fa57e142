"""Several stacks' templates as one: whatever names a resource leads to it, across stacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from synthesised import Template

Resource = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DeployedTemplates:
    """Templates that are deployed together.

    A resource's name is `<stack>.<logical id>`. References to it (`Ref`, `Fn::GetAtt`, and
    `Fn::ImportValue` of an output with either) are resolved to that name: which attribute was
    asked for doesn't matter to who reads a network.

    Attributes:
        templates: by stack.
        parameters: of the stacks that have any: values by the parameters' names.
    """

    templates: Mapping[str, Template]
    parameters: Mapping[str, Mapping[str, str]]

    def resources(self, type_: str, stack: str | None = None) -> Iterator[tuple[str, Resource]]:
        """Names and resolved properties of all resources of a type, of one stack or of all."""
        for name in self.templates if stack is None else [stack]:
            for id_, resource in self.templates[name]["Resources"].items():
                if resource["Type"] == type_:
                    yield f"{name}.{id_}", self._resolved(resource["Properties"], name)

    def the_one(self, type_: str, part: str) -> str:
        """The name of the one resource of this type whose name has this part.

        Raises:
            AssertionError: there is none, or there are several.
        """
        found = [name for name, _ in self.resources(type_) if part in name]
        assert len(found) == 1, f"{type_} with '{part}' in its name: {found}"
        return found[0]

    def _resolved(self, value: Any, stack: str) -> Any:
        match value:
            case {"Ref": name} | {"Fn::GetAtt": [name, *_]}:
                return self.parameters.get(stack, {}).get(name, f"{stack}.{name}")
            case {"Fn::ImportValue": export}:
                return self._exported(export)
            case {"Fn::Join": [separator, parts]}:
                return separator.join(str(self._resolved(part, stack)) for part in parts)
            case dict():
                return {key: self._resolved(part, stack) for key, part in value.items()}
            case list():
                return [self._resolved(part, stack) for part in value]
            case _:
                return value

    def _exported(self, export: str) -> Any:
        for stack, template in self.templates.items():
            for output in template.get("Outputs", {}).values():
                if output.get("Export", {}).get("Name") == export:
                    return self._resolved(output["Value"], stack)
        raise AssertionError(f"no stack exports {export}")
