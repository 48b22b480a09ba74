"""Losses, slopes and predictions of both networks by PyTorch, for weights and data that a formula gives.

Run: python pytorch.py > pytorch.json     (torch 2.15.0, one thread)
"""

import json

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss

torch.set_num_threads(1)


def numbers(count, salt, scale):
    """Numbers between -scale / 2 and scale / 2 that another language repeats exactly."""
    n = np.arange(count, dtype=np.int64)
    return (((n * 7919 + salt * 104729) % 1009) / 1009.0 - 0.5).astype(np.float64) * scale


def sample(values):
    return [float(v) for v in values[::7]]


def convolutional():
    side, channels, classes, images = 8, (1, 16, 32), 3, 5
    pixels = ((np.arange(images * side * side, dtype=np.int64) * 7919) % 251).reshape(images, side, side)
    labels, bits = torch.tensor([0, 2, 1, 1, 0]), [0, 1, 2, 3, 0]
    blocks = []
    for a, b in zip(channels, channels[1:]):
        blocks += [nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU(), nn.MaxPool2d(2)]
    body, head = nn.Sequential(*blocks), nn.Linear(channels[-1], classes)
    parts, salt = [], 1
    with torch.no_grad():
        for layer in body:
            if isinstance(layer, nn.Conv2d):
                # Ours is [ky][kx][in][out].
                o, i, h, w = layer.weight.shape
                flat = numbers(o * i * h * w, salt, 0.6).astype(np.float32)
                layer.weight.copy_(torch.tensor(flat).reshape(h, w, i, o).permute(3, 2, 0, 1))
                parts.append((layer.weight, (2, 3, 1, 0)))
                salt += 1
            if isinstance(layer, nn.BatchNorm2d):
                for p, shift in ((layer.weight, 1.0), (layer.bias, 0.0)):
                    p.copy_(torch.tensor((numbers(len(p), salt, 0.6) + shift).astype(np.float32)))
                    parts.append((p, None))
                    salt += 1
        for p in (head.weight, head.bias):
            p.copy_(torch.tensor(numbers(p.numel(), salt, 0.6).astype(np.float32)).reshape(p.shape))
            parts.append((p, None))
            salt += 1
    mean, deviation = pixels.mean(), pixels.std()
    scaled = ((pixels.astype(np.float32) - np.float32(mean)) * np.float32(1 / deviation)).astype(np.float32)
    x = torch.tensor(scaled)[:, None]
    flipped = []
    for image, b in zip(x, bits):
        image = image.flip(2) if b & 1 else image
        flipped.append(image.flip(1) if b & 2 else image)
    weight = torch.tensor([1.0, 2.5, 0.5])
    loss = cross_entropy(head(body(torch.stack(flipped)).mean(dim=(2, 3))), labels, weight=weight)
    loss.backward()
    slopes = np.concatenate([(p.grad.permute(*o) if o else p.grad).reshape(-1).numpy() for p, o in parts])
    norms = [layer for layer in body if isinstance(layer, nn.BatchNorm2d)]
    statistics = np.concatenate([np.concatenate([n.running_mean.numpy(), n.running_var.numpy()]) for n in norms])
    body.eval()
    with torch.no_grad():
        probabilities = torch.softmax(head(body(x).mean(dim=(2, 3))), dim=1).numpy().reshape(-1)
    return {"loss": float(loss), "slopes": sample(slopes), "statistics": [float(s) for s in statistics],
            "probabilities": [float(p) for p in probabilities]}


def recurrent():
    window, inputs, hidden, extra, examples = 6, 3, 16, 2, 21
    series = numbers((window + examples) * inputs, 1, 4.0).astype(np.float32).reshape(-1, inputs)
    more = numbers(examples * extra, 2, 2.0).astype(np.float32).reshape(-1, extra)
    targets = numbers(examples, 3, 2.0).astype(np.float32)
    lstm, head = nn.LSTM(inputs, hidden, batch_first=True), nn.Linear(hidden + extra, 1)
    rows = inputs + hidden + 1
    cell = numbers(rows * 4 * hidden, 4, 1.0).astype(np.float32).reshape(rows, 4, hidden)
    # Ours are the gates i f o g, PyTorch's i f g o.
    cell = torch.tensor(cell[:, [0, 1, 3, 2], :].reshape(rows, 4 * hidden))
    with torch.no_grad():
        lstm.weight_ih_l0.copy_(cell[:inputs].T)
        lstm.weight_hh_l0.copy_(cell[inputs:-1].T)
        lstm.bias_ih_l0.copy_(cell[-1])
        lstm.bias_hh_l0.zero_()
        head.weight.copy_(torch.tensor(numbers(hidden + extra, 5, 1.0).astype(np.float32))[None])
        head.bias.copy_(torch.tensor(numbers(1, 6, 1.0).astype(np.float32)))
    x = torch.tensor(np.stack([series[e : e + window] for e in range(examples)]))
    state, _ = lstm(x)
    answer = head(torch.cat([state[:, -1], torch.tensor(more)], dim=1))[:, 0]
    loss = mse_loss(answer, torch.tensor(targets))
    loss.backward()
    slopes = np.concatenate([lstm.weight_ih_l0.grad.T.numpy(), lstm.weight_hh_l0.grad.T.numpy(),
                             lstm.bias_ih_l0.grad.numpy()[None]])
    slopes = slopes.reshape(rows, 4, hidden)[:, [0, 1, 3, 2], :].reshape(-1)
    slopes = np.concatenate([slopes, head.weight.grad.numpy()[0], head.bias.grad.numpy()])
    return {"loss": float(loss), "slopes": sample(slopes), "answers": [float(a) for a in answer.detach()]}


print(json.dumps({"cnn": convolutional(), "lstm": recurrent()}, indent=0))
