import os
import time

pid = os.fork()
if pid == 0:
    for step in range(1, 6):
        print(f"child: process {os.getpid()} works, round {step}")
        time.sleep(0.02)
else:
    print(f"parent: process {os.getpid()} waits")
    ended, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    print(f"parent: collected process {ended}, status {status}, exit code {code}")
