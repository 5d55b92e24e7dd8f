import os

print("before: there is one process", flush=True)

pid = os.fork()
if pid == 0:
    print("child: fork() returned 0")
else:
    print(f"parent: fork() returned {pid}")
