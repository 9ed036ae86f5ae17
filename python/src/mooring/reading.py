"""Reading bytes of assets straight from the storage, as flows."""

from __future__ import annotations

from typing import Optional

import httpx

from .errors import StorageError
from .flow import Answer, Flow, Send, UrlOf
from .retry import send

#: What storages answer to a URL that has ended.
REFUSALS = (401, 403)
#: How often a refused URL is renewed: more than once, for machines that stand still between signing and reading.
RENEWALS = 3
STORAGE_RETRIES = 4


def read_range(asset_id: str, start: int = 0, end: Optional[int] = None) -> Flow[Answer]:
    """The bytes from ``start`` to before ``end`` (None: to the last one), fewer where the object ends earlier.

    A storage that does not know ranges sends the whole object; of that, no more than ``end`` bytes are read.

    :raises StorageError: where the storage does not give them
    :raises ApiError: where Mooring signs no URL, such as ``asset_gone``
    """
    if end is not None and end <= start:
        return Answer(200, httpx.Headers(), b"")
    asked = {"accept-encoding": "identity"}
    if start or end is not None:
        asked["range"] = f"bytes={start}-{'' if end is None else end - 1}"
    refused: Optional[str] = None
    for _ in range(1 + RENEWALS):
        url: str = yield UrlOf(asset_id, instead_of=refused)
        step = Send("GET", url, asked, as_stored=True, most_bytes=end)
        answer = yield from send(step, who="the storage", retries=STORAGE_RETRIES)
        if answer.status not in REFUSALS:
            break
        refused = url
    if answer.status == 416:
        return answer._replace(content=b"")
    if answer.status == 200:
        return answer._replace(content=answer.content[start:end])
    if answer.status == 206:
        return answer
    raise StorageError(
        f"The storage answered {answer.status} to a read of {asset_id}.",
        "Run the checks of its connection: they name the layer that fails.",
        status=answer.status,
    )
