// What the operating system says of a process: CPU time of all its threads, memory, children.
import { readFileSync, readdirSync } from "node:fs";

/** CPU time that the process has used so far, all threads together, in microseconds. */
export function cpu(pid) {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    } catch {
      // It has ended in between.
    }
  }
  return nanoseconds / 1000;
}

/** Resident memory in bytes. */
export function memory(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
}

/** Processes that this one has started and that run a program of this name. */
export function children(program, parent = process.pid) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const [, ppid] = /\) \S+ (\d+)/.exec(stat);
        return Number(ppid) === parent && stat.includes(`(${program})`);
      } catch {
        return false;
      }
    });
}

/** Anything that keeps the cores busy beside us: runnable processes, averaged over the last minute. */
export function busy() {
  return Number(readFileSync("/proc/loadavg", "utf8").split(" ")[0]);
}
