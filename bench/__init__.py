"""What we claim about speed, as commands anyone can run: `make bench`, or `make bench ARGS=engine` for one part.

Machines differ by half from one minute to the next, so every value stands beside its floor: the least the same machine can
do for such a job, measured in the same run. Each module here has `rows()`, which measures and yields `Row`s.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """One measured thing. `floor` and `aim` are in the same unit; an aim is a ceiling unless `more_is_better`."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    aim: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times worse than the floor: 1 is as good as it gets."""
        if not self.floor or not self.value:
            return None
        return self.floor / self.value if self.more_is_better else self.value / self.floor

    @property
    def met(self) -> bool | None:
        if self.aim is None:
            return None
        return self.value >= self.aim if self.more_is_better else self.value <= self.aim


def cpu_ms(work: Callable[[], object], seconds: float = 1.0, before: Callable[[], object] = lambda: None) -> float:
    """CPU milliseconds of one call of `work`: the median of as many calls as fit into `seconds`, at least five. `before` each, unmeasured."""
    work()
    taken, until = [], time.perf_counter() + seconds
    gc.disable()
    try:
        while len(taken) < 5 or time.perf_counter() < until:
            before()
            started = time.process_time_ns()
            work()
            taken.append(time.process_time_ns() - started)
    finally:
        gc.enable()
    return median(taken) / 1e6
