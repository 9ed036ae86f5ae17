"""Mooring: find assets of a team's cloud storage, and read them straight from there."""

from importlib.metadata import version

from .account import Account, find_account
from .async_client import AsyncClient
from .client import Client
from .errors import ApiError, MooringError, OperationError, StorageError, UnreachableError
from .file import AssetFile
from .pager import Assets, AsyncPager, Pager
from .records import Asset, Connection, Folder, Operation, Source
from .urls import Signed, SignedUrl

__version__ = version("mooring-client")

__all__ = [
    "Account",
    "ApiError",
    "Asset",
    "AssetFile",
    "Assets",
    "AsyncClient",
    "AsyncPager",
    "Client",
    "Connection",
    "Folder",
    "MooringError",
    "Operation",
    "OperationError",
    "Pager",
    "Signed",
    "SignedUrl",
    "Source",
    "StorageError",
    "UnreachableError",
    "find_account",
]
