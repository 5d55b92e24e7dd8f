import os
import time
from multiprocessing import Process


def work(label, seconds):
    print(f"{label}: process {os.getpid()}, parent {os.getppid()}")
    start = time.perf_counter()
    time.sleep(seconds)
    print(f"{label}: done after {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    print(f"main: process {os.getpid()}", flush=True)
    first = Process(target=work, args=("one", 1))
    second = Process(target=work, args=("two", 0.2), name="WorkerTwo")
    first.start()
    second.start()
    print(f"main: WorkerTwo alive: {second.is_alive()}")
    for child in first, second:
        print(f"main: {child.name} is process {child.pid}")
    second.join()
    print(f"main: after joining WorkerTwo, {first.name} alive: {first.is_alive()}")
    first.join()
    print(f"main: after joining {first.name}, alive: {first.is_alive()}")
