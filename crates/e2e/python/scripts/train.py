"""A training program as on SageMaker: fits on the channel `train`, scores on `validation`, serves by its functions."""

import argparse
import csv
import glob
import os

import joblib
import numpy
from sklearn.ensemble import HistGradientBoostingClassifier


def rows(folder):
    """Features as numbers, a missing cell as NaN, and the label, which is the last column."""
    features, labels = [], []
    for name in sorted(glob.glob(os.path.join(folder, "*.csv"))):
        with open(name, newline="") as file:
            reader = csv.reader(file)
            next(reader)
            for row in reader:
                features.append([float(cell) if cell else numpy.nan for cell in row[:-1]])
                labels.append(row[-1])
    return numpy.array(features), numpy.array(labels)


def model_fn(folder):
    return joblib.load(os.path.join(folder, "model.joblib"))


def predict_fn(data, model):
    return model.predict_proba(data)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--learning-rate", type=float, default=0.1)
    parser.add_argument("--max-iter", type=int, default=100)
    told = parser.parse_args()
    features, labels = rows(os.environ["SM_CHANNEL_TRAIN"])
    print(f"rows={len(labels)};")
    model = HistGradientBoostingClassifier(
        learning_rate=told.learning_rate, max_iter=told.max_iter, random_state=0)
    model.fit(features, labels)
    if "SM_CHANNEL_VALIDATION" in os.environ:
        print(f"score={model.score(*rows(os.environ['SM_CHANNEL_VALIDATION'])):.4f};")
    joblib.dump(model, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
