import os
import random
import time
from multiprocessing import Pool


def work(task):
    print(f"task {task} starts in process {os.getpid()}")
    time.sleep(0.02 + random.random() * 0.08)
    print(f"task {task} ends in process {os.getpid()}")


if __name__ == "__main__":
    pool = Pool(3)
    for task in range(10):
        pool.apply_async(work, (task,))
    print("main: all tasks are handed over")
    pool.close()
    pool.join()
    print("main: all tasks are done")
