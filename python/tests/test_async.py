from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest

from mooring import ApiError, AsyncClient


def test_the_async_client_does_the_same(stage: Any) -> None:
    async def run() -> None:
        async with AsyncClient() as client:
            assert (await client.me())["role"] == "administrator"
            assets = {one.key: one async for one in client.assets(source_id=stage["sourceId"], limit=3)}
            contents = await asyncio.gather(*[client.read(one) for one in assets.values()] * 3)
            digests = [hashlib.sha256(one).hexdigest() for one in contents]
            assert digests == [stage["objects"][key] for key in assets] * 3
            assert await client.asset(assets["letters.txt"].id) == assets["letters.txt"]
            assert await client.read(assets["letters.txt"], 3, 5) == b"de"
            end = await client.wait(await client.sync(stage["sourceId"], dry_run=True))
            assert end.report and end.report["dryRun"] is True
            gone = [one async for one in client.assets(status="gone")]
            with pytest.raises(ApiError, match="gone"):
                await client.signed_url(gone[0])

    asyncio.run(run())
