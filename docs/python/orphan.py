import os
import time

parent = os.getpid()
begun, mark = os.pipe()

if os.fork() == 0:
    adopted = 0
    for step in range(1, 101):
        ppid = os.getppid()
        if ppid != parent:
            adopted += 1
        print(f"child: round {step}, parent {ppid}", flush=True)
        if step == 1:
            os.write(mark, b"!")
        if adopted == 3:
            break
        time.sleep(0.05)
    print("child: was adopted, ends by itself" if adopted else "child: its parent did not end")
else:
    os.read(begun, 1)
    print(f"parent: process {parent} ends")
