-- Sessions (one row each, no table of tokens), what happened to them, and keys of repeated requests.

CREATE TABLE sessions (
    id                   BLOB    PRIMARY KEY,
    user_id              INTEGER NOT NULL REFERENCES users (id),
    client               TEXT    NOT NULL CHECK (client IN ('web', 'mobile')),
    device               TEXT    NOT NULL,
    generation           INTEGER NOT NULL,
    confirmed_generation INTEGER NOT NULL,
    floor_generation     INTEGER NOT NULL,
    -- A JSON array of times, newest first: when the last few generations were superseded.
    superseded_at        TEXT    NOT NULL DEFAULT '[]',
    created_at           INTEGER NOT NULL,
    authenticated_at     INTEGER NOT NULL,
    last_active_at       INTEGER NOT NULL,
    idle_expires_at      INTEGER NOT NULL,
    absolute_expires_at  INTEGER NOT NULL,
    -- Set together, once, when somebody or something ends it; not when its time is simply over.
    ended_at             INTEGER,
    ended_reason         TEXT,
    CHECK ((ended_at IS NULL) = (ended_reason IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_by_idle_end ON sessions (idle_expires_at);

-- Who signed in, whose session ended why, whose rights changed. Outlives what it speaks of.
CREATE TABLE security_events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER,
    session_id BLOB,
    kind       TEXT    NOT NULL,
    detail     TEXT    NOT NULL,
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX security_events_by_user ON security_events (user_id, at);

CREATE TABLE idempotency_keys (
    user_id     INTEGER NOT NULL REFERENCES users (id),
    key         TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    reserved_at INTEGER NOT NULL,
    -- Set together when the request is done.
    status      INTEGER,
    body        TEXT,
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (user_id, reserved_at);
