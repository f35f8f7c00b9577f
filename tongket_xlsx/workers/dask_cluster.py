"""A Dask cluster as the place where files are read; asked for only by ``--scheduler``."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from tongket_xlsx import __version__
from tongket_xlsx.model.findings import CannotWork
from tongket_xlsx.workers import process as guarded
from tongket_xlsx.workers.pool import Elsewhere

if TYPE_CHECKING:
    from distributed import Client

_SECONDS_TO_ANSWER = 5


@contextmanager
def connected(address: str, lost: Callable[[], None] = lambda: None) -> Iterator[Elsewhere]:
    """Have files read by the workers of a cluster.

    Args:
        address: of its scheduler, such as ``tcp://10.0.0.5:8786``.
        lost: called where the cluster has gone and the rest is read here.

    Raises:
        CannotWork: the extra ``dask`` is not installed, nobody answers at the address, there are
            no workers, or they have another version of this program.
    """
    client_of = _client_of()
    with _silence():
        try:
            client = client_of(address, timeout=_SECONDS_TO_ANSWER, set_as_default=False)
        except Exception as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise CannotWork("scheduler.silent", path=address, reason=reason) from error
        try:
            _check(client, address)
            executor = client.get_executor(pure=False)
            yield Elsewhere(executor, lambda: _threads(client), _Ended(client), lost)
        finally:
            with suppress(Exception):
                client.close(timeout=_SECONDS_TO_ANSWER)


def _client_of() -> Any:
    try:
        import distributed  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise CannotWork("scheduler.no_extra") from None
    return distributed.Client


@contextmanager
def _silence() -> Iterator[None]:
    """Keep what Dask prints from the screen: we say in a sentence what there is to be said."""
    logger = logging.getLogger("distributed")
    before = logger.level
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"distributed\.|dask\.|contextlib")
        if not os.environ.get(guarded.DEBUG):
            logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            logger.setLevel(before)


def _check(client: Client, address: str) -> None:
    """See that there are workers, and that they would read as this program does."""
    try:
        client.wait_for_workers(1, timeout=_SECONDS_TO_ANSWER)
        there: dict[str, Any] = client.run(guarded.program, on_error="return")
    except Exception as error:
        raise CannotWork("scheduler.no_workers", path=address) from error
    for worker, program in there.items():
        if program != __version__:
            found = program if isinstance(program, str) else "–"
            raise CannotWork(
                "scheduler.version", path=worker, found=found, expected=__version__
            ) from None


def _threads(client: Client) -> int:
    """Return how many files can be read at once; none where nobody answers."""
    try:
        return sum(client.nthreads().values())
    except Exception:  # noqa: BLE001 - whatever it is, there is nobody
        return 0


class _Ended:
    """End what is left of a run on all workers."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __call__(self, name: str) -> None:
        with suppress(Exception):
            self._client.run(guarded.end, name, on_error="ignore")
