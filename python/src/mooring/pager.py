"""Lists that come in pages."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    AsyncIterator,
    Awaitable,
    Callable,
    Generic,
    Iterator,
    Mapping,
    Optional,
    TypeVar,
)

from .api import Api, FilterValue
from .flow import Flow
from .records import Asset, Page, Record

if TYPE_CHECKING:
    import pyarrow

R = TypeVar("R", bound=Record)
#: The most that one page may hold.
PAGE_LIMIT = 1000


class _Pages(Generic[R]):
    """What pagers of both clients know: what to ask for."""

    def __init__(
        self,
        run: Callable[[Flow[Any]], Any],
        api: Api,
        record: type[R],
        path: str,
        query: Mapping[str, FilterValue],
    ) -> None:
        self._run, self._api, self._record, self._path, self._query = run, api, record, path, query

    def _next(self, cursor: Optional[str]) -> Flow[Page[R]]:
        query = {"limit": PAGE_LIMIT, **self._query, "cursor": cursor}
        return self._api.page(self._record, self._path, query)


class Pager(_Pages[R]):
    """Goes through a list; pages are asked for as they are needed. It can be gone through more than once."""

    def pages(self) -> Iterator[list[R]]:
        cursor: Optional[str] = None
        while True:
            page: Page[R] = self._run(self._next(cursor))
            yield page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def __iter__(self) -> Iterator[R]:
        for page in self.pages():
            yield from page

    def first(self) -> Optional[R]:
        """The first item; None where there is none."""
        return next(iter(self), None)


class Assets(Pager[Asset]):
    """Assets that match a filter."""

    def to_arrow(self) -> pyarrow.Table:
        """All of them as an Arrow table, in the order of sources and keys. Needs ``mooring-client[arrow]``.

        It is one answer of Mooring, and not made of pages: a million rows come in seconds. ``client_metadata`` is JSON.
        """
        import pyarrow

        content: bytes = self._run(self._api.export("arrow", self._query))
        return pyarrow.ipc.open_stream(content).read_all()


class AsyncPager(_Pages[R]):
    """Goes through a list with ``async for``; pages are asked for as they are needed."""

    _run: Callable[[Flow[Any]], Awaitable[Any]]

    async def pages(self) -> AsyncIterator[list[R]]:
        cursor: Optional[str] = None
        while True:
            page: Page[R] = await self._run(self._next(cursor))
            yield page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    async def __aiter__(self) -> AsyncIterator[R]:
        async for page in self.pages():
            for item in page:
                yield item
