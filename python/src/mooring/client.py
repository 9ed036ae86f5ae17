"""The client for programs that wait for each answer."""

from __future__ import annotations

import os
import time
import weakref
from types import TracebackType
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, TypeVar, Union

import httpx

from .account import Account, find_account
from .api import Api, FilterValue
from .errors import OperationError
from .file import AssetFile
from .flow import Answer, Flow, Pause, Send, UrlOf, build
from .pager import Assets, Pager
from .progress import show_progress
from .reading import read_range
from .records import Asset, AssetLike, Connection, Folder, Operation, Source, id_of
from .urls import Outcome, Signed, Urls

T = TypeVar("T")
OnProgress = Callable[[Operation], None]


class Client:
    """A client of Mooring. Threads may share it, and processes may inherit it.

    :param url: the address of the installation; else ``MOORING_URL``, what ``mooring sign-in`` keeps, or this machine
    :param token: an API token; else ``MOORING_TOKEN``, or what ``mooring sign-in`` keeps
    :param retries: how often a request is sent again while Mooring is away, if that is safe
    :param verify: as httpx has it; ``SSL_CERT_FILE`` names a file of authorities to trust
    """

    def __init__(
        self, url: Optional[str] = None, token: Optional[str] = None, *, retries: int = 2, verify: bool = True
    ) -> None:
        self._start(find_account(url, token), retries, verify)

    def _start(self, account: Account, retries: int, verify: bool) -> None:
        self._settings = (account, retries, verify)
        self._api = Api(account, retries)
        self._open()
        _clients.add(self)

    def _open(self) -> None:
        """Connections and locks belong to one process: a new process begins with new ones."""
        _, _, verify = self._settings
        limits = httpx.Limits(max_connections=256, max_keepalive_connections=64)
        self._http = httpx.Client(verify=verify, limits=limits)
        self._urls = Urls(lambda ids: self._run(self._api.sign(ids)))

    def __reduce__(self) -> Any:
        return _reopened, self._settings

    def close(self) -> None:
        """Closes its connections."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: Union[type[BaseException], BaseException, TracebackType, None]) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The address of the installation."""
        return self._api.account.url

    # What is there

    def me(self) -> Any:
        """Who the token belongs to, in which workspace and role."""
        return self.call("GET", "/v1/me")

    def assets(self, **filters: FilterValue) -> Assets:
        """Assets that match, page by page. Filters are those of ``GET /v1/assets``, such as ``folder_id``,
        ``source_id``, ``kind``, ``name``, ``min_width``, ``modified_from``, ``status``, and ``sort``."""
        return Assets(self._run, self._api, Asset, "/v1/assets", filters)

    def asset(self, asset_id: str) -> Asset:
        return self._run(self._api.read(Asset, f"/v1/assets/{asset_id}"))

    def folders(self, parent_id: Optional[str] = None) -> Pager[Folder]:
        """Folders inside one, by name; the top folders without ``parent_id``."""
        return Pager(self._run, self._api, Folder, "/v1/folders", {"parent_id": parent_id})

    def folder(self, folder_id: str) -> Folder:
        return self._run(self._api.read(Folder, f"/v1/folders/{folder_id}"))

    def sources(self, connection_id: Optional[str] = None) -> Pager[Source]:
        return Pager(self._run, self._api, Source, "/v1/sources", {"connection_id": connection_id})

    def connections(self) -> Pager[Connection]:
        return Pager(self._run, self._api, Connection, "/v1/connection-health", {})

    def operations(
        self, *, subject_id: Optional[str] = None, status: Optional[str] = None
    ) -> Pager[Operation]:
        """Operations, the newest first."""
        query = {"subject_id": subject_id, "status": status}
        return Pager(self._run, self._api, Operation, "/v1/operations", query)

    def operation(self, operation_id: str) -> Operation:
        return self._run(self._api.read(Operation, f"/v1/operations/{operation_id}"))

    # Long work

    def sync(self, source_id: str, *, dry_run: bool = False, confirm_removals: bool = False) -> Operation:
        """Starts to bring the catalogue in line with the storage. Wait for the end with :meth:`wait`."""
        body = {"dryRun": dry_run, "confirmRemovals": confirm_removals}
        return self._run(self._api.start(f"/v1/sources/{source_id}/sync", body))

    def wait(
        self,
        operation: Union[str, Operation],
        *,
        progress: bool = False,
        on_progress: Optional[OnProgress] = None,
    ) -> Operation:
        """Waits until an operation has succeeded.

        :param progress: show it on stderr
        :param on_progress: is called with each state that is read
        :raises OperationError: where it failed or was cancelled
        """
        operation_id = operation if isinstance(operation, str) else operation.id
        with show_progress(progress) as show:

            def report(state: Operation) -> None:
                show(state)
                if on_progress:
                    on_progress(state)

            end = self._run(self._api.wait(operation_id, report))
        if end.status != "succeeded":
            raise OperationError(end)
        return end

    # Bytes

    def sign(self, assets: Sequence[AssetLike], expires_in_seconds: Optional[int] = None) -> Signed:
        """Short-lived URLs of any number of assets, 1,000 for each request. What cannot be signed is in ``problems``."""
        return self._run(self._api.sign([id_of(asset) for asset in assets], expires_in_seconds))

    def urls(self, assets: Sequence[AssetLike]) -> Dict[str, Outcome]:
        """For each id a URL that works now, or the :class:`ApiError` that says why there is none. URLs are kept and
        renewed before they end: ask again whenever one is used."""
        return self._urls.get_many([id_of(asset) for asset in assets])

    def signed_url(self, asset: AssetLike) -> str:
        """A URL that works now. It is kept and renewed before it ends: ask again whenever it is used.

        :raises ApiError: where it cannot be signed, such as ``asset_gone``
        """
        return self._urls.get(id_of(asset))

    def read(self, asset: AssetLike, start: int = 0, end: Optional[int] = None) -> bytes:
        """Bytes of an asset, straight from the storage: all, or those from ``start`` to before ``end``.

        :raises StorageError: where the storage does not give them
        :raises ApiError: where Mooring signs no URL, such as ``asset_gone``
        """
        return self._run(read_range(id_of(asset), start, end)).content

    def open(self, asset: AssetLike) -> AssetFile:
        """An asset as a file to read from; it reads ranges as they are needed."""
        found = self.asset(asset) if isinstance(asset, str) else asset
        return AssetFile(found, lambda start, end: self._run(read_range(found.id, start, end)))

    def thumbnail(self, asset: AssetLike, size: int = 256) -> bytes:
        """A small picture as WebP; ``size`` is 256 or 512 pixels of the longer side."""
        path = f"/v1/assets/{id_of(asset)}/thumbnail"
        return self._run(self._api.request("GET", path, query={"size": size})).content

    def call(
        self, method: str, path: str, *, query: Optional[Dict[str, FilterValue]] = None, body: Any = None
    ) -> Any:
        """Calls any route of the API, and returns its JSON as it is."""
        return self._run(self._api.call(method, path, query=query, body=body))

    # Carrying out flows

    def _run(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    answer = self._perform(step)
                except Exception as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    def _perform(self, step: Union[Send, Pause, UrlOf]) -> Any:
        if isinstance(step, Send):
            return self._exchange(step)
        if isinstance(step, Pause):
            return time.sleep(step.seconds)
        return self._urls.get(step.asset_id, step.instead_of)

    def _exchange(self, step: Send) -> Answer:
        response = self._http.send(build(self._http, step), stream=True)
        try:
            return Answer(response.status_code, response.headers, _content(response, step))
        finally:
            response.close()


def _content(response: httpx.Response, step: Send) -> bytes:
    parts: List[bytes] = []
    length = 0
    chunks: Iterator[bytes] = response.iter_raw() if step.as_stored else response.iter_bytes()
    for chunk in chunks:
        parts.append(chunk)
        length += len(chunk)
        if step.most_bytes is not None and length >= step.most_bytes:
            break
    return b"".join(parts)


def _reopened(account: Account, retries: int, verify: bool) -> Client:
    client = Client.__new__(Client)
    client._start(account, retries, verify)
    return client


_clients: weakref.WeakSet[Client] = weakref.WeakSet()


def _open_all() -> None:
    for client in list(_clients):
        client._open()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_open_all)
