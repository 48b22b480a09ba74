"""Features of the air quality series, written down independently of the crate: `python features.py > features.json`.

The rules are those of docs/design/learning.md, in plain Python and double precision.
"""

import csv
import datetime as dt
import json
import math
from pathlib import Path

SOURCE = Path(__file__).parents[5] / "examples/air-quality/data/AirQualityUCI.csv"
TARGET = "C6H6(GT)"
LAGS = (1, 2, 3, 6, 12, 18, 23, 47, 71, 143, 167)
VALIDATION, TEST = dt.datetime(2004, 12, 1), dt.datetime(2005, 2, 1)


def load():
    with open(SOURCE, encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))
    names = lines[0][2:15]
    keep = [i for i, name in enumerate(names) if name != "NMHC(GT)"]
    hours, measured = [], []
    for line in lines[1:]:
        if not line[0]:
            continue
        hours.append(dt.datetime.strptime(line[0] + line[1], "%d/%m/%Y%H.%M.%S"))
        values = [float(cell.replace(",", ".")) for cell in line[2:15]]
        measured.append([None if values[i] == -200 else values[i] for i in keep])
    filled = [list(measured[0])]
    for row in measured[1:]:
        filled.append([old if new is None else new for new, old in zip(row, filled[-1])])
    return hours, [names[i] for i in keep], measured, filled


def calendar(hour):
    day, week = 2 * math.pi * hour.hour / 24, 2 * math.pi * hour.weekday() / 7
    return [math.sin(day), math.cos(day), math.sin(week), math.cos(week), float(hour.weekday() >= 5)]


def rows(hours, names, measured, filled, horizon):
    column = names.index(TARGET)
    past = [row[column] for row in filled]
    for t in range(167, len(hours) - horizon):
        truth = measured[t + horizon][column]
        if truth is None:
            continue
        when = hours[t + horizon]
        row = filled[t] + [past[t - lag] for lag in LAGS]
        row += [sum(past[t - 5 : t + 1]) / 6, sum(past[t - 23 : t + 1]) / 24, past[t + horizon - 24]]
        part = "train" if when < VALIDATION else "validation" if when < TEST else "test"
        yield part, row + calendar(when), truth


def main():
    hours, names, measured, filled = load()
    column = names.index(TARGET)
    days = [
        abs(measured[t][column] - measured[t - 24][column])
        for t in range(24, len(hours))
        if hours[t] < VALIDATION and None not in (measured[t][column], measured[t - 24][column])
    ]
    out = {"columns": names, "naive_error": sum(days) / len(days), "horizons": {}}
    for horizon in (1, 6, 24):
        parts = {}
        for part, row, truth in rows(hours, names, measured, filled, horizon):
            parts.setdefault(part, []).append(row + [truth])
        out["horizons"][horizon] = {
            part: {
                "examples": len(found),
                "rows": {place: found[place] for place in (0, len(found) // 2, len(found) - 1)},
                "means": [sum(values) / len(found) for values in zip(*found)],
            }
            for part, found in parts.items()
        }
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
