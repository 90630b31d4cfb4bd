-- The ordered log of everything that happened, and which life of the database it belongs to.
-- Times are milliseconds since the Unix epoch in UTC, everywhere.

CREATE TABLE meta (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    -- A restored backup gets a new one, so that clients notice that positions mean something else.
    log_epoch    BLOB    NOT NULL,
    -- The newest position that was removed from the log; 0 when nothing ever was.
    forgotten_to INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A random UUID (version 4), made here and now.
INSERT INTO meta (id, log_epoch)
VALUES (1, unhex(
    hex(randomblob(6))
    || '4' || substr(hex(randomblob(2)), 2)
    || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2)
    || hex(randomblob(6))
));

-- AUTOINCREMENT: a position is never given out twice, not even after the log was shortened.
CREATE TABLE event_log (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    kind           TEXT    NOT NULL,
    audience       TEXT    NOT NULL CHECK (audience IN ('ward', 'only_ward', 'person')),
    -- 'ward': whose officers may hear it (and admins always); 'only_ward': the ward it entered.
    ward_id        INTEGER,
    -- 'only_ward': the ward it left.
    left_ward_id   INTEGER,
    -- 'person': who may hear it.
    user_id        INTEGER,
    ticket_id      INTEGER,
    entity_version INTEGER,
    actor_id       INTEGER,
    client_key     TEXT,
    payload        TEXT    NOT NULL,
    at             INTEGER NOT NULL
) STRICT;
