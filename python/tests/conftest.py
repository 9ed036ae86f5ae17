"""The tests run against one real installation, which test/acceptance/python.test.ts starts and describes in these variables."""

from __future__ import annotations

import json
import os
from typing import Any, Iterator

import pytest

from mooring import Asset, Client


@pytest.fixture(scope="session")
def stage() -> Any:
    """What there is: ``sourceId``, ``objects`` with the SHA-256 of each key, ``gone`` with the key of a tombstone."""
    return json.loads(os.environ["MOORING_TEST_STAGE"])


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    with Client() as client:
        yield client


@pytest.fixture(scope="session")
def assets(client: Client, stage: Any) -> dict[str, Asset]:
    return {asset.key: asset for asset in client.assets(source_id=stage["sourceId"])}
