-- The ordered log of everything that happened, and which life of the database it belongs to.
-- Times are milliseconds since the Unix epoch in UTC, everywhere.

CREATE TABLE meta (
    id           BIGINT PRIMARY KEY CHECK (id = 1),
    -- A restored backup gets a new one, so that clients notice that positions mean something else.
    log_epoch    UUID   NOT NULL,
    -- The newest position that was removed from the log; 0 when nothing ever was.
    forgotten_to BIGINT NOT NULL DEFAULT 0
);

INSERT INTO meta (id, log_epoch) VALUES (1, gen_random_uuid());

-- Whoever inserts here holds the log's advisory lock until the commit, so that ids ascend in commit
-- order: see the module `log` of the crate `storage`.
CREATE TABLE event_log (
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind           TEXT   NOT NULL,
    audience       TEXT   NOT NULL CHECK (audience IN ('ward', 'only_ward', 'person')),
    -- 'ward': whose officers may hear it (and admins always); 'only_ward': the ward it entered.
    ward_id        BIGINT,
    -- 'only_ward': the ward it left.
    left_ward_id   BIGINT,
    -- 'person': who may hear it.
    user_id        BIGINT,
    ticket_id      BIGINT,
    entity_version BIGINT,
    actor_id       BIGINT,
    client_key     TEXT,
    payload        TEXT   NOT NULL,
    at             BIGINT NOT NULL
);
