# SPDX-License-Identifier: Apache-2.0
"""Clients that load a node and write down every promise that it makes, and the check that every
promise is kept. The record outlives the node: it spans all of its deaths."""

import hashlib
import http.client
import random
import threading
import time

from consistency import is_consistent, parse_checkpoint
from node_process import RpcError, await_true

CLIENTS = 4
UNAVAILABLE = -32005
NETWORK_ERRORS = (OSError, http.client.HTTPException, ValueError)
# As many as one call may have.
MANY = 10_000


def digest_of(number):
    return hashlib.sha256(number.to_bytes(8, "big")).hexdigest()


class Record:
    """What the node has promised to anybody."""

    def __init__(self):
        self.lock = threading.Lock()
        self.positions = {}
        self.checkpoints = {}
        self.faults = []

    def acknowledged(self, items):
        with self.lock:
            for item in items:
                known = self.positions.setdefault(item["digest"], item["position"])
                if known != item["position"]:
                    self.faults.append(f"{item['digest']}: position {known}, {item['position']}")

    def seen(self, note):
        _, size, root = parse_checkpoint(note)
        with self.lock:
            if self.checkpoints.setdefault(size, root) != root:
                self.faults.append(f"two checkpoints of size {size}")

    def check_faults(self):
        if self.faults:
            raise AssertionError("\n".join(self.faults[:10]))


class Load:
    """Threads that submit, seal and read until the node goes away or `finish` is called."""

    def __init__(self, node, record, seed):
        self._node = node
        self._record = record
        self._stop = threading.Event()
        chance = random.Random(seed)
        self._threads = [
            threading.Thread(target=self._run, args=(self._submit, chance.random()), daemon=True)
            for _ in range(CLIENTS)
        ]
        self._threads.append(
            threading.Thread(target=self._run, args=(self._watch, chance.random()), daemon=True)
        )
        for thread in self._threads:
            thread.start()

    def finish(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, work, seed):
        try:
            client = self._node.client(timeout=30)
        except NETWORK_ERRORS:
            return
        chance = random.Random(seed)
        while not self._stop.is_set():
            try:
                work(client, chance)
            except RpcError as refused:
                # Full, or shutting down: nothing was promised.
                if refused.code != UNAVAILABLE:
                    self._record.faults.append(f"the node has answered: {refused}")
                    return
            except NETWORK_ERRORS:
                return

    def _submit(self, client, chance):
        first = chance.randrange(1_000_000_000_000)
        numbers = [first + i for i in range(chance.choice((1, 1, 10, 50)))]
        items = [{"profile": "jws", "digest": digest_of(number)} for number in numbers]
        with self._record.lock:
            known = list(self._record.positions)[-3:] if chance.random() < 0.3 else []
        items += [{"profile": "jws", "digest": digest} for digest in known]
        params = {"items": items}
        if chance.random() < 0.05:
            params.update(wait="sealed", timeout_ms=2000)
        self._record.acknowledged(client.call("anchor_submit", **params)["items"])

    def _watch(self, client, _):
        self._record.seen(client.call("log_checkpoint")["checkpoint"])
        client.call("anchor_seal")
        time.sleep(0.02)


def check_promises(client, record, chance):
    """Every acknowledged credential is where it was, each position was given once, and the log
    continues every checkpoint that anybody has seen."""
    record.check_faults()
    check_checkpoints(client, record)
    digests = list(record.positions)
    if not digests:
        return
    for begin in range(0, len(digests), MANY):
        items = [{"profile": "jws", "digest": d} for d in digests[begin : begin + MANY]]
        for item in client.call("anchor_submit", items=items)["items"]:
            expected = record.positions[item["digest"]]
            if not item["duplicate"] or item["position"] != expected:
                raise AssertionError(f"acknowledged at {expected}, it is lost: {item}")
    if len(set(record.positions.values())) != len(digests):
        raise AssertionError("a position was given twice")
    check_lookups(client, record, chance.sample(digests, min(len(digests), 50)))


def check_lookups(client, record, digests):
    answers = client.call_many("anchor_get", [{"digest": digest} for digest in digests])
    for digest, answer in zip(digests, answers):
        if isinstance(answer, RpcError):
            raise AssertionError(f"{digest} was acknowledged and is not found: {answer}")
        positions = [found["position"] for found in answer["credentials"]]
        if positions != [record.positions[digest]]:
            raise AssertionError(f"{digest}: at {record.positions[digest]}, now {positions}")


def check_checkpoints(client, record):
    if not record.checkpoints:
        return
    _, new_size, new_root = parse_checkpoint(client.call("log_checkpoint")["checkpoint"])
    seen = sorted(record.checkpoints.items())
    if seen[-1][0] > new_size:
        raise AssertionError(f"a checkpoint of {seen[-1][0]} was seen, the log has {new_size}")
    for begin in range(0, len(seen), 500):
        part = seen[begin : begin + 500]
        wanted = [{"old_size": size, "new_size": new_size} for size, _ in part]
        for (size, root), answer in zip(part, client.call_many("log_consistency", wanted)):
            if isinstance(answer, RpcError):
                raise AssertionError(f"no proof from {size} to {new_size}: {answer}")
            path = [bytes.fromhex(node) for node in answer["path"]]
            if not is_consistent(size, root, new_size, new_root, path):
                raise AssertionError(f"the log is not consistent with its checkpoint of {size}")


def check_end(node, record, chance):
    """All that was acknowledged comes to its end: sealed, anchored, final, each once."""
    node.start()
    client = node.client()
    check_promises(client, record, chance)
    client.call("anchor_seal")
    newest = max(record.positions, key=record.positions.get)

    def is_final():
        return client.call("anchor_get", digest=newest)["credentials"][0]["state"] == "final"

    await_true(is_final, what="the newest credential is final")
    client.close()
    if node.stop() != 0:
        raise AssertionError("the node did not end cleanly")
    node.fsck()
