"""The counts of changes that processes share."""

from __future__ import annotations

import os

from gateway.workers.change_board import ChangeBoard


def test_a_change_in_one_process_is_seen_in_all_others_at_once() -> None:
    board = ChangeBoard(lanes=3)
    before, other = board.number(b"groups"), board.number(b"segments")
    for lane in (1, 2):
        child = os.fork()
        if child == 0:
            board.lane = lane
            board.changed(b"groups")
            os._exit(0 if board.number(b"groups") > before else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    board.changed(b"groups")
    assert board.number(b"groups") == before + 3
    assert board.number(b"segments") == other
