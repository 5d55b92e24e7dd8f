import os
from multiprocessing import Manager, Pool


def write(queue):
    print(f"writer: process {os.getpid()}, parent {os.getppid()}")
    for letter in "Python":
        queue.put(letter)


def read(queue):
    print(f"reader: process {os.getpid()}, parent {os.getppid()}")
    for _ in range(queue.qsize()):
        print(f"read {queue.get()}")


if __name__ == "__main__":
    print(f"main: process {os.getpid()}", flush=True)
    queue = Manager().Queue()
    pool = Pool(2)
    pool.apply(write, (queue,))
    pool.apply(read, (queue,))
    pool.close()
    pool.join()
    print("done")
