"""Assets as an Arrow table. Needs ``mooring-client[arrow]``."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterable, List, Tuple

import pyarrow as pa

from .records import Asset

_TIME = pa.timestamp("ms", tz="UTC")
_FACTS = [
    ("media_type", "mediaType", pa.string()),
    ("width", "width", pa.int64()),
    ("height", "height", pa.int64()),
    ("orientation", "orientation", pa.int64()),
    ("duration_seconds", "durationSeconds", pa.float64()),
    ("fps", "fps", pa.float64()),
    ("frames", "frames", pa.int64()),
    ("codec", "codec", pa.string()),
]


def _field(name: str) -> Callable[[Asset], Any]:
    return lambda asset: getattr(asset, name)


def _fact(name: str) -> Callable[[Asset], Any]:
    return lambda asset: asset.facts.get(name)


def _metadata(asset: Asset) -> Any:
    return None if asset.client_metadata is None else json.dumps(asset.client_metadata, ensure_ascii=False)


#: Each column: its name, its type, and how it is read of an asset.
_COLUMNS: List[Tuple[str, pa.DataType, Callable[[Asset], Any]]] = [
    *((name, pa.string(), _field(name)) for name in ("id", "source_id", "folder_id", "key", "name", "title")),
    *(
        (name, pa.string(), _field(name))
        for name in ("kind", "content_type", "etag", "tier", "archive_state", "status")
    ),
    ("size_bytes", pa.int64(), _field("size_bytes")),
    *((name, _TIME, _field(name)) for name in ("last_modified", "created_at", "updated_at")),
    *((name, type_, _fact(key)) for name, key, type_ in _FACTS),
    ("client_metadata", pa.string(), _metadata),
]

#: What a table of assets looks like. ``client_metadata`` is JSON.
SCHEMA = pa.schema([(name, type_) for name, type_, _ in _COLUMNS])


def to_table(pages: Iterable[List[Asset]]) -> pa.Table:
    """One row for each asset."""
    return pa.Table.from_batches([_batch(page) for page in pages], schema=SCHEMA)


def _batch(page: List[Asset]) -> pa.RecordBatch:
    columns: Dict[str, List[Any]] = {name: [read(asset) for asset in page] for name, _, read in _COLUMNS}
    return pa.RecordBatch.from_pydict(columns, schema=SCHEMA)
