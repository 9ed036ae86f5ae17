"""Signed URLs, kept until shortly before they end. What is asked for at the same time is signed in one request."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Awaitable, Callable, Dict, Iterable, Mapping, Optional, Sequence, Union

from .errors import ApiError
from .flow import Answer
from .records import read_time

#: The most assets that one request may name.
SIGNED_AT_ONCE = 1000
#: How many URLs are kept; those that were not used for longest go first.
MOST_KEPT = 100_000
#: A URL is renewed when this share of its time is left, and at most so many seconds before it ends.
RENEWED_SHARE, RENEWED_SECONDS = 0.25, 60.0

Outcome = Union[str, ApiError]


@dataclass(frozen=True)
class SignedUrl:
    """A URL that opens one asset, and until when. It is a secret: it carries the right to read."""

    asset_id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class Signed:
    """What became of a batch: URLs, and for assets that cannot be signed the reason."""

    urls: Mapping[str, SignedUrl]
    problems: Mapping[str, ApiError]
    #: The server's time when it answered.
    at: Optional[datetime]


def read_signed(answer: Answer) -> Signed:
    """Reads the answer of ``POST /v1/assets/sign``."""
    data = json.loads(answer.content)
    urls = {}
    for item in data["items"]:
        expires_at = read_time(item["expiresAt"])
        assert expires_at is not None
        urls[item["assetId"]] = SignedUrl(item["assetId"], item["url"], expires_at)
    problems = {item["assetId"]: ApiError(item["problem"]) for item in data["problems"]}
    date = answer.headers.get("date")
    return Signed(urls, problems, parsedate_to_datetime(date) if date else None)


class KeptUrls:
    """URLs by asset. Uses the server's clock, so a wrong clock of this machine does no harm. Not locked."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def get(self, asset_id: str) -> Optional[str]:
        """Its URL; None where there is none, or where it is due to be renewed."""
        url, renew_at = self._kept.get(asset_id, ("", 0.0))
        if not url or self._clock() >= renew_at:
            return None
        self._kept.move_to_end(asset_id)
        return url

    def forget(self, asset_id: str, url: str) -> None:
        """Drops a URL that the storage has refused, unless it has been renewed meanwhile."""
        if self._kept.get(asset_id, ("", 0.0))[0] == url:
            del self._kept[asset_id]

    def keep(self, signed: Signed) -> None:
        now = self._clock()
        for asset_id, one in signed.urls.items():
            since = signed.at or datetime.now(one.expires_at.tzinfo)
            left = (one.expires_at - since).total_seconds()
            self._kept[asset_id] = (one.url, now + left - min(left * RENEWED_SHARE, RENEWED_SECONDS))
            self._kept.move_to_end(asset_id)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


class Wanted:
    """The assets that one caller waits for, and what became of them."""

    def __init__(self, asset_ids: Iterable[str]) -> None:
        self.outcomes: Dict[str, Outcome] = {}
        self.missing = dict.fromkeys(asset_ids)

    def take(self, outcomes: Mapping[str, Outcome]) -> None:
        for asset_id in [one for one in self.missing if one in outcomes]:
            del self.missing[asset_id]
            self.outcomes[asset_id] = outcomes[asset_id]


class Waiting:
    """All who wait for URLs, so that one request can sign for many of them. Not locked."""

    def __init__(self, kept: KeptUrls) -> None:
        self._kept = kept
        self._wanted: list[Wanted] = []

    def add(self, asset_ids: Sequence[str]) -> Wanted:
        """Begins to wait for what is not kept."""
        wanted = Wanted(asset_ids)
        found = {one: self._kept.get(one) for one in wanted.missing}
        wanted.take({one: url for one, url in found.items() if url is not None})
        if wanted.missing:
            self._wanted.append(wanted)
        return wanted

    def remove(self, wanted: Wanted) -> None:
        if wanted in self._wanted:
            self._wanted.remove(wanted)

    def batch(self) -> list[str]:
        """What the next request names: those first who have waited longest."""
        ids: Dict[str, None] = {}
        for wanted in self._wanted:
            for asset_id in wanted.missing:
                if len(ids) >= SIGNED_AT_ONCE:
                    return list(ids)
                ids[asset_id] = None
        return list(ids)

    def settle(self, signed: Signed) -> None:
        """Keeps what was signed, and hands it to all who wait for it."""
        self._kept.keep(signed)
        outcomes: Dict[str, Outcome] = {one: url.url for one, url in signed.urls.items()}
        outcomes.update(signed.problems)
        for wanted in self._wanted:
            wanted.take(outcomes)
        self._wanted = [wanted for wanted in self._wanted if wanted.missing]


class Urls:
    """URLs for threads: while one of them asks for URLs, what the others need gathers for the next request."""

    def __init__(
        self, sign: Callable[[Sequence[str]], Signed], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._sign = sign
        self._kept = KeptUrls(clock)
        self._waiting = Waiting(self._kept)
        self._turn = threading.Condition()
        self._signing = False

    def get_many(self, asset_ids: Sequence[str]) -> Dict[str, Outcome]:
        """A URL for each asset, or why there is none.

        :raises ApiError, UnreachableError: where signing itself fails
        """
        with self._turn:
            wanted = self._waiting.add(asset_ids)
        try:
            while wanted.missing:
                with self._turn:
                    while self._signing and wanted.missing:
                        self._turn.wait()
                    if not wanted.missing:
                        break
                    self._signing = True
                    batch = self._waiting.batch()
                self._sign_batch(batch)
        finally:
            with self._turn:
                self._waiting.remove(wanted)
        return wanted.outcomes

    def get(self, asset_id: str, instead_of: Optional[str] = None) -> str:
        """A URL of one asset. ``instead_of`` is one that the storage has refused.

        :raises ApiError: where it cannot be signed
        """
        if instead_of is not None:
            with self._turn:
                self._kept.forget(asset_id, instead_of)
        return opened(self.get_many([asset_id])[asset_id])

    def _sign_batch(self, batch: Sequence[str]) -> None:
        signed = None
        try:
            signed = self._sign(batch)
        finally:
            with self._turn:
                if signed:
                    self._waiting.settle(signed)
                self._signing = False
                self._turn.notify_all()


class AsyncUrls:
    """The same for tasks of one event loop."""

    def __init__(
        self, sign: Callable[[Sequence[str]], Awaitable[Signed]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._sign = sign
        self._kept = KeptUrls(clock)
        self._waiting = Waiting(self._kept)
        self._turn: Optional[asyncio.Lock] = None

    async def get_many(self, asset_ids: Sequence[str]) -> Dict[str, Outcome]:
        """A URL for each asset, or why there is none; see :meth:`Urls.get_many`."""
        turn = self._turn = self._turn or asyncio.Lock()  # made here, in the event loop that it belongs to
        wanted = self._waiting.add(asset_ids)
        try:
            while wanted.missing:
                async with turn:
                    if wanted.missing:
                        self._waiting.settle(await self._sign(self._waiting.batch()))
        finally:
            self._waiting.remove(wanted)
        return wanted.outcomes

    async def get(self, asset_id: str, instead_of: Optional[str] = None) -> str:
        """A URL of one asset; see :meth:`Urls.get`."""
        if instead_of is not None:
            self._kept.forget(asset_id, instead_of)
        return opened((await self.get_many([asset_id]))[asset_id])


def opened(outcome: Outcome) -> str:
    """A URL. :raises ApiError: where there is none"""
    if isinstance(outcome, ApiError):
        raise outcome
    return outcome
