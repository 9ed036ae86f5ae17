"""Assets as datasets for PyTorch. They also work without PyTorch, as a sequence and as an iterable.

An epoch may last longer than any URL: URLs are renewed unseen. Bytes travel straight from the storage, many requests at
the same time.
"""

from __future__ import annotations

import random
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Deque,
    Generic,
    Iterable,
    Iterator,
    List,
    Optional,
    Sequence,
    TypeVar,
)

from .client import Client
from .records import Asset

if TYPE_CHECKING:
    from typing import Iterable as IterableDataset
else:
    try:
        from torch.utils.data import IterableDataset
    except ImportError:  # then it is a plain iterable
        from typing import Iterable as IterableDataset

S = TypeVar("S")
#: Makes a sample of an asset and its bytes.
Transform = Callable[[Asset, bytes], S]


def _pair(asset: Asset, content: bytes) -> Any:
    return asset, content


class AssetDataset(Generic[S]):
    """A map-style dataset: ``dataset[i]`` reads one asset, ``dataset.__getitems__`` a batch at the same time.

    :param assets: kept in this order
    :param transform: makes a sample of an asset and its bytes; without it a sample is the two
    :param client: by default one as of the environment
    :param threads: how many assets of a batch are read at the same time
    """

    def __init__(
        self,
        assets: Iterable[Asset],
        transform: Transform[S] = _pair,
        *,
        client: Optional[Client] = None,
        threads: int = 16,
    ) -> None:
        self.assets = list(assets)
        self.transform = transform
        self.client = client or Client()
        self.threads = threads

    def __len__(self) -> int:
        return len(self.assets)

    def __getitem__(self, index: int) -> S:
        asset = self.assets[index]
        return self.transform(asset, self.client.read(asset))

    def __getitems__(self, indices: Sequence[int]) -> List[S]:
        """A whole batch; PyTorch 2 asks for one where a dataset has this."""
        return list(read_ahead(self.client, [self.assets[i] for i in indices], self.transform, self.threads))


class AssetStream(IterableDataset[S]):
    """An iterable dataset that reads ahead. Each worker of a ``DataLoader``, and each rank, gets its own shards.

    With ``shuffle`` the order of the shards is shuffled, and the assets within some shards together. ``set_epoch`` says
    which order. Every asset comes once in an epoch.

    :param assets: neighbours make a shard, such as the files of one folder
    :param transform: makes a sample of an asset and its bytes; without it a sample is the two
    :param shard_size: how many assets one shard has
    :param mixed_shards: how many shards are shuffled together; more is better mixed
    :param prefetch: how many assets are read ahead at the same time
    :param rank: of this process among ``world_size``; by default as ``torch.distributed`` says, where that is in use
    """

    def __init__(
        self,
        assets: Iterable[Asset],
        transform: Transform[S] = _pair,
        *,
        client: Optional[Client] = None,
        shuffle: bool = False,
        seed: int = 0,
        shard_size: int = 256,
        mixed_shards: int = 8,
        prefetch: int = 32,
        rank: Optional[int] = None,
        world_size: Optional[int] = None,
    ) -> None:
        super().__init__()
        self.assets = list(assets)
        self.transform = transform
        self.client = client or Client()
        self.shuffle, self.seed, self.epoch = shuffle, seed, 0
        self.shard_size, self.mixed_shards, self.prefetch = shard_size, mixed_shards, prefetch
        self.rank, self.world_size = (rank, world_size) if world_size else _place_of_process()

    def set_epoch(self, epoch: int) -> None:
        """Another epoch has another order, the same in all workers and ranks. Call it before iterating."""
        self.epoch = epoch

    def __len__(self) -> int:
        """How many samples all ranks and workers give together."""
        return len(self.assets)

    def __iter__(self) -> Iterator[S]:
        return read_ahead(self.client, self._order(), self.transform, self.prefetch)

    def _order(self) -> Iterator[Asset]:
        """The assets of this worker of this rank, in the order of this epoch."""
        shards = [
            self.assets[at : at + self.shard_size] for at in range(0, len(self.assets), self.shard_size)
        ]
        chance = random.Random(f"{self.seed} {self.epoch}")
        if self.shuffle:
            chance.shuffle(shards)
        worker, workers = _place_of_worker()
        mine = shards[(self.rank or 0) * workers + worker :: (self.world_size or 1) * workers]
        if not self.shuffle:
            for shard in mine:
                yield from shard
            return
        for at in range(0, len(mine), self.mixed_shards):
            mixed = [asset for shard in mine[at : at + self.mixed_shards] for asset in shard]
            chance.shuffle(mixed)
            yield from mixed


def read_ahead(client: Client, assets: Iterable[Asset], transform: Transform[S], ahead: int) -> Iterator[S]:
    """Samples in the order of the assets, of which so many are read at the same time. No more are kept in memory."""
    waiting: Deque[Future[S]] = deque()
    pool = ThreadPoolExecutor(ahead, thread_name_prefix="mooring")
    try:
        for asset in assets:
            waiting.append(pool.submit(_sample, client, asset, transform))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _sample(client: Client, asset: Asset, transform: Transform[S]) -> S:
    return transform(asset, client.read(asset))


def _place_of_worker() -> tuple[int, int]:
    """Which worker of a ``DataLoader`` this process is, and of how many."""
    try:
        from torch.utils.data import get_worker_info
    except ImportError:
        return 0, 1
    info = get_worker_info()
    return (info.id, info.num_workers) if info else (0, 1)


def _place_of_process() -> tuple[int, int]:
    """Which rank this process is, and of how many."""
    try:
        from torch import distributed
    except ImportError:
        return 0, 1
    if not (distributed.is_available() and distributed.is_initialized()):
        return 0, 1
    return distributed.get_rank(), distributed.get_world_size()
