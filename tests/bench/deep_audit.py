#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`kedge audit --deep` of a running node with many credentials, anchored on a chain of its own.
Usage: deep_audit.py PATH-OF-KEDGE [--count N]"""

import argparse
import hashlib
import json
import os
import pathlib
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "integration" / "harness"), str(TESTS / "integration" / "evm")]

from audit_test import Auditor  # noqa: E402
from chain import Chain, NoChain  # noqa: E402
from evm_rounds import BLOCK_SECONDS, configure, settled  # noqa: E402
from node_process import NodeProcess, await_true, kedge_binary  # noqa: E402

MANY = 10_000


def fill(client, count):
    """That many credentials, in calls of 10,000."""
    for first in range(0, count, MANY):
        items = [
            {"profile": "jws", "digest": hashlib.sha256(b"%d" % number).hexdigest()}
            for number in range(first, min(first + MANY, count))
        ]
        client.call("anchor_submit", items=items)
    client.call("anchor_seal")


def busy_seconds(pid):
    """What a process has had of the processors."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def await_rest(pid):
    """A store that has just been filled is compacted for a while."""
    before = busy_seconds(pid)
    for _ in range(120):
        time.sleep(1)
        now = busy_seconds(pid)
        if now - before < 0.05:
            return
        before = now
    print("  the node is still busy with what it has taken")


def measure(kedge, chain, count):
    with tempfile.TemporaryDirectory(prefix="kedge-deep-") as folder:
        folder = pathlib.Path(folder)
        node = NodeProcess(kedge, folder / "data")
        try:
            node.init()
            configure(node, chain, [chain])
            settings = node.data / "kedge.toml"
            settings.write_text(settings.read_text().replace("agree = 2", "agree = 1"))
            node.start()
            client = node.client(timeout=600)
            fill(client, count)
            await_true(lambda: settled(client), 120, "the newest checkpoint is final")
            client.close()
            await_rest(node.process.pid)
            auditor = Auditor(node, chain, folder)
            words = ["audit", "--trust", str(auditor.trust), "--node", node.url, "--json"]
            for more in ([], ["--deep"]):
                start = time.monotonic()
                done = node.run(*words, *more, seconds=3600)
                seconds = time.monotonic() - start
                report = json.loads(done.stdout)
                print(f"audit {' '.join(more)}: {report['credentials']:,} credentials in "
                      f"{report['batches']:,} batches, {seconds:.2f} s")  # fmt: skip
                print("".join(f"  {line}\n" for line in done.stderr.splitlines()), end="")
            node.stop()
        finally:
            node.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kedge")
    parser.add_argument("--count", type=int, default=10_000_000)
    arguments = parser.parse_args()
    kedge = kedge_binary([sys.argv[0], arguments.kedge])
    try:
        chain = Chain(BLOCK_SECONDS)
    except NoChain:
        print("skipped: no chain to test with")
        return
    try:
        measure(kedge, chain, arguments.count)
    finally:
        chain.close()


if __name__ == "__main__":
    main()
