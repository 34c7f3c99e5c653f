#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From the seal of a checkpoint to the block that has it, on a chain of 1 s blocks: when `anchor_seal`
has answered, until the node itself says `mined`. Exit status 1 if a round takes longer than a block
period and 200 ms. Usage: evm_latency.py PATH-OF-KEDGE [--rounds N] [--no-hint]"""

import argparse
import pathlib
import random
import statistics
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "integration" / "harness"), str(TESTS / "integration" / "evm")]

from chain import Chain, NoChain  # noqa: E402
from evm_rounds import configure, settled  # noqa: E402
from load import digest_of  # noqa: E402
from node_process import NodeProcess, await_true, kedge_binary  # noqa: E402

BLOCK_SECONDS = 1.0
ALLOWED_SECONDS = BLOCK_SECONDS + 0.2


def one_round(client, number):
    client.call("anchor_submit", items=[{"profile": "jws", "digest": digest_of(number)}])
    sealed = client.call("anchor_seal")["epoch"]
    start = time.monotonic()
    while time.monotonic() - start < 30:
        newest = client.call("ledger_status")["ledgers"][0]["newest"]
        if newest["epoch"] >= sealed and newest["state"] != "intended":
            return time.monotonic() - start
        time.sleep(0.002)
    raise AssertionError("not mined within 30 s")


def measure(kedge, chain, rounds, hint):
    with tempfile.TemporaryDirectory(prefix="kedge-latency-") as folder:
        node = NodeProcess(kedge, pathlib.Path(folder) / "data")
        try:
            node.init()
            configure(node, chain, [chain])
            settings = node.data / "kedge.toml"
            text = settings.read_text().replace("agree = 2", "agree = 1")
            # A block is final at once, so that no round waits for the one before.
            text = text.replace("depth = 4", "depth = 1")
            if hint:
                text += f'ws_url = "{chain.url.replace("http", "ws", 1)}"\n'
            settings.write_text(text)
            node.start()
            client = node.client()
            await_true(lambda: settled(client), 60, "the newest checkpoint is final")
            times = []
            for number in range(rounds):
                # At every moment of a block period alike.
                time.sleep(random.uniform(0, BLOCK_SECONDS))
                times.append(one_round(client, number))
                await_true(lambda: settled(client), 60, "the newest checkpoint is final")
            client.close()
            node.stop()
            return times
        finally:
            node.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kedge")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--no-hint", action="store_true", help="poll alone")
    arguments = parser.parse_args()
    kedge = kedge_binary([sys.argv[0], arguments.kedge])
    try:
        chain = Chain(BLOCK_SECONDS)
    except NoChain:
        print("skipped: no chain to test with")
        return 0
    try:
        times = measure(kedge, chain, arguments.rounds, not arguments.no_hint)
    finally:
        chain.close()
    print(
        f"seal to mined, {len(times)} rounds, blocks of {BLOCK_SECONDS} s: "
        f"median {statistics.median(times):.3f} s, greatest {max(times):.3f} s, "
        f"allowed {ALLOWED_SECONDS} s"
    )
    return 0 if max(times) <= ALLOWED_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
