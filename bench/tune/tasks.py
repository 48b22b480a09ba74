"""The rows that `cargo xtask bench tune` tunes a forest on, as arrays.

    python tasks.py FOLDER
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "crates/learn/benches"))

import peers  # noqa: E402  after the path

folder = pathlib.Path(sys.argv[1])
x, y = peers.mobile()
peers.write(folder / "mobile_price", x, y, 4)
x, y = peers.heart(("cleveland",))
peers.write(folder / "heart_disease", x, y > 0, 2, peers.CODES)
