#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real node under load is killed, frozen, thawed and fought for, again and again, on one data
directory. Usage: crash_rounds.py PATH-OF-KEDGE
KEDGE_CRASH_ROUNDS: how many rounds (5). KEDGE_CRASH_SEED: what to repeat."""

import collections
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from load import Load, Record, check_end, check_promises  # noqa: E402
from node_process import Ended, NodeProcess, kedge_binary  # noqa: E402

ROUNDS_A_DIRECTORY = 10


def is_refused(node, *arguments):
    done = node.run(*arguments, "--data", str(node.data), check=False, seconds=30)
    return done.returncode == 1 and "is in use by process" in done.stderr


def start_in_a_fight(node):
    """Two processes want the directory at once. One gets it, the other ends and says why; after
    that, ours has it."""
    rival = subprocess.Popen(
        [node.kedge, "node", "--data", str(node.data), "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        node.start()
        if rival.poll() is None and owner(node) == rival.pid:
            raise Ended(node.process.wait(30), "".join(node.log))
        said, _ = rival.communicate(timeout=30)
        if rival.returncode != 1 or "is in use by process" not in said:
            raise AssertionError(f"the second process ended with {rival.returncode}: {said}")
    except Ended as ended:
        if ended.status != 1 or "is in use by process" not in str(ended):
            raise
        if rival.poll() is not None:
            raise AssertionError(f"both have given way: {rival.communicate()[0]}") from ended
        rival.kill()
        rival.communicate()
        node.close()
        node.start()


def owner(node):
    return int((node.data / "lock").read_text() or "0")


def freeze(node, chance):
    """Time passes everywhere but in the node; its directory stays its own."""
    node.process.send_signal(signal.SIGSTOP)
    time.sleep(chance.uniform(0.05, 0.3))
    if not is_refused(node, "fsck"):
        raise AssertionError("fsck looks at the directory of a frozen node")


def run_round(node, record, chance):
    """What was done to the node."""
    fight = chance.random() < 0.2
    if fight:
        start_in_a_fight(node)
    else:
        node.start()
    client = node.client()
    check_promises(client, record, chance)
    client.close()
    load = Load(node, record, chance.random())
    time.sleep(chance.uniform(0.05, 0.8))
    ends = [("killed", 6), ("frozen and killed", 1), ("frozen, thawed and killed", 2),
            ("stopped", 1)]  # fmt: skip
    end = chance.choices([name for name, _ in ends], [weight for _, weight in ends])[0]
    if "frozen" in end:
        freeze(node, chance)
    if "thawed" in end:
        node.process.send_signal(signal.SIGCONT)
        time.sleep(chance.uniform(0.05, 0.3))
    if end == "stopped":
        status = node.stop()
        if status != 0:
            raise AssertionError(f"the node ended with {status}:\n" + "".join(node.log))
    else:
        node.kill()
    load.finish()
    record.check_faults()
    node.fsck()
    return end + (" after a fight" if fight else "")


def run_directory(kedge, rounds, chance):
    record = Record()
    with tempfile.TemporaryDirectory(prefix="kedge-crash-") as folder:
        node = NodeProcess(kedge, os.path.join(folder, "data"))
        try:
            node.init()
            node.set('interval = "1s"', 'interval = "50ms"')
            for _ in range(rounds):
                before = len(record.positions)
                end = run_round(node, record, chance)
                yield end, len(record.positions) - before
            if len(record.positions) < rounds or len(record.checkpoints) < rounds:
                raise AssertionError("the rounds were too short to show anything")
            check_end(node, record, chance)
        finally:
            node.close()


def main():
    kedge = kedge_binary(sys.argv)
    rounds = int(os.environ.get("KEDGE_CRASH_ROUNDS", "5"))
    seed = int(os.environ.get("KEDGE_CRASH_SEED", str(random.randrange(1 << 32))))
    print(f"{rounds} rounds, KEDGE_CRASH_SEED={seed}", flush=True)
    chance = random.Random(seed)
    ends = collections.Counter()
    while ends.total() < rounds:
        part = min(ROUNDS_A_DIRECTORY, rounds - ends.total())
        for end, gained in run_directory(kedge, part, chance):
            ends[end] += 1
            print(
                f"round {ends.total()}: {end}; {gained} credentials acknowledged, none lost",
                flush=True,
            )
    print(dict(ends))


if __name__ == "__main__":
    main()
