# SPDX-License-Identifier: Apache-2.0
"""A node of a chain as it is on a bad day: stands between the chain and whoever asks it, loses,
repeats, delays, garbles and forges. Standard library only."""

import collections
import http.server
import json
import random
import threading
import time

# What may be done to a request, and how often compared with the others.
FAULTS = {
    "request lost": 3,
    "answer lost": 3,
    "sent twice": 3,
    "stalled": 2,
    "stalled for too long": 1,
    "500": 1,
    "502 in HTML": 1,
    "503, retry after a second": 1,
    "429": 1,
    "200 in HTML": 2,
    "wrong id": 2,
    "truncated": 2,
    "rate limit": 2,
    "no logs": 3,
    "no receipts": 3,
    "another block": 3,
    "deep": 1,
}


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Who asks may die at any moment."""


class Proxy:
    """`rate`: how many of a hundred requests have a fault. `on_send` is called with "before",
    "after" and "answered" around each transaction, `on_proof` when a proof is asked for."""

    def __init__(self, chain, seed):
        self.chain = chain
        self.rate = 0
        self.counts = collections.Counter()
        self.on_send = None
        self.on_proof = None
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def pick(self):
        """The fault of the next request, or None."""
        with self._lock:
            if self._chance.uniform(0, 100) >= self.rate:
                return None
            fault = self._chance.choices(list(FAULTS), weights=FAULTS.values())[0]
            self.counts[fault] += 1
            return fault


def _each(body, change):
    """The answer with every response in it changed."""
    answer = json.loads(body)
    for response in answer if isinstance(answer, list) else [answer]:
        change(response)
    return json.dumps(answer).encode()


def _forge_block(response):
    result = response.get("result")
    if isinstance(result, dict) and "blockHash" in result:
        result["blockHash"] = "0x" + "12" * 32
    if isinstance(result, dict) and "parentHash" in result:
        result["hash"] = "0x" + "34" * 32


def _forget_receipt(response):
    if isinstance(response.get("result"), dict) and "logsBloom" in response["result"]:
        response["result"] = None


def _forget_logs(response):
    if isinstance(response.get("result"), list):
        response["result"] = []


def _rate_limit(response):
    response.pop("result", None)
    response["error"] = {"code": -32005, "message": "too many requests"}


def _wrong_id(response):
    response["id"] = 987654321


_CHANGES = {
    "wrong id": _wrong_id,
    "rate limit": _rate_limit,
    "no logs": _forget_logs,
    "no receipts": _forget_receipt,
    "another block": _forge_block,
}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy = None

    def log_message(self, *_):
        pass

    def do_POST(self):
        request = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            self._answer(request, self.proxy.pick())
        except OSError:
            self.close_connection = True

    def _answer(self, request, fault):
        sends = b"eth_sendRawTransaction" in request
        if b"eth_getProof" in request and self.proxy.on_proof:
            self.proxy.on_proof()
        if fault == "request lost":
            self.close_connection = True
            return
        if fault in ("500", "502 in HTML", "503, retry after a second", "429"):
            self._refuse(int(fault[:3]))
            return
        self._tell(sends, "before")
        body = self.proxy.chain.post(request)
        if fault == "sent twice":
            body = self.proxy.chain.post(request)
        self._tell(sends, "after")
        if fault == "answer lost":
            self.close_connection = True
            return
        if fault == "stalled":
            time.sleep(0.1)
        if fault == "stalled for too long":
            time.sleep(1.5)
        if fault == "200 in HTML":
            body = b"<html><body>It works!</body></html>"
        if fault == "deep":
            body = b"[" * 100_000
        if fault in _CHANGES:
            body = _each(body, _CHANGES[fault])
        if fault == "truncated":
            self._send(200, body[: len(body) // 2], len(body))
            self.close_connection = True
            return
        self._send(200, body, len(body))
        self._tell(sends, "answered")

    def _tell(self, sends, moment):
        if sends and self.proxy.on_send:
            self.proxy.on_send(moment)

    def _refuse(self, status):
        body = b"<html><body>Bad day</body></html>" if status == 502 else b""
        self._send(status, body, len(body))

    def _send(self, status, body, length):
        self.send_response(status)
        if status == 503:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)
