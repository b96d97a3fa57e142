"""docs/operations.md as commands: by section, those that are run and those that can't be."""

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
MARK = "**Only on AWS**: "

_BLOCK = re.compile(r"^( *)```bash\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Block:
    """Commands; `reason` says why they can't be run here, None where they are."""

    commands: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of the page."""

    heading: str
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """The section that a text with its heading in the first line is."""
        heading, _, body = text.partition("\n")
        blocks = []
        for found in _BLOCK.finditer(body):
            before = body[: found.start()].rstrip().rpartition("\n\n")[2].strip()
            marked = before.startswith(MARK)
            blocks.append(
                Block(
                    commands=textwrap.dedent(found[2]),
                    reason=before.removeprefix(MARK) if marked else None,
                )
            )
        return cls(heading=heading.strip(), blocks=tuple(blocks))

    def script(self) -> str:
        """All that can be run here, in its order."""
        return "\n".join(block.commands for block in self.blocks if block.reason is None)


def sections(text: str | None = None) -> dict[str, Section]:
    """The sections of the page, by heading."""
    page = PAGE.read_text() if text is None else text
    made = [Section.of(part) for part in re.split(r"^## ", page, flags=re.MULTILINE)[1:]]
    return {section.heading: section for section in made}
