"""What one read lays by, the next read of a scan has, and nobody after it."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.spare import keeping, lay_by, taken


@dataclass
class Engine:
    """What is dear to start."""

    ended: bool = False

    def close(self) -> None:
        self.ended = True


def test_the_next_read_of_a_scan_has_what_was_laid_by_and_no_other_read_beside_it() -> None:
    engine = Engine()

    with keeping():
        lay_by("here", engine)

        assert taken("elsewhere") is None
        assert taken("here") is engine
        assert taken("here") is None
        assert not engine.ended


def test_what_waits_is_ended_with_the_last_scan() -> None:
    engine = Engine()

    with keeping():
        with keeping():
            lay_by("here", engine)
        assert not engine.ended

    assert engine.ended
    with keeping():
        assert taken("here") is None


def test_outside_of_a_scan_nothing_waits() -> None:
    engine = Engine()

    lay_by("here", engine)

    assert engine.ended
    assert taken("here") is None


def test_so_many_wait_and_no_more() -> None:
    engines = [Engine() for _ in range(50)]

    with keeping():
        for number, engine in enumerate(engines):
            lay_by(number, engine)

        assert 0 < sum(not engine.ended for engine in engines) < 10
    assert all(engine.ended for engine in engines)
