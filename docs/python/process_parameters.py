import os
from multiprocessing import Process
from time import sleep


def run_task(name, age, *, m):
    for step in range(1, 101):
        print(f"child: round {step}, name={name}, age={age}, m={m}, process {os.getpid()}", flush=True)
        sleep(0.1)
    print("child: this line is never reached")


if __name__ == "__main__":
    print(f"parent: process {os.getpid()}")
    child = Process(target=run_task, args=("test", 18), kwargs={"m": 20}, name="Patient")
    print(f"parent: starting {child.name}", flush=True)
    child.start()
    sleep(0.6)
    child.terminate()
    child.join()
    print(f"parent: {child.name} was ended, exit code {child.exitcode}")
