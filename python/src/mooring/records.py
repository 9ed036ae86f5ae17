"""What the API answers with, as typed records. Times are aware of UTC; sizes are in bytes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, Callable, Generic, Mapping, Optional, TypeVar, Union

R = TypeVar("R", bound="Record")


class Record:
    """Read from JSON by the names of its fields. Fields that a newer server adds are left out."""

    @classmethod
    def read(cls: type[R], data: Mapping[str, Any]) -> R:
        return cls(**{name: convert(data.get(key)) for name, key, convert in _readers(cls)})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Asset(Record):
    """An object of the storage, as the catalogue knows it."""

    id: str
    connection_id: str
    source_id: str
    folder_id: str
    #: The whole key in its container.
    key: str
    #: The last part of the key.
    name: str
    title: Optional[str]
    client_metadata: Optional[Mapping[str, Any]]
    kind: str
    content_type: Optional[str]
    size_bytes: int
    etag: str
    tier: Optional[str]
    archive_state: str
    last_modified: datetime
    #: ``present`` or ``gone``.
    status: str
    gone_at: Optional[datetime]
    #: What the bytes say, as in the API: ``media["facts"]["width"]``; None until it is probed.
    media: Optional[Mapping[str, Any]]
    created_at: datetime
    updated_at: datetime

    @property
    def facts(self) -> Mapping[str, Any]:
        """The media facts that are known; empty where it is not probed."""
        return (self.media or {}).get("facts") or {}


@dataclass(frozen=True)
class Folder(Record):
    id: str
    parent_id: Optional[str]
    source_id: Optional[str]
    name: str
    #: Names from the top folder down to this one.
    path: list[str]
    #: ``{"assets": …, "sizeBytes": …}`` of what lies directly in it.
    direct: Mapping[str, Any]
    #: The same with everything below it.
    total: Mapping[str, Any]
    child_count: int


@dataclass(frozen=True)
class Source(Record):
    """A container and prefix of a connection, synced into a folder."""

    id: str
    connection_id: str
    folder_id: str
    container: str
    prefix: str
    asset_count: int
    gone_count: int
    last_synced_at: Optional[datetime]
    last_operation_id: Optional[str]
    created_at: datetime


@dataclass(frozen=True)
class Connection(Record):
    """How a storage account is reached; what every role may see of it."""

    id: str
    name: str
    status: str


@dataclass(frozen=True)
class Operation(Record):
    """Long work. ``done`` of ``total`` items; ``total`` is None while it is not known."""

    id: str
    kind: str
    status: str
    done: int
    total: Optional[int]
    unit: str
    error_count: int
    problem: Optional[Mapping[str, Any]]
    counts: Optional[Mapping[str, int]]
    report: Optional[Mapping[str, Any]]
    created_at: datetime
    finished_at: Optional[datetime]

    @property
    def is_finished(self) -> bool:
        return self.status in ("succeeded", "failed", "cancelled")


@dataclass(frozen=True)
class Page(Generic[R]):
    """A part of a list. ``next_cursor`` is None at its end."""

    items: list[R]
    next_cursor: Optional[str]


AssetLike = Union[str, Asset]


def id_of(asset: AssetLike) -> str:
    """The id of an asset that is given as one, or as its id."""
    return asset if isinstance(asset, str) else asset.id


def camel(name: str) -> str:
    """``folder_id`` becomes ``folderId``, as the API has it."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def read_time(value: Optional[str]) -> Optional[datetime]:
    """RFC 3339 in UTC, as the API writes it."""
    return None if value is None else datetime.fromisoformat(value.replace("Z", "+00:00"))


@lru_cache(maxsize=None)
def _readers(cls: type[Record]) -> list[tuple[str, str, Callable[[Any], Any]]]:
    return [
        (field.name, camel(field.name), read_time if "datetime" in str(field.type) else _as_it_is)
        for field in fields(cls)  # type: ignore[arg-type]
    ]


def _as_it_is(value: Any) -> Any:
    return value
