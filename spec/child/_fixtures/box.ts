/** Surroundings such as those of a container, made of namespaces. */
import { spawn } from "node:child_process";
import process from "node:process";
import { scratch } from "../../_support/folder.ts";
import { following, type Running } from "../../_support/system.ts";

/** Makes the root: what the system has for all programs, the runtime, the bundle at `/app`, and perhaps a `/tmp`. */
const SCRIPT = `
set -e
mount --make-rprivate /
mount -t tmpfs none "$ROOT"
cd "$ROOT"
mkdir app dev etc proc runtime tmp
for each in usr lib lib64 bin sbin; do
  if [ -L /$each ]; then cp -P /$each $each
  elif [ -d /$each ]; then mkdir $each; mount --bind /$each $each; mount -o remount,ro,bind $each
  fi
done
mount -t tmpfs none dev
mkdir dev/shm
for each in null zero random urandom tty; do touch dev/$each; mount --bind /dev/$each dev/$each; done
touch runtime/"$NAME"
mount --bind "$RUNTIME" runtime/"$NAME"
mount --bind "$APP" app
mount -o remount,ro,bind app
if [ -n "$HAS_TMP" ]; then mount -t tmpfs none tmp; fi
mount -t proc none proc
mount -o remount,ro dev
mount -o remount,ro .
exec chroot --userspec=1000:1000 . env --chdir=/app --ignore-environment HOME=/nowhere PATH=/runtime:/usr/bin:/bin NO_COLOR=1 "$@"
`;

/**
 * Runs words in such surroundings.
 *
 * @param app the folder that is `/app` there
 * @param name what the runtime of this process is called there
 */
export function startBoxed(app: string, name: string, words: readonly string[], hasTmp: boolean): Running {
  const under = ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", SCRIPT, "box"];
  const env = {
    ...process.env,
    ROOT: scratch(),
    RUNTIME: process.execPath,
    APP: app,
    NAME: name,
    HAS_TMP: hasTmp ? "1" : "",
  };
  return following(spawn("unshare", [...under, ...words], { env, stdio: ["ignore", "pipe", "pipe"], detached: true }));
}
