"""When a request is sent again, and after how long."""

from __future__ import annotations

from typing import Optional

import httpx

from .errors import UnreachableError
from .flow import Answer, Flow, Pause, Send

FIRST_WAIT_SECONDS = 0.25
#: Who asks for a longer wait than this gets none: the caller sees the answer.
LONGEST_WAIT_SECONDS = 60.0


def send(step: Send, *, who: str, retries: int, repeatable: bool = True) -> Flow[Answer]:
    """Sends a request, and again while the other side is away or asks for it.

    That is after no answer, 429, 500, 503, 504, a gateway's 502, and 409 with ``Retry-After``, which is the answer while
    the first request with the same ``Idempotency-Key`` is at work. It waits 0.25 s and twice as long each time, or as
    long as ``Retry-After`` says.

    :param who: names the other side in messages
    :raises UnreachableError: where no answer came the last time
    """
    wait = FIRST_WAIT_SECONDS
    left = retries if repeatable else 0
    while True:
        seconds: Optional[float] = None
        try:
            answer: Answer = yield step
        except httpx.TransportError as error:
            if left <= 0:
                raise UnreachableError(
                    f"No answer from {who}: {str(error) or type(error).__name__}.",
                    "Check the address, and that it can be reached from here.",
                ) from error
        else:
            seconds = retry_after(answer)
            if left <= 0 or not _asks_for_more(answer) or (seconds or 0) > LONGEST_WAIT_SECONDS:
                return answer
        yield Pause(wait if seconds is None else seconds)
        left -= 1
        wait *= 2


def retry_after(answer: Answer) -> Optional[float]:
    """Seconds that the other side asks to wait; None where it does not say."""
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isdigit() else None


def is_problem(answer: Answer) -> bool:
    """Whether the answer is a problem that Mooring itself wrote."""
    return str(answer.headers.get("content-type", "")).startswith("application/problem+json")


def _asks_for_more(answer: Answer) -> bool:
    if answer.status == 409:
        return retry_after(answer) is not None
    if answer.status in (500, 502):
        return not is_problem(
            answer
        )  # Mooring's own problem with 502 is about the storage and does not pass by itself
    return answer.status in (429, 503, 504)
