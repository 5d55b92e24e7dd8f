import os
import time
from multiprocessing import Process


class Sleeper(Process):
    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds

    def run(self):
        print(f"child: {self.name}, process {os.getpid()}, parent {os.getppid()}")
        time.sleep(self.seconds)
        print(f"child: slept {self.seconds * 1000:.0f} ms")


if __name__ == "__main__":
    start = time.perf_counter()
    print(f"main: process {os.getpid()}", flush=True)
    sleeper = Sleeper(0.2)
    sleeper.start()
    sleeper.join()
    print(f"main: at least 200 ms later: {time.perf_counter() - start >= 0.2}")
