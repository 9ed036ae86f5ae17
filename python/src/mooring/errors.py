"""What can go wrong. Each error says what was seen, and in ``fix`` what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional

if TYPE_CHECKING:
    from .records import Operation


class MooringError(Exception):
    """The base of all errors of this package."""

    def __init__(self, message: str, fix: Optional[str] = None) -> None:
        super().__init__(f"{message} {fix}" if fix else message)
        self.message = message
        self.fix = fix


class ApiError(MooringError):
    """Mooring refused a request. ``code`` is stable; ``remedy`` has reason, steps and commands where they are known."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(problem["detail"], problem["fix"])
        self.problem = problem
        self.code: str = problem["code"]
        self.status: int = problem["status"]
        self.request_id: str = problem["requestId"]
        self.remedy: Optional[Mapping[str, Any]] = problem.get("remedy")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problem,)


class UnreachableError(MooringError):
    """No answer came that could be understood: nothing is there, or something else answers in its place."""


class StorageError(MooringError):
    """The storage did not give the bytes of an asset. ``status`` is its HTTP status."""

    def __init__(self, message: str, fix: Optional[str] = None, status: Optional[int] = None) -> None:
        super().__init__(message, fix)
        self.status = status


class OperationError(MooringError):
    """An operation that was waited for failed or was cancelled."""

    def __init__(self, operation: Operation) -> None:
        problem = operation.problem or {}
        super().__init__(
            problem.get("detail", f"The operation {operation.id} was {operation.status}."), problem.get("fix")
        )
        self.operation = operation
        self.code: str = problem.get("code", operation.status)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.operation,)
