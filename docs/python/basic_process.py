import os
from multiprocessing import Process


def run_task(name):
    print(f"child: running {name} in process {os.getpid()}")


if __name__ == "__main__":
    print(f"parent: process {os.getpid()}")
    child = Process(target=run_task, args=("test",))
    print("parent: starting the child", flush=True)
    child.start()
    child.join()
    print(f"parent: the child has ended with exit code {child.exitcode}")
