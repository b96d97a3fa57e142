"""FSx's refusals, by the names that its SDKs know."""

from typing import Any


class FsxError(Exception):
    """A refused call: `code` is AWS's name of the error."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        """Keep the parts of the answer; the text is CloudFormation's reason."""
        super().__init__(f"{message} (Service: FSx, Status Code: 400, Error Code: {code})")
        self.code = code
        self.message = message
        self.more = more


def bad_request(message: str) -> FsxError:
    """Name what is wrong with a request that has no error of its own."""
    return FsxError("BadRequest", message)
