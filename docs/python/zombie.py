import os
import subprocess
import time

pid = os.fork()
if pid == 0:
    print(f"child: process {os.getpid()} exits with 3", flush=True)
    os._exit(3)

state = ""
while state != "Z":
    time.sleep(0.02)
    state = subprocess.check_output(["ps", "-o", "state=", "-p", str(pid)], text=True).strip()
    print(f"parent: goes on, process {pid} is {state}")

ended, status = os.wait()
print(f"parent: collected process {ended}, exit code {os.waitstatus_to_exitcode(status)}")
