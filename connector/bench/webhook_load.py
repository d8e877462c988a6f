"""A process that sends notifications to this machine, so many a second.

`python -m connector.bench.webhook_load PORT RATE COUNT`, the body on standard input.
Prints the seconds from when each was due until it was answered, as a JSON list. Ends
with an error as soon as one is answered otherwise than 202.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio import Queue, StreamReader, StreamWriter

from connector.wsgi import LOOPBACK

CONNECTIONS = 16
ACCEPTED = b"202"


class NotAcceptedError(Exception):
    """A notification was answered otherwise than 202."""


async def sent(port: int, *, rate: int, count: int, body: bytes) -> list[float]:
    """Send `count` notifications and return how long each took, in seconds."""
    due: Queue[float] = Queue()
    question = _question(port, body)
    waited: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        senders = [
            tasks.create_task(_send(port, question, due, waited))
            for _ in range(CONNECTIONS)
        ]
        await _give_out(due, rate=rate, count=count)
        await due.join()
        for sender in senders:
            sender.cancel()
    return waited


async def _give_out(due: Queue[float], *, rate: int, count: int) -> None:
    began = time.perf_counter()
    for number in range(count):
        at = began + number / rate
        await asyncio.sleep(max(0, at - time.perf_counter()))
        due.put_nowait(at)


async def _send(
    port: int, question: bytes, due: Queue[float], waited: list[float]
) -> None:
    """Send on one connection, which stays open, whatever is due next."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    while True:
        at = await due.get()
        status = await _answer(reader, writer, question)
        waited.append(time.perf_counter() - at)
        if status != ACCEPTED:
            raise NotAcceptedError(status)
        due.task_done()


async def _answer(reader: StreamReader, writer: StreamWriter, question: bytes) -> bytes:
    """Return the status of the answer, whose body is read to its end."""
    writer.write(question)
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in lines if line)
    await reader.readexactly(int(headers[b"content-length"]))
    return first.split()[1]


def _question(port: int, body: bytes) -> bytes:
    head = (
        "POST /m365/notifications HTTP/1.1",
        f"Host: {LOOPBACK}:{port}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join([*head, "", ""]).encode() + body


def main() -> None:
    """Send what standard input holds, as the arguments say."""
    port, rate, count = map(int, sys.argv[1:])
    body = sys.stdin.buffer.read()
    waited = asyncio.run(sent(port, rate=rate, count=count, body=body))
    sys.stdout.write(json.dumps(waited))


if __name__ == "__main__":
    main()
