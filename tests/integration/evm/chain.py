# SPDX-License-Identifier: Apache-2.0
"""A chain of one's own with the contract AnchorLog on it. Standard library only."""

import http.client
import json
import pathlib
import subprocess
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[3]
CHAIN_ID = 31337
# Of the first account of the mnemonic that scripts/devnet names; everybody knows it.
SECRET = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"


class NoChain(Exception):
    """There is none to test with here."""


class Chain:
    """Mines its blocks itself: anvil's own interval mining races with its re-organisations, and
    then one transaction stands in two blocks, the first of them with a state that has not got it."""

    def __init__(self, block_seconds):
        self.process = subprocess.Popen(
            [ROOT / "scripts" / "devnet", "--port", "0", "--chain-id", str(CHAIN_ID), "--zero-gas",
             "--", "--no-mining"],
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            if self.process.wait() == 77:
                raise NoChain
            raise AssertionError("the chain did not start")
        parts = urllib.parse.urlsplit(self.url)
        self.host, self.port = parts.hostname, parts.port
        contract = json.loads((ROOT / "ledger" / "contracts" / "AnchorLog.json").read_text())
        self._contract = contract
        self.account = self.call("eth_accounts")[0]
        # Held while a block is made or unmade.
        self._blocks = threading.Lock()
        self._closing = threading.Event()
        self._miner = threading.Thread(target=self._mine, args=(block_seconds,), daemon=True)
        self._miner.start()
        self._open()

    def _mine(self, block_seconds):
        while not self._closing.wait(block_seconds):
            with self._blocks:
                self.call("evm_mine")

    def close(self):
        self._closing.set()
        self._miner.join(30)
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()

    def post(self, body, timeout=30):
        """The body of the chain's answer."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            return connection.getresponse().read()
        finally:
            connection.close()

    def call(self, method, *params):
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        answer = json.loads(self.post(json.dumps(request)))
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def _transact(self, **transaction):
        transaction.update({"from": self.account, "gasPrice": "0x0", "gas": "0x200000"})
        name = self.call("eth_sendTransaction", transaction)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            receipt = self.call("eth_getTransactionReceipt", name)
            if receipt is not None:
                if receipt["status"] != "0x1":
                    raise AssertionError(f"a transaction has failed: {receipt}")
                return receipt
            time.sleep(0.02)
        raise AssertionError("a transaction is not mined")

    def _open(self):
        self.contract = self._transact(data=self._contract["creation"])["contractAddress"]
        selector = self._contract["selectors"]["open(bytes32)"]
        opened = self._transact(to=self.contract, data="0x" + selector + "00" * 32)
        self.log_id = opened["logs"][0]["topics"][1]
        self.first_block = int(opened["blockNumber"], 16)

    def checkpoints(self):
        """Every checkpoint that stands on the chain, in its order: the block is the chain's and has
        the transaction's receipt with this event. A list of (seq, root, size, head, name); and what
        the chain lists and what does not stand, each with the reason."""
        # Of two events, the one with three indexed values.
        logs = self.call(
            "eth_getLogs", {"address": self.contract, "fromBlock": "0x0", "toBlock": "latest"}
        )
        found, unfounded = [], []
        for log in logs:
            if len(log["topics"]) != 4 or log["topics"][1] != self.log_id:
                continue
            data = log["data"][2:]
            name = f"{log['transactionHash']} in block {int(log['blockNumber'], 16)}"
            why = self._objection(log)
            if why:
                unfounded.append(f"{name}: {why}")
            else:
                found.append((int(log["topics"][2], 16), log["topics"][3][2:], int(data[:64], 16),
                              data[64:128], name))  # fmt: skip
        return found, unfounded

    def _objection(self, log):
        block = self.call("eth_getBlockByNumber", log["blockNumber"], False)
        if block is None or block["hash"] != log["blockHash"]:
            return "the chain has another block of this number"
        receipt = self.call("eth_getTransactionReceipt", log["transactionHash"])
        if receipt is None:
            return "no receipt"
        if receipt["blockHash"] != log["blockHash"]:
            return f"the receipt is in block {int(receipt['blockNumber'], 16)}"
        if not any(
            other["logIndex"] == log["logIndex"] and other["topics"] == log["topics"]
            for other in receipt["logs"]
        ):
            return "the receipt has no such event"
        return None

    def state(self):
        """(head, seq) of the log as the contract itself has them."""
        data = "0x" + self._contract["selectors"]["headOf(bytes32)"] + self.log_id[2:]
        answer = self.call("eth_call", {"to": self.contract, "data": data}, "latest")[2:]
        return answer[:64], int(answer[128:192], 16)

    def reorganise(self, depth):
        with self._blocks:
            self.call("anvil_reorg", depth, [])

    def forget(self):
        """Everything that waits."""
        self.call("anvil_dropAllTransactions")
