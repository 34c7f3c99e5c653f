#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real node anchors to a real chain through two hostile proxies, while it is killed and the chain
re-organises and forgets. At the end every epoch is covered by exactly one checkpoint on the chain,
and nothing that was acknowledged is lost. Usage: evm_rounds.py PATH-OF-KEDGE
KEDGE_EVM_ROUNDS: how many rounds (5). KEDGE_EVM_SEED: what to repeat."""

import collections
import os
import pathlib
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from chain import CHAIN_ID, SECRET, Chain, NoChain  # noqa: E402
from load import UNAVAILABLE, Record, check_promises, digest_of  # noqa: E402
from node_process import Ended, NodeProcess, RpcError, await_true, kedge_binary  # noqa: E402
from proxy import Proxy  # noqa: E402

BLOCK_SECONDS = 0.2
DEPTH = 4
# A death at each of the points at which something is known here and not there.
ENDS = ["signed, not sent", "sent, not answered", "answered, not recorded", "mined, not proved",
        "at random", "lives on", "stopped"]  # fmt: skip
LEDGER = """[[ledger]]
name = "devnet"
kind = "evm"
urls = [{urls}]
agree = 2
chain_id = {chain_id}
contract = "{contract}"
log_id = "{log_id}"
first_block = {first_block}
signer = "key"
key_file = "{key_file}"
fees = "zero"
finality = "depth"
depth = {depth}
poll_interval = "50ms"
call_timeout = "1s"
"""


def configure(node, chain, proxies):
    key_file = node.data / "keys" / "anchor.key"
    key_file.touch(mode=0o600)
    key_file.write_text(SECRET + "\n")
    settings = node.data / "kedge.toml"
    before, _, _ = settings.read_text().partition("[[ledger]]")
    settings.write_text(
        before
        + LEDGER.format(
            urls=", ".join(f'"{proxy.url}"' for proxy in proxies),
            chain_id=CHAIN_ID,
            contract=chain.contract,
            log_id=chain.log_id,
            first_block=chain.first_block,
            key_file=key_file,
            depth=DEPTH,
        )
    )


class Death:
    """Kills the node when a moment comes, once."""

    def __init__(self, node, proxies, end):
        self._process = node.process
        self._proxies = proxies
        self.came = threading.Event()
        moments = {"signed, not sent": "before", "sent, not answered": "after",
                   "answered, not recorded": "answered"}  # fmt: skip
        for proxy in proxies:
            if end in moments:
                proxy.on_send = lambda moment, at=moments[end]: moment == at and self._strike()
            if end == "mined, not proved":
                proxy.on_proof = self._strike

    def _strike(self):
        if not self.came.is_set():
            self.came.set()
            self._process.kill()

    def over(self):
        for proxy in self._proxies:
            proxy.on_send = proxy.on_proof = None


def work(node, record, chance):
    """Submits a few credentials and seals, if the node lets itself be asked."""
    try:
        client = node.client(timeout=10)
        first = chance.randrange(1_000_000_000_000)
        items = [{"profile": "jws", "digest": digest_of(first + i)} for i in range(3)]
        record.acknowledged(client.call("anchor_submit", items=items)["items"])
        client.call("anchor_seal")
        record.seen(client.call("log_checkpoint")["checkpoint"])
        client.close()
    except (OSError, RpcError, ValueError):
        pass


def run_round(node, chain, proxies, record, chance):
    end = chance.choice(ENDS)
    for proxy in proxies:
        proxy.rate = chance.choice((0, 5, 20))
    if node.process is None:
        node.start()
    death = Death(node, proxies, end)
    until = time.monotonic() + chance.uniform(0.3, 1.5)
    mishaps = 0
    while time.monotonic() < until and not death.came.is_set():
        work(node, record, chance)
        if chance.random() < 0.2:
            chain.reorganise(chance.randrange(1, DEPTH - 1))
            mishaps += 1
        if chance.random() < 0.2:
            chain.forget()
            mishaps += 1
        death.came.wait(chance.uniform(0.05, 0.2))
    death.over()
    if end == "stopped" and not death.came.is_set():
        if node.stop() != 0:
            raise AssertionError("the node did not end cleanly:\n" + "".join(node.log))
    elif end != "lives on" or node.process.poll() is not None:
        node.kill()
    record.check_faults()
    return end if death.came.is_set() or end in ENDS[4:] else "at random", mishaps


def settled(client):
    ledger = client.call("ledger_status")["ledgers"][0]
    if ledger["condition"] in ("halted", "stopped"):
        raise AssertionError(f"the node has given up: {ledger}\n{client.call('node_info')}")
    newest = ledger["newest"]
    return (
        newest is not None
        and newest["state"] == "final"
        and newest["epoch"] == client.call("log_checkpoint")["epoch"]
    )


def sealed(client):
    """False while sealing is held, as after a start at which the chain seemed to have no such log."""
    try:
        client.call("anchor_seal")
        return True
    except RpcError as refusal:
        if refusal.code != UNAVAILABLE:
            raise
        return False


def check_chain(node, chain, client):
    """Exactly one checkpoint an anchored epoch, in order, up to the newest; each is the log's, and
    they are those that have led the contract to where it is."""
    found, unfounded = chain.checkpoints()
    for text in unfounded:
        print(f"listed by the chain, and does not stand: {text}", flush=True)
    if [seq for seq, *_ in found] != list(range(1, len(found) + 1)):
        raise AssertionError(f"the checkpoints on the chain are not in sequence: {found}")
    head, seq = chain.state()
    if (found[-1][3], found[-1][0]) != (head, seq):
        raise AssertionError(f"the contract is at {seq} ({head}), the events at {found[-1]}")
    sizes = [size for _, _, size, _, _ in found]
    if sizes != sorted(set(sizes)):
        raise AssertionError(f"an epoch is on the chain twice: {sizes}")
    newest = client.call("log_checkpoint")
    roots = {}
    for epoch in range(newest["epoch"] + 1):
        checkpoint = client.call("log_checkpoint", epoch=epoch)
        roots[checkpoint["size"]] = checkpoint["root"]
    for _, root, size, _, _ in found:
        if roots.get(size) != root:
            raise AssertionError(f"the chain has a checkpoint of {size} that the log has not")
    if sizes[-1] != newest["size"]:
        raise AssertionError("the newest checkpoint is not on the chain")
    return len(found), newest["epoch"] + 1


def check_bundle(node, record, client):
    """The proof of any credential carries the chain's proof with it."""
    digest = next(iter(record.positions))
    proof = client.call("proof_get", digest=digest)
    anchors = proof["bundle"]["anchors"]
    if proof["state"] != "final" or [anchor["ledger"] for anchor in anchors] != ["evm"]:
        raise AssertionError(f"no proof of the chain: {proof['state']}, {anchors}")


def finish(node, chain, proxies, record, chance):
    for proxy in proxies:
        proxy.rate = 0
    if node.process is None:
        node.start()
    work(node, record, chance)
    client = node.client()
    await_true(lambda: sealed(client), 60, "sealing is held no more")
    await_true(lambda: settled(client), 120, "the newest checkpoint is final")
    check_promises(client, record, chance)
    counts = check_chain(node, chain, client)
    check_bundle(node, record, client)
    client.close()
    if node.stop() != 0:
        raise AssertionError("the node did not end cleanly")
    node.fsck()
    return counts


def main():
    kedge = kedge_binary(sys.argv)
    rounds = int(os.environ.get("KEDGE_EVM_ROUNDS", "5"))
    seed = int(os.environ.get("KEDGE_EVM_SEED", str(random.randrange(1 << 32))))
    print(f"{rounds} rounds, KEDGE_EVM_SEED={seed}", flush=True)
    chance = random.Random(seed)
    try:
        chain = Chain(BLOCK_SECONDS)
    except NoChain:
        print("skipped: no chain to test with")
        return
    proxies = [Proxy(chain, chance.random()) for _ in range(2)]
    ends, record = collections.Counter(), Record()
    with tempfile.TemporaryDirectory(prefix="kedge-evm-") as folder:
        node = NodeProcess(kedge, os.path.join(folder, "data"))
        try:
            node.init()
            node.set('interval = "1s"', 'interval = "100ms"')
            configure(node, chain, proxies)
            for number in range(rounds):
                end, mishaps = run_round(node, chain, proxies, record, chance)
                ends[end] += 1
                print(f"round {number + 1}: {end}, {mishaps} mishaps of the chain", flush=True)
            anchors, epochs = finish(node, chain, proxies, record, chance)
        except (AssertionError, Ended):
            print("".join(node.log[-40:]), file=sys.stderr)
            raise
        finally:
            node.close()
            chain.close()
    faults = proxies[0].counts + proxies[1].counts
    print(f"{len(record.positions)} credentials acknowledged, none lost; {epochs} epochs covered by "
          f"{anchors} checkpoints, each once")  # fmt: skip
    print(dict(ends))
    print(f"{faults.total()} faults of the nodes: {dict(faults)}")


if __name__ == "__main__":
    main()
