"""Kills the binary with SIGKILL after event N of a run's history and lets the same command finish, for many N.

Arguments: the binary, the workload, a folder for states, the first N, the step to the next, the last N. Prints one line of
JSON a crash; what must hold is asserted by who reads it. N = 0 is a kill as soon as the state is there.
"""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

BINARY, WORKLOAD, FOLDER = sys.argv[1:4]
FIRST, STEP, LAST = (int(word) for word in sys.argv[4:7])
LIMIT = 60.0
JOBS = "kind IN ('sagemaker.processing-job', 'sagemaker.training-job', 'sagemaker.transform-job')"


def connect(state):
    path = pathlib.Path(state, "plane.db")
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5, isolation_level=None)


def rows(state, query):
    """All rows; none where the state is not there yet."""
    try:
        connection = connect(state)
    except sqlite3.OperationalError:
        return []
    try:
        return connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()


def start(state):
    command = [BINARY, "run", "--json", "--state", state, WORKLOAD]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def kill_after(process, state, wanted):
    """Kills the process once its history has the wanted event; whether it lived until then."""
    deadline = time.monotonic() + LIMIT
    connection = None
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = connection or connect(state)
            last = connection.execute("SELECT max(id) FROM history").fetchone()[0] or 0
            if last >= wanted:
                # Events come in groups; the earlier one of a group is wanted, the later the kill, so that the time
                # between two groups is covered as well.
                time.sleep((last - wanted) * 0.005)
                process.send_signal(signal.SIGKILL)
                process.wait()
                return True
        except sqlite3.OperationalError:
            # Neither the file nor its tables need be there yet.
            connection = None
        time.sleep(0.0005)
    return False


def objects(state):
    """Acknowledged objects: bucket and key to the hash of the content."""
    return {f"{bucket}/{key}": content for bucket, key, content in rows(state, "SELECT bucket, key, sha256 FROM object")}


def unreadable(state, found):
    """Keys whose content is not on the disk, or is another one."""
    bad = []
    for key, content in found.items():
        path = pathlib.Path(state, "objects", content[:2], content)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != content:
            bad.append(key)
    return bad


def completed(found):
    """Step and key of each step whose completion is committed, with the hash of what says so."""
    parts = {name: name.split("/") for name in found if name.endswith("/complete.json")}
    return {(part[2], part[3]): found[name] for name, part in parts.items()}


def jobs(state):
    """Every job by name: what its record says."""
    return dict(rows(state, f"SELECT key, body FROM record WHERE {JOBS}"))


def statuses(state):
    """Statuses of all executions."""
    return [status for (status,) in rows(state, "SELECT status FROM record WHERE kind = 'states.execution'")]


def overlaps(state):
    """Executions that began before an earlier one had ended."""
    spans = rows(state, "SELECT created, modified FROM record WHERE kind = 'states.execution' ORDER BY created")
    return sum(1 for (_, stopped), (started, _) in zip(spans, spans[1:]) if started < stopped)


def of_step(all_jobs, key):
    return {name: body for name, body in all_jobs.items() if f"-{key[:8]}-" in name}


def processes(state):
    """Command lines of the processes that name the state."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            folder = pathlib.Path("/proc", entry)
            texts = [folder.joinpath(name).read_bytes() for name in ("cmdline", "environ", "mountinfo")]
            if folder.joinpath("stat").read_text().rsplit(") ", 1)[1].startswith("Z"):
                continue
        except OSError:
            continue
        if any(state.encode() in text for text in texts):
            found.append(texts[0].replace(b"\0", b" ").decode(errors="replace").strip())
    return found


def left_after(state, seconds):
    """Processes that are still there when they should be gone."""
    deadline = time.monotonic() + seconds
    while (found := processes(state)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def crash(wanted):
    state = os.path.join(FOLDER, f"crash-{wanted}")
    begun = time.monotonic()
    process = start(state)
    killed = kill_after(process, state, wanted)
    process.communicate()
    survivors = left_after(state, 10.0)
    last = (rows(state, "SELECT max(id) FROM history") or [(None,)])[0][0] or 0
    ended = [status for status in statuses(state) if status != "RUNNING"]
    before, jobs_before = objects(state), jobs(state)
    bad_before = unreadable(state, before)
    process = start(state)
    try:
        stdout, stderr = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
    after, jobs_after = objects(state), jobs(state)
    done = completed(before)
    again = [step for (step, key) in done if of_step(jobs_before, key) != of_step(jobs_after, key)]
    # A step that was not done may write its outputs anew: their keys stay, their content need not.
    kept = {name for name in before if any(f"/{key}/" in name for (_, key) in done)}
    answer = {
        "n": wanted,
        "killed": killed,
        "last": last,
        "ended": len(ended),
        "done": sorted(step for (step, _) in done),
        "again": again,
        "lost": [name for name in before if name not in after],
        "changed": [name for name in kept if after.get(name) != before[name]],
        "unreadable": bad_before + unreadable(state, after),
        "survivors": survivors + left_after(state, 10.0),
        "code": process.returncode,
        "runs": statuses(state),
        "overlaps": overlaps(state),
        "gaps": rows(state, "SELECT execution FROM history GROUP BY execution HAVING count(*) <> max(id)"),
        "jobs": len(jobs_after),
        "packages": len(rows(state, "SELECT key FROM record WHERE kind = 'sagemaker.model-package'")),
        "seconds": round(time.monotonic() - begun, 2),
        "stderr": "" if process.returncode == 0 else stderr.decode()[-2000:],
    }
    if process.returncode == 0:
        document = json.loads(stdout)
        answer["test"] = document["test"]["scores"]
        answer["status"] = document["status"]
        shutil.rmtree(state)
    return answer


for number in range(FIRST, LAST + 1, STEP):
    print(json.dumps(crash(number)), flush=True)
