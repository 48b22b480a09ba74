"""What `cargo xtask bench tune` compares with: Optuna's TPE with its defaults on three functions and on tables of losses, and
the time that it takes for a trial with each of its stores. Prints one JSON document.

    python optuna_tpe.py TRIALS SEEDS FIRST_SEED TABLES
"""

import json
import math
import pathlib
import statistics
import sys
import tempfile
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    bend = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def sphere(trial):
    return sum(trial.suggest_float(f"x{place}", -5, 5) ** 2 for place in range(5))


def mixed(trial):
    rate, depth = trial.suggest_float("rate", 1e-5, 1, log=True), trial.suggest_int("depth", 1, 20)
    kind = trial.suggest_categorical("kind", ["a", "b", "c", "d"])
    return (math.log10(rate) + 2) ** 2 + ((depth - 7) / 5) ** 2 + {"a": 0.0, "b": 0.5, "c": 1.0, "d": 2.0}[kind]


def forest(path):
    """The loss of a forest, looked up in the table of a task."""
    table = json.loads(path.read_text())
    depths, leaves, features = table["max_depth"], table["min_samples_leaf"], table["max_features"]

    def loss(trial):
        depth = trial.suggest_int("max_depth", 1, depths)
        leaf = trial.suggest_int("min_samples_leaf", 1, leaves, log=True)
        place = ((depth - 1) * leaves + leaf - 1) * len(features)
        return table["losses"][place + features.index(trial.suggest_categorical("max_features", features))]

    return loss


def best(function, trials, seed):
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(function, n_trials=trials)
    return study.best_value


def milliseconds_a_trial(storage, trials):
    study = optuna.create_study(storage=storage, sampler=optuna.samplers.TPESampler(seed=1))
    times = []
    for _ in range(trials):
        started = time.perf_counter()
        trial = study.ask()
        value = mixed(trial)
        study.tell(trial, value)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def main():
    trials, seeds, first = (int(argument) for argument in sys.argv[1:4])
    functions = {function.__name__: function for function in (branin, sphere, mixed)}
    functions |= {path.stem: forest(path) for path in sorted(pathlib.Path(sys.argv[4]).glob("*.json"))}
    found = {
        name: [[best(function, trials, start + seed) for seed in range(seeds)] for start in (first, first + 1000)]
        for name, function in functions.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        journal = optuna.storages.journal.JournalFileBackend(str(path / "journal.log"))
        stores = {
            "in memory": None,
            "journal file": optuna.storages.JournalStorage(journal),
            "SQLite": f"sqlite:///{path}/optuna.db",
        }
        times = {name: milliseconds_a_trial(storage, trials) for name, storage in stores.items()}
    print(json.dumps({"version": optuna.__version__, "best": found, "milliseconds": times}))


main()
