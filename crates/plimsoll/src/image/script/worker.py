"""Holds a model and answers requests through the inference functions of the user, or those of the framework.

Told in one argument, a JSON document. Each message on the socket is two parts, a JSON head and a body, each after its
length in four bytes. The first message says whether the model has been loaded.
"""

import importlib.util
import inspect
import io
import json
import os
import socket
import struct
import sys
import traceback

told = json.loads(sys.argv[1])
link = socket.socket(fileno=told["socket"])
framework = told["framework"]
model_folder = told["model"]
DEFAULT_ACCEPT = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", "application/json")


class Unsupported(Exception):
    """A content type that nobody here reads or writes."""


def receive():
    def exactly(count):
        parts = []
        while count:
            part = link.recv(min(count, 1 << 20))
            if not part:
                sys.exit(0)
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    return exactly(struct.unpack(">I", exactly(4))[0])


def send(status, content_type, body):
    head = json.dumps({"status": status, "content_type": content_type}).encode()
    link.sendall(struct.pack(">I", len(head)) + head + struct.pack(">I", len(body)) + body)


def media(content_type):
    return content_type.split(";")[0].strip().lower()


def decode(body, content_type):
    import numpy

    kind = media(content_type)
    if kind == "application/json":
        return numpy.array(json.loads(body))
    if kind == "text/csv":
        return numpy.genfromtxt(io.StringIO(body.decode()), dtype=numpy.float32, delimiter=",")
    if kind == "application/x-npy":
        return numpy.load(io.BytesIO(body), allow_pickle=False)
    if kind == "application/x-npz":
        return numpy.load(io.BytesIO(body), allow_pickle=False)
    raise Unsupported(f"content type {content_type!r}: give input_fn, or send JSON, CSV or NPY")


def encode(value, accept):
    import numpy

    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    kind = media(accept)
    if kind in ("*/*", ""):
        kind = DEFAULT_ACCEPT
    if kind == "application/json":
        plain = value.tolist() if hasattr(value, "tolist") else value
        return json.dumps(plain).encode(), kind
    if kind == "text/csv":
        stream = io.StringIO()
        array = numpy.asarray(value)
        form = "%s" if array.dtype.kind in "OUSib" else "%.18g"
        numpy.savetxt(stream, array, delimiter=",", fmt=form)
        return stream.getvalue().encode(), kind
    if kind == "application/x-npy":
        stream = io.BytesIO()
        numpy.save(stream, numpy.asarray(value), allow_pickle=False)
        return stream.getvalue(), kind
    raise Unsupported(f"accept {accept!r}: give output_fn, or accept JSON, CSV or NPY")


def default_model(folder):
    if framework == "xgboost":
        import pickle
        import xgboost

        names = [name for name in os.listdir(folder) if os.path.isfile(os.path.join(folder, name))]
        if len(names) != 1:
            raise ValueError(f"the model folder holds {names}; without model_fn it must hold one booster")
        path = os.path.join(folder, names[0])
        try:
            booster = xgboost.Booster()
            booster.load_model(path)
            return booster
        except xgboost.core.XGBoostError:
            with open(path, "rb") as file:
                return pickle.load(file)
    if framework == "pytorch":
        import torch

        for name in ("model.pt", "model.pth"):
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                return torch.jit.load(path, map_location="cpu")
    raise ValueError("model_fn is missing: define it in the program that serves, or put model.onnx into the model")


def default_input(body, content_type):
    if framework == "xgboost":
        import xgboost

        if media(content_type) in ("text/libsvm", "text/x-libsvm"):
            import tempfile

            with tempfile.NamedTemporaryFile(suffix=".libsvm") as file:
                file.write(body)
                file.flush()
                return xgboost.DMatrix(f"{file.name}?format=libsvm")
    value = decode(body, content_type)
    if framework == "xgboost":
        return xgboost.DMatrix(value.reshape(1, -1) if value.ndim == 1 else value)
    if framework in ("sklearn", "") and media(content_type) == "text/csv" and value.ndim < 2:
        value = value.reshape(body.strip().count(b"\n") + 1, -1)
    if framework == "pytorch":
        import torch

        return torch.as_tensor(value)
    return value


def default_predict(value, model):
    if framework == "pytorch":
        import torch

        with torch.no_grad():
            return model(value)
    return model.predict(value)


def load_module():
    if told["module"] is None:
        return None
    sys.path.insert(0, told["source"])
    name = os.path.splitext(os.path.basename(told["module"]))[0]
    spec = importlib.util.spec_from_file_location(name, told["module"])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def function(module, name, default):
    return getattr(module, name, default)


def call(name, given, *arguments):
    """Frameworks differ in whether a function is also given a context; it is given none."""
    try:
        wanted = len(inspect.signature(given).parameters)
        if wanted == len(arguments) + 1:
            arguments = (*arguments, None)
    except (TypeError, ValueError):
        pass
    return given(*arguments)


def shaped(value, accept, name):
    """What an output function may give: text, bytes, or either with its content type."""
    content_type = DEFAULT_ACCEPT if media(accept) in ("*/*", "") else accept
    if isinstance(value, tuple) and len(value) == 2:
        value, content_type = value
    if isinstance(value, str):
        return value.encode(), content_type
    if isinstance(value, (bytes, bytearray)):
        return bytes(value), content_type
    if isinstance(value, (dict, list)):
        return json.dumps(value).encode(), "application/json"
    raise TypeError(f"{name} returned {type(value).__name__}; it must return text, bytes, or (body, content type)")


def start():
    module = load_module()
    model = call("model_fn", function(module, "model_fn", default_model), model_folder)
    transform = getattr(module, "transform_fn", None)
    read = function(module, "input_fn", default_input)
    predict = function(module, "predict_fn", default_predict)
    write = getattr(module, "output_fn", None)

    def answer(body, content_type, accept):
        if transform is not None:
            return shaped(call("transform_fn", transform, model, body, content_type, accept), accept, "transform_fn")
        given = body.decode() if read is not default_input and textual(content_type) else body
        value = call("input_fn", read, given, content_type)
        result = call("predict_fn", predict, value, model)
        if write is None:
            return encode(result, accept)
        return shaped(call("output_fn", write, result, accept), accept, "output_fn")

    return answer


def textual(content_type):
    kind = media(content_type)
    return kind.startswith("text/") or kind in ("application/json", "application/jsonlines")


def reason():
    kind, value, _ = sys.exc_info()
    traceback.print_exc()
    sys.stderr.flush()
    return f"{kind.__name__}: {value}".encode()


try:
    answer = start()
except BaseException:
    send(500, "text/plain", reason())
    sys.exit(1)
send(200, "text/plain", b"")
while True:
    head = json.loads(receive())
    body = receive()
    accept = head["accept"] or DEFAULT_ACCEPT
    try:
        content, content_type = answer(body, head["content_type"], accept)
        send(200, content_type, content)
    except Unsupported as error:
        send(415, "text/plain", str(error).encode())
    except Exception:
        send(500, "text/plain", reason())
