"""The programs that own training is compared with.

peers.py tasks FOLDER [AIR]      writes the tasks as arrays; AIR is AirQualityUCI.csv, left out where it is not given
peers.py scores FOLDER SEED      scores of five seeds from SEED on, to FOLDER/scores.json
peers.py fit FOLDER/TASK FAMILY  processor seconds and memory of one fit, as a line of JSON
peers.py predict MODEL FOLDER/TASK  processor microseconds of onnxruntime for 1,000 rows of a model of ours, as a line of JSON

A task is a folder with x.npy and y.npy (single precision) and task.json: the places of numeric and categorical columns, the
number of classes (0: a number is predicted) and, where rows are not dealt to folds, how many of them are to train on.
"""

import csv
import datetime
import json
import math
import pathlib
import resource
import sys
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
MASK = 2**64 - 1


def mix(x):
    z = (x + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def folds(labels, seed):
    """As `learn::split::folds` with five folds."""
    start = mix(seed)
    order = sorted(range(len(labels)), key=lambda row: (labels[row], mix(start ^ row), row))
    fold = np.empty(len(labels), int)
    for place, row in enumerate(order):
        fold[row] = place % 5
    return fold


def write(folder, x, y, classes, categorical=(), train=None):
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "x.npy", np.ascontiguousarray(x, np.float32))
    np.save(folder / "y.npy", np.ascontiguousarray(y, np.float32))
    numeric = [c for c in range(x.shape[1]) if c not in categorical]
    told = {"classes": classes, "numeric": numeric, "categorical": list(categorical), "train": train}
    (folder / "task.json").write_text(json.dumps(told))


def mobile():
    with open(ROOT / "examples/mobile-price/data/train.csv", newline="") as file:
        names, *rows = csv.reader(file)
    table = np.array(rows, float)
    for name in ("sc_w", "px_height"):
        column = table[:, names.index(name)]
        column[column == 0] = np.nan
    return table[:, :-1], table[:, -1].astype(int)


HEART = "age sex cp trestbps chol fbs restecg thalach exang oldpeak slope ca thal num".split()
CODES = [HEART.index(name) for name in ("sex", "cp", "fbs", "restecg", "exang", "slope", "thal")]


def heart(hospitals):
    found = []
    for hospital in hospitals:
        seen = set()
        for row in csv.reader(open(ROOT / f"crates/learn/tests/data/heart-disease/processed.{hospital}.data")):
            cells = [math.nan if cell == "?" else float(cell) for cell in row]
            for name in ("trestbps", "chol"):
                if cells[HEART.index(name)] == 0:
                    cells[HEART.index(name)] = math.nan
            key = tuple(map(str, cells))
            if key not in seen:
                seen.add(key)
                found.append(cells)
    table = np.array(found)
    return table[:, :-1], table[:, -1].astype(int)


def air(path, horizon):
    """What is known at an hour, and benzene `horizon` hours later."""
    with open(path, newline="") as file:
        names, *rows = [row for row in csv.reader(file, delimiter=";") if row and row[0]]
    hours = [datetime.datetime.strptime(row[0] + row[1], "%d/%m/%Y%H.%M.%S") for row in rows]
    columns = [c for c in range(2, 15) if names[c] != "NMHC(GT)"]
    table = np.array([[float(row[c].replace(",", ".")) for c in columns] for row in rows])
    table[table == -200] = np.nan
    filled = table.copy()
    for row in range(1, len(filled)):
        gap = np.isnan(filled[row])
        filled[row, gap] = filled[row - 1, gap]
    target = [names[c] for c in columns].index("C6H6(GT)")
    past, x, y, train = filled[:, target], [], [], 0
    for now in range(167, len(hours) - horizon):
        truth, when = table[now + horizon, target], hours[now + horizon]
        if np.isnan(truth):
            continue
        lags = [past[now - k] for k in (1, 2, 3, 6, 12, 18, 23, 47, 71, 143, 167)]
        means = [past[now - 5 : now + 1].mean(), past[now - 23 : now + 1].mean()]
        day, week = 2 * math.pi * when.hour / 24, 2 * math.pi * when.weekday() / 7
        calendar = [math.sin(day), math.cos(day), math.sin(week), math.cos(week), when.weekday() >= 5]
        x.append([*filled[now], *lags, *means, past[now + horizon - 24], *calendar])
        y.append(truth)
        train += when < datetime.datetime(2005, 2, 1)
    return np.array(x, float), np.array(y), train


def tasks(folder, air_file=None):
    x, y = mobile()
    write(folder / "mobile", x, y, 4)
    four = ("cleveland", "hungarian", "switzerland", "va")
    for name, hospitals in (("four", four), ("cleveland", four[:1])):
        x, y = heart(hospitals)
        write(folder / f"{name}_binary", x, y > 0, 2, CODES)
        write(folder / f"{name}_5", x, y, 5, CODES)
    for horizon in (1, 6, 24) if air_file else ():
        x, y, train = air(air_file, horizon)
        write(folder / f"air_{horizon}", x, y, 0, train=train)
    # Those of the speed bench: no missing cell, training rows first.
    x, y = mobile()
    x = np.where(np.isnan(x), np.nanmedian(x, axis=0), x)
    order = np.argsort(folds(y, 1) == 0, kind="stable")
    write(folder / "speed/mobile", x[order], y[order], 4, train=1600)
    from sklearn.datasets import make_classification

    x, y = make_classification(
        200_000, 50, n_informative=20, n_redundant=10, n_clusters_per_class=4, flip_y=0.1, class_sep=0.6, random_state=1
    )
    write(folder / "speed/large", x, y, 2, train=160_000)


def read(folder):
    told = json.loads((folder / "task.json").read_text())
    return np.load(folder / "x.npy"), np.load(folder / "y.npy"), told


def widen(x, told, known, scale):
    """Medians, a column for each level, and scaling, all from the rows `known`."""
    numbers = x[:, told["numeric"]].astype(float)
    medians = np.nanmedian(numbers[known], axis=0)
    parts = [np.where(np.isnan(numbers), medians, numbers)]
    for column in told["categorical"]:
        codes = x[:, column]
        levels = np.unique(codes[known])
        parts.append((codes[:, None] == levels[~np.isnan(levels)]).astype(float))
    wide = np.hstack(parts)
    if not scale:
        return wide
    deviation = wide[known].std(axis=0)
    return (wide - wide[known].mean(axis=0)) / np.where(deviation == 0, 1, deviation)


def model(family, classes, seed, trees=100):
    import lightgbm
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.linear_model import LogisticRegression, Ridge

    if classes:
        return {
            "logistic_regression": lambda: LogisticRegression(C=1.0, max_iter=2000, tol=1e-6),
            "random_forest": lambda: RandomForestClassifier(trees, random_state=seed),
            "gradient_boosting": lambda: lightgbm.LGBMClassifier(random_state=seed, n_jobs=1, verbose=-1),
        }[family]()
    return {
        "ridge": lambda: Ridge(alpha=1.0),
        "random_forest": lambda: RandomForestRegressor(
            100, max_features=1 / 3, min_samples_leaf=3, random_state=seed
        ),
        "gradient_boosting": lambda: lightgbm.LGBMRegressor(
            n_estimators=300, learning_rate=0.05, subsample=0.8, subsample_freq=1, colsample_bytree=0.8,
            random_state=seed, n_jobs=1, verbose=-1,
        ),
    }[family]()


LINEAR = ("logistic_regression", "ridge")


def class_scores(fitted, x, y, classes):
    from sklearn.metrics import accuracy_score, log_loss

    shares = np.clip(fitted.predict_proba(x), 1e-15, 1)
    shares /= shares.sum(axis=1, keepdims=True)
    known = np.arange(classes)
    return {"accuracy": accuracy_score(y, shares.argmax(axis=1)), "log_loss": log_loss(y, shares, labels=known)}


def number_scores(fitted, x, y):
    return {"rmse": float(np.sqrt(((y - fitted.predict(x)) ** 2).mean()))}


def scores(folder, first):
    found = {}
    for path in sorted(path for path in folder.iterdir() if (path / "task.json").exists()):
        x, y, told = read(path)
        classes, train = told["classes"], told["train"]
        families = ("logistic_regression", "random_forest", "gradient_boosting") if classes else (
            "ridge", "random_forest", "gradient_boosting")
        runs = {family: [] for family in families}
        for family in families:
            for seed in range(first, first + 5):
                if classes:
                    fold = folds([int(label) for label in y], seed)
                    for held_out in range(5):
                        known = fold != held_out
                        wide = widen(x, told, known, family in LINEAR)
                        fitted = model(family, classes, 1000 * seed + held_out).fit(wide[known], y[known].astype(int))
                        runs[family].append(class_scores(fitted, wide[~known], y[~known].astype(int), classes))
                else:
                    known = np.arange(len(y)) < train
                    wide = widen(x, told, known, family in LINEAR)
                    fitted = model(family, 0, seed).fit(wide[known], y[known].astype(float))
                    runs[family].append(number_scores(fitted, wide[~known], y[~known].astype(float)))
        found[path.name] = {
            family: {metric: [run[metric] for run in of] for metric in of[0]} for family, of in runs.items()
        }
        print(path.name, {family: {m: round(float(np.mean(v)), 4) for m, v in of.items()} for family, of in found[path.name].items()})
    (folder / "scores.json").write_text(json.dumps({"first_seed": first, "tasks": found}))


def fit(path, family, trees):
    model(family, 1, 0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = json.loads((path / "task.json").read_text())
    x, y = np.load(path / "x.npy", mmap_mode="r"), np.load(path / "y.npy")
    train, classes = told["train"], told["classes"]
    known, test = np.array(x[:train]), x[train:]
    if family in LINEAR:
        mean, deviation = known.mean(axis=0), known.std(axis=0)
        known, test = (known - mean) / deviation, (test - mean) / deviation
    truth = y.astype(int) if classes else y.astype(float)
    chosen = model(family, classes, 1, trees)
    start = time.process_time()
    fitted = chosen.fit(known, truth[:train])
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    found = class_scores(fitted, test, truth[train:], classes) if classes else number_scores(fitted, test, truth[train:])
    print(json.dumps({"seconds": seconds, "kib": memory, "scores": found}))


def predict(path, task):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    x, _, told = read(task)
    rows = np.arange(1000) % (len(x) - (told["train"] or 0)) + (told["train"] or 0)
    feed = {"numeric": np.ascontiguousarray(x[rows][:, told["numeric"]], np.float32)}
    if told["categorical"]:
        codes = x[rows][:, told["categorical"]]
        feed["categorical"] = np.array([["" if c != c else f"{c:g}" for c in row] for row in codes], object)
    session.run(None, feed)
    start, batches = time.process_time(), 0
    while time.process_time() - start < 1.0:
        session.run(None, feed)
        batches += 1
    print(json.dumps({"batch": (time.process_time() - start) / batches * 1e6}))


if __name__ == "__main__":
    command, folder, *rest = sys.argv[1:]
    folder = pathlib.Path(folder)
    if command == "tasks":
        tasks(folder, *rest)
    elif command == "scores":
        scores(folder, int(rest[0]))
    elif command == "predict":
        predict(str(folder), pathlib.Path(rest[0]))
    else:
        fit(folder, rest[0], int(rest[1]) if len(rest) > 1 else 100)
