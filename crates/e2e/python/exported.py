"""Models of scikit-learn as skl2onnx exports them, pickled ones, broken ones, and what onnxruntime predicts.

Arguments: the binary, which is not used; the folder of the workload, for its data; the folder to write to.
"""

import json
import pathlib
import sys

import joblib
import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NAMES = "age sex cp trestbps chol fbs restecg thalach exang oldpeak slope ca thal".split()
CATEGORIES = "sex cp fbs restecg exang slope thal".split()
NUMBERS = [name for name in NAMES if name not in CATEGORIES]
# 0 where it is impossible, as the workload says.
IMPOSSIBLE = [NAMES.index("trestbps"), NAMES.index("chol")]
OPERATORS = {"": 17, "ai.onnx.ml": 3}


def cells(path, columns):
    lines = [line.split(",") for line in path.read_text().splitlines() if line]
    table = numpy.array([[numpy.nan if cell == "?" else float(cell) for cell in line[:columns]] for line in lines])
    for place in IMPOSSIBLE:
        table[table[:, place] == 0, place] = numpy.nan
    return table.astype(numpy.float32)


def texts(column):
    return ["" if value != value else f"{value:g}" for value in column]


def by_column(table):
    """Each column alone, as the exported pipeline takes them."""
    return {
        name: numpy.array([[text] for text in texts(table[:, place])], dtype=object)
        if name in CATEGORIES else table[:, [place]]
        for place, name in enumerate(NAMES)
    }


def mixed(table):
    """The same columns beside each other, as scikit-learn takes them."""
    given = numpy.empty(table.shape, dtype=object)
    for place, name in enumerate(NAMES):
        given[:, place] = texts(table[:, place]) if name in CATEGORIES else table[:, place]
    return given


def places(names):
    return [NAMES.index(name) for name in names]


def forest(table, labels):
    forest = RandomForestClassifier(100, random_state=0)
    model = make_pipeline(SimpleImputer(strategy="median"), forest).fit(table, labels)
    types = [("X", FloatTensorType([None, len(NAMES)]))]
    return model, to_onnx(model, initial_types=types, options={"zipmap": False}, target_opset=OPERATORS)


def logistic(table, labels):
    """With one input a column, and probabilities as a list of maps: what skl2onnx makes unless it is told otherwise."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    prepare = make_column_transformer(
        (numbers, places(NUMBERS)), (OneHotEncoder(handle_unknown="ignore"), places(CATEGORIES))
    )
    model = make_pipeline(prepare, LogisticRegression(max_iter=500)).fit(mixed(table), labels)
    kinds = {True: StringTensorType([None, 1]), False: FloatTensorType([None, 1])}
    types = [(name, kinds[name in CATEGORIES]) for name in NAMES]
    return model, to_onnx(model, initial_types=types, target_opset=OPERATORS)


def predicted(proto, feed):
    """Labels, and the probability of class 1, as onnxruntime has them."""
    session = onnxruntime.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    label, probabilities = session.run(None, feed)
    shares = [row[1] for row in probabilities]
    return {"labels": [str(value) for value in label.tolist()], "shares": [float(share) for share in shares]}


def unsupported():
    node = helper.make_node("Frobnicate", ["X"], ["Y"], domain="com.example")
    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 13]) for name in "XY"]
    sets = [helper.make_opsetid("", 17), helper.make_opsetid("com.example", 1)]
    return helper.make_model(helper.make_graph([node], "g", value[:1], value[1:]), opset_imports=sets)


def main(folder, out):
    known = sorted(folder.glob("data/processed.*.data"))
    table = numpy.concatenate([cells(path, 14) for path in known])
    table, labels = table[:, :13], (table[:, 13] > 0).astype(int)
    new = cells(folder / "data/new.csv", 13)
    expected = {}
    for name, (model, proto), feed in [
        ("forest", forest(table, labels), {"X": new}),
        ("logistic", logistic(table, labels), by_column(new)),
    ]:
        onnx.save(proto, out / f"{name}.onnx")
        joblib.dump(model, out / f"{name}.joblib")
        expected[name] = predicted(proto, feed)
    whole = (out / "forest.onnx").read_bytes()
    (out / "cut.onnx").write_bytes(whole[: len(whole) // 2])
    (out / "text.onnx").write_text("no model\n")
    (out / "broken.joblib").write_text("no pickle\n")
    onnx.save(unsupported(), out / "unsupported.onnx")
    (out / "expected.json").write_text(json.dumps(expected))


main(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
