"""How a server holds up: so many clients that ask one request after the other, and how long each waits.

Every answer is held against what the server says to one client alone: a sound that is missing, cut or another's is counted.

    python benchmarks/serve.py --clients 16 --seconds 60
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

TEXTS = (
    "The lights come on.",
    "Far below, the forest is still asleep. Then somebody yawns, and the day begins.",
    "Is it late? Nobody was there. We all go home.",
    "At seven the market opens, and by noon every stall is empty. That is how it has been for a hundred years.",
    "She turned the key twice, listened, and went back to the window. Nothing moved. The street was as empty as before.",
)


@dataclass
class Outcome:
    """What clients met, in seconds each."""

    first_s: list[float] = field(default_factory=list)
    whole_s: list[float] = field(default_factory=list)
    sound_s: float = 0.0
    wrong: int = 0
    busy: int = 0


async def ask(port: int, text: str, voice: str) -> tuple[int, float, float, bytes]:
    """Status, seconds to the first sound and to the last, and the samples of one request."""
    body = json.dumps({"input": text, "voice": voice, "response_format": "pcm"}).encode()
    began_s = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /v1/audio/speech HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    try:
        answer = await reader.readuntil(b"\r\n\r\n")
        status, pieces, first_s = int(answer[9:12]), [], 0.0
        if status != 200:
            return status, 0.0, 0.0, b""
        while size := int(await reader.readline(), 16):
            pieces.append(await reader.readexactly(size))
            first_s = first_s or time.monotonic() - began_s
            await reader.readexactly(2)
        return status, first_s, time.monotonic() - began_s, b"".join(pieces)
    finally:
        writer.close()


async def client(number: int, port: int, voice: str, until_s: float, alone: dict[str, bytes], outcome: Outcome) -> None:
    turn = number
    while time.monotonic() < until_s:
        text = TEXTS[turn % len(TEXTS)]
        turn += 1
        try:
            status, first_s, whole_s, samples = await ask(port, text, voice)
        except (OSError, ValueError, asyncio.IncompleteReadError):
            outcome.wrong += 1
            continue
        if status == 503:
            outcome.busy += 1
            await asyncio.sleep(1)
        elif status != 200 or samples != alone[text]:
            outcome.wrong += 1
        else:
            outcome.first_s.append(first_s)
            outcome.whole_s.append(whole_s)
            outcome.sound_s += len(samples) / 48_000


async def load(port: int, voice: str, clients: int, seconds: float) -> Outcome:
    alone = {text: (await ask(port, text, voice))[3] for text in TEXTS}
    outcome, until_s = Outcome(), time.monotonic() + seconds
    await asyncio.gather(*(client(number, port, voice, until_s, alone, outcome) for number in range(clients)))
    return outcome


def spread(times_s: list[float]) -> str:
    cuts = statistics.quantiles(times_s, n=100, method="inclusive") if len(times_s) > 1 else times_s * 99
    return f"median {cuts[49]:.2f} s, 95 % within {cuts[94]:.2f} s, at most {max(times_s):.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--voice", default="base")
    parser.add_argument("--device", default="auto")
    given = parser.parse_args()
    command = [sys.executable, "-m", "voicekit", "serve", "--port", "0", "--voice", given.voice, "--device", given.device]
    began_s = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout
            address = server.stdout.readline().split("/v1")[0]
            print(f"ready after {time.monotonic() - began_s:.1f} s")
            threading.Thread(target=server.stdout.read, daemon=True).start()  # it tells a line for each request
            port = int(address.rpartition(":")[2])
            alone = asyncio.run(load(port, given.voice, 1, given.seconds / 6))
            print(f"one client: {len(alone.whole_s)} requests; first sound {spread(alone.first_s)}")
            outcome = asyncio.run(load(port, given.voice, given.clients, given.seconds))
        finally:
            server.terminate()
            server.communicate()
    print(
        f"{given.clients} clients for {given.seconds:g} s: {len(outcome.whole_s)} requests, {outcome.sound_s:.0f} s spoken"
    )
    print(f"lost or wrong {outcome.wrong}, told to come back {outcome.busy}")
    print(f"first sound: {spread(outcome.first_s)}")
    print(f"whole answer: {spread(outcome.whole_s)}")


if __name__ == "__main__":
    main()
