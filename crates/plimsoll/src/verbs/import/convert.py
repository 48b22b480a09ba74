"""Turns a pickled scikit-learn estimator into ONNX, and records what it predicts for sample rows.

Arguments: the file, the folder for the answer, the columns as JSON. Whatever the file's own code prints is left alone:
the answer is `answer.json` in the folder, the model `model.onnx`.
"""

import json
import pathlib
import pickle
import sys

ROWS = 64


def answer(folder, **members):
    (pathlib.Path(folder) / "answer.json").write_text(json.dumps(members))


def load(path):
    try:
        import joblib
    except ImportError:
        with open(path, "rb") as file:
            return pickle.load(file)
    return joblib.load(path)


def inner(model):
    """The estimator and every part of it that was fitted."""
    yield model
    for _, step in getattr(model, "steps", []):
        yield from inner(step)
    for _, part, _ in getattr(model, "transformers_", []):
        if not isinstance(part, str):
            yield from inner(part)


def text_columns(model, names):
    """Columns that encoders know as texts, with their levels."""
    import numpy

    found = {}

    def visit(part, columns):
        for _, step in getattr(part, "steps", [])[:1]:
            visit(step, columns)
        for _, below, chosen in getattr(part, "transformers_", []):
            if isinstance(below, str):
                continue
            if isinstance(chosen, (str, int)):
                chosen = [chosen]
            if isinstance(chosen, slice):
                chosen = list(range(len(names)))[chosen]
            chosen = numpy.asarray(chosen)
            if chosen.dtype == bool:
                chosen = numpy.flatnonzero(chosen)
            inside = [column if isinstance(column, str) else columns[int(column)] for column in chosen.tolist()]
            # Below a pipeline the encoder may be any step that keeps the columns.
            for step in [below] + [step for _, step in getattr(below, "steps", [])]:
                visit(step, inside)
        for column, levels in zip(columns, getattr(part, "categories_", [])):
            if levels.dtype.kind in "OUS":
                found.setdefault(column, [str(level) for level in levels if isinstance(level, str)])

    visit(model, names)
    return found


def plain_numbers():
    """skl2onnx passes NumPy's numbers of newer scikit-learn on to onnx, which refuses them."""
    import numpy
    from skl2onnx.common import _container

    make = _container.make_node

    def plain(x):
        if isinstance(x, (bool, numpy.bool_)):
            return int(x)
        return x.item() if isinstance(x, numpy.generic) else x

    def mended(*rest, **attributes):
        attributes = {name: [plain(x) for x in value] if isinstance(value, list) else value for name, value in attributes.items()}
        return make(*rest, **attributes)

    _container.make_node = mended


def convert(model, columns):
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    plain_numbers()
    if any(kind == "category" for _, kind in columns):
        kinds = {"number": FloatTensorType([None, 1]), "category": StringTensorType([None, 1])}
        types = [(name, kinds[kind]) for name, kind in columns]
    else:
        types = [("X", FloatTensorType([None, len(columns)]))]
    tried = [{"zipmap": False}, None] if hasattr(model, "predict_proba") or hasattr(model, "classes_") else [None]
    for at, options in enumerate(tried):
        try:
            options = {id(model): options} if options else None
            return to_onnx(model, initial_types=types, options=options, target_opset={"": 17, "ai.onnx.ml": 3})
        except (NameError, ValueError, RuntimeError):
            if at + 1 == len(tried):
                raise


def sample(model, columns, levels):
    """Rows around what the model was fitted on, as far as it still knows that."""
    import numpy

    random = numpy.random.default_rng(7)
    center, spread = 0.0, 1.0
    for part in inner(model):
        size = getattr(part, "mean_", None)
        if size is not None and len(size) == len(columns):
            center, spread = size, getattr(part, "scale_", None)
            spread = 1.0 if spread is None else spread
    thresholds = [t for part in inner(model) for tree in trees(part) for t in tree.threshold[tree.feature >= 0].tolist()]
    numbers = random.normal(size=(ROWS, len(columns))) * spread + center
    if thresholds:
        picked = random.choice(thresholds, size=(ROWS, len(columns)))
        numbers = numpy.where(random.random(numbers.shape) < 0.7, picked + random.normal(size=picked.shape) * 0.1, numbers)
    numbers = numbers.astype(numpy.float32)
    rows = []
    for at in range(ROWS):
        row = [float(numbers[at, n]) for n in range(len(columns))]
        for n, (name, kind) in enumerate(columns):
            if kind == "category":
                known = levels.get(name) or ["a"]
                row[n] = known[int(random.integers(len(known)))]
        rows.append(row)
    return rows


def trees(part):
    for estimator in list(getattr(part, "estimators_", [])) if not hasattr(part, "steps") else []:
        if hasattr(estimator, "tree_"):
            yield estimator.tree_
    if hasattr(part, "tree_"):
        yield part.tree_


def frame(model, columns, rows):
    import numpy

    if hasattr(model, "feature_names_in_") or any(kind == "category" for _, kind in columns):
        import pandas

        made = pandas.DataFrame(rows, columns=[name for name, _ in columns])
        for name, kind in columns:
            if kind == "number":
                made[name] = made[name].astype("float32")
        return made
    return numpy.asarray(rows, dtype=numpy.float32)


def texts(labels):
    return [str(label) for label in labels.tolist()]


def main(path, folder, given):
    try:
        import skl2onnx  # noqa: F401
    except ImportError as error:
        return answer(folder, missing=str(error))
    try:
        model = load(path)
    except ModuleNotFoundError as error:
        return answer(folder, missing=str(error))
    names = getattr(model, "feature_names_in_", None)
    count = getattr(model, "n_features_in_", None) if names is None else len(names)
    given = json.loads(given)
    if given is not None:
        columns = [(name, kind) for name, kind in given]
        levels = text_columns(model, [name for name, _ in columns])
        if count is not None and count != len(columns):
            return answer(folder, problem=f"the estimator takes {count} columns, {len(columns)} are named")
    elif count is None:
        return answer(folder, problem=f"{type(model).__name__} does not say how many columns it takes; name them with `--columns`")
    else:
        names = [f"x{at}" for at in range(count)] if names is None else [str(name) for name in names]
        levels = text_columns(model, names)
        columns = [(name, "category" if name in levels else "number") for name in names]
    try:
        exported = convert(model, columns)
    except Exception as error:
        return answer(folder, problem=f"skl2onnx cannot convert {type(model).__name__}: {type(error).__name__}: {str(error).strip().splitlines()[0]}")
    (pathlib.Path(folder) / "model.onnx").write_bytes(exported.SerializeToString())
    rows = sample(model, columns, levels)
    given = frame(model, columns, rows)
    predicted = model.predict(given)
    members = {"values": None, "labels": None, "probabilities": None}
    classes = getattr(model, "classes_", None)
    if classes is None:
        members["values"] = predicted.reshape(ROWS, -1).tolist()
    else:
        members["labels"] = texts(predicted)
        if hasattr(model, "predict_proba"):
            members["probabilities"] = model.predict_proba(given).tolist()
    answer(
        folder,
        estimator=type(model).__name__,
        columns=[{"name": name, "kind": kind, "levels": levels.get(name, [])} for name, kind in columns],
        classes=[] if classes is None else texts(classes),
        rows=rows,
        **members,
    )


main(*sys.argv[1:])
