"""Makes the 64 x 64 grey PNG files of a folder of square grey pictures, one folder a class.

Usage: derive_images.py SOURCE TARGET      (needs numpy and pillow)

Luma, then the exact area average in whole numbers: a pixel of the source is 64 wide, one of the result as wide as the source
has pixels. The same as `learn::images::shrink`, for pictures that are not PNG files.
"""

import pathlib
import sys

import numpy as np
from PIL import Image

SIDE = 64


def shrink(grey, side=SIDE):
    """Exact area average of a square picture, rounded half up."""
    n = grey.shape[0]
    out, source = np.arange(side)[:, None], np.arange(n)[None, :]
    weight = np.minimum((out + 1) * n, (source + 1) * side) - np.maximum(out * n, source * side)
    weight = np.maximum(weight, 0).astype(np.int64)
    total = weight @ grey.astype(np.int64) @ weight.T
    return ((2 * total + n * n) // (2 * n * n)).astype(np.uint8)


def main():
    source, target = map(pathlib.Path, sys.argv[1:])
    for path in sorted(source.glob("*/*")):
        picture = Image.open(path)
        # Grey that is stored as colour has three equal channels: the first is taken as it is.
        grey = np.asarray(picture) if picture.mode == "L" else np.asarray(picture.convert("RGB"))[:, :, 0]
        to = target / path.parent.name / f"{path.stem}.png"
        to.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(shrink(grey)).save(to, optimize=True)


main()
