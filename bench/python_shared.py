"""Station: CPython's queues between processes, in the same shapes as ours."""

import array
import multiprocessing as mp

from python_pool import serve, timed

FORK = mp.get_context("fork")
TIMED_BOUND = 10_000
made = {}


def once(name, make):
    if name not in made:
        made[name] = make()
    return made[name]


# What the children do: each waits for orders.


def produce(orders, queue):
    while True:
        for n in range(orders.get()):
            queue.put(n)


def time_puts(orders, queue, told):
    while True:
        count = orders.get()
        times = []
        for _ in range(count + count // 10):
            times.append(timed(lambda: queue.put(1)))
        times = sorted(times[count // 10 :])
        told.put({"p50": times[count // 2], "p99": times[count * 99 // 100]})


def consume(orders, queue, done):
    while True:
        for _ in range(orders.get()):
            queue.get()
        done.put(None)


def produce_arrays(orders, queue):
    payloads = {}
    while True:
        kind, size = orders.get()
        if kind not in payloads:
            payloads[kind] = bytes(size) if kind == "bytes" else array.array("d", bytes(size))
        queue.put(payloads[kind])


def started(target, *queues):
    orders = FORK.Queue()
    FORK.Process(target=target, args=(orders, *queues), daemon=True).start()
    return (orders, *queues)


# What is measured: rates a second, otherwise milliseconds.


def from_children(argument):
    bound, producers, count = (argument[name] for name in ("bound", "producers", "count"))

    def start():
        queue = FORK.Queue(bound)
        return queue, [started(produce, queue)[0] for _ in range(producers)]

    queue, orders = once(("producers", bound, producers), start)

    def run():
        for each in orders:
            each.put(count)
        for _ in range(producers * count):
            queue.get()

    return producers * count / timed(run) * 1000


def put_times(count):
    orders, queue, told = once("timed", lambda: started(time_puts, FORK.Queue(TIMED_BOUND), FORK.Queue()))
    orders.put(count)
    for _ in range(count + count // 10):
        queue.get()
    return told.get()


def to_child(count):
    orders, queue, done = once("consumer", lambda: started(consume, FORK.Queue(), FORK.Queue()))

    def run():
        orders.put(count)
        for n in range(count):
            queue.put(n)
        done.get()

    return count / timed(run) * 1000


def array_from_child(argument):
    orders, queue = once("arrays", lambda: started(produce_arrays, FORK.Queue()))

    def run():
        orders.put((argument["kind"], argument["bytes"]))
        queue.get()

    return timed(run)


def manager_put(count):
    queue = once("managed", lambda: once("manager", FORK.Manager).Queue())

    def run():
        for n in range(count):
            queue.put(n)

    time = timed(run) / count
    for _ in range(count):
        queue.get()
    return time


MEASURES = {
    "fromChildren": from_children,
    "putTimes": put_times,
    "toChild": to_child,
    "arrayFromChild": array_from_child,
    "managerPut": manager_put,
}

if __name__ == "__main__":
    serve(MEASURES)
    if "manager" in made:
        made["manager"].shutdown()
