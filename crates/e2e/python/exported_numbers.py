"""Regressions of scikit-learn as skl2onnx exports them, and a classifier, which is none.

Arguments: the binary, which is not used; the folder of the workload, for its data, which is written to as well.
"""

import csv
import pathlib
import sys

import numpy
import onnx
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

OPERATORS = {"": 17, "ai.onnx.ml": 3}
TYPES = [
    ("area", FloatTensorType([None, 1])),
    ("rooms", FloatTensorType([None, 1])),
    ("district", StringTensorType([None, 1])),
]


def table(path):
    lines = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), delimiter=";"))[1:]
    lines = [line for line in lines if line[3]]
    number = lambda cell: float(cell.replace(",", "."))
    rows = numpy.array([[number(line[0]), number(line[1]), line[2]] for line in lines], dtype=object)
    return rows, numpy.array([number(line[3]) for line in lines])


def main(folder):
    rows, rent = table(folder / "flats.csv")
    for name, model, truth in [
        ("forest", RandomForestRegressor(30, random_state=0), rent),
        ("linear", LinearRegression(), rent),
        ("classes", LogisticRegression(max_iter=500), (rent > 800).astype(int)),
    ]:
        prepare = make_column_transformer((OneHotEncoder(), [2]), remainder="passthrough")
        fitted = make_pipeline(prepare, model).fit(rows, truth)
        onnx.save(to_onnx(fitted, initial_types=TYPES, target_opset=OPERATORS), folder / f"{name}.onnx")


main(pathlib.Path(sys.argv[2]))
