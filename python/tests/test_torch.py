"""Without PyTorch installed; ``npm run clients`` runs it with PyTorch too."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import httpx
import pytest

from mooring import ApiError, Asset, Client
from mooring.torch import AssetDataset, AssetStream


def key_and_length(asset: Asset, content: bytes) -> tuple[str, int]:
    return asset.key, len(content)


def test_a_dataset_by_index_and_by_batch(client: Client, assets: dict[str, Asset]) -> None:
    dataset = AssetDataset(assets.values(), key_and_length, client=client)
    expected = [(one.key, one.size_bytes) for one in assets.values()]
    assert len(dataset) == len(assets) and dataset[3] == expected[3]
    assert dataset.__getitems__([5, 0, 5]) == [expected[5], expected[0], expected[5]]


def test_every_asset_comes_once_in_an_order_that_the_epoch_gives(
    client: Client, assets: dict[str, Asset]
) -> None:
    stream = AssetStream(assets.values(), key_and_length, client=client, shard_size=2, mixed_shards=2)
    plain = [(one.key, one.size_bytes) for one in assets.values()]
    assert list(stream) == plain
    stream.shuffle = True
    orders = []
    for epoch in (0, 1, 0):
        stream.set_epoch(epoch)
        orders.append(list(stream))
        assert sorted(orders[-1]) == sorted(plain)
    assert orders[0] == orders[2] != orders[1]


@pytest.mark.parametrize("shuffle", [False, True])
def test_ranks_share_an_epoch(client: Client, assets: dict[str, Asset], shuffle: bool) -> None:
    parts = [
        list(
            AssetStream(
                assets.values(),
                key_and_length,
                client=client,
                shard_size=1,
                shuffle=shuffle,
                rank=rank,
                world_size=4,
            )
        )
        for rank in range(4)
    ]
    assert sorted(key for part in parts for key, _ in part) == sorted(assets)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_an_epoch_lasts_longer_than_its_urls(assets: dict[str, Asset]) -> None:
    letters = assets["letters.txt"]
    with Client() as client:
        first = client.signed_url(letters)
        end = client.sign([letters]).urls[letters.id].expires_at
        stream = AssetStream([letters] * 8, key_and_length, client=client, prefetch=4)
        while datetime.now(timezone.utc) <= end:
            assert list(stream) == [("letters.txt", 26)] * 8
        assert list(stream) == [("letters.txt", 26)] * 8
        assert httpx.get(first).status_code == 403


def test_a_sample_that_cannot_be_read_ends_the_epoch(client: Client, assets: dict[str, Asset]) -> None:
    gone = client.assets(status="gone").first()
    assert gone
    with pytest.raises(ApiError, match="gone"):
        list(AssetStream([assets["letters.txt"], gone], client=client))
