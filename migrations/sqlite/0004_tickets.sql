-- Conversations and their messages. A ticket repeats what its list shows of its newest message, kept
-- in the transaction that stores the message, so that a page of the list is one walk along an index.

CREATE TABLE tickets (
    id                       INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_number            TEXT    NOT NULL UNIQUE,
    customer_id              INTEGER NOT NULL REFERENCES customers (id),
    ward_id                  INTEGER REFERENCES areas (id),
    status                   TEXT    NOT NULL CHECK (status IN ('open', 'resolved')),
    assigned_to              INTEGER REFERENCES users (id),
    -- The member of staff whose answer is the newest.
    answered_by              INTEGER REFERENCES users (id),
    last_message_id          INTEGER,
    last_message_at          INTEGER NOT NULL,
    last_from                INTEGER,
    last_customer_message_id INTEGER,
    excerpt                  TEXT    NOT NULL DEFAULT '',
    waiting_since            INTEGER,
    created_at               INTEGER NOT NULL,
    resolved_at              INTEGER,
    resolved_by              INTEGER REFERENCES users (id),
    version                  INTEGER NOT NULL DEFAULT 1,
    CHECK ((status = 'resolved') = (resolved_at IS NOT NULL))
) STRICT;
-- At most one conversation of a customer goes on at a time.
CREATE UNIQUE INDEX tickets_one_open ON tickets (customer_id) WHERE status = 'open';
CREATE INDEX tickets_by_customer ON tickets (customer_id, id);
CREATE INDEX tickets_by_activity ON tickets (last_message_at DESC, id DESC);
CREATE INDEX tickets_by_status ON tickets (status, last_message_at DESC, id DESC);
CREATE INDEX tickets_by_ward ON tickets (ward_id, status, last_message_at DESC, id DESC);
CREATE INDEX tickets_assigned ON tickets (assigned_to, last_message_at DESC, id DESC)
    WHERE assigned_to IS NOT NULL;
CREATE INDEX tickets_answered ON tickets (answered_by, last_message_at DESC, id DESC)
    WHERE answered_by IS NOT NULL;
CREATE INDEX tickets_waiting ON tickets (waiting_since) WHERE waiting_since IS NOT NULL;

CREATE TABLE messages (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id       INTEGER NOT NULL REFERENCES tickets (id),
    body            TEXT    NOT NULL,
    -- 1 customer, 2 staff, 3 AI.
    from_source     INTEGER NOT NULL CHECK (from_source IN (1, 2, 3)),
    user_id         INTEGER REFERENCES users (id),
    customer_id     INTEGER REFERENCES customers (id),
    -- What the author calls it: a repeat is recognised by it.
    client_id       TEXT,
    -- What the channel calls it: a repeat is recognised by it.
    external_id     TEXT    UNIQUE,
    delivery_status TEXT    NOT NULL,
    media_url       TEXT,
    media_type      TEXT    NOT NULL DEFAULT 'text',
    created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_by_ticket ON messages (ticket_id, id);
CREATE INDEX messages_of_customers ON messages (ticket_id, id) WHERE from_source = 1;
CREATE UNIQUE INDEX messages_once_per_author ON messages (user_id, client_id)
    WHERE client_id IS NOT NULL;

-- How far each person has read.
CREATE TABLE ticket_reads (
    user_id              INTEGER NOT NULL REFERENCES users (id),
    ticket_id            INTEGER NOT NULL REFERENCES tickets (id),
    last_read_message_id INTEGER NOT NULL,
    PRIMARY KEY (user_id, ticket_id)
) STRICT, WITHOUT ROWID;

-- Where the ticket numbers stand.
CREATE TABLE counters (
    name  TEXT    PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('ticket_number', 0);
