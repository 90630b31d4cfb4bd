-- The area tree, the staff, what they cover, and the farmers.

CREATE TABLE areas (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER REFERENCES areas (id),
    level     TEXT    NOT NULL CHECK (level IN ('country', 'region', 'district', 'ward')),
    name      TEXT    NOT NULL
) STRICT;
CREATE INDEX areas_by_parent ON areas (parent_id, name);

-- Every pair of an area and one at or below it: rights follow the tree in one look.
CREATE TABLE area_closure (
    ancestor_id   INTEGER NOT NULL REFERENCES areas (id),
    descendant_id INTEGER NOT NULL REFERENCES areas (id),
    depth         INTEGER NOT NULL,
    PRIMARY KEY (ancestor_id, descendant_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX area_closure_upwards ON area_closure (descendant_id, ancestor_id);

CREATE TABLE users (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    -- In lower case.
    email          TEXT    NOT NULL UNIQUE,
    full_name      TEXT    NOT NULL,
    phone_number   TEXT,
    role           TEXT    NOT NULL CHECK (role IN ('admin', 'eo')),
    locale         TEXT    NOT NULL,
    password_hash  TEXT    NOT NULL,
    disabled       INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    claims_version INTEGER NOT NULL DEFAULT 1,
    onboarded      INTEGER NOT NULL DEFAULT 0 CHECK (onboarded IN (0, 1)),
    created_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE assignments (
    user_id INTEGER NOT NULL REFERENCES users (id),
    area_id INTEGER NOT NULL REFERENCES areas (id),
    PRIMARY KEY (user_id, area_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_by_area ON assignments (area_id, user_id);

CREATE TABLE customers (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    full_name    TEXT    NOT NULL,
    -- The name in lower case, folded by the program: both engines then sort and search alike.
    name_key     TEXT    NOT NULL,
    phone_number TEXT    NOT NULL UNIQUE,
    ward_id      INTEGER REFERENCES areas (id),
    locale       TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX customers_by_name ON customers (name_key, id);
CREATE INDEX customers_by_ward ON customers (ward_id, name_key, id);
