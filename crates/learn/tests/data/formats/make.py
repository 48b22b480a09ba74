"""Writes the Parquet files beside this one (pyarrow 22)."""

import datetime as dt
import os
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

OUT = os.path.dirname(os.path.abspath(__file__))
ROWS = range(40)
FIRST = dt.datetime(2024, 2, 29, 18, 5)

columns = {
    "count": pa.array([i * 3 - 20 for i in ROWS], pa.int64()),
    "small": pa.array([None if i % 7 == 3 else i for i in ROWS], pa.int8()),
    "large": pa.array([2**63 + i for i in ROWS], pa.uint64()),
    "ratio": pa.array([None if i % 5 == 4 else i / 8 for i in ROWS], pa.float64()),
    "single": pa.array([0.1 * i for i in ROWS], pa.float32()),
    "price": pa.array([Decimal(i * 5).scaleb(-2) for i in ROWS], pa.decimal128(9, 2)),
    "wide": pa.array([Decimal(-i * 7).scaleb(-3) for i in ROWS], pa.decimal128(30, 3)),
    "ok": pa.array([i % 3 == 0 for i in ROWS], pa.bool_()),
    "city": pa.array([["Bern", "Z\u00fcrich", "a,b", None][i % 4] for i in ROWS], pa.string()),
    "kind": pa.array(["xy"[i % 2] for i in ROWS], pa.string()).dictionary_encode(),
    "day": pa.array([FIRST.date() + dt.timedelta(days=i) for i in ROWS], pa.date32()),
    "at": pa.array([FIRST + dt.timedelta(hours=i, milliseconds=250 * (i % 2)) for i in ROWS], pa.timestamp("us")),
    "utc": pa.array([FIRST.replace(tzinfo=dt.timezone.utc) for _ in ROWS], pa.timestamp("ms", tz="UTC")),
    "clock": pa.array([dt.time(1, 2, 3) for _ in ROWS], pa.time32("ms")),
    "nothing": pa.array([None for _ in ROWS], pa.null()),
}
compression = dict.fromkeys(columns, "snappy") | {"small": "gzip", "large": "zstd", "ratio": "lz4"}
pq.write_table(pa.table(columns), os.path.join(OUT, "types.parquet"), row_group_size=16, compression=compression)

nested = {
    "a": pa.array([1, 2]),
    "tags": pa.array([[1], [2, 3]]),
    "who": pa.array([{"x": 1}, {"x": 2}]),
    "raw": pa.array([b"\xff", b"\x00"]),
    "m": pa.array([[("k", 1)], [("l", 2)]], pa.map_(pa.string(), pa.int32())),
    "y": pa.array(["p", "q"]),
}
pq.write_table(pa.table(nested), os.path.join(OUT, "nested.parquet"))

old = {"t": pa.array([FIRST], pa.timestamp("ns")), "x": pa.array([float("nan")])}
pq.write_table(pa.table(old), os.path.join(OUT, "int96.parquet"), use_deprecated_int96_timestamps=True, version="1.0")
