import random
import time
from multiprocessing import Process, Queue


def produce(queue):
    for value in "ABC":
        print(f"producing {value}")
        queue.put(value)
        time.sleep(random.random() * 0.05)


def consume(queue):
    while not queue.empty():
        print(f"consumed {queue.get()}")
        time.sleep(random.random() * 0.05)


if __name__ == "__main__":
    queue = Queue()
    producer = Process(target=produce, args=(queue,))
    producer.start()
    producer.join()
    consumer = Process(target=consume, args=(queue,))
    consumer.start()
    consumer.join()
    print("all was produced and consumed")
