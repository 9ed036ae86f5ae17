"""The client for programs with an event loop."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Callable, Dict, List, Optional, Sequence, TypeVar, Union

import httpx

from .account import find_account
from .api import Api, FilterValue
from .errors import OperationError
from .flow import Answer, Flow, Pause, Send, UrlOf, build
from .pager import AsyncPager
from .progress import show_progress
from .reading import read_range
from .records import Asset, AssetLike, Connection, Folder, Operation, Source, id_of
from .urls import AsyncUrls, Outcome, Signed

T = TypeVar("T")


class AsyncClient:
    """:class:`~mooring.Client` for ``async`` programs, with the same methods. It belongs to one event loop."""

    def __init__(
        self, url: Optional[str] = None, token: Optional[str] = None, *, retries: int = 2, verify: bool = True
    ) -> None:
        self._api = Api(find_account(url, token), retries)
        limits = httpx.Limits(max_connections=256, max_keepalive_connections=64)
        self._http = httpx.AsyncClient(verify=verify, limits=limits)
        self._urls = AsyncUrls(lambda ids: self._run(self._api.sign(ids)))

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: Union[type[BaseException], BaseException, TracebackType, None]) -> None:
        await self.close()

    @property
    def url(self) -> str:
        """The address of the installation."""
        return self._api.account.url

    async def me(self) -> Any:
        """Who the token belongs to, in which workspace and role."""
        return await self.call("GET", "/v1/me")

    def assets(self, **filters: FilterValue) -> AsyncPager[Asset]:
        """Assets that match; see :meth:`mooring.Client.assets`."""
        return AsyncPager(self._run, self._api, Asset, "/v1/assets", filters)

    async def asset(self, asset_id: str) -> Asset:
        return await self._run(self._api.read(Asset, f"/v1/assets/{asset_id}"))

    def folders(self, parent_id: Optional[str] = None) -> AsyncPager[Folder]:
        """Folders inside one, by name; the top folders without ``parent_id``."""
        return AsyncPager(self._run, self._api, Folder, "/v1/folders", {"parent_id": parent_id})

    async def folder(self, folder_id: str) -> Folder:
        return await self._run(self._api.read(Folder, f"/v1/folders/{folder_id}"))

    def sources(self, connection_id: Optional[str] = None) -> AsyncPager[Source]:
        return AsyncPager(self._run, self._api, Source, "/v1/sources", {"connection_id": connection_id})

    def connections(self) -> AsyncPager[Connection]:
        return AsyncPager(self._run, self._api, Connection, "/v1/connection-health", {})

    def operations(
        self, *, subject_id: Optional[str] = None, status: Optional[str] = None
    ) -> AsyncPager[Operation]:
        """Operations, the newest first."""
        query = {"subject_id": subject_id, "status": status}
        return AsyncPager(self._run, self._api, Operation, "/v1/operations", query)

    async def operation(self, operation_id: str) -> Operation:
        return await self._run(self._api.read(Operation, f"/v1/operations/{operation_id}"))

    async def sync(
        self, source_id: str, *, dry_run: bool = False, confirm_removals: bool = False
    ) -> Operation:
        """Starts to bring the catalogue in line with the storage. Wait for the end with :meth:`wait`."""
        body = {"dryRun": dry_run, "confirmRemovals": confirm_removals}
        return await self._run(self._api.start(f"/v1/sources/{source_id}/sync", body))

    async def wait(
        self,
        operation: Union[str, Operation],
        *,
        progress: bool = False,
        on_progress: Optional[Callable[[Operation], None]] = None,
    ) -> Operation:
        """Waits until an operation has succeeded; see :meth:`mooring.Client.wait`."""
        operation_id = operation if isinstance(operation, str) else operation.id
        with show_progress(progress) as show:

            def report(state: Operation) -> None:
                show(state)
                if on_progress:
                    on_progress(state)

            end = await self._run(self._api.wait(operation_id, report))
        if end.status != "succeeded":
            raise OperationError(end)
        return end

    async def sign(self, assets: Sequence[AssetLike], expires_in_seconds: Optional[int] = None) -> Signed:
        """Short-lived URLs of any number of assets. What cannot be signed is in ``problems``."""
        return await self._run(self._api.sign([id_of(asset) for asset in assets], expires_in_seconds))

    async def urls(self, assets: Sequence[AssetLike]) -> Dict[str, Outcome]:
        """For each id a URL that works now, or why there is none; see :meth:`mooring.Client.urls`."""
        return await self._urls.get_many([id_of(asset) for asset in assets])

    async def signed_url(self, asset: AssetLike) -> str:
        """A URL that works now. It is kept and renewed before it ends: ask again whenever it is used."""
        return await self._urls.get(id_of(asset))

    async def read(self, asset: AssetLike, start: int = 0, end: Optional[int] = None) -> bytes:
        """Bytes of an asset, straight from the storage; see :meth:`mooring.Client.read`."""
        return (await self._run(read_range(id_of(asset), start, end))).content

    async def thumbnail(self, asset: AssetLike, size: int = 256) -> bytes:
        """A small picture as WebP; ``size`` is 256 or 512 pixels of the longer side."""
        path = f"/v1/assets/{id_of(asset)}/thumbnail"
        return (await self._run(self._api.request("GET", path, query={"size": size}))).content

    async def call(
        self, method: str, path: str, *, query: Optional[Dict[str, FilterValue]] = None, body: Any = None
    ) -> Any:
        """Calls any route of the API, and returns its JSON as it is."""
        return await self._run(self._api.call(method, path, query=query, body=body))

    async def _run(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    answer = await self._perform(step)
                except Exception as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    async def _perform(self, step: Union[Send, Pause, UrlOf]) -> Any:
        if isinstance(step, Send):
            return await self._exchange(step)
        if isinstance(step, Pause):
            return await asyncio.sleep(step.seconds)
        return await self._urls.get(step.asset_id, step.instead_of)

    async def _exchange(self, step: Send) -> Answer:
        response = await self._http.send(build(self._http, step), stream=True)
        try:
            return Answer(response.status_code, response.headers, await _content(response, step))
        finally:
            await response.aclose()


async def _content(response: httpx.Response, step: Send) -> bytes:
    parts: List[bytes] = []
    length = 0
    async for chunk in response.aiter_raw() if step.as_stored else response.aiter_bytes():
        parts.append(chunk)
        length += len(chunk)
        if step.most_bytes is not None and length >= step.most_bytes:
            break
    return b"".join(parts)
