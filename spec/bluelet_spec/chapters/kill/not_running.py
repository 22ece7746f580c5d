"""To kill what runs no longer, or never did.

A thread that has finished can be killed without effect. Between a program's deciding to kill a
thread and the kill, the thread may always have finished; no program can rule that out. To kill a
generator that never was a thread is a mistake, and the killer's own.
"""

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import Coroutine, finished


@should("run.waits-for-every-thread")
def finished_spares_others(bluelet: Implementation) -> None:
    """To kill a thread that has finished SHOULD NOT affect any other thread.

    Source: ruling: a finished thread can be killed at once and without effect.
    """
    seen: list[str] = []

    def brief() -> Coroutine:
        yield bluelet.null()

    def killer(thread: Coroutine) -> Coroutine:
        try:
            yield bluelet.kill(thread)
        except Exception:
            pass
        seen.append("killed")

    def bystander() -> Coroutine:
        while "killed" not in seen:
            yield bluelet.null()
        seen.append("bystander")

    def root() -> Coroutine:
        thread = brief()
        yield bluelet.spawn(thread)
        while not finished(thread):
            yield bluelet.null()
        yield bluelet.spawn(bystander())
        yield bluelet.spawn(killer(thread))

    bluelet.run(root())

    assert seen == ["killed", "bystander"]


@should("kill.finished-spares-others")
def finished_thread(bluelet: Implementation) -> None:
    """To kill a thread that has finished SHOULD have no effect, and the killer go on.

    Source: ruling: a finished thread can be killed at once and without effect.
    """
    seen: list[str] = []

    def brief() -> Coroutine:
        yield bluelet.null()

    def root() -> Coroutine:
        thread = brief()
        yield bluelet.spawn(thread)
        while not finished(thread):
            yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killer goes on")

    bluelet.run(root())

    assert seen == ["killer goes on"]


@should("kill.sleeping")
def twice(bluelet: Implementation) -> None:
    """To kill a thread a second time SHOULD have no effect.

    Beyond `kill.finished-thread`, it did not finish by itself: a scheduler may have forgotten it in
    another place than those that did.

    Source: ruling: a finished thread can be killed at once and without effect.
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        yield bluelet.sleep(2)

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("once")
        yield bluelet.kill(thread)
        seen.append("twice")

    bluelet.run(root())

    assert seen == ["once", "twice"]


@should("spawn.grandchildren")
def finishing_spares_others(bluelet: Implementation) -> None:
    """To kill a thread whose next step is its last SHOULD NOT affect any other thread.

    Source: ruling, as for a thread that has finished.
    """
    seen: list[str] = []

    def ends() -> Coroutine:
        seen.append("victim")
        yield bluelet.null()

    def asks_to_end() -> Coroutine:
        seen.append("victim")
        yield bluelet.end()

    def killer() -> Coroutine:
        for victim in (ends(), asks_to_end()):
            before = len(seen)
            yield bluelet.spawn(victim)
            while len(seen) == before:
                yield bluelet.null()
            try:
                yield bluelet.kill(victim)
            except Exception:
                pass
        seen.append("killed both")

    def bystander() -> Coroutine:
        while "killed both" not in seen:
            yield bluelet.null()
        seen.append("bystander")

    def root() -> Coroutine:
        yield bluelet.spawn(killer())
        yield bluelet.spawn(bystander())

    bluelet.run(root())

    assert seen == ["victim", "victim", "killed both", "bystander"]


@should("run.waits-for-every-thread")
def never_spawned_spares_others(bluelet: Implementation) -> None:
    """To kill a generator that was never spawned SHOULD NOT affect any other thread.

    Source: ruling: bad arguments raise in the thread that made them, and disturb no other.
    """
    seen: list[str] = []

    def stranger() -> Coroutine:
        yield bluelet.null()

    def killer() -> Coroutine:
        seen.append("killer")
        try:
            yield bluelet.kill(stranger())
        except Exception:
            pass

    def bystander() -> Coroutine:
        while "killer" not in seen:
            yield bluelet.null()
        for _ in range(10):
            yield bluelet.null()
        seen.append("bystander")

    def root() -> Coroutine:
        yield bluelet.spawn(bystander())
        yield bluelet.spawn(killer())

    bluelet.run(root())

    assert seen == ["killer", "bystander"]


@should("kill.never-spawned-spares-others")
def never_spawned(bluelet: Implementation) -> None:
    """To kill a generator that was never spawned SHOULD raise in the thread that does it.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    seen: list[str] = []

    def stranger() -> Coroutine:
        yield bluelet.null()

    def root() -> Coroutine:
        try:
            yield bluelet.kill(stranger())
        except Exception:
            seen.append("refused")
        else:
            seen.append("accepted")

    bluelet.run(root())

    assert seen == ["refused"]
