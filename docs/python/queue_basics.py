from multiprocessing import Queue
from queue import Full

queue = Queue(3)
queue.put("message 1")
queue.put("message 2")
print(f"full: {queue.full()}")
queue.put("message 3")
print(f"full: {queue.full()}")

try:
    queue.put("message 4", True, 0.1)
except Full:
    print(f"not in time: it holds {queue.qsize()}")

try:
    queue.put_nowait("message 4")
except Full:
    print(f"not at once: it holds {queue.qsize()}")

for _ in range(queue.qsize()):
    print(queue.get())  # get_nowait() may come before the feeder thread
print(f"empty: {queue.empty()}")
