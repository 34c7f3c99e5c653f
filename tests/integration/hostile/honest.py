#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An honest client that goes on while others misbehave: half of its calls on one keep-alive
connection, half on new ones. It looks at every answer and at how long each took.

Usage: honest.py PORT COOKIE SECONDS SERIES. Writes one line of JSON."""

import gc
import hashlib
import json
import sys
import time

from wire import KNOWN, Connection, call, post

PAUSE = 0.004


class Wrong(Exception):
    """Answered, and not as it should be."""


class Client:
    def __init__(self, port, cookie, series):
        self.port = port
        self.fields = f"Authorization: Bearer {cookie}\r\n"
        self.series = series
        self.kept = None
        self.accepted = {}
        self.reconnected = 0

    def _parse(self, answer, method):
        status, body = answer
        if status != 200:
            raise Wrong(f"{method}: HTTP {status}: {body[:200]!r}")
        answer = json.loads(body)
        if "result" not in answer:
            raise Wrong(f"{method}: {body[:200]!r}")
        return answer["result"]

    def on_new_connection(self, method, params):
        with Connection(self.port) as connection:
            connection.send(post(call(method, params), self.fields))
            answer = connection.answer()
        if answer is None:
            raise Wrong(f"{method}: closed without an answer")
        return self._parse(answer, method)

    def on_kept_connection(self, method, params):
        """A resting connection may be closed at any time (RFC 9112 section 9.3.1): once more then."""
        for _ in range(2):
            try:
                if self.kept is None:
                    self.kept = Connection(self.port)
                self.kept.send(post(call(method, params), self.fields))
                answer = self.kept.answer()
            except (ConnectionError, BrokenPipeError):
                answer = None
            if answer is not None:
                return self._parse(answer, method)
            self.kept.close()
            self.kept = None
            self.reconnected += 1
        raise Wrong(f"{method}: closed without an answer, twice")

    def turn(self, number):
        """One call of either kind, looked at."""
        ask = self.on_kept_connection if number % 2 else self.on_new_connection
        kind = number // 2 % 3
        if kind == 0:
            found = ask("anchor_get", KNOWN)["credentials"]
            if [one["position"] for one in found] != [0]:
                raise Wrong(f"anchor_get: {found}")
        elif kind == 1:
            bundle = ask("proof_get", KNOWN)
            if KNOWN["digest"] not in json.dumps(bundle):
                raise Wrong("proof_get: another credential")
        else:
            digest = hashlib.sha256(f"{self.series}/{number}".encode()).hexdigest()
            item = {"profile": "bytes", "digest": digest}
            answered = ask("anchor_submit", {"items": [item]})["items"]
            if len(answered) != 1 or answered[0]["digest"] != digest:
                raise Wrong(f"anchor_submit: {answered}")
            self.accepted[digest] = answered[0]["position"]


def main():
    port, cookie, seconds, series = sys.argv[1:]
    client = Client(int(port), cookie, series)
    took = []
    faults = []
    number = 0
    gc.disable()
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        begin = time.perf_counter()
        try:
            client.turn(number)
        except (Wrong, OSError) as fault:
            faults.append(f"{type(fault).__name__}: {fault}")
        took.append(time.perf_counter() - begin)
        number += 1
        time.sleep(PAUSE)
    json.dump(
        {
            "took": took,
            "faults": faults,
            "accepted": client.accepted,
            "reconnected": client.reconnected,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
