"""``mooring://`` for fsspec: the folders of the catalogue as a file system that is read straight from the storage.

``mooring://photos/cam1/a.jpg`` is a path of folders, ``mooring://fld_…/a.jpg`` begins at a folder, and ``mooring://ast_…``
is one asset; a name may follow, for readers that look at its end: ``mooring://ast_…/a.jpg``.
Needs ``mooring-client[fsspec]``.
"""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

from fsspec.asyn import AsyncFileSystem, sync
from fsspec.spec import AbstractBufferedFile

from .async_client import AsyncClient
from .errors import ApiError
from .file import same_version
from .flow import Answer
from .reading import read_range
from .records import Asset, Folder

Entry = Dict[str, Any]
_MISSING = ("not_found", "asset_gone")
_REFUSED = ("unauthenticated", "forbidden")


class MooringFileSystem(AsyncFileSystem):  # type: ignore[misc]
    """Read-only. Listings are kept; ``invalidate_cache()`` reads them anew, and ``listings_expiry_time`` says how long.

    :param url: as of :class:`mooring.Client`
    :param token: as of :class:`mooring.Client`
    """

    protocol = "mooring"
    root_marker = ""

    def __init__(self, url: Optional[str] = None, token: Optional[str] = None, **options: Any) -> None:
        super().__init__(**options)
        self._client = AsyncClient(url, token)
        self._folders: Dict[str, Folder] = {}

    def invalidate_cache(self, path: Optional[str] = None) -> None:
        self._folders.clear()
        self.dircache.clear()
        super().invalidate_cache(path)

    async def _ls(self, path: str, detail: bool = True, **_: Any) -> Union[List[Entry], List[str]]:
        path = self._strip_protocol(path)
        entries = self.dircache.get(path)
        if entries is None:
            with _as_os_errors(path):
                entries = await self._list(path)
        return entries if detail else [entry["name"] for entry in entries]

    async def _list(self, path: str) -> List[Entry]:
        folder = await self._folder(path) if path else None
        if path and folder is None:
            return [await self._info(path)]
        below = await self._children(path, folder)
        entries = [_folder_entry(_join(path, one.name), one) for one in below]
        if folder:
            files = self._client.assets(folder_id=folder.id, recursive=False)
            entries += [_file_entry(_join(path, one.name), one) async for one in files]
        self.dircache[path] = entries
        return entries

    async def _info(self, path: str, **_: Any) -> Entry:
        path = self._strip_protocol(path)
        if not path:
            return {"name": "", "type": "directory", "size": 0}
        with _as_os_errors(path):
            listed: List[Entry] = self.dircache.get(path.rpartition("/")[0]) or []
            known = next((one for one in listed if one["name"] == path), None)
            if known:
                return known
            asset = await self._asset(path)
            if asset:
                return _file_entry(path, asset)
            folder = await self._folder(path)
            if folder:
                return _folder_entry(path, folder)
        raise FileNotFoundError(errno.ENOENT, "There is no asset and no folder with this path", path)

    async def _cat_file(
        self, path: str, start: Optional[int] = None, end: Optional[int] = None, **_: Any
    ) -> bytes:
        entry = await self._file(path)
        size = entry["size"]
        first, last = _absolute(start or 0, size), size if end is None else min(_absolute(end, size), size)
        return (await self._read(entry, first, last)).content

    async def _file(self, path: str) -> Entry:
        entry = await self._info(path)
        if entry["type"] != "file":
            raise IsADirectoryError(errno.EISDIR, "This is a folder", path)
        return entry

    async def _read(self, entry: Entry, start: int, end: int) -> Answer:
        with _as_os_errors(entry["name"]):
            return await self._client._run(read_range(entry["id"], start, end))

    def _open(
        self, path: str, mode: str = "rb", block_size: Union[int, str, None] = None, **options: Any
    ) -> AbstractBufferedFile:
        if mode != "rb":
            raise OSError(errno.EROFS, "mooring:// can only be read", path)
        block = 2**20 if block_size in (None, "default") else block_size
        return MooringFile(self, path, mode, block, **options)

    def modified(self, path: str) -> Any:
        """When the object was last modified in the storage."""
        return self.info(path)["mtime"]

    # From paths to what is there

    async def _asset(self, path: str) -> Optional[Asset]:
        first = path.split("/", 1)[0]
        if first.startswith("ast_"):
            return await self._client.asset(first)
        parent, _, name = path.rpartition("/")
        folder = await self._folder(parent) if parent else None
        if not folder:
            return None
        # The search finds more than the name: what has it anywhere in its key, in any case.
        words = max(name.split('"'), key=len)
        query = {"name": f'"{words}"'} if words.strip() else {}
        async for asset in self._client.assets(folder_id=folder.id, recursive=False, **query):
            if asset.name == name:
                return asset
        return None

    async def _folder(self, path: str) -> Optional[Folder]:
        """The folder with this path. The name of a top folder may have slashes in it."""
        first = path.split("/", 1)[0]
        if first.startswith("fld_") and first not in self._folders:
            self._folders[first] = await self._client.folder(first)
        at = self._longest_known(path)
        if not at:
            await self._children("", None)
            at = self._longest_known(path)
        while at and at != path:
            await self._children(at, self._folders[at])
            further = self._longest_known(path)
            if further == at:
                return None
            at = further
        return self._folders.get(path)

    def _longest_known(self, path: str) -> str:
        """The path itself, or that of the lowest folder above it that is known; empty where none is."""
        while path and path not in self._folders:
            path = path.rpartition("/")[0]
        return path

    async def _children(self, path: str, parent: Optional[Folder]) -> List[Folder]:
        found = [one async for one in self._client.folders(parent.id if parent else None)]
        self._folders.update({_join(path, one.name): one for one in found})
        return found


class MooringFile(AbstractBufferedFile):  # type: ignore[misc]
    """An asset as a file. Its ranges are of one version of the object."""

    def __init__(self, fs: MooringFileSystem, path: str, mode: str, block_size: Any, **options: Any) -> None:
        self._entry: Entry = sync(fs.loop, fs._file, path)
        self._version: Optional[str] = None
        super().__init__(fs, path, mode, block_size, size=self._entry["size"], **options)

    def _fetch_range(self, start: int, end: int) -> bytes:
        answer: Answer = sync(self.fs.loop, self.fs._read, self._entry, start, end)
        self._version = same_version(self.path, self._version, answer)
        return answer.content


def _file_entry(path: str, asset: Asset) -> Entry:
    return {
        **{"name": path, "type": "file", "size": asset.size_bytes, "mtime": asset.last_modified},
        **{"id": asset.id, "etag": asset.etag, "kind": asset.kind, "content_type": asset.content_type},
    }


def _folder_entry(path: str, folder: Folder) -> Entry:
    return {"name": path, "type": "directory", "size": 0, "id": folder.id}


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _absolute(position: int, size: int) -> int:
    return max(0, size + position) if position < 0 else position


@contextmanager
def _as_os_errors(path: str) -> Iterator[None]:
    """What other file systems raise, so that libraries understand it; the sentence is Mooring's."""
    try:
        yield
    except ApiError as error:
        found: Optional[Tuple[type[OSError], int]] = None
        if error.code in _MISSING:
            found = (FileNotFoundError, errno.ENOENT)
        elif error.code in _REFUSED:
            found = (PermissionError, errno.EACCES)
        if not found:
            raise
        kind, number = found
        raise kind(number, str(error), path) from error
