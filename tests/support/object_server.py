"""S3 at an address of this machine, as far as one who gets whole objects can tell."""

from answering_server import AnsweringServer, Asked

_NO_KEY = b"<Error><Code>NoSuchKey</Code><Message>The key does not exist.</Message></Error>"


class ObjectServer(AnsweringServer):
    """Buckets that are only read.

    Attributes:
        objects: by `bucket/key`; what isn't there is answered as S3 does.
    """

    content_type = "application/xml"

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def answer(self, asked: Asked) -> tuple[int, bytes]:
        """See AnsweringServer."""
        found = self.objects.get(asked.path.partition("?")[0].lstrip("/"))
        return (404, _NO_KEY) if found is None else (200, found)
