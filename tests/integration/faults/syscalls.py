#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The kernel refuses, or the node dies, at a system call of a scripted run: strace(1) injects EIO,
ENOSPC and SIGKILL. Usage: syscalls.py PATH-OF-KEDGE
KEDGE_FAULT_RUNS: how many injections, spread evenly over all there are (27), besides those that
are always made; 0 for every one."""

import collections
import http.client
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from load import Record, check_promises, digest_of  # noqa: E402
from node_process import Ended, NodeProcess, RpcError, kedge_binary  # noqa: E402

SYSCALLS = ("write", "pwrite64", "fdatasync", "fsync", "rename", "openat", "unlink", "ftruncate",
            "fallocate")  # fmt: skip
FAULTS = ("error=EIO", "error=ENOSPC", "signal=SIGKILL")
# Every time: a write that is in the log alone, while the database thinks that the disk will have
# room again. What it then does by itself must not bring the write to light in parts.
ALWAYS = ("fdatasync", "error=ENOSPC")
# The calls that a node may answer so while its disk fails: unavailable, and an internal fault.
REFUSALS = (-32005, -32603)
# The last: SIGTERM, when the node was about to end anyway; the program loader's own refusal.
STATUSES = {
    0: "went on",
    1: "stopped with a reason",
    -signal.SIGKILL: "was killed",
    -signal.SIGTERM: "stopped with a reason",
    127: "was not loaded",
}
SKIPPED = 77


def tracer(*options):
    """Words before the program: its process stays our child."""
    return ["strace", "-D", "-f", "-qq", *options]


def run_script(node, record):
    """Accepts, seals, anchors, ends. Stops where the node does; what it has said is in `record`."""
    try:
        node.start(seconds=30)
        client = node.client(timeout=10)
        for call in range(6):
            numbers = range(1000 + call * 10, 1015 + call * 10)
            items = [{"profile": "jws", "digest": digest_of(number)} for number in numbers]
            wait = {"wait": "final", "timeout_ms": 2000} if call == 3 else {}
            try:
                record.acknowledged(client.call("anchor_submit", items=items, **wait)["items"])
                if call % 2 == 0:
                    client.call("anchor_seal")
                record.seen(client.call("log_checkpoint")["checkpoint"])
            except RpcError as refused:
                if refused.code not in REFUSALS:
                    raise AssertionError(f"the node has answered: {refused}") from refused
        client.close()
    except Ended as ended:
        return ended.status, ended.log
    except (OSError, http.client.HTTPException, ValueError):
        pass
    if node.process is None:
        return 0, ""
    try:
        status = node.process.wait(0.3 if node.process.poll() is None else 0)
    except subprocess.TimeoutExpired:
        node.process.send_signal(signal.SIGTERM)
        try:
            status = node.process.wait(15)
        except subprocess.TimeoutExpired:
            # A lost wake-up of its own threads; nothing that a disk does.
            node.process.kill()
            status = node.process.wait()
    log = "".join(node.log)
    node.process.stdout.close()
    node.process = None
    return status, log


class Runs:
    """Each on a fresh copy of one small data directory."""

    def __init__(self, kedge, folder):
        self.kedge = kedge
        self.folder = pathlib.Path(folder)
        self.template = NodeProcess(kedge, self.folder / "template")
        self.promises = Record()
        self.template.init()
        self.template.set('interval = "1s"', 'interval = "100ms"')
        self.template.start()
        client = self.template.client()
        items = [{"profile": "jws", "digest": digest_of(number)} for number in range(300)]
        self.promises.acknowledged(client.call("anchor_submit", items=items)["items"])
        client.call("anchor_seal")
        client.close()
        # Killed, so that a start has something to recover.
        self.template.kill()

    def fresh(self, prefix):
        data = self.folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self.template.data, data)
        node = NodeProcess(self.kedge, data)
        node.prefix = prefix
        record = Record()
        record.positions.update(self.promises.positions)
        return node, record

    def count(self):
        """How often each system call is made at most by one thread, which is how strace counts."""
        trace = self.folder / "trace"
        node, record = self.fresh(
            tracer("-o", str(trace), "-e", "trace=" + ",".join(SYSCALLS), "-e", "signal=none")
        )
        status, log = run_script(node, record)
        if status != 0:
            raise AssertionError(f"without a fault the node ended with {status}:\n{log}")
        calls = collections.Counter()
        for line in trace.read_text().splitlines():
            words = line.split(None, 1)
            name = words[1].split("(", 1)[0] if len(words) == 2 else ""
            if name in SYSCALLS:
                calls[name, words[0]] += 1
        most = collections.Counter()
        for (name, _), count in calls.items():
            most[name] = max(most[name], count)
        return most

    def inject(self, name, fault, number):
        """What came of it."""
        node, record = self.fresh(
            tracer("-o", "/dev/null", "-e", f"trace={name}", "-e", "signal=none",
                   "-e", f"inject={name}:{fault}:when={number}")
        )  # fmt: skip
        try:
            status, log = run_script(node, record)
            outcome = STATUSES.get(status)
            # Debian builds RocksDB with assertions, and some do not hold after a failed write.
            if status == -signal.SIGABRT and "rocksdb::" in log and "Assertion" in log:
                outcome = "was ended by RocksDB"
            if outcome is None or (status == 1 and not log.strip()):
                raise AssertionError(f"the node ended with {status}:\n{log}")
            node.prefix = []
            node.fsck()
            node.start()
            client = node.client()
            check_promises(client, record, random.Random(number))
            client.close()
            if node.stop() != 0:
                raise AssertionError("the node did not end cleanly")
            node.fsck()
            return outcome
        finally:
            node.close()


def sample(most, count):
    """(system call, fault, number): all there are, or about `count`, of every kind as many, and
    all of ALWAYS."""
    share = -(-count // (len(most) * len(FAULTS))) if count else sum(most.values())
    points = []
    for fault in FAULTS:
        for name, calls in sorted(most.items()):
            taken = calls if (name, fault) == ALWAYS else min(share, calls)
            points += [(name, fault, 1 + int((i + 0.5) * calls / taken)) for i in range(taken)]
    return points


def main():
    kedge = kedge_binary(sys.argv)
    try:
        subprocess.run(tracer("-o", "/dev/null", "true"), check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"skipped: strace cannot trace here: {error}")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory(prefix="kedge-syscalls-") as folder:
        runs = Runs(kedge, folder)
        most = runs.count()
        print("system calls of one thread at most:", dict(most), flush=True)
        chosen = sample(most, int(os.environ.get("KEDGE_FAULT_RUNS", "27")))
        outcomes = collections.Counter()
        for name, fault, number in chosen:
            try:
                outcome = runs.inject(name, fault, number)
            except AssertionError as wrong:
                raise AssertionError(f"{fault} at {name} number {number}: {wrong}") from wrong
            outcomes[outcome] += 1
            print(f"{fault} at {name} number {number}: the node {outcome}, nothing lost", flush=True)
    every = len(FAULTS) * sum(most.values())
    print(f"{len(chosen)} of {every} injections: {dict(outcomes)}")


if __name__ == "__main__":
    main()
