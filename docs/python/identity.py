import os

pid = os.fork()
if pid == 0:
    print(f"child: process {os.getpid()}, parent {os.getppid()}")
else:
    print(f"parent: process {os.getpid()}, child {pid}")
print(f"both: process {os.getpid()} runs this line")

if pid != 0:
    os.wait()
