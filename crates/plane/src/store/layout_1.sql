-- Small facts of the state itself: seed and position of the id stream, creation time.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What services remember, one JSON body a row.
CREATE TABLE record (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    parent TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX record_created ON record (kind, created);
CREATE INDEX record_parent ON record (kind, parent, created) WHERE parent <> '';

-- Decisions that the world has not carried out yet.
CREATE TABLE effect (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);

-- Moments at which a service wants to be called.
CREATE TABLE timer (key TEXT PRIMARY KEY, due INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX timer_due ON timer (due, key);

-- Events of executions, dense ids.
CREATE TABLE history (
    execution TEXT NOT NULL,
    id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (execution, id)
) WITHOUT ROWID;

-- Log events in the order in which they came.
CREATE TABLE log_event (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    log_group TEXT NOT NULL,
    stream TEXT NOT NULL,
    at INTEGER NOT NULL,
    ingested INTEGER NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX log_event_stream ON log_event (log_group, stream, at, sequence);

-- Data points of metrics; dimensions in canonical JSON.
CREATE TABLE metric (
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    dimensions TEXT NOT NULL,
    at INTEGER NOT NULL,
    unit TEXT NOT NULL,
    samples REAL NOT NULL,
    sum REAL NOT NULL,
    minimum REAL NOT NULL,
    maximum REAL NOT NULL
);
CREATE INDEX metric_series ON metric (namespace, name, dimensions, at);

-- Objects of buckets; the bytes lie in the content-addressed folder.
CREATE TABLE object (
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    modified INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    etag TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (bucket, key)
) WITHOUT ROWID;

-- Parts of multipart uploads that are under way.
CREATE TABLE upload_part (
    upload TEXT NOT NULL,
    number INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    etag TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (upload, number)
) WITHOUT ROWID;
