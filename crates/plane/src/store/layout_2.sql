-- Versions of objects that are not the current object: earlier contents, and delete markers, current or not. The
-- current content of a key is its row in `object`. The sequence grows with time within a key.
CREATE TABLE object_version (
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    version TEXT NOT NULL,
    modified INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    -- NULL for a delete marker, as are the next two.
    sha256 TEXT,
    etag TEXT,
    body TEXT,
    PRIMARY KEY (bucket, key, sequence)
) WITHOUT ROWID;
