"""The same two networks with PyTorch (CPU seconds an epoch, memory) and their saved models with onnxruntime (CPU of predictions).

networks.py images FOLDER EPOCHS        a folder of 64 x 64 grey PNG files, one folder a class
networks.py series EPOCHS               windows of the shape that air quality has
networks.py predict MODEL.onnx          batches of 1,000 rows, then single ones

One thread. Needs numpy, pillow, torch and onnxruntime.
"""

import json
import math
import pathlib
import resource
import sys
import time

import numpy as np


def report(start, before, epochs):
    seconds = (time.process_time() - start) / epochs
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"seconds": seconds, "kib": memory}))


def images(folder, epochs):
    import torch
    from PIL import Image
    from torch import nn

    torch.set_num_threads(1)
    paths = sorted(pathlib.Path(folder).glob("*/*.png"))
    classes = sorted({p.parent.name for p in paths})
    x = np.stack([np.asarray(Image.open(p)) for p in paths])[:960].astype(np.float32)
    y = torch.tensor([classes.index(p.parent.name) for p in paths[:960]])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    data = torch.from_numpy(((x - x.mean()) / x.std())[:, None])
    layers = []
    for a, b in zip((1, 16, 32, 64), (16, 32, 64, 64)):
        layers += [nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU(), nn.MaxPool2d(2)]
    body, head = nn.Sequential(*layers), nn.Linear(64, len(classes))
    optimiser = torch.optim.AdamW([*body.parameters(), *head.parameters()], lr=0.01, weight_decay=1e-4)
    random = np.random.default_rng(1)
    for _ in range(epochs):
        order = random.permutation(len(x))
        for at in range(0, len(order) - 31, 32):
            pick = order[at : at + 32]
            batch = data[pick]
            for axis in (2, 3):
                flip = torch.from_numpy(random.random(len(pick)) < 0.5)
                batch = torch.where(flip[:, None, None, None], batch.flip(axis), batch)
            optimiser.zero_grad()
            nn.functional.cross_entropy(head(body(batch).mean(dim=(2, 3))), y[pick]).backward()
            optimiser.step()
    report(start, before, epochs)


def series(epochs):
    import torch
    from torch import nn

    torch.set_num_threads(1)
    random = np.random.default_rng(1)
    x = torch.from_numpy(random.standard_normal((7397, 48, 17)).astype(np.float32))
    extra = torch.from_numpy(random.standard_normal((7397, 8)).astype(np.float32))
    y = torch.from_numpy(random.standard_normal(7397).astype(np.float32))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    lstm, head = nn.LSTM(17, 32, batch_first=True), nn.Linear(40, 1)
    weights = [*lstm.parameters(), *head.parameters()]
    optimiser = torch.optim.Adam(weights, lr=0.003)
    steps, done = epochs * (7397 // 64), 0
    for _ in range(epochs):
        order = random.permutation(7397)
        for at in range(0, 7397 - 63, 64):
            pick = order[at : at + 64]
            for group in optimiser.param_groups:
                group["lr"] = 0.0015 * (1 + math.cos(math.pi * done / steps))
            optimiser.zero_grad()
            state, _ = lstm(x[pick])
            answer = head(torch.cat([state[:, -1], extra[pick]], dim=1))[:, 0]
            nn.functional.mse_loss(answer, y[pick]).backward()
            nn.utils.clip_grad_norm_(weights, 1.0)
            optimiser.step()
            done += 1
    report(start, before, epochs)


def predict(path):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options)
    random = np.random.default_rng(1)

    def inputs(rows):
        shapes = {i.name: [rows, *i.shape[1:]] for i in session.get_inputs()}
        return {name: random.random(shape, dtype=np.float32) for name, shape in shapes.items()}

    many, one = inputs(1000), inputs(1)
    session.run(None, many)
    start = time.process_time()
    for _ in range(10):
        session.run(None, many)
    batch = (time.process_time() - start) * 100
    walls = []
    for _ in range(2000):
        start = time.perf_counter()
        session.run(None, one)
        walls.append((time.perf_counter() - start) * 1e3)
    walls.sort()
    print(json.dumps({"batch_ms": batch, "row_ms": walls[1000], "row_p99_ms": walls[1980]}))


match sys.argv[1:]:
    case ["images", folder, epochs]:
        images(folder, int(epochs))
    case ["series", epochs]:
        series(int(epochs))
    case ["predict", path]:
        predict(path)
    case _:
        sys.exit(__doc__)
