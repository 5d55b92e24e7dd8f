"""Station: CPython's multiprocessing on the same machine. Measures what the lines on stdin name, until stdin ends."""

import array
import json
import multiprocessing as mp
import os
import signal
import sys
import tempfile
import time

WORKERS = 2
FORK = mp.get_context("fork")
opened = None
lists = {}
payloads = {}


def pool():
    global opened
    if opened is None:
        opened = FORK.Pool(WORKERS)
    return opened


def timed(act):
    """Milliseconds that an act takes."""
    begin = time.perf_counter()
    act()
    return (time.perf_counter() - begin) * 1000


# What the workers run.


def tiny(n):
    return n


def work(steps):
    state = 1
    for _ in range(steps):
        state = (state * 1_103_515_245 + 12_345) & 0xFFFFFFFF
    return state


def work_parts(parts, steps):
    for _ in range(parts):
        work(steps)


def busy(path):
    with open(path, "w"):
        time.sleep(60)


def reach(connection):
    connection.send(time.perf_counter())


# What is measured: rates a second, otherwise milliseconds.


def apply_async(count):
    def run():
        results = [pool().apply_async(tiny, (n,)) for n in range(count)]
        for result in results:
            result.get()

    return count / timed(run) * 1000


def apply(count):
    def run():
        for n in range(count):
            pool().apply(tiny, (n,))

    return timed(run) / count


ITEMS = {
    "numbers": lambda n: n,
    "strings": lambda n: f"item {n}",
    "objects": lambda n: {"id": n, "name": f"item {n}"},
}


def map_items(argument):
    kind, count = argument["kind"], argument["count"]
    if kind not in lists:
        lists[kind] = [ITEMS[kind](n) for n in range(count)]
    return count / timed(lambda: pool().map(tiny, lists[kind])) * 1000


def echo(argument):
    """There and back, as bytes or as an array of doubles."""
    kind, size = argument["kind"], argument["bytes"]
    if kind not in payloads:
        payloads[kind] = bytes(size) if kind == "bytes" else array.array("d", bytes(size))
    return timed(lambda: pool().apply(tiny, (payloads[kind],)))


def latency(argument):
    """Percentiles of calls that follow each other, after a tenth as many that do not count."""
    payload, count = bytes(argument["bytes"]), argument["count"]

    def call():
        pool().apply(tiny, (payload,))

    for _ in range(count // 10 + 1):
        call()
    times = sorted(timed(call) for _ in range(count))

    def at(share):
        return times[min(count - 1, int(count * share))]

    return {"p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "max": times[-1]}


def first_value(_):
    """From a pool's making to its first value."""
    made = []

    def run():
        made.append(FORK.Pool(WORKERS))
        made[0].apply(tiny, (1,))

    time_taken = timed(run)
    made[0].terminate()
    return time_taken


def memory(_):
    """Resident bytes of a worker that has run a task."""
    with FORK.Pool(WORKERS) as own:
        own.map(tiny, range(WORKERS))
        time.sleep(0.3)
        return sum(resident(worker.pid) for worker in own._pool) / WORKERS


def resident(pid):
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def pool_work(argument):
    return timed(lambda: pool().map(work, [argument["steps"]] * argument["parts"], chunksize=1))


def plain_work(argument):
    """The same in two plain processes at once, from the first one's start of work to the last one's end."""
    share = (argument["parts"] // WORKERS, argument["steps"])
    gate = FORK.Barrier(WORKERS + 1)

    def passing():
        gate.wait()
        work_parts(*share)

    processes = [FORK.Process(target=passing) for _ in range(WORKERS)]
    for process in processes:
        process.start()
    gate.wait()

    def joined():
        for process in processes:
            process.join()

    return timed(joined)


def recovery(_):
    """From the death of one of two busy workers to the value of a task that waits for its successor."""
    with tempfile.TemporaryDirectory() as folder, FORK.Pool(WORKERS) as own:
        paths = [f"{folder}/{n}" for n in range(WORKERS)]
        for path in paths:
            own.apply_async(busy, (path,))
        while not all(os.path.exists(path) for path in paths):
            time.sleep(0.001)
        victim = own._pool[0].pid

        def recovered():
            os.kill(victim, signal.SIGKILL)
            own.apply_async(tiny, (1,)).get(timeout=10)

        return timed(recovered)


def started(method):
    """From start() to join()."""
    process = mp.get_context(method).Process(target=tiny, args=(1,))

    def run():
        process.start()
        process.join()

    return timed(run)


def forked(_):
    """From os.fork() to the child's first statement."""
    read, write = os.pipe()
    begin = time.perf_counter()
    if os.fork() == 0:
        os.write(write, repr(time.perf_counter()).encode())
        os._exit(0)
    os.wait()
    end = float(os.read(read, 100))
    os.close(read)
    os.close(write)
    return (end - begin) * 1000


def spawned(_):
    """From start() of a spawned process to the first statement of its target."""
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=reach, args=(theirs,))
    begin = time.perf_counter()
    process.start()
    end = ours.recv()
    process.join()
    return (end - begin) * 1000


MEASURES = {
    "applyAsync": apply_async,
    "apply": apply,
    "map": map_items,
    "echo": echo,
    "latency": latency,
    "firstValue": first_value,
    "memory": memory,
    "work": pool_work,
    "plainWork": plain_work,
    "recovery": recovery,
    "start": started,
    "forked": forked,
    "spawned": spawned,
}


def serve(measures):
    """Answers until stdin ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"value": measures[asked["measure"]](asked["argument"])}
        except Exception as error:
            answer = {"error": repr(error)}
        print("reading", json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve(MEASURES)
    if opened is not None:
        opened.terminate()
