"""CPython's Pool on the same machine: prints one JSON object of readings."""

import json
import multiprocessing as mp
import os
import time


def tiny(n):
    return n


def rate(pool, count):
    begin = time.perf_counter()
    results = [pool.apply_async(tiny, (n,)) for n in range(count)]
    for result in results:
        result.get()
    return count / (time.perf_counter() - begin)


def started(context):
    begin = time.perf_counter()
    process = context.Process(target=tiny, args=(1,))
    process.start()
    process.join()
    return (time.perf_counter() - begin) * 1000


def forked():
    """Milliseconds from os.fork() to the child's first statement."""
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


def reach(connection):
    connection.send(time.perf_counter())


def spawned():
    """The same from start() of a spawned process to the first statement of its target."""
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe()
    begin = time.perf_counter()
    process = context.Process(target=reach, args=(theirs,))
    process.start()
    end = ours.recv()
    process.join()
    return (end - begin) * 1000


def median(values):
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    fork = mp.get_context("fork")
    with fork.Pool(2) as pool:
        rate(pool, 2_000)
        apply_async = median([rate(pool, 10_000) for _ in range(5)])
    starts = {name: median([started(mp.get_context(name)) for _ in range(7)]) for name in ("fork", "spawn")}
    reached = {"fork": median([forked() for _ in range(7)]), "spawn": median([spawned() for _ in range(7)])}
    print(json.dumps({"applyAsync": apply_async, "start": starts, "reached": reached}))
