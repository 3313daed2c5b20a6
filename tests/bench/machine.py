"""The machine of a measurement: what it is, who may use which core, and whether others disturbed."""
import os
import platform
import re
import subprocess

CORES = sorted(os.sched_getaffinity(0))
GATEWAY_CORE, REST_CORE = CORES[0], CORES[-1]
MOST_GENERATOR_CPU = 0.80  # of its core: above, the load is what was measured
MOST_FOREIGN_CPU = 0.10  # of one core, that others used
TICK = os.sysconf("SC_CLK_TCK")


def pinned(core, command):
    if core is None:
        return command
    return ["taskset", "-c", str(core), *command]


def busy_seconds():
    """Processor time of everything on this machine."""
    with open("/proc/stat", encoding="utf-8") as stat:
        user, nice, system, _idle, _iowait, irq, softirq, *_ = map(int, stat.readline().split()[1:])
    return (user + nice + system + irq + softirq) / TICK


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / TICK
        except FileNotFoundError:
            pass
    return total


def children(pid):
    """The process and all below it."""
    found = [pid]
    for each in found:
        try:
            with open(f"/proc/{each}/task/{each}/children", encoding="utf-8") as listing:
                found += map(int, listing.read().split())
        except FileNotFoundError:
            pass
    return found


def memory_and_descriptors(pids):
    """KiB in memory and open descriptors."""
    resident = descriptors = 0
    for pid in pids:
        with open(f"/proc/{pid}/statm", encoding="utf-8") as statm:
            resident += int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
        descriptors += len(os.listdir(f"/proc/{pid}/fd"))
    return resident, descriptors


def version_of(command, pattern=r"(\d+\.\d+[\w.\-]*)"):
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    found = re.search(pattern, run.stdout + run.stderr)
    return found.group(1) if found else "?"


def description():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        model = re.search(r"model name\s*: (.*)", info.read())
    return {"kernel": platform.release(), "cpu": model.group(1) if model else platform.machine(),
            "cores": os.cpu_count(), "gateway_core": GATEWAY_CORE, "rest_core": REST_CORE}
