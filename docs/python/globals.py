import os

counter = 0
counter += 10

if os.fork() == 0:
    counter += 1
    print(f"child: counter={counter}")
else:
    os.wait()
    counter += 1
    print(f"parent: counter={counter}")
