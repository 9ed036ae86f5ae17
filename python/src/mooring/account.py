"""Which installation to talk to, and as whom: the same rules as the command line has."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from .errors import MooringError

DEFAULT_URL = "http://127.0.0.1:7070"


@dataclass(frozen=True)
class Account:
    """The address of an installation, and an API token for it."""

    url: str
    token: Optional[str] = field(default=None, repr=False)


def find_account(url: Optional[str] = None, token: Optional[str] = None) -> Account:
    """Takes what is given, else ``MOORING_URL`` and ``MOORING_TOKEN``, else what ``mooring sign-in`` has kept.

    A kept token is only used for the installation that it came from.

    :raises MooringError: where the address is none, or the kept file cannot be read
    """
    kept = _kept_account()
    address = url or os.environ.get("MOORING_URL") or (kept.url if kept else DEFAULT_URL)
    if not address.startswith(("http://", "https://")):
        raise MooringError(
            f"{address!r} is not the address of an installation.",
            "Give an address such as https://mooring.example as url or in MOORING_URL.",
        )
    address = address.rstrip("/")
    token = token or os.environ.get("MOORING_TOKEN")
    if not token and kept and kept.url.rstrip("/") == address:
        token = kept.token
    return Account(address, token)


def _kept_account() -> Optional[Account]:
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    file = Path(home, "mooring", "account.json")
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        return Account(value["url"], value["token"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise MooringError(
            f"{file} does not hold an account of Mooring.", f"Remove {file} and run `mooring sign-in` again."
        ) from error
