"""Kept URLs, with a clock that the test sets."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Optional, Sequence

import pytest

from mooring.errors import ApiError, UnreachableError
from mooring.urls import SIGNED_AT_ONCE, AsyncUrls, Signed, SignedUrl, Urls

#: Far from the clock of this machine, as a server's may be.
SERVER_TIME = datetime(2035, 1, 1, tzinfo=timezone.utc)
GONE = {"detail": "It is gone.", "fix": "Sync.", "code": "asset_gone", "status": 410, "requestId": "r"}


class Signer:
    """Signs for ``life`` seconds of a clock, and keeps what it was asked."""

    def __init__(self, life: float = 900) -> None:
        self.now, self.life = 1000.0, life
        self.batches: list[list[str]] = []

    def clock(self) -> float:
        return self.now

    def sign(self, ids: Sequence[str]) -> Signed:
        self.batches.append(list(ids))
        at = SERVER_TIME + timedelta(seconds=self.now)
        end = at + timedelta(seconds=self.life)
        urls = {one: SignedUrl(one, f"{one}?{len(self.batches)}", end) for one in ids if one != "gone"}
        return Signed(urls, {"gone": ApiError(GONE)} if "gone" in ids else {}, at)


@pytest.mark.parametrize(("life", "kept"), [(900, 839), (40, 29), (8, 5)])
def test_a_url_is_kept_until_shortly_before_its_end(life: float, kept: float) -> None:
    signer = Signer(life)
    urls = Urls(signer.sign, signer.clock)
    first = urls.get("a")
    signer.now += kept
    assert urls.get("a") == first
    signer.now += 2
    assert urls.get("a") != first
    assert signer.batches == [["a"], ["a"]]


def test_only_what_is_not_kept_is_signed_and_problems_are_not_kept() -> None:
    signer = Signer()
    urls = Urls(signer.sign, signer.clock)
    urls.get_many(["a", "b", "a"])
    found = urls.get_many(["b", "gone", "c"])
    assert found["b"] == "b?1" and found["c"] == "c?2" and isinstance(found["gone"], ApiError)
    with pytest.raises(ApiError, match="It is gone. Sync."):
        urls.get("gone")
    assert signer.batches == [["a", "b"], ["gone", "c"], ["gone"]]


def test_a_url_that_was_refused_is_signed_anew_once() -> None:
    signer = Signer()
    urls = Urls(signer.sign, signer.clock)
    old = urls.get("a")
    assert urls.get("a", instead_of=old) == "a?2" == urls.get("a", instead_of=old)


def test_many_are_signed_by_the_thousand() -> None:
    signer = Signer()
    ids = [str(one) for one in range(2 * SIGNED_AT_ONCE + 1)]
    assert len(Urls(signer.sign, signer.clock).get_many(ids)) == len(ids)
    assert [len(batch) for batch in signer.batches] == [SIGNED_AT_ONCE, SIGNED_AT_ONCE, 1]


class Held(Signer):
    """Holds its first request until all others wait."""

    def __init__(self, fails: Optional[Exception] = None) -> None:
        super().__init__()
        self.begun, self.release, self.fails = threading.Event(), threading.Event(), fails

    def sign(self, ids: Sequence[str]) -> Signed:
        signed = super().sign(ids)
        if len(self.batches) == 1:
            self.begun.set()
            assert self.release.wait(60)
            if self.fails:
                raise self.fails
        return signed


@pytest.mark.parametrize("fails", [None, UnreachableError("It is away.")])
def test_what_threads_need_meanwhile_is_signed_in_one_request(fails: Optional[Exception]) -> None:
    signer = Held(fails)
    urls = Urls(signer.sign, signer.clock)
    with ThreadPoolExecutor(40) as pool:
        first = pool.submit(urls.get, "first")
        assert signer.begun.wait(60)
        others = [pool.submit(urls.get, f"{one % 20}") for one in range(39)]
        while len(urls._waiting._wanted) < 40:
            pass
        signer.release.set()
        assert [one.result(60) for one in others] == [f"{one % 20}?2" for one in range(39)]
        if fails:
            with pytest.raises(UnreachableError):
                first.result(60)
        else:
            assert first.result(60) == "first?1"
    assert [sorted(batch) for batch in signer.batches][1:] == [sorted({str(one) for one in range(20)})]


def test_what_tasks_need_meanwhile_is_signed_in_one_request() -> None:
    signer = Signer()

    async def sign(ids: Sequence[str]) -> Signed:
        await asyncio.sleep(0)
        return signer.sign(ids)

    async def run() -> list[str]:
        urls = AsyncUrls(sign, signer.clock)
        return list(await asyncio.gather(*[urls.get(str(one % 10)) for one in range(100)]))

    assert len(asyncio.run(run())) == 100
    assert len(signer.batches) == 2 and sum(len(batch) for batch in signer.batches) == 10
