"""The model's contract, read from outside: raw rows to tensors by `schema.json`, and answers of onnxruntime."""

import io
import json
import tarfile

import numpy
import onnx
import onnxruntime


def unpack(archive):
    """Files of a `model.tar.gz` by name."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as opened:
        members = [member for member in opened.getmembers() if member.isfile()]
        return {member.name.removeprefix("./"): opened.extractfile(member).read() for member in members}


class Model:
    """A model out of an archive."""

    def __init__(self, archive):
        files = unpack(archive)
        self.schema = json.loads(files["schema.json"])
        self.proto = onnx.load_from_string(files["model.onnx"])
        onnx.checker.check_model(self.proto, full_check=True)
        self.session = onnxruntime.InferenceSession(files["model.onnx"], providers=["CPUExecutionProvider"])

    def predict(self, rows):
        """Labels and probabilities of rows of texts in schema order."""
        tensors = self.tensors(rows)
        names = [given.name for given in self.session.get_inputs()]
        assert sorted(names) == sorted(tensors), (names, sorted(tensors))
        label, probabilities = self.session.run(["label", "probabilities"], tensors)
        return [str(value) for value in numpy.ravel(label)], numpy.asarray(probabilities)

    def tensors(self, rows):
        """The tensors of the numeric and of the categorical columns; a kind without a column has none."""
        inputs = {given.type: given.name for given in self.session.get_inputs()}
        numbers, categories = self.columns("number"), self.columns("category")
        tensors = {}
        if numbers:
            cells = [[self.number(column, row[place]) for place, column in numbers] for row in rows]
            tensors[inputs["tensor(float)"]] = numpy.array(cells, dtype=numpy.float32)
        if categories:
            cells = [[self.category(column, row[place]) for place, column in categories] for row in rows]
            tensors[inputs["tensor(string)"]] = numpy.array(cells, dtype=object)
        return tensors

    def columns(self, kind):
        return [item for item in enumerate(self.schema["columns"]) if item[1]["kind"] == kind]

    @staticmethod
    def number(column, cell):
        """A number; missing is NaN. A marker that is a number means every way of writing it."""
        if is_missing(column, cell):
            return float("nan")
        return float(cell)

    @staticmethod
    def category(column, cell):
        """A level as the model knows it: numbers in their shortest form, missing is the empty text."""
        if is_missing(column, cell):
            return ""
        return shortest(cell)


def is_missing(column, cell):
    markers = {shortest(marker) for marker in column["missing"]}
    return cell.strip() == "" or shortest(cell) in markers


def shortest(cell):
    """`63.0` as `63`, `.7` as `0.7`, any other text as it is."""
    cell = cell.strip()
    try:
        number = float(cell)
    except ValueError:
        return cell
    return str(int(number)) if number == int(number) else repr(number)
