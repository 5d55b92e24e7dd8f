import os
import time
from multiprocessing import Pool


def background_task():
    print(f"task: process {os.getpid()}, parent {os.getppid()}")
    for step in range(3):
        print(f"task: step {step}")
        time.sleep(0.05)
    return "completed"


def doomed_task():
    raise ValueError("out of luck")


def callback(value):
    print(f"callback: process {os.getpid()}, result {value}")


def error_callback(error):
    print(f"errorCallback: process {os.getpid()}, {type(error).__name__}: {error}")


if __name__ == "__main__":
    pool = Pool(3)
    pool.apply_async(background_task, callback=callback)
    pool.apply_async(doomed_task, error_callback=error_callback)
    print("main: goes on")
    pool.close()
    pool.join()
    print(f"main: process {os.getpid()}")
