"""Work that needs answers from elsewhere, written once for the sync and the async client.

A flow is a generator. It yields steps, and each comes back with its answer, or is raised as an error. The two clients
differ only in how they carry out a step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generator, Mapping, NamedTuple, Optional, TypeVar, Union

import httpx

T = TypeVar("T")


@dataclass(frozen=True)
class Send:
    """One HTTP request. Answered by an :class:`Answer`; raises ``httpx.TransportError`` where none comes."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Optional[Mapping[str, str]] = None
    json: Any = None
    timeout_seconds: float = 60
    #: Take the bytes as they are stored, and not as ``Content-Encoding`` says.
    as_stored: bool = False
    #: Stop reading after so many bytes; None: read all.
    most_bytes: Optional[int] = None


@dataclass(frozen=True)
class Pause:
    """Wait; answered by None."""

    seconds: float


@dataclass(frozen=True)
class UrlOf:
    """Answered by a URL that opens the asset. ``instead_of`` is one that the storage has refused."""

    asset_id: str
    instead_of: Optional[str] = None


class Answer(NamedTuple):
    status: int
    headers: httpx.Headers
    content: bytes


Step = Union[Send, Pause, UrlOf]
Flow = Generator[Step, Any, T]


def build(http: Union[httpx.Client, httpx.AsyncClient], step: Send) -> httpx.Request:
    """The request of a step, for one of the clients of httpx."""
    return http.build_request(
        step.method,
        step.url,
        headers=dict(step.headers),
        params=dict(step.query) if step.query else None,
        json=step.json,
        timeout=step.timeout_seconds,
    )
