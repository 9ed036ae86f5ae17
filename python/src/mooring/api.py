"""Requests to Mooring's API, as flows."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any, Callable, Mapping, Optional, Sequence, TypeVar, Union

from .account import Account
from .errors import ApiError, UnreachableError
from .flow import Answer, Flow, Pause, Send
from .records import Operation, Page, Record, camel
from .retry import is_problem, send
from .urls import SIGNED_AT_ONCE, Signed, read_signed

R = TypeVar("R", bound=Record)
#: A value of a filter: written into the address as the API expects it.
FilterValue = Union[str, int, float, bool, datetime, None]

READING_SECONDS = 60
WORKING_SECONDS = 300
#: Between two looks at an operation: at first, and at the most.
POLL_SECONDS = (0.2, 2.0)
#: Looks in a row that may fail: a minute or so.
MOST_FAILURES = 30


class Api:
    """Makes requests to one installation as one caller."""

    def __init__(self, account: Account, retries: int) -> None:
        self.account = account
        self.retries = retries

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, FilterValue]] = None,
        body: Any = None,
        headers: Optional[Mapping[str, str]] = None,
        repeatable: bool = False,
    ) -> Flow[Answer]:
        """Sends one request; a ``GET`` and what is ``repeatable`` is sent again where Mooring is away.

        :raises ApiError: where Mooring refuses it
        :raises UnreachableError: where nothing, or something else, answers
        """
        sent = {"accept": "application/json", **(headers or {})}
        if self.account.token:
            sent["authorization"] = f"Bearer {self.account.token}"
        reads = method == "GET"
        step = Send(
            method,
            self.account.url + path,
            sent,
            query={camel(name): text(value) for name, value in (query or {}).items() if value is not None},
            json=body,
            timeout_seconds=READING_SECONDS if reads else WORKING_SECONDS,
        )
        answer = yield from send(
            step, who=self.account.url, retries=self.retries, repeatable=reads or repeatable
        )
        if answer.status < 400:
            return answer
        if is_problem(answer):
            raise ApiError(json.loads(answer.content))
        raise UnreachableError(
            f"{self.account.url} answered {answer.status} with an answer that is not from Mooring.",
            "Check the address, and whether a proxy in between answers in its place.",
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, FilterValue]] = None,
        body: Any = None,
        repeatable: bool = False,
    ) -> Flow[Any]:
        """The JSON that a route answers with; None where it answers with nothing."""
        answer = yield from self.request(method, path, query=query, body=body, repeatable=repeatable)
        return json.loads(answer.content) if answer.content else None

    def start(self, path: str, body: Mapping[str, Any]) -> Flow[Operation]:
        """Starts an operation; with a key, so that a request that is sent again starts it once."""
        headers = {"idempotency-key": str(uuid.uuid4())}
        answer = yield from self.request("POST", path, body=body, headers=headers, repeatable=True)
        return Operation.read(json.loads(answer.content))

    def read(self, record: type[R], path: str) -> Flow[R]:
        """One record."""
        return record.read((yield from self.call("GET", path)))

    def page(self, record: type[R], path: str, query: Mapping[str, FilterValue]) -> Flow[Page[R]]:
        """One page of a list."""
        data = yield from self.call("GET", path, query=query)
        return Page([record.read(item) for item in data["items"]], data["nextCursor"])

    def sign(self, asset_ids: Sequence[str], expires_in_seconds: Optional[int] = None) -> Flow[Signed]:
        """URLs of any number of assets, 1,000 for each request."""
        signed = Signed({}, {}, None)
        for at in range(0, len(asset_ids), SIGNED_AT_ONCE):
            batch = list(dict.fromkeys(asset_ids[at : at + SIGNED_AT_ONCE]))
            body: dict[str, Any] = {"assetIds": batch}
            if expires_in_seconds is not None:
                body["expiresInSeconds"] = expires_in_seconds
            answer = yield from self.request("POST", "/v1/assets/sign", body=body, repeatable=True)
            part = read_signed(answer)
            if len(part.urls) + len(part.problems) < len(batch):
                raise UnreachableError(
                    f"{self.account.url} said nothing about some of the {len(batch)} assets to sign.",
                    "Check whether a proxy in between changes the answer.",
                )
            signed = Signed({**signed.urls, **part.urls}, {**signed.problems, **part.problems}, part.at)
        return signed

    def export(self, format: str, filters: Mapping[str, FilterValue]) -> Flow[bytes]:
        """A list of assets in the format of another tool, such as ``arrow``."""
        given = {
            camel(name): value for name, value in filters.items() if value is not None and name != "limit"
        }
        times = {name: text(value) for name, value in given.items() if isinstance(value, datetime)}
        body = {"format": format, "filter": {**given, **times}}
        headers = {"accept": "*/*", "accept-encoding": "identity"}
        answer = yield from self.request(
            "POST", "/v1/assets/export", body=body, headers=headers, repeatable=True
        )
        return answer.content

    def wait(self, operation_id: str, report: Callable[[Operation], None]) -> Flow[Operation]:
        """Asks for an operation until it has finished. A server that is away for a minute does not end it.

        :param report: is called with each answer
        """
        pause, longest = POLL_SECONDS
        failures = 0
        while True:
            try:
                operation = yield from self.read(Operation, f"/v1/operations/{operation_id}")
            except (ApiError, UnreachableError) as error:
                failures += 1
                away = isinstance(error, UnreachableError) or error.code == "unavailable"
                if not away or failures > MOST_FAILURES:
                    raise
            else:
                failures = 0
                report(operation)
                if operation.is_finished:
                    return operation
            yield Pause(pause)
            pause = min(pause * 1.5, longest)


def text(value: FilterValue) -> str:
    """A value as the API reads it in an address.

    :raises ValueError: for a time without a time zone
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone. Give one, such as datetime.now(timezone.utc).")
        return value.isoformat()
    return str(value)
