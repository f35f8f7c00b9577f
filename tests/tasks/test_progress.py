"""Long work as it is watched: counts, and the time that is left."""

from tongket_xlsx.tasks.progress import Watch


class Clock:
    """A clock that goes when it is told."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def watched(steps, total):
    """Return a watch after some ticks, each (seconds, done)."""
    clock = Clock()
    watch = Watch(clock)
    for seconds, done in steps:
        clock.now = seconds
        watch.tick(done, total, "accepted")
    return watch


def test_the_time_left_follows_the_pace():
    """What took ten seconds for ten takes ninety for ninety."""
    assert watched([(n, n) for n in range(1, 11)], 100).seconds_left() == 90


def test_the_pace_is_that_of_late():
    """A thousand files that were there already say nothing about how long new ones take."""
    quick = [(n / 1000, n) for n in range(1, 1001)]
    slow = [(1 + 2 * n, 1000 + n) for n in range(1, 51)]
    left = watched(quick + slow, 1150).seconds_left()
    assert 190 <= left <= 210


def test_nobody_knows_before_anything_is_done():
    """Before the first is done, or where no time has passed, nothing is reckoned."""
    assert Watch(Clock()).seconds_left() is None
    assert watched([(0, 5)], 10).seconds_left() is None
    assert watched([(5, 0)], 10).seconds_left() is None


def test_a_second_work_is_counted_afresh():
    """Where another work follows, its counts and its pace are its own."""
    clock = Clock()
    watch = Watch(clock)
    for n in range(1, 4):
        clock.now = n
        watch.tick(n, 3, "refused")
    for n in range(1, 3):
        clock.now = 3 + 10 * n
        watch.tick(n, 4, "accepted")
    assert (watch.done, watch.total, watch.counts) == (2, 4, {"accepted": 2})
    assert watch.seconds_left() == 20
