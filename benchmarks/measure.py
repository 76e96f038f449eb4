#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs cases in turns and prints what each took: medians of wall time, of processor time (user and system, of all its processes), and the most
memory it was seen to have. usage: measure.py ROUNDS FOLDER CASE...   CASE is a shell script FOLDER/CASE; FOLDER/CASE.before runs
before it, unmeasured; FOLDER/CASE.service has the process id of a service that does the work, and is counted too. A line each, by tabs:
case, wall s, least wall s, CPU s, most VmRSS MiB, most RssAnon MiB. FOLDER/CASE.rounds has the single rounds.
Memory is sampled in a first round, which warms the page cache and isn't timed."""

import os
import statistics
import subprocess
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / TICKS


def children(pid):
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as listed:
                for child in listed.read().split():
                    found += children(child)
    except OSError:
        pass  # it ended meanwhile
    return found


def memory_of(pid):
    sizes = {"VmRSS": 0, "RssAnon": 0}
    for each in children(pid):
        try:
            with open(f"/proc/{each}/status") as status:
                for line in status:
                    name, _, value = line.partition(":")
                    if name in sizes:
                        sizes[name] += int(value.split()[0])
        except OSError:
            pass
    return sizes


def run(folder, case, sampled):
    path = os.path.join(folder, case)
    if os.path.exists(path + ".before"):
        subprocess.run(["sh", path + ".before"], check=True)
    service = None
    if os.path.exists(path + ".service"):
        with open(path + ".service") as file:
            service = int(file.read())
    before = cpu_of(service) if service else 0
    most = {"VmRSS": 0, "RssAnon": 0}
    with open(path + ".log", "wb") as log:
        begun = time.monotonic()
        process = subprocess.Popen(["sh", path], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while sampled:
            now = memory_of(service if service else process.pid)
            most = {name: max(most[name], now[name]) for name in most}
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(0.002)
        else:
            _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
    process.returncode = status
    if status:
        with open(path + ".log") as log:
            sys.exit(f"{case} failed:\n{log.read()}")
    cpu = usage.ru_utime + usage.ru_stime + (cpu_of(service) - before if service else 0)
    return wall, cpu, most


def main():
    rounds, folder, cases = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    memory = {case: run(folder, case, True)[2] for case in cases}
    walls = {case: [] for case in cases}
    cpus = {case: [] for case in cases}
    for _ in range(rounds):
        for case in cases:
            wall, cpu, _ = run(folder, case, False)
            walls[case].append(wall)
            cpus[case].append(cpu)
    for case in cases:
        with open(os.path.join(folder, case + ".rounds"), "w") as file:
            file.writelines(f"{wall:.3f} {cpu:.3f}\n" for wall, cpu in zip(walls[case], cpus[case]))
        least = min(walls[case], default=0)
        wall = statistics.median(walls[case] or [0])
        cpu = statistics.median(cpus[case] or [0])
        most = memory[case]
        print(
            f"{case}\t{wall:.2f}\t{least:.2f}\t{cpu:.2f}\t{most['VmRSS'] / 1024:.1f}\t{most['RssAnon'] / 1024:.1f}",
            flush=True,
        )


main()
