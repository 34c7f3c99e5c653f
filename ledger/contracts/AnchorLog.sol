// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title AnchorLog: checkpoints of append-only logs, in one order and without gaps
/// @notice A log is opened by its controller. Every checkpoint names the head that it follows; the new
/// head commits to the old one, so that one storage proof of a head proves the whole history of the log,
/// its order, and that nothing has been left out of it.
/// @dev Nobody owns the contract and nobody can change it. It takes no ether and calls nobody. Who the
/// controller of a log is in the world outside is not decided here. Whether a tree of `size` entries with
/// this `root` continues the one before is shown by consistency proofs (RFC 9162), off chain.
contract AnchorLog {
    /// @dev Two slots, from keccak256(abi.encode(logId, 0)) on: `head`, then the rest in one word, the
    /// controller in the lowest bits.
    struct Log {
        bytes32 head;
        address controller;
        uint64 seq;
        uint32 time;
    }

    /// @notice One checkpoint of `anchorMany`, as `anchor` takes it.
    struct Entry {
        bytes32 logId;
        bytes32 prevHead;
        bytes32 root;
        uint64 size;
    }

    mapping(bytes32 logId => Log) private _logs;

    /// @notice A log has come to be.
    event Opened(bytes32 indexed logId, address indexed controller);

    /// @notice A checkpoint has been written.
    /// @param seq Its number in the log, from 1, without gaps.
    /// @param root Root of the log's tree.
    /// @param size Number of entries in that tree.
    /// @param head keccak256(abi.encode(prevHead, seq, root, size)).
    event Checkpoint(
        bytes32 indexed logId,
        uint64 indexed seq,
        bytes32 indexed root,
        uint64 size,
        bytes32 head
    );

    /// @notice A log has passed from one controller to another.
    event Controller(bytes32 indexed logId, address indexed from, address indexed to);

    error LogExists(bytes32 logId);
    error NotController(bytes32 logId, address caller);
    /// @notice `prevHead` is not the log's head; `head` and `seq` say where the log stands.
    error StaleHead(bytes32 logId, bytes32 head, uint64 seq);
    error ZeroRoot();
    error ZeroController();

    /// @notice Opens a log that the caller controls.
    /// @param salt Tells the logs of one controller apart.
    /// @return logId keccak256(abi.encode(chainid, this, caller, salt)), which is also the first head.
    function open(bytes32 salt) external returns (bytes32 logId) {
        logId = keccak256(abi.encode(block.chainid, address(this), msg.sender, salt));
        Log storage log = _logs[logId];
        if (log.head != 0) revert LogExists(logId);
        log.head = logId;
        log.controller = msg.sender;
        log.time = uint32(block.timestamp);
        emit Opened(logId, msg.sender);
    }

    /// @notice Writes the next checkpoint of a log; only its controller may.
    /// @param prevHead The head that the checkpoint follows. Another one than the log's reverts, so that a
    /// checkpoint is written once, whatever is sent twice and by whom.
    function anchor(bytes32 logId, bytes32 prevHead, bytes32 root, uint64 size) external {
        _anchor(logId, prevHead, root, size);
    }

    /// @notice Writes several checkpoints, of one log or of several, in this order: all of them or none.
    function anchorMany(Entry[] calldata entries) external {
        for (uint256 i = 0; i < entries.length; ++i) {
            Entry calldata entry = entries[i];
            _anchor(entry.logId, entry.prevHead, entry.root, entry.size);
        }
    }

    /// @notice Passes a log on; only its controller may. There is no way back but by `to`.
    function setController(bytes32 logId, address to) external {
        Log storage log = _logs[logId];
        if (log.controller != msg.sender) revert NotController(logId, msg.sender);
        if (to == address(0)) revert ZeroController();
        log.controller = to;
        emit Controller(logId, msg.sender, to);
    }

    /// @notice Where a log stands; zeros if there is none.
    /// @return head The head that the next checkpoint must name.
    /// @return controller Who may write it.
    /// @return seq Number of checkpoints so far.
    /// @return time Time of the block of the newest checkpoint, or of `open`.
    function headOf(
        bytes32 logId
    ) external view returns (bytes32 head, address controller, uint64 seq, uint32 time) {
        Log storage log = _logs[logId];
        return (log.head, log.controller, log.seq, log.time);
    }

    function _anchor(bytes32 logId, bytes32 prevHead, bytes32 root, uint64 size) private {
        Log storage log = _logs[logId];
        if (log.controller != msg.sender) revert NotController(logId, msg.sender);
        if (root == 0) revert ZeroRoot();
        uint64 seq = log.seq;
        bytes32 head = log.head;
        if (head != prevHead) revert StaleHead(logId, head, seq);
        ++seq;
        head = keccak256(abi.encode(prevHead, seq, root, size));
        log.head = head;
        log.seq = seq;
        log.time = uint32(block.timestamp);
        emit Checkpoint(logId, seq, root, size, head);
    }
}
