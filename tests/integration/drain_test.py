#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A node that is told to end while many are at work with it: whoever has asked gets a whole answer,
or the end of the connection before the first octet of one; what was acknowledged is there
afterwards. Usage: drain_test.py PATH-OF-KEDGE"""

import base64
import hashlib
import json
import os
import pathlib
import random
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "harness"))

from node_process import NodeProcess, await_true, kedge_binary  # noqa: E402

KEDGE = None
ROUNDS = 3


class HalfAnswer(AssertionError):
    """An answer that was begun and not finished."""


class Wire:
    """A connection as octets."""

    def __init__(self, node):
        parts = urllib.parse.urlsplit(node.url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pending = b""

    def send(self, data):
        """False once nobody listens any more."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionError:
            data = b""
        self.pending += data
        return bool(data)

    def take(self, size):
        """So many octets; None at the end of the connection, if nothing has come."""
        while len(self.pending) < size:
            if not self.more():
                if self.pending:
                    raise HalfAnswer(repr(self.pending[:200]))
                return None
        data, self.pending = self.pending[:size], self.pending[size:]
        return data

    def answer(self):
        """Status and body of the next answer; None at the end of the connection."""
        while b"\r\n\r\n" not in self.pending:
            if not self.more():
                if self.pending:
                    raise HalfAnswer(repr(self.pending[:200]))
                return None
        head, _, self.pending = self.pending.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b": ")
            if name.lower() == b"content-length":
                length = int(value)
        body = self.take(length) if length else b""
        if body is None:
            raise HalfAnswer(repr(head))
        return int(head.split(b" ")[1]), body

    def close(self):
        self.socket.close()


class Crowd:
    """Everybody who is at work with one node, and what they were told."""

    def __init__(self, node, cookie):
        self.node = node
        self.cookie = cookie
        self.lock = threading.Lock()
        self.number = 0
        self.acknowledged = {}
        self.late = 0
        self.waited = []
        self.faults = []
        self.close_codes = []
        self.told_to_end = threading.Event()
        self.stop = threading.Event()
        self.threads = []

    def start(self, work):
        def run():
            wire = Wire(self.node)
            try:
                work(wire)
            except Exception as fault:  # pylint: disable=broad-except
                self.faults.append(f"{work.__name__}: {type(fault).__name__}: {fault}")
            finally:
                wire.close()

        self.threads.append(threading.Thread(target=run, daemon=True))
        self.threads[-1].start()

    def finish(self):
        self.stop.set()
        for thread in self.threads:
            thread.join(60)
            if thread.is_alive():
                self.faults.append("somebody still waits for an answer")

    def body(self, **params):
        with self.lock:
            self.number += 1
            digest = hashlib.sha256(f"{os.getpid()} {id(self)} {self.number}".encode()).hexdigest()
        items = [{"profile": "external", "digest": digest}]
        call = {"jsonrpc": "2.0", "id": 1, "method": "anchor_submit"}
        return json.dumps({**call, "params": {"items": items, **params}}).encode()

    def request(self, **params):
        body = self.body(**params)
        head = (
            f"POST /rpc HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {self.cookie}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def note(self, text, late=False):
        answer = json.loads(text)
        if "error" in answer:
            # Nothing was promised: full, or ending.
            if answer["error"]["code"] != -32005:
                self.faults.append(str(answer))
            return None
        item = answer["result"]["items"][0]
        with self.lock:
            self.acknowledged[item["digest"]] = item["position"]
            self.late += late
        return item

    # What each of them does, until the connection ends.

    def submits(self, wire):
        while not self.stop.is_set():
            late = self.told_to_end.is_set()
            if not wire.send(self.request()):
                return
            answer = wire.answer()
            if answer is None:
                return
            self.note(answer[1], late)

    def reconnects(self, _):
        """A new connection for each call."""
        while not self.stop.is_set():
            try:
                wire = Wire(self.node)
            except OSError:
                return
            if wire.send(self.request()):
                answer = wire.answer()
                if answer is not None:
                    self.note(answer[1])
            wire.close()

    def pipelines(self, wire):
        while not self.stop.is_set():
            many = [self.request() for _ in range(8)]
            wire.send(b"".join(many))
            for _ in many:
                answer = wire.answer()
                if answer is None:
                    return
                self.note(answer[1])

    def waits(self, wire):
        """For a state that does not come."""
        if not wire.send(self.request(wait="final", timeout_ms=100_000)):
            return
        answer = wire.answer()
        if answer is None:
            self.faults.append("a call that waits was not answered")
            return
        item = self.note(answer[1])
        if item is not None:
            self.waited.append(item["state"])

    def rests(self, wire):
        """Has asked once, and says nothing more."""
        wire.send(self.request())
        self.note(wire.answer()[1])
        if wire.answer() is not None:
            self.faults.append("an answer that nobody asked for")

    def talks(self, wire):
        """Over a WebSocket (RFC 6455), with a subscription."""
        key = base64.b64encode(os.urandom(16)).decode()
        wire.send(
            f"GET /rpc HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"Authorization: Bearer {self.cookie}\r\n\r\n".encode()
        )
        status, _ = wire.answer()
        if status != 101:
            raise AssertionError(f"no WebSocket: {status}")
        subscribe = b'{"jsonrpc":"2.0","id":2,"method":"subscribe","params":{"topic":"checkpoint"}}'
        wire.send(frame(subscribe))
        read_frame(wire)
        while not self.stop.is_set():
            wire.send(frame(self.body()))
            found = read_frame(wire)
            if found is None:
                self.faults.append("a WebSocket ended without a word")
                return
            code, payload = found
            if code == 8:
                self.close_codes.append(struct.unpack(">H", payload[:2])[0])
                return
            self.note(payload)


def frame(payload):
    """A text message of a client."""
    mask = os.urandom(4)
    size = len(payload)
    head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + struct.pack(">H", size)
    return head + mask + bytes(octet ^ mask[i % 4] for i, octet in enumerate(payload))


def read_frame(wire):
    """Opcode and payload of the next frame of a server; None at the end of the connection."""
    head = wire.take(2)
    if head is None:
        return None
    size = head[1] & 0x7F
    if size == 126:
        size = struct.unpack(">H", wire.take(2))[0]
    elif size == 127:
        size = struct.unpack(">Q", wire.take(8))[0]
    payload = wire.take(size) if size else b""
    if payload is None:
        raise HalfAnswer("a frame without its payload")
    return head[0] & 0x0F, payload


class Drain(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="kedge-drain-")
        self.node = NodeProcess(KEDGE, os.path.join(self.folder.name, "data"))
        self.node.init()
        # So that waiting for a later state lasts until the node ends.
        self.node.set('interval = "1s"', 'interval = "1h"')

    def tearDown(self):
        self.node.close()
        self.folder.cleanup()

    def drain_for(self, delay):
        self.node.set('drain_delay = "0ms"', f'drain_delay = "{delay}"')

    def cookie(self):
        return (self.node.data / "cookie").read_text().strip()

    def reasons(self):
        wire = Wire(self.node)
        wire.send(b"GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = wire.answer()
        wire.close()
        if answer is None:
            return None
        return [reason["code"] for reason in json.loads(answer[1])["reasons"]]

    def check_acknowledged(self, acknowledged):
        client = self.node.client()
        digests = list(acknowledged)
        for begin in range(0, len(digests), 5000):
            part = digests[begin : begin + 5000]
            items = [{"profile": "external", "digest": digest} for digest in part]
            for item in client.call("anchor_submit", items=items)["items"]:
                self.assertTrue(item["duplicate"], f"acknowledged and lost: {item}")
                self.assertEqual(item["position"], acknowledged[item["digest"]])
        client.close()

    def end_under_load(self, chance, delay_seconds):
        self.node.start()
        crowd = Crowd(self.node, self.cookie())
        for work in (
            [crowd.submits] * 4 + [crowd.pipelines] * 2 + [crowd.waits] * 4
            + [crowd.rests] * 2 + [crowd.talks] * 2 + [crowd.reconnects]
        ):  # fmt: skip
            crowd.start(work)
        await_true(lambda: len(crowd.acknowledged) > 50, 60, "they are at work")
        time.sleep(chance.uniform(0.2, 0.6))
        process = self.node.process
        crowd.told_to_end.set()
        process.send_signal(signal.SIGTERM)
        if delay_seconds:
            await_true(lambda: self.reasons() == ["draining"], delay_seconds, "/readyz: draining")
        self.assertEqual(process.wait(30), 0)
        process.stdout.close()
        self.node.process = None
        crowd.finish()
        self.assertEqual(crowd.faults, [])
        self.assertEqual(crowd.waited, ["accepted"] * 4)
        self.assertEqual(crowd.close_codes, [1001, 1001])
        if delay_seconds:
            self.assertGreater(crowd.late, 0, "the node went on while it was draining")
        self.node.start()
        self.check_acknowledged(crowd.acknowledged)
        self.assertEqual(self.node.stop(), 0)
        self.node.fsck()

    def test_nobody_gets_half_an_answer(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        for _ in range(ROUNDS):
            self.end_under_load(chance, 0)

    def test_goes_on_until_the_balancer_has_seen_it(self):
        self.drain_for("1s")
        self.end_under_load(random.Random(1), 1)

    def test_ends_at_once_when_told_twice(self):
        self.drain_for("5m")
        self.node.start()
        crowd = Crowd(self.node, self.cookie())
        for work in [crowd.submits] * 2:
            crowd.start(work)
        await_true(lambda: len(crowd.acknowledged) > 10, what="some are acknowledged")
        process = self.node.process
        process.send_signal(signal.SIGTERM)
        await_true(lambda: self.reasons() == ["draining"], 10, "/readyz: draining")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(10), 1)
        await_true(lambda: "told to a second time" in "".join(self.node.log), 10, "the log says so")
        process.stdout.close()
        self.node.process = None
        crowd.finish()
        # Only here may an answer be cut off; that is what the second signal is.
        self.drain_for_nothing()
        self.node.start()
        self.check_acknowledged(crowd.acknowledged)
        self.assertEqual(self.node.stop(), 0)

    def drain_for_nothing(self):
        self.node.set('drain_delay = "5m"', 'drain_delay = "0ms"')


if __name__ == "__main__":
    KEDGE = kedge_binary(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
