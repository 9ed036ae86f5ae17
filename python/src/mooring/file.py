"""An asset as a file."""

from __future__ import annotations

import io
from typing import Any, Callable, Optional

from .errors import StorageError
from .flow import Answer
from .records import Asset

#: Bytes that one request reads at least, where the object has them: about what a storage sends in the time of a request.
BLOCK_BYTES = 1 << 20


class AssetFile(io.BufferedReader):
    """An asset that is read in ranges, with a buffer. It is read-only and can seek."""

    def __init__(self, asset: Asset, fetch: Callable[[int, int], Answer]) -> None:
        super().__init__(_Ranges(asset, fetch), BLOCK_BYTES)
        self.asset = asset

    @property
    def name(self) -> str:
        return self.asset.name


class _Ranges(io.RawIOBase):
    def __init__(self, asset: Asset, fetch: Callable[[int, int], Answer]) -> None:
        self._asset, self._fetch = asset, fetch
        self._at = 0
        self._version: Optional[str] = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._asset.size_bytes}[whence]
        if start + offset < 0:
            raise ValueError(f"Position {start + offset} is before the beginning of {self._asset.key}.")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        content = self._take(self._at + len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def readall(self) -> bytes:
        return self._take(self._asset.size_bytes)

    def _take(self, end: int) -> bytes:
        end = min(end, self._asset.size_bytes)
        if self._at >= end:
            return b""
        answer = self._fetch(self._at, end)
        self._version = same_version(self._asset.key, self._version, answer)
        self._at += len(answer.content)
        return answer.content


def same_version(key: str, version: Optional[str], answer: Answer) -> Optional[str]:
    """The version that a file is read in.

    :raises StorageError: where the object was replaced while it was read, so that its parts do not fit together
    """
    found: Optional[str] = answer.headers.get("etag")
    if version is not None and found is not None and found != version:
        raise StorageError(f"{key} was changed in the storage while it was read.", "Open it again.")
    return version or found
