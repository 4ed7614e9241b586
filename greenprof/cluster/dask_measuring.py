"""``with greenprof.dask.measure(client) as m:`` what a Dask cluster used while a block ran, task by task."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from greenprof import wire
from greenprof.cluster.dask_plugins import (
    EnergySchedulerPlugin,
    EnergyWorkerPlugin,
    flush,
    result_of,
    stop_in,
)
from greenprof.cluster.outcome import Outcome
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.model import Cluster, ClusterTask

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")


class ClusterMeasurement(Outcome):
    """What a Dask cluster used while the block was open: everything that ran on it, of other clients too.

    With an asynchronous client use ``async with``, and await `update`. After the block, or after an `update` inside of
    it, `cluster`, `report` and `tasks` (such as ``m.tasks[future.key].energy_j``) hold what was seen.
    """

    def __init__(self, client: Client, meter: str | None = None) -> None:
        super().__init__()
        self._client: Any = client  # whose methods have no types
        self._meter = meter
        self._name = uuid.uuid4().hex[:12]

    def update(self) -> Any:
        """Bring what was seen up to now; to be awaited with an asynchronous client."""
        return self._do(self._update())

    def __enter__(self) -> ClusterMeasurement:
        if self._client.asynchronous:
            raise GreenprofError("the client is asynchronous: write `async with greenprof.dask.measure(client)`")
        _at_once(self._begin())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        _at_once(self._end(failed=kind is not None))

    async def __aenter__(self) -> ClusterMeasurement:
        await self._begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        await self._end(failed=kind is not None)

    def _do(self, work: Coroutine[Any, Any, None]) -> Any:
        return work if self._client.asynchronous else _at_once(work)

    async def _begin(self) -> None:
        if self._client.status == "closed":
            raise GreenprofError("the client is closed: measure inside of the `with` block of the client")
        self._begins_now()
        # The scheduler first: a worker's heartbeat must find who hears it.
        await self._ask(self._client.register_plugin, EnergySchedulerPlugin(self._name, self._meter))
        try:
            await self._ask(self._client.register_plugin, EnergyWorkerPlugin(self._name, self._meter))
        except BaseException:
            await _waited(self._client.run_on_scheduler(_stop, name=self._name))
            raise

    async def _update(self) -> None:
        await _waited(self._client.run(_flush, name=self._name, on_error="ignore"))
        found = await _waited(self._client.run_on_scheduler(_result, name=self._name))
        if found is None:
            raise GreenprofError("the cluster was restarted while it was measured: its scheduler knows nothing of it")
        self._cluster = wire.decoded(Cluster, _plain(found["cluster"]), "the scheduler")
        self._tasks = {key: wire.decoded(ClusterTask, _plain(task), "the scheduler") for key, task in found["tasks"]}
        self._seconds = found["seconds"]

    async def _end(self, *, failed: bool) -> None:
        self._exit_code = int(failed)
        try:
            await self._update()
        finally:
            await _waited(self._client.unregister_worker_plugin(f"greenprof-{self._name}"))
            await _waited(self._client.run_on_scheduler(_stop, name=self._name))

    async def _ask(self, register: Callable[[Any], Any], plugin: Any) -> None:
        try:
            await _waited(register(plugin))
        except ImportError as error:
            raise GreenprofError(
                f"a worker or the scheduler has no greenprof ({error}): pip install 'greenprof[dask]' where they run",
                EXIT_USAGE,
            ) from error


def measure(client: Client, *, meter: str | None = None) -> ClusterMeasurement:
    """Measure what a Dask cluster uses in a ``with`` block. `meter` is opened on each machine (default: what works)."""
    return ClusterMeasurement(client, meter)


async def _flush(dask_worker: Any, name: str) -> None:
    await flush(name, dask_worker)


def _result(dask_scheduler: Any, name: str) -> dict[str, Any] | None:
    return result_of(name, dask_scheduler)


def _stop(dask_scheduler: Any, name: str) -> None:
    stop_in(name, dask_scheduler)


async def _waited(answer: Any) -> Any:
    """What a client answers, at once or, if it is asynchronous, some time later."""
    return await answer if inspect.isawaitable(answer) else answer


def _at_once(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that waits for nothing, as it does with a synchronous client."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    work.close()
    raise RuntimeError("a synchronous client made somebody wait")


def _plain(value: Any) -> Any:
    """Tuples as JSON has them."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
