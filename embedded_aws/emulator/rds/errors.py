"""RDS's refusals, by the names that its SDKs know."""

NOT_FOUND = 404


class RdsError(Exception):
    """A refused call: `code` is AWS's name of the error."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        """Keep the parts of the answer; the text is CloudFormation's reason."""
        super().__init__(f"{message} (Service: Rds, Status Code: {status}, Error Code: {code})")
        self.code = code
        self.message = message
        self.status = status


def invalid_value(message: str) -> RdsError:
    """Name a value that RDS doesn't take."""
    return RdsError("InvalidParameterValue", message)


def invalid_combination(message: str) -> RdsError:
    """Name values that don't go together."""
    return RdsError("InvalidParameterCombination", message)
